"""State of the viewer between two requests: the newest stream, and who waits for the next one."""

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

_LOOK_INTERVAL = 1.0
"""Seconds between two looks at the record's ref."""


class ViewerState:
    """One repository under view."""

    def __init__(self, repository: Repository, *, read_only: bool) -> None:
        self.workers = RecordWorkers(repository)
        self.read_only = read_only
        self.name = (repository.worktree or repository.common_dir).name
        self._ref = get_branch_ref(repository)
        self._refresh_lock = asyncio.Lock()
        self._tip_moved = asyncio.Condition()
        self._stream: Stream | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def tip(self) -> str:
        """The newest tip of the record that the viewer has seen, "" before the first."""
        return self._stream.tip if self._stream else ""

    async def refresh_stream(self) -> Stream:
        """Return the stream of the record as it is now."""
        async with self._refresh_lock:
            tip = await asyncio.to_thread(read_ref, self.workers.repository, self._ref)
            if self._stream is None or self._stream.tip != tip:
                before = self._stream
                self._stream = await self.workers.read(lambda record: read_stream(record, before))
                # The stream lives long. Frozen, the garbage collector does not walk through it
                # again and again while somebody waits.
                gc.freeze()
                async with self._tip_moved:
                    self._tip_moved.notify_all()
            return self._stream

    async def watch_tips(self) -> AsyncIterator[str]:
        """Yield the tip of now, then each tip that follows."""
        last_tip = ""
        while True:
            async with self._tip_moved:
                if self._stream is None or self._stream.tip == last_tip:
                    await self._tip_moved.wait()
                    continue
                last_tip = self._stream.tip
            yield last_tip

    def open(self) -> None:
        """Begin to watch the record."""
        self._watcher = asyncio.create_task(self._watch_record())

    async def close(self) -> None:
        """Stop watching and let the threads finish."""
        if self._watcher is not None:
            self._watcher.cancel()
        await asyncio.to_thread(self.workers.close)

    async def _watch_record(self) -> None:
        while True:
            # Whoever asks for a page gets the error. The watcher looks again in a moment.
            with suppress(GitExpError, sqlite3.Error):
                await self.refresh_stream()
            await asyncio.sleep(_LOOK_INTERVAL)
