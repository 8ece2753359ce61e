"""Objects read through one long-lived ``git cat-file --batch``: no process a read, and no pygit2 (its import costs 70 ms)."""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from typing import IO, TYPE_CHECKING, NamedTuple

from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gitexp.store.process import GitProcess
    from gitexp.store.promised import Promised
    from gitexp.store.repository import Repository

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest blob that is read; a larger one is a gap."""

_CACHED = 40 * 1024 * 1024
_AHEAD = 48
_FIRST = 4


class CommitInfo(NamedTuple):
    """What a commit object says. Times are seconds since 1970."""

    commit: str
    parents: tuple[str, ...]
    author_time: int
    commit_time: int
    subject: str


class MissingObject(NamedTuple):
    """Why an object cannot be read, and what to do about it."""

    reason: str
    hint: str


_LEFT_OUT = MissingObject(
    "this partial clone leaves it out, and the remote did not send it",
    "run it again with a connection, or fetch all once: git fetch --refetch --no-filter",
)
_MISSING = MissingObject("the object is missing or damaged", "see what 'git fsck' says")


class ObjectReader:
    """Batch reader. What cannot be read is None, and ``gaps`` says why by the name that was asked for.

    What a partial clone left out is fetched from its remote, a batch at a time.

    Not for several threads at once. Close it, or use it as a context manager.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._process: GitProcess | None = None
        self._asked: deque[str] = deque()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._promised: Promised | None = None
        if repository.is_partial:
            from gitexp.store.promised import Promised  # in a whole clone nobody waits for it

            self._promised = Promised(repository)
        self.gaps: dict[str, MissingObject] = {}
        self.lacked_any = (
            False  # whether an object was missing: in this clone an absence proves nothing
        )

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        self._asked.clear()

    def prepare(self) -> None:
        """Start git now, so that it is ready when the first object is asked for."""
        self._started()

    def expect(self, names: Iterable[str]) -> None:
        """Ask for objects that will be read soon, so that git works while we do. Asks for some of them only when they are many."""
        fresh = [
            name
            for name in names
            if name not in self._kept and name not in self._asked and name not in self.gaps
        ]
        self._ask(fresh[: max(0, _AHEAD - len(self._asked))])

    def fetch(self, names: Collection[str]) -> None:
        """Fetch the objects (full ids) that a partial clone lacks, in one request."""
        if self._promised is not None:
            self._promised.fetch_objects(names)

    def read_ahead(self, names: Sequence[str]) -> Iterator[str]:
        """The names one by one, to be read in turn; git is asked for ever more of those to come, since many searches are short."""
        asked = 0
        for number, name in enumerate(names):
            if number >= asked // 2:
                more = names[asked : 2 * asked + _FIRST]
                self.expect(more)
                asked += len(more)
            yield name

    def read(self, name: str) -> bytes | None:
        """Bytes of the object ``name``: an id, or ``commit:path``. None when it is missing or too large."""
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        if name in self.gaps:
            return None
        if "\n" in name:
            self.gaps[name] = MissingObject(
                "a path with a line feed cannot be asked for", "rename it"
            )
            return None
        while name not in self._kept and name not in self.gaps:
            if name not in self._asked:
                self._ask([name])
            self._next()
        return self._kept.get(name)

    def read_commit(self, name: str) -> CommitInfo | None:
        """What the commit ``name`` (a full id) says, or None when it is missing or no commit."""
        data = self.read(name)
        if data is None or not data.startswith(b"tree "):
            return None
        head, _, message = data.partition(b"\n\n")
        parents: list[str] = []
        times = {b"author": 0, b"committer": 0}
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            if key == b"parent":
                parents.append(value.decode())
            elif key in times and times[key] == 0:
                times[key] = _seconds(value)
        subject = message.lstrip().partition(b"\n")[0].decode("utf-8", "replace").strip()
        return CommitInfo(name, tuple(parents), times[b"author"], times[b"committer"], subject)

    def _ask(self, names: list[str]) -> None:
        if not names:
            return
        self.fetch(names)
        process = self._started()
        self._asked.extend(names)
        try:
            process.stdin.write(
                "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
            )
            process.stdin.flush()
        except OSError:
            self._broken()

    def _started(self) -> GitProcess:
        if self._process is None:
            # What can be fetched was fetched before, many at once: git itself would do it one by one.
            self._process = self._repository.start(
                *STAY_LOCAL, "cat-file", "--batch", env=STAY_LOCAL_ENV
            )
        return self._process

    def _next(self) -> None:
        """Read the answer to the oldest request, if git is still there."""
        if not self._asked:
            return
        name = self._asked.popleft()
        stream = self._started().stdout
        head = stream.readline()
        words = head.rsplit(b" ", 2)
        if not head:
            self._asked.appendleft(name)
            self._broken()
        elif len(words) != 3 or not words[2].strip().isdigit():
            self.gaps[name] = self._why()
        else:
            self._take(name, stream, int(words[2]))

    def _why(self) -> MissingObject:
        """Say why git lacks an object."""
        self.lacked_any = True
        return _LEFT_OUT if self._promised is not None else _MISSING

    def _take(self, name: str, stream: IO[bytes], size: int) -> None:
        if size > LARGEST:
            left = size + 1
            while left > 0 and (chunk := stream.read(min(left, 1 << 20))):
                left -= len(chunk)
            self.gaps[name] = MissingObject(
                f"it is too large, {size >> 20} MiB",
                f"files up to {LARGEST >> 20} MiB are cut: choose other code",
            )
            return
        data = stream.read(size + 1)[:size]
        self._kept[name] = data
        self._size += size
        while self._size > _CACHED and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._size -= len(old)

    def _broken(self) -> None:
        """Git ended: the object it was at is a gap, the others are asked for anew when they are needed."""
        if self._asked:
            self.gaps[self._asked.popleft()] = self._why()
        self.close()


def _seconds(person: bytes) -> int:
    """Time of an author or committer line; 0 when it is malformed."""
    words = person.rsplit(b" ", 2)
    try:
        return int(words[1])
    except (IndexError, ValueError):
        return 0


def read_stamp(repository: Repository) -> tuple[tuple[str, int], ...]:
    """Return what differs once objects were added to a repository: its object folders and their times."""
    with os.scandir(os.path.join(repository.common_folder, "objects")) as entries:
        return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries))
