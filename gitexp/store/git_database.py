"""Git objects and refs: objects through git's own commands, refs as files of their own.

Two kinds of long-lived git processes read and write objects; where many are read libgit2 does it. A
ref that is no file, or that is unusual in another respect, is moved by a process of its own.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.byte_database import ByteDatabase, ObjectBytes
from gitexp.store.database import LOCK_ATTEMPTS, wait_for_lock
from gitexp.store.failures import make_failure, make_missing_error
from gitexp.store.lock import find_lock_file, make_write_error, remove_stale
from gitexp.store.ref_files import (
    LockedRefError,
    RefFiles,
    UnconfirmedMoveError,
    UnusualRefError,
)
from gitexp.store.refs import read_ref
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from gitexp.store.libgit2_reader import Libgit2Reader
    from gitexp.store.process import GitProcess
    from gitexp.store.repository import Repository

_SKIP_CHUNK = 1 << 20
_MANY_READS = 5_000
"""After so many objects libgit2 is loaded: it is twice as fast, and to load it takes as long as to read
10,000 of them (tests/bench/bench_store.py)."""

# git's word where a lock file was in the way.
_LOCKED = "File exists"

# As libgit2 does with ENABLE_FSYNC_GITDIR. Versions before 2.36 know only the first of them.
_SYNC = ("-c", "core.fsyncObjectFiles=true", "-c", "core.fsync=committed,reference")


class _Object(NamedTuple):
    """Kind of an object, and its bytes; None where they are more than was asked for."""

    kind: str
    data: bytes | None


class GitDatabase(ByteDatabase):
    """The object database and refs of any repository that git can open."""

    def __init__(self, repository: Repository) -> None:
        """Open nothing yet."""
        super().__init__(repository)
        self._repository = repository
        self._reader: GitProcess | None = None
        self._writers: dict[str, GitProcess] = {}
        self._libgit2: Libgit2Reader | None = None
        self._reads = 0
        self._ref_files = RefFiles(repository)

    def close(self) -> None:
        if self._libgit2 is not None:
            self._libgit2.close()
        self._libgit2 = None
        self._reads = 0
        processes = [*self._writers.values()]
        if self._reader is not None:
            processes.append(self._reader)
        self._reader = None
        self._writers.clear()
        for process in processes:
            process.kill()

    def __del__(self) -> None:
        self.close()

    # Reading objects.

    def read_small_blob(self, oid: str, largest: int) -> bytes:
        gathered = self._find_gathered("blob", oid)
        if gathered is not None:
            return gathered if len(gathered) <= largest else b""
        answer = self._ask(oid, largest)
        if answer is None or answer.kind != "blob":
            raise make_missing_error(oid)
        return answer.data or b""

    def is_ancestor(self, older: str, newer: str) -> bool:
        if older == newer:
            return True
        done = self._repository.try_git(
            *STAY_LOCAL, "merge-base", "--is-ancestor", older, newer, env=STAY_LOCAL_ENV
        )
        return done.returncode == 0

    def _find_object(self, oid: str) -> ObjectBytes | None:
        self._reads += 1
        if self._reads == _MANY_READS:
            self._libgit2 = self._open_libgit2()
        if self._libgit2 is not None:
            return self._libgit2.find_object(oid)
        answer = self._ask(oid)
        if answer is None or answer.data is None:
            return None
        return ObjectBytes(answer.kind, answer.data)

    def _open_libgit2(self) -> Libgit2Reader | None:
        """Return what reads many objects faster, None where it cannot open the repository."""
        from gitexp.store.libgit2_reader import Libgit2Reader

        try:
            return Libgit2Reader(self._repository, self._packs)
        except RepositoryError:
            return None

    def _ask(self, oid: str, largest: int | None = None) -> _Object | None:
        """Return an object, without its bytes where they are more than ``largest``; None where it
        is missing.
        """
        if not oid or not oid.isalnum():
            return None
        # A git before 2.45 ends where it would have to fetch an object of a partial clone.
        for _ in range(2):
            try:
                reader = self._start_reader()
                reader.stdin.write(f"{oid}\n".encode())
                reader.stdin.flush()
                header = reader.stdout.readline()
                if header:
                    return _read_answer(header, reader.stdout, largest)
            except OSError:
                pass
            except BaseException:
                self.close()  # an answer that was read by half would be taken for the next one
                raise
            self.close()
        return None

    def _start_reader(self) -> GitProcess:
        if self._reader is None:
            self._reader = self._repository.start(
                *STAY_LOCAL, "cat-file", "--batch", env=STAY_LOCAL_ENV
            )
        return self._reader

    # Writing objects.

    def _store_object(self, kind: str, data: bytes) -> str:
        import tempfile  # most objects are gathered

        # git reads it from a file, so that one process stores many. It lies where the system tidies
        # up, because a process that is killed leaves it.
        try:
            with tempfile.NamedTemporaryFile(prefix="gitexp-") as file:
                file.write(data)
                file.flush()
                oid = self._pass_file(kind, file.name)
        except OSError as error:
            raise make_write_error(tempfile.gettempdir(), error) from None
        return oid or self._write_by_itself(kind, data)

    def _pass_file(self, kind: str, path: str) -> str:
        """Let the process for one kind of object store a file; "" where it failed."""
        if kind not in self._writers:
            options = ("-t", kind, "-w", "--no-filters", "--stdin-paths")
            self._writers[kind] = self._repository.start(*_SYNC, "hash-object", *options)
        writer = self._writers[kind]
        try:
            writer.stdin.write(os.fsencode(path) + b"\n")
            writer.stdin.flush()
            oid = writer.stdout.readline().decode().strip()
        except BrokenPipeError:
            oid = ""
        except BaseException:
            self.close()
            raise
        if not oid:
            self._writers.pop(kind).wait()
        return oid

    def _write_by_itself(self, kind: str, data: bytes) -> str:
        """Store an object by a process of its own, which says why it fails."""
        done = self._repository.try_git(
            *_SYNC, "hash-object", "-t", kind, "-w", "--stdin", data=data
        )
        if done.returncode != 0:
            raise make_failure(self._repository.common_dir, OSError(_get_complaint(done.stderr)))
        return done.stdout.decode().strip()

    # Refs.

    def read_ref(self, name: str) -> str | None:
        return read_ref(self._repository, name)

    def move_ref(
        self,
        name: str,
        expected: str | None,
        new: str,
        message: str,
        *,
        is_derived: bool = False,
    ) -> bool:
        self.unconfirmed = ""
        self.store_gathered()
        lock_file = find_lock_file(self._repository, name)
        for attempt in range(LOCK_ATTEMPTS):
            try:
                return self._swap_ref(name, expected, new, message, is_derived)
            except LockedRefError:
                if not remove_stale(lock_file):
                    wait_for_lock(attempt)
            except UnconfirmedMoveError as error:
                self.unconfirmed = str(error)
                return True
            except OSError as error:
                raise make_failure(self._repository.common_dir / name, error) from None
        raise StorageError(
            f"'{name}' is locked by another git process", f"if none runs, remove {lock_file}"
        )

    def _swap_ref(
        self, name: str, expected: str | None, new: str, message: str, is_derived: bool
    ) -> bool:
        """Set a ref if it still holds ``expected``, and return True if it did.

        Raises LockedRefError, UnconfirmedMoveError, OSError.
        """
        try:
            return self._ref_files.swap(name, expected, new, message, is_derived=is_derived)
        except UnusualRefError:
            return self._swap_by_git(name, expected, new, message)

    def _swap_by_git(self, name: str, expected: str | None, new: str, message: str) -> bool:
        """Let git set a ref if it still holds ``expected``, and return True if it did.

        Raises LockedRefError and OSError.
        """
        old_value = expected or "0" * len(new)
        done = self._repository.try_git(*_SYNC, "update-ref", "-m", message, name, new, old_value)
        if done.returncode == 0:
            return True
        if self.read_ref(name) != expected:
            return False
        complaint = _get_complaint(done.stderr)
        if find_lock_file(self._repository, name).exists() or _LOCKED in complaint:
            raise LockedRefError(name)
        raise OSError(complaint)

    def delete_ref(self, name: str) -> None:
        if self.read_ref(name) is not None:
            self._repository.run_git(*_SYNC, "update-ref", "-d", name)


def _read_answer(header: bytes, stream: IO[bytes], largest: int | None) -> _Object | None:
    """Read git's answer behind its header ``<id> <kind> <size>``; None for ``<id> missing``."""
    words = header.decode("ascii", "replace").split()
    if len(words) != 3 or not words[2].isdigit():
        return None
    _, kind, size_text = words
    size = int(size_text)
    if largest is None or size <= largest:
        return _Object(kind, stream.read(size + 1)[:size])
    bytes_left = size + 1
    while bytes_left > 0 and (chunk := stream.read(min(bytes_left, _SKIP_CHUNK))):
        bytes_left -= len(chunk)
    return _Object(kind, None)


def _get_complaint(errors: bytes) -> str:
    """Return git's first complaint that is no mere warning."""
    lines = os.fsdecode(errors).splitlines()
    complaints = [line for line in lines if line and not line.startswith("warning:")]
    return complaints[0] if complaints else "git gave no reason"
