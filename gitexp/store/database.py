"""Git objects and refs as the record needs them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gitexp.errors import RepositoryError
from gitexp.store.commit_bytes import CommitBytes, format_commit, format_signature, parse_commit
from gitexp.store.compare_trees import (
    find_forbidden_entry,
    find_tree_entry,
    list_changed_entries,
    list_file_differences,
)
from gitexp.store.failures import make_missing_error
from gitexp.store.gathered import GatheredObjects
from gitexp.store.object_processes import ObjectProcesses
from gitexp.store.own_packs import OwnPacks
from gitexp.store.pack_format import hash_object
from gitexp.store.ref_files import UnconfirmedMoveError
from gitexp.store.ref_moves import RefMoves
from gitexp.store.refs import read_ref
from gitexp.store.repository import STAY_LOCAL, STAY_LOCAL_ENV
from gitexp.store.tree import RawEntry, format_tree, parse_tree, split_folders, split_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gitexp.store.commit_bytes import Signature
    from gitexp.store.compare_trees import ChangedBlob, FileDifference, ForbiddenEntry
    from gitexp.store.repository import Repository
    from gitexp.store.tree import TreeEntry

Entry = TypeVar("Entry")

_TREE_MODE, _FILE_MODE = 0o040000, 0o100644


class CommitMessage(NamedTuple):
    """What a commit says, and the ids of its parents."""

    message: str
    parents: tuple[str, ...]


class Database:
    """The object database and refs of one repository, for one thread.

    An object that was written can be read by every git process at once. Its bytes are on the disk
    before a ref that was moved later names it. Ids are text: 40 hexadecimal digits, or 64.
    ``unconfirmed``: why the disk did not confirm the last move of a ref, "" where it did.
    """

    def __init__(self, repository: Repository) -> None:
        """Open nothing yet."""
        self._repository = repository
        self._id_bytes = repository.id_bytes
        self.empty_tree = hash_object("tree", b"", self._id_bytes)
        self.unconfirmed = ""
        self._packs = OwnPacks(repository)
        self._objects = ObjectProcesses(repository, self._packs)
        self._ref_moves = RefMoves(repository)
        self._gathered: GatheredObjects | None = None

    def close(self) -> None:
        """Give back what is held open. What is asked for later is opened again."""
        self._objects.close()

    # Reading objects.

    def read_blob(self, oid: str) -> bytes:
        """Return the bytes of a blob. Raises RepositoryError when it is missing (partial clone)."""
        return self._read("blob", oid)

    def read_small_blob(self, oid: str, largest: int) -> bytes:
        """Return the bytes of a blob, none of one with more than ``largest`` bytes.

        Raises RepositoryError when it is missing.
        """
        gathered = self._find_gathered("blob", oid)
        if gathered is not None:
            return gathered if len(gathered) <= largest else b""
        answer = self._objects.ask(oid, largest)
        if answer is None or answer.kind != "blob":
            raise make_missing_error(oid)
        return answer.data or b""

    def read_tree_id(self, commit: str) -> str:
        """Return the id of a commit's tree. Raises RepositoryError when the commit is missing."""
        return parse_commit(self._read("commit", commit)).tree

    def read_tree(self, oid: str) -> list[TreeEntry]:
        """Return the entries of a tree as they are stored. Raises RepositoryError."""
        return self._parse_tree(oid, parse_tree)

    def read_commit(self, oid: str) -> CommitMessage | None:
        """Return message and parents of a commit, or None when it is not in this clone."""
        try:
            commit = parse_commit(self._read("commit", oid))
        except RepositoryError:
            return None
        return CommitMessage(commit.decode_message(), commit.parents)

    def read_commit_time(self, oid: str) -> int:
        """Return when a commit was made, in seconds since 1970.

        Raises RepositoryError when the commit is missing.
        """
        return parse_commit(self._read("commit", oid)).committer_time

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return True if a commit is the other one or an ancestor of it, and both are here."""
        if older == newer:
            return True
        done = self._repository.try_git(
            *STAY_LOCAL, "merge-base", "--is-ancestor", older, newer, env=STAY_LOCAL_ENV
        )
        return done.returncode == 0

    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        """Return the files that differ between two trees, ``most`` of them at most.

        Raises RepositoryError when a tree is missing.
        """
        if old_tree == new_tree:
            return []
        return list(islice(list_changed_entries(self._split_tree, old_tree, new_tree), most))

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

    def _split_tree(self, oid: str) -> list[tuple[bytes, int, str]]:
        """Return name, mode and id of the entries of a tree. Raises RepositoryError."""
        return self._parse_tree(oid, split_tree)

    def _read(self, kind: str, oid: str) -> bytes:
        """Return the bytes of an object. Raises RepositoryError where none of that kind is here."""
        gathered = self._find_gathered(kind, oid)
        if gathered is not None:
            return gathered
        stored = self._objects.find(oid)
        if stored is None or stored.kind != kind or stored.data is None:
            raise make_missing_error(oid)
        return stored.data

    def _find_gathered(self, kind: str, oid: str) -> bytes | None:
        """Return the bytes of an object that is gathered and may not be stored yet, or None."""
        return None if self._gathered is None else self._gathered.find(oid, kind)

    def _parse_tree(self, oid: str, parse: Callable[[bytes, int], Iterable[Entry]]) -> list[Entry]:
        """Return the entries of a tree as ``parse`` reads them. Raises RepositoryError."""
        data = self._read("tree", oid)
        try:
            return list(parse(data, self._id_bytes))
        except ValueError:
            raise RepositoryError(
                f"tree {oid[:12]} is damaged", "see what 'git fsck' says"
            ) from None

    # Writing objects.

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Store what is written inside as one pack, which no gc beside takes away before a ref holds it.

        Git sees nothing of it before ``store_gathered``, a move of a ref, or the end. The lock of the
        clone is held. What was stored is kept until ``release_objects``. Inside another ``gather`` it
        does nothing.
        """
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
        """Gather an object that is stored already. Outside of ``gather`` it does nothing."""
        if self._gathered is None or self._gathered.holds(oid) or self._packs.keeps(oid):
            return
        stored = self._objects.find(oid)
        if stored is None or stored.data is None:
            raise make_missing_error(oid)
        self._gathered.add(stored.kind, stored.data)

    def take_in_objects(self, folder: Path) -> None:
        """Gather the objects of a folder that is laid out as git's own. Raises StorageError."""
        if self._gathered is not None:
            self._gathered.take_in(folder)

    def release_objects(self) -> None:
        """Let a gc remove what was stored, where no ref holds it: all refs are moved."""
        self._packs.release()

    def write_blob(self, data: bytes) -> str:
        """Store a blob and return its id."""
        return self._write("blob", data)

    def write_tree(self, base: str | None, files: Mapping[str, str | None]) -> str:
        """Store the tree ``base`` with ``files`` put in (path -> blob id) or taken out (None).

        Return its id. A folder that becomes empty is taken out too.
        """
        direct_files, files_by_folder = split_folders(files)
        entries = self._read_raw_entries(base)
        for name, oid in direct_files.items():
            raw_name = os.fsencode(name)
            if oid is not None:
                entries[raw_name] = RawEntry(raw_name, _FILE_MODE, oid)
            else:
                entries.pop(raw_name, None)
        for name, inner_files in files_by_folder.items():
            self._put_folder(entries, os.fsencode(name), inner_files)
        return self._write("tree", format_tree(entries.values()))

    def _read_raw_entries(self, tree: str | None) -> dict[bytes, RawEntry]:
        """Return the entries of a tree by name; none for None. Raises RepositoryError."""
        if tree is None or tree == self.empty_tree:
            return {}
        return {name: RawEntry(name, mode, oid) for name, mode, oid in self._split_tree(tree)}

    def _put_folder(
        self, entries: dict[bytes, RawEntry], name: bytes, files: Mapping[str, str | None]
    ) -> None:
        """Put files into a folder of a tree that is being built, or take them out."""
        old = entries.get(name)
        if old is None and not any(files.values()):
            return
        old_folder = old.oid if old is not None and old.mode == _TREE_MODE else None
        folder = self.write_tree(old_folder, files)
        if folder != self.empty_tree:
            entries[name] = RawEntry(name, _TREE_MODE, folder)
        else:
            entries.pop(name, None)

    def write_entries(self, entries: Iterable[TreeEntry]) -> str:
        """Store a tree that has just these entries and return its id."""
        raw_entries = [
            RawEntry(os.fsencode(entry.name), entry.mode, entry.oid) for entry in entries
        ]
        return self._write("tree", format_tree(raw_entries))

    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        """Store a commit that no ref holds yet, and return its id.

        Its committer's time is not before that of a parent: ``git rev-list`` walks by these times,
        and with a parent that is newer than its child it lists commits that the excluded ones hold.
        """
        author = format_signature(who.name, who.mail, who.time, who.offset)
        return self._write_commit(
            CommitBytes(tree, tuple(parents), author, author, message.encode())
        )

    def copy_commit(
        self, oid: str, tree: str, parents: Sequence[str], message: str | None = None
    ) -> str:
        """Store a commit with another tree and other parents, and return its id.

        All else is as it was, but for a committer's time that was before that of a parent, and for
        the message where one is given.
        """
        old = parse_commit(self._read("commit", oid))
        text = old.decode_message() if message is None else message
        copy = CommitBytes(tree, tuple(parents), old.author, old.committer, text.encode())
        return self._write_commit(copy)

    def _write_commit(self, commit: CommitBytes) -> str:
        """Store a commit, its committer's time not before that of a parent."""
        times = [self.read_commit_time(parent) for parent in commit.parents]
        newest = max([commit.committer_time, *times])
        return self._write("commit", format_commit(commit.set_committer_time(newest)))

    def _write(self, kind: str, data: bytes) -> str:
        """Store an object, or gather it, and return its id. Raises StorageError."""
        if self._gathered is not None:
            return self._gathered.add(kind, data)
        return self._objects.store(kind, data)

    def store_gathered(self) -> None:
        """Store what was gathered so far: git is to see it. Raises StorageError."""
        if self._gathered is not None:
            self._gathered.store()

    # Refs.

    def read_ref(self, name: str) -> str | None:
        """Return the id that a ref holds now, or None when there is no such ref."""
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
        """Set a ref if it still holds ``expected`` (None: there is none).

        False when another was faster. One that ``is_derived`` from others may go back to its old
        value when the power fails.

        A ref that moved counts as moved, even where the disk failed afterwards: then
        ``unconfirmed`` says why.
        """
        self.unconfirmed = ""
        self.store_gathered()
        try:
            return self._ref_moves.move(name, expected, new, message, is_derived=is_derived)
        except UnconfirmedMoveError as error:
            self.unconfirmed = str(error)
            return True

    def delete_ref(self, name: str) -> None:
        """Delete a ref if it exists."""
        self._ref_moves.delete(name)
