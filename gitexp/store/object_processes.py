"""Git objects through git's own commands: two kinds of long-lived processes read and write them.

Where many are read libgit2 does it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.store.cat_file import read_answer, start_cat_file
from gitexp.store.failures import get_complaint, make_failure
from gitexp.store.lock import make_write_error
from gitexp.store.repository import SYNC

if TYPE_CHECKING:
    from gitexp.store.cat_file import GitObject
    from gitexp.store.libgit2_reader import Libgit2Reader
    from gitexp.store.own_packs import OwnPacks
    from gitexp.store.process import GitProcess
    from gitexp.store.repository import Repository

_MANY_READS = 5_000
"""After so many objects libgit2 is loaded: it is twice as fast, and to load it takes as long as to read
10,000 of them (tests/bench/bench_store.py)."""


class ObjectProcesses:
    """The objects of one repository that git can open. Processes are started when needed."""

    def __init__(self, repository: Repository, packs: OwnPacks) -> None:
        self._repository = repository
        self._packs = packs
        self._reader: GitProcess | None = None
        self._writers: dict[str, GitProcess] = {}
        self._libgit2: Libgit2Reader | None = None
        self._reads = 0

    def close(self) -> None:
        """End the processes. What is asked for later starts them again."""
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

    def find(self, oid: str) -> GitObject | None:
        """Return an object that git has, or None."""
        self._reads += 1
        if self._reads == _MANY_READS:
            self._libgit2 = self._open_libgit2()
        if self._libgit2 is not None:
            return self._libgit2.find_object(oid)
        return self.ask(oid)

    def _open_libgit2(self) -> Libgit2Reader | None:
        """Return what reads many objects faster, None where it cannot open the repository."""
        from gitexp.store.libgit2_reader import Libgit2Reader

        try:
            return Libgit2Reader(self._repository, self._packs)
        except RepositoryError:
            return None

    def ask(self, oid: str, largest: int | None = None) -> GitObject | None:
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
                    return read_answer(header, reader.stdout, largest)
            except OSError:
                pass
            except BaseException:
                self.close()  # an answer that was read by half would be taken for the next one
                raise
            self.close()
        return None

    def _start_reader(self) -> GitProcess:
        if self._reader is None:
            self._reader = start_cat_file(self._repository)
        return self._reader

    def store(self, kind: str, data: bytes) -> str:
        """Store an object and return its id. Raises StorageError."""
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
            self._writers[kind] = self._repository.start(*SYNC, "hash-object", *options)
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
            *SYNC, "hash-object", "-t", kind, "-w", "--stdin", data=data
        )
        if done.returncode != 0:
            raise make_failure(self._repository.common_dir, OSError(get_complaint(done.stderr)))
        return done.stdout.decode().strip()
