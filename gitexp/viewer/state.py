"""What the viewer knows of the record between two requests: the stream at the tip last seen, and who waits for the next one."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.record.read.stream import read_stream
from gitexp.store.refs import get_branch_ref, read_ref
from gitexp.viewer.workers import RecordWorkers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from gitexp.record.read.stream import Stream
    from gitexp.store.repository import Repository

_EVERY = 1.0
"""Seconds between two looks at the record's ref."""


class ViewerState:
    """One repository under view."""

    def __init__(self, repository: Repository, *, read_only: bool) -> None:
        self.workers = RecordWorkers(repository)
        self.read_only = read_only
        self.name = (repository.worktree or repository.common_dir).name
        self._ref = get_branch_ref(repository)
        self._turn = asyncio.Lock()
        self._moved = asyncio.Condition()
        self._stream: Stream | None = None
        self._watch: asyncio.Task[None] | None = None

    async def stream(self) -> Stream:
        """The stream as the record is now."""
        async with self._turn:
            tip = await asyncio.to_thread(read_ref, self.workers.repository, self._ref)
            if self._stream is None or self._stream.tip != tip:
                before = self._stream
                self._stream = await self.workers.read(lambda record: read_stream(record, before))
                gc.freeze()  # it lives long: the collector need not walk through it again and again while somebody waits
                async with self._moved:
                    self._moved.notify_all()
            return self._stream

    @property
    def tip(self) -> str:
        """The tip of the record that was last seen."""
        return self._stream.tip if self._stream else ""

    def open(self) -> None:
        """Begin to watch the record."""
        self._watch = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            with suppress(
                GitExpError, sqlite3.Error
            ):  # said to whoever asks for a page; looked at again in a moment
                await self.stream()
            await asyncio.sleep(_EVERY)

    async def tips(self) -> AsyncIterator[str]:
        """The tip now, then each one that follows."""
        seen = ""
        while True:
            async with self._moved:
                if self._stream is None or self._stream.tip == seen:
                    await self._moved.wait()
                    continue
                seen = self._stream.tip
            yield seen

    async def close(self) -> None:
        """Stop watching, let the threads finish."""
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.to_thread(self.workers.close)
