"""Reading objects through one long-lived ``git cat-file --batch``.

It costs no process a read, and no import of pygit2 (70 ms).
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, NamedTuple

from gitexp.named_values import NamedValues
from gitexp.store.cat_file import read_answer, start_cat_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gitexp.store.cat_file import GitObject
    from gitexp.store.process import GitProcess
    from gitexp.store.promised import Promised
    from gitexp.store.repository import Repository

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest blob that is read; a larger one is a gap."""

_CACHE_BYTES = 40 * 1024 * 1024
# Requests that git has at once. With more of them the pipe to git could fill up while git waits for
# us.
_MOST_REQUESTS = 48
# Names that are asked for before the first is read; then twice as many, and so on.
_FIRST_AHEAD = 4


class CommitInfo(NamedValues):
    """What a commit object says.

    Times are seconds since 1970; ``author_offset`` says how many
    minutes the author's clock was ahead of UTC.
    """

    commit: str
    parents: tuple[str, ...]
    author_time: int
    author_offset: int
    commit_time: int
    subject: str


class _Time(NamedTuple):
    """Seconds since 1970, and how many minutes the clock was ahead of UTC."""

    seconds: int
    offset: int


class MissingObject(NamedValues):
    """Why an object cannot be read, and what to do about it."""

    reason: str
    hint: str


_LEFT_OUT = MissingObject(
    "this partial clone leaves it out, and the remote did not send it",
    "run it again with a connection, or fetch all once: git fetch --refetch --no-filter",
)
# Minutes: a clock that is further from UTC is a mistake, and no time can be told by it.
_DAY = 24 * 60
_MISSING = MissingObject("the object is missing or damaged", "see what 'git fsck' says")


class ObjectReader:
    """Reads objects one after the other, for one thread. Close it, or use it as a context manager.

    For an object that cannot be read it returns None, and ``gaps`` says why, by the name that was
    asked for. What a partial clone left out is fetched from its remote, a batch at a time.
    ``lacked_any``: an object was missing, so in this clone an absence proves nothing.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._process: GitProcess | None = None
        self._requests: deque[str] = deque()
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cache_size = 0
        self._promised: Promised | None = None
        if repository.is_partial:
            from gitexp.store.promised import Promised  # in a whole clone nobody waits for it

            self._promised = Promised(repository)
        self.gaps: dict[str, MissingObject] = {}
        self.lacked_any = False

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the git process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        self._requests.clear()

    def prepare(self) -> None:
        """Start git now, so that it is ready when the first object is asked for."""
        self._start()

    def expect(self, names: Iterable[str]) -> None:
        """Ask for objects that will be read soon, so that git works while we do.

        When they are many only the first of them are asked for.
        """
        new_names = [
            name
            for name in names
            if name not in self._cache and name not in self._requests and name not in self.gaps
        ]
        free = max(0, _MOST_REQUESTS - len(self._requests))
        self._request(new_names[:free])

    def fetch(self, names: Collection[str]) -> None:
        """Fetch the objects (full ids) that a partial clone lacks, in one request."""
        if self._promised is not None:
            self._promised.fetch_objects(names)

    def read_ahead(self, names: Sequence[str]) -> Iterator[str]:
        """Yield the names one by one, to be read in turn.

        git is asked for those to come, for a few first and for ever more then: many searches are
        short.
        """
        requested = 0
        for number, name in enumerate(names):
            if number >= requested // 2:
                next_names = names[requested : 2 * requested + _FIRST_AHEAD]
                self.expect(next_names)
                requested += len(next_names)
            yield name

    def read(self, name: str) -> bytes | None:
        """Return the bytes of the object ``name``: an id, or ``commit:path``.

        None when it is missing or too large.
        """
        if name in self._cache:
            self._cache.move_to_end(name)
            return self._cache[name]
        if name in self.gaps:
            return None
        if "\n" in name:
            self.gaps[name] = MissingObject(
                "a path with a line feed cannot be asked for", "rename it"
            )
            return None
        while name not in self._cache and name not in self.gaps:
            if name not in self._requests:
                self._request([name])
            self._read_answer()
        return self._cache.get(name)

    def read_commit(self, name: str) -> CommitInfo | None:
        """Return what the commit ``name`` (a full id) says; None when it is missing or no
        commit.
        """
        data = self.read(name)
        if data is None or not data.startswith(b"tree "):
            return None
        head, _, message = data.partition(b"\n\n")
        parents: list[str] = []
        encoding = "utf-8"
        times = {b"author": _Time(0, 0), b"committer": _Time(0, 0)}
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            if key == b"parent":
                parents.append(value.decode())
            elif key == b"encoding":
                encoding = value.decode("ascii", "replace")
            elif key in times and not any(times[key]):
                times[key] = _parse_time(value)
        subject = _decode_subject(message.lstrip().partition(b"\n")[0], encoding).strip()
        author, committer = times[b"author"], times[b"committer"]
        return CommitInfo(
            name, tuple(parents), author.seconds, author.offset, committer.seconds, subject
        )

    def _request(self, names: list[str]) -> None:
        """Ask git for objects."""
        if not names:
            return
        self.fetch(names)
        process = self._start()
        self._requests.extend(names)
        lines = "".join(f"{name}\n" for name in names)
        try:
            process.stdin.write(lines.encode("utf-8", "surrogateescape"))
            process.stdin.flush()
        except OSError:
            self._skip_request()

    def _start(self) -> GitProcess:
        """Return the git process; it is started where there is none."""
        if self._process is None:
            self._process = start_cat_file(self._repository)
        return self._process

    def _read_answer(self) -> None:
        """Read the answer to the oldest request."""
        if not self._requests:
            return
        stream = self._start().stdout
        header = stream.readline()
        if not header:
            self._skip_request()
            return
        name = self._requests.popleft()
        answer = read_answer(header, stream, LARGEST)
        if answer is None:
            self.gaps[name] = self._explain_absence()
        else:
            self._take_in(name, answer)

    def _explain_absence(self) -> MissingObject:
        """Return why git lacks an object."""
        self.lacked_any = True
        return _LEFT_OUT if self._promised is not None else _MISSING

    def _take_in(self, name: str, answer: GitObject) -> None:
        """Put an object into the cache; one that was too large is a gap."""
        if answer.data is None:
            self.gaps[name] = MissingObject(
                f"it is too large, {answer.size >> 20} MiB",
                f"files up to {LARGEST >> 20} MiB are cut: choose other code",
            )
            return
        self._cache[name] = answer.data
        self._cache_size += answer.size
        while self._cache_size > _CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cache_size -= len(oldest)

    def _skip_request(self) -> None:
        """Go on after git ended: the object that it was at is a gap.

        The others are asked for anew when they are needed.
        """
        if self._requests:
            self.gaps[self._requests.popleft()] = self._explain_absence()
        self.close()


def _decode_subject(line: bytes, encoding: str) -> str:
    """Return a subject in the encoding that its commit names; ``i18n.commitEncoding`` wrote it."""
    for name in (encoding, "utf-8"):
        try:
            return line.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return line.decode("latin-1")


def _parse_time(person: bytes) -> _Time:
    """Return the time of an author or committer line: ``NAME <EMAIL> 1588397400 -0700``.

    What is malformed is 0.
    """
    words = person.rsplit(b" ", 2)
    try:
        seconds = int(words[1])
    except (IndexError, ValueError):
        return _Time(0, 0)
    try:
        hours, minutes = divmod(abs(int(words[2])), 100)
    except (IndexError, ValueError):
        return _Time(seconds, 0)
    offset = hours * 60 + minutes
    if offset >= _DAY:
        return _Time(seconds, 0)
    return _Time(seconds, -offset if words[2].startswith(b"-") else offset)


def read_stamp(repository: Repository) -> tuple[tuple[str, int], ...]:
    """Return a value that differs once objects were added: the object folders and their times."""
    with os.scandir(os.path.join(repository.common_folder, "objects")) as entries:
        return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries))
