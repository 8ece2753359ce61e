"""Git objects and refs, read and written through libgit2: the one place that speaks to it."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, TypeVar

import pygit2
from pygit2.enums import ObjectType, Option

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.byte_database import ByteDatabase, ObjectBytes
from gitexp.store.database import LOCK_ATTEMPTS, ChangedBlob, wait_for_lock
from gitexp.store.failures import make_failure, make_missing_error
from gitexp.store.lock import remove_stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.store.repository import Repository

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


class Libgit2Database(ByteDatabase):
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
        super().__init__(repository)
        self._common_dir = repository.common_dir

    def close(self) -> None:
        self._repo.free()

    # Reading objects.

    def read_small_blob(self, oid: str, largest: int) -> bytes:
        try:
            blob = self._open_object(oid).peel(pygit2.Blob)
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(oid) from None
        return bytes(blob.data) if blob.size <= largest else b""

    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        if old_tree == new_tree:
            return []
        try:
            diff = (
                self._open_object(old_tree)
                .peel(pygit2.Tree)
                .diff_to_tree(self._open_object(new_tree).peel(pygit2.Tree))
            )
            return [
                ChangedBlob(_name_blob(delta.old_file.id), _name_blob(delta.new_file.id))
                for delta in itertools.islice(diff.deltas, most)
            ]
        except (KeyError, ValueError, pygit2.GitError):
            raise make_missing_error(new_tree) from None

    def _find_object(self, oid: str) -> ObjectBytes | None:
        try:
            kind, data = self._look_again(self._repo.read, oid)
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return ObjectBytes(_KIND_NAMES[ObjectType(kind)], data)

    def _open_object(self, oid: str) -> pygit2.Object:
        """Return an object as libgit2 has it. Raises KeyError or GitError where it is missing."""
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

    def is_ancestor(self, older: str, newer: str) -> bool:
        if older == newer:
            return True
        try:
            return bool(self._repo.descendant_of(newer, older))
        except (KeyError, ValueError, pygit2.GitError):
            return False

    # Writing objects.

    gathers = True

    def _store_object(self, kind: str, data: bytes) -> str:
        try:
            return str(self._repo.write(_KINDS[kind], data))
        except (OSError, pygit2.GitError) as error:
            raise make_failure(self._common_dir, error) from None

    # Refs.

    def read_ref(self, name: str) -> str | None:
        ref = self._repo.references.get(name)
        return str(ref.resolve().target) if ref is not None else None

    def move_ref(self, name: str, expected: str | None, new: str, message: str) -> bool:
        self.unconfirmed = ""
        self._store_gathered()
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
