"""Threads that may touch the record: a few that read, one that writes, one that cuts code.

SQLite connections and libgit2 handles belong to one thread. So each thread of a pool opens a Record
of its own at first use. A pool of one thread is the lock of what must not run twice at once. Other
processes are kept apart by the record's own lock.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from gitexp.history.settings import read_default_values
from gitexp.history.stand_in import open_follower
from gitexp.record.record import Record
from gitexp.store.objects import read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Summary
    from gitexp.store.repository import Repository

T = TypeVar("T")

READERS = 3
"""Threads that read the record at the same time."""


class RecordWorkers:
    """The record of one repository for an event loop."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._local = threading.local()
        self._summaries: dict[str, list[Summary]] = {}
        self._readers = ThreadPoolExecutor(READERS, "gitexp-read")
        self._writer = ThreadPoolExecutor(1, "gitexp-write")
        self._cutter = ThreadPoolExecutor(1, "gitexp-cut")

    async def read(self, work: Callable[[Record], T]) -> T:
        """Run ``work`` on an up-to-date record in a reading thread."""
        return await self._run(self._readers, lambda: work(self._open_record()))

    async def write(self, work: Callable[[Record], T]) -> T:
        """Run ``work`` in the writing thread, in the order of the calls, under the write lock."""

        def work_alone() -> T:
            record = self._open_record()
            with record.hold():
                return work(record)

        return await self._run(self._writer, work_alone)

    async def cut(self, work: Callable[[Record, Follower], T]) -> T:
        """Run ``work`` in the thread that cuts code. Its Follower lives as long as the workers."""

        def work_with_follower() -> T:
            record = self._open_record()
            return work(record, self._open_follower(record))

        return await self._run(self._cutter, work_with_follower)

    def close(self) -> None:
        """End the threads as soon as their work is done."""
        self._cutter.submit(self._close_follower)
        for pool in (self._readers, self._writer, self._cutter):
            pool.shutdown(wait=True, cancel_futures=False)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, work)

    def _open_record(self) -> Record:
        """Return the record of this thread, up to date."""
        record: Record | None = getattr(self._local, "record", None)
        if record is None:
            record = self._local.record = Record(self.repository, summaries_by_tip=self._summaries)
            record.read_settings = partial(read_default_values, record)
        record.warnings.clear()  # those of the work before
        record.refresh()
        return record

    def _open_follower(self, record: Record) -> Follower:
        """Return the follower of this thread.

        It is a new one when the old one lacked objects and some have arrived since.
        """
        follower: Follower | None = getattr(self._local, "follower", None)
        if follower is not None and follower.lacked_any:
            if self._local.objects != read_stamp(self.repository):
                follower.close()
                follower = None
        if follower is None:
            self._local.objects = read_stamp(self.repository)
            follower = self._local.follower = open_follower(record)
        return follower

    def _close_follower(self) -> None:
        follower: Follower | None = getattr(self._local, "follower", None)
        if follower is not None:
            follower.close()
