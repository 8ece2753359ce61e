"""Git objects and refs, read and written through git's own commands.

For repositories that libgit2 cannot open: SHA-256, reftable, extensions that it does not know. Two
kinds of long-lived git processes read and write objects; a ref is moved by a process of its own.
"""

from __future__ import annotations

import os
import tempfile
from typing import IO, TYPE_CHECKING, NamedTuple

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.commit_bytes import CommitBytes, format_commit, format_signature, parse_commit
from gitexp.store.database import (
    LOCK_ATTEMPTS,
    ChangedBlob,
    CommitMessage,
    Database,
    split_folders,
    wait_for_lock,
)
from gitexp.store.failures import make_failure, make_missing_error
from gitexp.store.lock import find_lock_file, make_write_error, remove_stale
from gitexp.store.refs import read_ref
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV
from gitexp.store.tree import RawEntry, format_tree, parse_tree, split_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.store.database import Signature
    from gitexp.store.process import GitProcess
    from gitexp.store.repository import Repository
    from gitexp.store.tree import TreeEntry

_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_TREE_MODE, _FILE_MODE = 0o040000, 0o100644
_SKIP_CHUNK = 1 << 20

# git's word where a lock file was in the way.
_LOCKED = "File exists"

# As libgit2 does with ENABLE_FSYNC_GITDIR. Versions before 2.36 know only the first of them.
_SYNC = ("-c", "core.fsyncObjectFiles=true", "-c", "core.fsync=committed,reference")


class _Object(NamedTuple):
    """Kind of an object, and its bytes; None where they are more than was asked for."""

    kind: str
    data: bytes | None


class GitDatabase(Database):
    """The object database and refs of any repository that git can open."""

    def __init__(self, repository: Repository) -> None:
        """Open nothing yet but ask for the form of the ids."""
        self._repository = repository
        self._reader: GitProcess | None = None
        self._writers: dict[str, GitProcess] = {}
        answer = repository.run_git("rev-parse", "--show-object-format")
        self.empty_tree = _EMPTY_TREES[answer.decode().strip()]
        self._id_bytes = len(self.empty_tree) // 2

    def close(self) -> None:
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

    def read_blob(self, oid: str) -> bytes:
        return self._read("blob", oid)

    def read_small_blob(self, oid: str, largest: int) -> bytes:
        answer = self._ask(oid, largest)
        if answer is None or answer.kind != "blob":
            raise make_missing_error(oid)
        return answer.data or b""

    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        if old_tree == new_tree:
            return []
        options = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames")
        done = self._repository.try_git(
            *STAY_LOCAL, "diff-tree", *options, old_tree, new_tree, env=STAY_LOCAL_ENV
        )
        if done.returncode != 0:
            raise make_missing_error(new_tree)
        # A status line and a path by turns.
        status_lines = done.stdout.decode("utf-8", "replace").split("\0")[0:-1:2]
        changes = []
        for line in status_lines[:most]:
            _, _, old, new, _ = line.split(" ")
            changes.append(ChangedBlob(_name_blob(old), _name_blob(new)))
        return changes

    def read_tree_id(self, commit: str) -> str:
        return self._read_commit_bytes(commit).tree

    def read_tree(self, oid: str) -> list[TreeEntry]:
        try:
            return parse_tree(self._read("tree", oid), self._id_bytes)
        except ValueError:
            raise RepositoryError(
                f"tree {oid[:12]} is damaged", "see what 'git fsck' says"
            ) from None

    def read_commit(self, oid: str) -> CommitMessage | None:
        try:
            commit = self._read_commit_bytes(oid)
        except RepositoryError:
            return None
        return CommitMessage(commit.decode_message(), commit.parents)

    def read_commit_time(self, oid: str) -> int:
        return self._read_commit_bytes(oid).committer_time

    def is_ancestor(self, older: str, newer: str) -> bool:
        if older == newer:
            return True
        done = self._repository.try_git(
            *STAY_LOCAL, "merge-base", "--is-ancestor", older, newer, env=STAY_LOCAL_ENV
        )
        return done.returncode == 0

    def _read_commit_bytes(self, oid: str) -> CommitBytes:
        return parse_commit(self._read("commit", oid))

    def _read(self, kind: str, oid: str) -> bytes:
        """Return the bytes of an object. Raises RepositoryError where none of that kind is here."""
        answer = self._ask(oid)
        if answer is None or answer.kind != kind or answer.data is None:
            raise make_missing_error(oid)
        return answer.data

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

    def write_blob(self, data: bytes) -> str:
        return self._write("blob", data)

    def write_tree(self, base: str | None, files: Mapping[str, str | None]) -> str:
        direct_files, files_by_folder = split_folders(files)
        entries = self._read_raw_entries(base)
        for name, oid in direct_files.items():
            raw_name = name.encode()
            if oid is not None:
                entries[raw_name] = RawEntry(raw_name, _FILE_MODE, oid)
            else:
                entries.pop(raw_name, None)
        for name, inner_files in files_by_folder.items():
            self._put_folder(entries, name.encode(), inner_files)
        return self._write("tree", format_tree(entries.values()))

    def _read_raw_entries(self, tree: str | None) -> dict[bytes, RawEntry]:
        """Return the entries of a tree by name; none for None."""
        if tree is None:
            return {}
        raw_entries = split_tree(self._read("tree", tree), self._id_bytes)
        return {name: RawEntry(name, mode, oid) for name, mode, oid in raw_entries}

    def _put_folder(
        self, entries: dict[bytes, RawEntry], name: bytes, files: Mapping[str, str | None]
    ) -> None:
        """Put files into a folder of a tree that is being built, or take them out."""
        old = entries.get(name)
        old_folder = old.oid if old is not None and old.mode == _TREE_MODE else None
        folder = self.write_tree(old_folder, files)
        if folder != self.empty_tree:
            entries[name] = RawEntry(name, _TREE_MODE, folder)
        else:
            entries.pop(name, None)

    def write_entries(self, entries: Iterable[TreeEntry]) -> str:
        raw_entries = [RawEntry(entry.name.encode(), entry.mode, entry.oid) for entry in entries]
        return self._write("tree", format_tree(raw_entries))

    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        author = format_signature(who.name, who.mail, who.time, who.offset)
        commit = CommitBytes(tree, tuple(parents), author, author, message.encode())
        return self._write_commit(commit)

    def copy_commit(
        self, oid: str, tree: str, parents: Sequence[str], message: str | None = None
    ) -> str:
        old = self._read_commit_bytes(oid)
        new_message = old.decode_message() if message is None else message
        copy = CommitBytes(
            tree, tuple(parents), old.author, old.committer, new_message.encode("utf-8", "replace")
        )
        return self._write_commit(copy)

    def _write_commit(self, commit: CommitBytes) -> str:
        """Store a commit, its committer's time not before that of a parent."""
        times = [self.read_commit_time(parent) for parent in commit.parents]
        newest = max([commit.committer_time, *times])
        return self._write("commit", format_commit(commit.set_committer_time(newest)))

    def _write(self, kind: str, data: bytes) -> str:
        """Store an object and return its id. Raises StorageError.

        git reads it from a file, so that one process stores many.
        """
        folder = self._repository.state_dir
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix="object-") as file:
                file.write(data)
                file.flush()
                oid = self._pass_file(kind, file.name)
        except OSError as error:
            raise make_write_error(folder, error) from None
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

    def move_ref(self, name: str, expected: str | None, new: str, message: str) -> bool:
        self.unconfirmed = ""
        lock_file = find_lock_file(self._repository, name)
        old_value = expected or "0" * len(new)
        for attempt in range(LOCK_ATTEMPTS):
            done = self._repository.try_git(
                *_SYNC, "update-ref", "-m", message, name, new, old_value
            )
            if done.returncode == 0:
                return True
            if self.read_ref(name) != expected:
                return False
            complaint = _get_complaint(done.stderr)
            if not lock_file.exists() and _LOCKED not in complaint:
                raise make_failure(name, OSError(complaint))
            if not remove_stale(lock_file):
                wait_for_lock(attempt)
        raise StorageError(
            f"'{name}' is locked by another git process", f"if none runs, remove {lock_file}"
        )

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


def _name_blob(oid: str) -> str:
    """Return the id of a blob; "" for the id of none."""
    return oid if oid.strip("0") else ""


def _get_complaint(errors: bytes) -> str:
    """Return git's first complaint that is no mere warning."""
    lines = os.fsdecode(errors).splitlines()
    complaints = [line for line in lines if line and not line.startswith("warning:")]
    return complaints[0] if complaints else "git gave no reason"
