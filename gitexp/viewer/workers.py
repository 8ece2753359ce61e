"""Who may touch the record in the viewer: a few threads that read, one that writes, one that cuts code.

SQLite connections and libgit2 handles belong to one thread, so each thread of a pool opens a Record of its own at first use; a pool
of one thread is the lock of what must not run twice at once. Other processes are kept apart by the record's own lock.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from gitexp.follow.follower import Follower
from gitexp.record.record import Record
from gitexp.store.objects import read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.model.experiment import Summary
    from gitexp.store.repository import Repository

T = TypeVar("T")

READERS = 3


class RecordWorkers:
    """The record of one repository for an event loop."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._local = threading.local()
        self._known: dict[str, list[Summary]] = {}
        self._readers = ThreadPoolExecutor(READERS, "gitexp-read")
        self._writer = ThreadPoolExecutor(1, "gitexp-write")
        self._cutter = ThreadPoolExecutor(1, "gitexp-cut")

    def _record(self) -> Record:
        record: Record | None = getattr(self._local, "record", None)
        if record is None:
            record = self._local.record = Record(self.repository, known=self._known)
        record.refresh()
        return record

    async def read(self, work: Callable[[Record], T]) -> T:
        """Run ``work`` on an up-to-date record in a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: work(self._record())
        )

    async def write(self, work: Callable[[Record], T]) -> T:
        """Run ``work`` in the writing thread, in the order asked for."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, lambda: work(self._record())
        )

    async def cut(self, work: Callable[[Record, Follower], T]) -> T:
        """Run ``work`` in the thread that cuts code; its Follower lives as long as the workers."""
        return await asyncio.get_running_loop().run_in_executor(
            self._cutter, lambda: work(self._record(), self._follower())
        )

    def _follower(self) -> Follower:
        """Return the follower of this thread; a new one once objects arrived, if the old one lacked some."""
        follower: Follower | None = getattr(self._local, "follower", None)
        if (
            follower is not None
            and follower.lacks
            and self._local.objects != read_stamp(self.repository)
        ):
            follower.close()
            follower = None
        if follower is None:
            self._local.objects = read_stamp(self.repository)
            follower = self._local.follower = Follower(self.repository)
        return follower

    def close(self) -> None:
        """End the threads once what they do is done."""
        self._cutter.submit(
            lambda: getattr(self._local, "follower", None) and self._local.follower.close()
        )
        for pool in (self._readers, self._writer, self._cutter):
            pool.shutdown(wait=True, cancel_futures=False)
