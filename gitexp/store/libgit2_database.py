"""Git objects and refs, read and written through libgit2: the one place that speaks to it."""

from __future__ import annotations

import itertools
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import pygit2
from pygit2.enums import FileMode, ObjectType, Option

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.commit_bytes import (
    CommitBytes,
    format_commit,
    format_signature,
    parse_commit,
)
from gitexp.store.database import (
    LOCK_ATTEMPTS,
    ChangedBlob,
    CommitMessage,
    Database,
    split_folders,
    wait_for_lock,
)
from gitexp.store.failures import make_failure, make_missing_error
from gitexp.store.gathered import GatheredObjects
from gitexp.store.lock import remove_stale
from gitexp.store.own_packs import OwnPacks
from gitexp.store.tree import RawEntry, format_tree, parse_tree, split_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gitexp.store.database import Signature
    from gitexp.store.repository import Repository
    from gitexp.store.tree import TreeEntry

Entry = TypeVar("Entry")
Found = TypeVar("Found")

_FIND_ATTEMPTS = 5
_FIND_PAUSE = 0.02
"""Seconds."""
_LOCK_COMPLAINTS = ("failed to lock", "failed to create locked file", "failed to rename lockfile")
"""What libgit2 says where another process has the lock of a ref, or removes its folder meanwhile."""

_KINDS = {"commit": ObjectType.COMMIT, "tree": ObjectType.TREE, "blob": ObjectType.BLOB}
_KIND_NAMES = {kind: name for name, kind in _KINDS.items()}

pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)
# Whose repository may be opened is for git to decide, and git found it for us. libgit2 knows less
# of safe.directory.
pygit2.option(Option.SET_OWNER_VALIDATION, False)


class Libgit2Database(Database):
    """The object database and refs of one repository that libgit2 can open."""

    empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

    def __init__(self, repository: Repository) -> None:
        """Open it.

        Raises RepositoryError for a kind that libgit2 does not know (reftable, SHA-256).
        """
        try:
            self._repo = pygit2.Repository(str(repository.git_dir))
        except (pygit2.GitError, ValueError, KeyError) as error:
            raise RepositoryError(f"libgit2 cannot open '{repository.git_dir}': {error}") from None
        self._packs = OwnPacks(repository)
        self._common_dir = repository.common_dir
        self._gathered: GatheredObjects | None = None

    def close(self) -> None:
        self._repo.free()

    # Reading objects.

    def read_blob(self, oid: str) -> bytes:
        if (data := self._find_gathered(oid, "blob")) is not None:
            return data
        try:
            blob = self._find_object(oid).peel(pygit2.Blob)
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(oid) from None
        return bytes(blob.data)

    def read_small_blob(self, oid: str, largest: int) -> bytes:
        try:
            blob = self._find_object(oid).peel(pygit2.Blob)
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(oid) from None
        return bytes(blob.data) if blob.size <= largest else b""

    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        if old_tree == new_tree:
            return []
        try:
            diff = (
                self._find_object(old_tree)
                .peel(pygit2.Tree)
                .diff_to_tree(self._find_object(new_tree).peel(pygit2.Tree))
            )
            return [
                ChangedBlob(_name_blob(delta.old_file.id), _name_blob(delta.new_file.id))
                for delta in itertools.islice(diff.deltas, most)
            ]
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(new_tree) from None

    def read_tree_id(self, commit: str) -> str:
        if data := self._find_gathered(commit, "commit"):
            return parse_commit(data).tree
        try:
            return str(self._find_object(commit).peel(pygit2.Commit).tree_id)
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(commit) from None

    def read_tree(self, oid: str) -> list[TreeEntry]:
        return self._parse_tree(oid, parse_tree)

    def _parse_tree(self, oid: str, parse: Callable[[bytes], Iterable[Entry]]) -> list[Entry]:
        """Return the entries of a tree as ``parse`` reads them. Raises RepositoryError."""
        data = self._find_gathered(oid, "tree")
        try:
            if data is None:
                kind, data = self._look_again(self._repo.read, oid)
                if kind != ObjectType.TREE:
                    raise ValueError("no tree")
            return list(parse(data))
        except KeyError:
            raise make_missing_error(oid) from None
        except ValueError:
            raise RepositoryError(
                f"tree {oid[:12]} is damaged", "see what 'git fsck' says"
            ) from None

    def _find_object(self, oid: str) -> pygit2.Object:
        """Return an object. Raises KeyError or GitError where it is missing."""
        return self._look_again(self._repo.__getitem__, oid)

    def _look_again(self, find: Callable[[str], Found], oid: str) -> Found:
        """Return what ``find`` returns for an object, tried again while packs change.

        A repack beside moves the object from one pack to another, and libgit2 may miss both.
        """
        for _ in range(_FIND_ATTEMPTS):
            try:
                return find(oid)
            except (KeyError, pygit2.GitError):
                if not self._packs.have_just_changed():
                    raise
                time.sleep(_FIND_PAUSE)
        return find(oid)

    def read_commit(self, oid: str) -> CommitMessage | None:
        try:
            commit = self._find_object(oid).peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return CommitMessage(commit.message, tuple(str(parent) for parent in commit.parent_ids))

    def read_commit_time(self, oid: str) -> int:
        if data := self._find_gathered(oid, "commit"):
            return parse_commit(data).committer_time
        try:
            return int(self._find_object(oid).peel(pygit2.Commit).commit_time)
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(oid) from None

    def is_ancestor(self, older: str, newer: str) -> bool:
        if older == newer:
            return True
        try:
            return bool(self._repo.descendant_of(newer, older))
        except (KeyError, ValueError, pygit2.GitError):
            return False

    # Writing objects.

    gathers = True

    @contextmanager
    def gather(self) -> Iterator[None]:
        if self._gathered is not None:
            yield
            return
        self._gathered = GatheredObjects(self._packs)
        try:
            yield
            self._gathered.store()
        finally:
            self._gathered = None

    def gather_object(self, oid: str) -> None:
        if self._gathered is None:
            return
        try:
            kind, data = self._look_again(self._repo.read, oid)
        except (KeyError, pygit2.GitError):
            raise make_missing_error(oid) from None
        self._gathered.add(_KIND_NAMES[ObjectType(kind)], data)

    def take_in_objects(self, folder: Path) -> None:
        taken_in = GatheredObjects(self._packs)
        taken_in.take_in(folder)

    def release_objects(self) -> None:
        self._packs.release()

    def write_blob(self, data: bytes) -> str:
        return self._write("blob", data)

    def write_tree(self, base: str | None, files: Mapping[str, str | None]) -> str:
        direct_files, files_by_folder = split_folders(files)
        entries = self._read_raw_entries(base)
        for name, oid in direct_files.items():
            raw_name = os.fsencode(name)
            if oid is not None:
                entries[raw_name] = RawEntry(raw_name, FileMode.BLOB, oid)
            else:
                entries.pop(raw_name, None)
        for name, inner_files in files_by_folder.items():
            self._put_folder(entries, os.fsencode(name), inner_files)
        return self._write("tree", format_tree(entries.values()))

    def _read_raw_entries(self, tree: str | None) -> dict[bytes, RawEntry]:
        """Return the entries of a tree by name; none for None. Raises RepositoryError."""
        if tree is None or tree == self.empty_tree:
            return {}
        raw_entries = self._parse_tree(tree, split_tree)
        return {name: RawEntry(name, mode, oid) for name, mode, oid in raw_entries}

    def _put_folder(
        self, entries: dict[bytes, RawEntry], name: bytes, files: Mapping[str, str | None]
    ) -> None:
        """Put files into a folder of a tree that is being built, or take them out."""
        old = entries.get(name)
        old_folder = old.oid if old is not None and old.mode == FileMode.TREE else None
        folder = self.write_tree(old_folder, files)
        if folder != self.empty_tree:
            entries[name] = RawEntry(name, FileMode.TREE, folder)
        else:
            entries.pop(name, None)

    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        author = format_signature(who.name, who.mail, who.time, who.offset)
        commit = CommitBytes(tree, tuple(parents), author, author, message.encode())
        times = [self.read_commit_time(parent) for parent in parents]
        newest = max([who.time, *times])
        return self._write("commit", format_commit(commit.set_committer_time(newest)))

    def _write(self, kind: str, data: bytes) -> str:
        """Store an object, or gather it, and return its id. Raises StorageError."""
        if self._gathered is not None:
            return self._gathered.add(kind, data)
        with _turn_write_errors(self._common_dir):
            return str(self._repo.write(_KINDS[kind], data))

    def _find_gathered(self, oid: str, kind: str) -> bytes | None:
        """Return the bytes of an object that is gathered and not stored yet, or None."""
        return None if self._gathered is None else self._gathered.find(oid, kind)

    def _make_committer(
        self, signature: pygit2.Signature, parents: Sequence[str]
    ) -> pygit2.Signature:
        """Return the signature with a time that is not before that of a parent."""
        times = [self.read_commit_time(parent) for parent in parents]
        newest = max([signature.time, *times])
        return pygit2.Signature(signature.name, signature.email, newest, signature.offset)

    def write_entries(self, entries: Iterable[TreeEntry]) -> str:
        with _turn_write_errors(self._common_dir):
            builder = self._repo.TreeBuilder()
            for entry in entries:
                builder.insert(entry.name, entry.oid, entry.mode)
            return str(builder.write())

    def copy_commit(
        self, oid: str, tree: str, parents: Sequence[str], message: str | None = None
    ) -> str:
        commit = self._find_object(oid).peel(pygit2.Commit)
        with _turn_write_errors(self._common_dir):
            committer = self._make_committer(commit.committer, parents)
            copy = self._repo.create_commit(
                None,
                commit.author,
                committer,
                commit.message if message is None else message,
                tree,
                list(parents),
            )
            return str(copy)

    # Refs.

    def read_ref(self, name: str) -> str | None:
        ref = self._repo.references.get(name)
        return str(ref.resolve().target) if ref is not None else None

    def move_ref(self, name: str, expected: str | None, new: str, message: str) -> bool:
        self.unconfirmed = ""
        if self._gathered is not None:
            self._gathered.store()
        for attempt in range(LOCK_ATTEMPTS):
            try:
                return self._swap_ref(name, expected, new, message)
            except (pygit2.GitError, OSError) as error:
                # A lock in the way is an OSError or a GitError, by where libgit2 met it.
                if not any(complaint in str(error) for complaint in _LOCK_COMPLAINTS):
                    # libgit2 syncs the folder after the rename that moves the ref.
                    if self.read_ref(name) == new:
                        self.unconfirmed = str(error)
                        return True
                    raise make_failure(name, error) from None
                lock_file = self._common_dir / f"{name}.lock"
                if not remove_stale(lock_file):
                    wait_for_lock(attempt)
        raise StorageError(
            f"'{name}' is locked by another git process",
            f"if none runs, remove {self._common_dir / name}.lock",
        )

    def _swap_ref(self, name: str, expected: str | None, new: str, message: str) -> bool:
        """Set a ref if it still holds ``expected``, and return True if it did.

        ``Reference.set_target`` on a reference that was just read makes libgit2 check the old value
        under the ref's own lock. ``create`` with force does not.
        """
        if expected is None:
            try:
                self._repo.references.create(name, new, force=False)
            except (pygit2.AlreadyExistsError, ValueError):
                return False
            return True
        ref = self._repo.references.get(name)
        if ref is None or str(ref.target) != expected:
            return False
        try:
            ref.set_target(new, message)
        except KeyError:
            return False
        except pygit2.GitError as error:
            if "old reference value" in str(error):
                return False
            raise
        return True

    def delete_ref(self, name: str) -> None:
        if self._repo.references.get(name) is not None:
            self._repo.references.delete(name)


def _name_blob(oid: pygit2.Oid) -> str:
    """Return the id of a blob; "" for the id of none."""
    name = str(oid)
    return name if name.strip("0") else ""


@contextmanager
def _turn_write_errors(path: Path) -> Iterator[None]:
    """Turn what libgit2 raises while it writes into a StorageError."""
    try:
        yield
    except (OSError, pygit2.GitError) as error:
        raise make_failure(path, error) from None
