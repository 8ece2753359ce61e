"""Git objects and refs as the record needs them, whatever reads and writes them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.compare_trees import (
    find_forbidden_entry,
    find_tree_entry,
    list_file_differences,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gitexp.store.compare_trees import ChangedBlob, FileDifference, ForbiddenEntry
    from gitexp.store.tree import TreeEntry

# A ref that another git process holds is tried again for about 4 seconds.
LOCK_ATTEMPTS = 40
_LONGEST_PAUSE = 0.1


class Signature(NamedTuple):
    """Who and when, of a commit.

    ``time`` in seconds since 1970, ``offset`` in minutes east of UTC.
    """

    name: str
    mail: str
    time: int
    offset: int


class CommitMessage(NamedTuple):
    """What a commit says, and the ids of its parents."""

    message: str
    parents: tuple[str, ...]


class Database(ABC):
    """The object database and refs of one repository, for one thread.

    An object that was written can be read by every git process at once. Its bytes are on the disk
    before a ref that was moved later names it. Ids are text: 40 hexadecimal digits, or 64.
    """

    empty_tree: str
    """Id of the tree that has no entries."""

    unconfirmed: str = ""
    """Why the disk did not confirm the last move of a ref; "" where it did."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is held open. What is asked for later is opened again."""

    # Reading objects.

    @abstractmethod
    def read_blob(self, oid: str) -> bytes:
        """Return the bytes of a blob. Raises RepositoryError when it is missing (partial clone)."""

    @abstractmethod
    def read_small_blob(self, oid: str, largest: int) -> bytes:
        """Return the bytes of a blob, none of one with more than ``largest`` bytes.

        Raises RepositoryError when it is missing.
        """

    @abstractmethod
    def read_tree(self, oid: str) -> list[TreeEntry]:
        """Return the entries of a tree as they are stored. Raises RepositoryError."""

    @abstractmethod
    def read_tree_id(self, commit: str) -> str:
        """Return the id of a commit's tree. Raises RepositoryError when the commit is missing."""

    @abstractmethod
    def read_commit(self, oid: str) -> CommitMessage | None:
        """Return message and parents of a commit, or None when it is not in this clone."""

    @abstractmethod
    def read_commit_time(self, oid: str) -> int:
        """Return when a commit was made, in seconds since 1970.

        Raises RepositoryError when the commit is missing.
        """

    @abstractmethod
    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return True if a commit is the other one or an ancestor of it, and both are here."""

    @abstractmethod
    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        """Return the files that differ between two trees, ``most`` of them at most.

        Raises RepositoryError when a tree is missing.
        """

    def find_entry(self, tree: str, path: str) -> str | None:
        """Return the id of the file that lies at ``path`` in a tree, or None."""
        entry = find_tree_entry(self.read_tree, tree, path)
        return entry.oid if entry is not None and entry.is_file else None

    def find_folder(self, tree: str | None, path: str) -> str | None:
        """Return the id of the folder that lies at ``path`` in a tree, or None."""
        entry = find_tree_entry(self.read_tree, tree, path) if tree else None
        return entry.oid if entry is not None and entry.is_tree else None

    def find_forbidden(self, trusted: str | None, tree: str) -> ForbiddenEntry | None:
        """Return an entry of a tree that no record has; None where all are fine.

        What a ``trusted`` tree has in the same place is not looked at again.
        """
        return find_forbidden_entry(self.read_tree, trusted, tree)

    def list_new_files(
        self, old_tree: str | None, new_tree: str, below: str
    ) -> Iterator[FileDifference]:
        """Yield each file below a folder that differs between two trees."""
        old_folder = self.find_folder(old_tree, below)
        new_folder = self.find_folder(new_tree, below)
        return list_file_differences(self.read_tree, old_folder, new_folder, f"{below}/")

    def list_committed_files(self, oid: str) -> Iterator[tuple[str, str]]:
        """Yield path and blob id of each file that a commit adds or changes against its first
        parent.
        """
        commit = self.read_commit(oid)
        parents = commit.parents if commit else ()
        old_tree = self.read_tree_id(parents[0]) if parents else None
        new_tree = self.read_tree_id(oid)
        for path, blob, present in list_file_differences(self.read_tree, old_tree, new_tree, ""):
            if present:
                yield path, blob

    # Writing objects.

    @abstractmethod
    def gather(self) -> AbstractContextManager[None]:
        """Store what is written inside as one pack, which no gc beside takes away before a ref holds it.

        Git sees nothing of it before ``store_gathered``, a move of a ref, or the end. The lock of the
        clone is held. What was stored is kept until ``release_objects``. Inside another ``gather`` it
        does nothing.
        """

    @abstractmethod
    def store_gathered(self) -> None:
        """Store what was gathered so far: git is to see it. Raises StorageError."""

    @abstractmethod
    def gather_object(self, oid: str) -> None:
        """Gather an object that is stored already. Outside of ``gather`` it does nothing."""

    @abstractmethod
    def take_in_objects(self, folder: Path) -> None:
        """Gather the objects of a folder that is laid out as git's own. Raises StorageError."""

    @abstractmethod
    def release_objects(self) -> None:
        """Let a gc remove what was stored, where no ref holds it: all refs are moved."""

    @abstractmethod
    def write_blob(self, data: bytes) -> str:
        """Store a blob and return its id."""

    @abstractmethod
    def write_tree(self, base: str | None, files: Mapping[str, str | None]) -> str:
        """Store the tree ``base`` with ``files`` put in (path -> blob id) or taken out (None).

        Return its id. A folder that becomes empty is taken out too.
        """

    @abstractmethod
    def write_entries(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree that has just these entries and return its id."""

    @abstractmethod
    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        """Store a commit that no ref holds yet, and return its id.

        Its committer's time is not before that of a parent: ``git rev-list`` walks by these times,
        and with a parent that is newer than its child it lists commits that the excluded ones hold.
        """

    @abstractmethod
    def copy_commit(
        self, oid: str, tree: str, parents: Sequence[str], message: str | None = None
    ) -> str:
        """Store a commit with another tree and other parents, and return its id.

        All else is as it was, but for a committer's time that was before that of a parent, and for
        the message where one is given.
        """

    # Refs.

    @abstractmethod
    def read_ref(self, name: str) -> str | None:
        """Return the id that a ref holds now, or None when there is no such ref."""

    @abstractmethod
    def move_ref(
        self,
        name: str,
        expected: str | None,
        new: str,
        message: str,
        *,
        is_derived: bool = False,
    ) -> bool:
        """Set a ref if it still holds ``expected`` (None: there is none).

        False when another was faster. One that ``is_derived`` from others may go back to its old
        value when the power fails.

        A ref that moved counts as moved, even where the disk failed afterwards: then
        ``unconfirmed`` says why.
        """

    @abstractmethod
    def delete_ref(self, name: str) -> None:
        """Delete a ref if it exists."""


def read_clock() -> tuple[int, int]:
    """Return the seconds since 1970 and the local offset in minutes."""
    stamp = int(time.time())
    return stamp, time.localtime(stamp).tm_gmtoff // 60


def split_folders(
    files: Mapping[str, str | None],
) -> tuple[dict[str, str | None], dict[str, dict[str, str | None]]]:
    """Return the files that lie in a folder itself, and by name those of each folder in it."""
    direct_files: dict[str, str | None] = {}
    files_by_folder: dict[str, dict[str, str | None]] = {}
    for path, oid in files.items():
        first, _, inner_path = path.partition("/")
        if inner_path:
            files_by_folder.setdefault(first, {})[inner_path] = oid
        else:
            direct_files[first] = oid
    return direct_files, files_by_folder


def wait_for_lock(attempt: int) -> None:
    """Wait for another process that holds a lock: longer each time, up to a tenth of a second."""
    time.sleep(min(0.01 * (attempt + 1), _LONGEST_PAUSE))
