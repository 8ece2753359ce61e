"""Trees and commits made of bytes: what both databases do alike, over finding and storing an object."""

from __future__ import annotations

import os
from abc import abstractmethod
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gitexp.errors import RepositoryError
from gitexp.store.commit_bytes import CommitBytes, format_commit, format_signature, parse_commit
from gitexp.store.compare_trees import list_changed_entries
from gitexp.store.database import CommitMessage, Database, split_folders
from gitexp.store.failures import make_missing_error
from gitexp.store.gathered import GatheredObjects
from gitexp.store.own_packs import OwnPacks
from gitexp.store.pack_format import hash_object
from gitexp.store.tree import RawEntry, format_tree, parse_tree, split_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gitexp.store.compare_trees import ChangedBlob
    from gitexp.store.database import Signature
    from gitexp.store.repository import Repository
    from gitexp.store.tree import TreeEntry

Entry = TypeVar("Entry")

_TREE_MODE, _FILE_MODE = 0o040000, 0o100644


class ObjectBytes(NamedTuple):
    """Kind of an object, and its bytes."""

    kind: str
    data: bytes


class ByteDatabase(Database):
    """A database that finds and stores objects as bytes."""

    def __init__(self, repository: Repository) -> None:
        """Open nothing yet."""
        self._id_bytes = repository.id_bytes
        self.empty_tree = hash_object("tree", b"", self._id_bytes)
        self._packs = OwnPacks(repository)
        self._gathered: GatheredObjects | None = None

    @abstractmethod
    def _find_object(self, oid: str) -> ObjectBytes | None:
        """Return an object that git has, or None."""

    @abstractmethod
    def _store_object(self, kind: str, data: bytes) -> str:
        """Store an object and return its id. Raises StorageError."""

    # Reading objects.

    def read_blob(self, oid: str) -> bytes:
        return self._read("blob", oid)

    def read_tree_id(self, commit: str) -> str:
        return parse_commit(self._read("commit", commit)).tree

    def read_tree(self, oid: str) -> list[TreeEntry]:
        return self._parse_tree(oid, parse_tree)

    def read_commit(self, oid: str) -> CommitMessage | None:
        try:
            commit = parse_commit(self._read("commit", oid))
        except RepositoryError:
            return None
        return CommitMessage(commit.decode_message(), commit.parents)

    def read_commit_time(self, oid: str) -> int:
        return parse_commit(self._read("commit", oid)).committer_time

    def list_changed_blobs(self, old_tree: str, new_tree: str, most: int) -> list[ChangedBlob]:
        if old_tree == new_tree:
            return []
        return list(islice(list_changed_entries(self._split_tree, old_tree, new_tree), most))

    def _split_tree(self, oid: str) -> list[tuple[bytes, int, str]]:
        """Return name, mode and id of the entries of a tree. Raises RepositoryError."""
        return self._parse_tree(oid, split_tree)

    def _read(self, kind: str, oid: str) -> bytes:
        """Return the bytes of an object. Raises RepositoryError where none of that kind is here."""
        gathered = self._find_gathered(kind, oid)
        if gathered is not None:
            return gathered
        stored = self._find_object(oid)
        if stored is None or stored.kind != kind:
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
        if self._gathered is None or self._gathered.holds(oid) or self._packs.keeps(oid):
            return
        stored = self._find_object(oid)
        if stored is None:
            raise make_missing_error(oid)
        self._gathered.add(stored.kind, stored.data)

    def take_in_objects(self, folder: Path) -> None:
        if self._gathered is not None:
            self._gathered.take_in(folder)

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
        raw_entries = [
            RawEntry(os.fsencode(entry.name), entry.mode, entry.oid) for entry in entries
        ]
        return self._write("tree", format_tree(raw_entries))

    def write_commit(self, tree: str, parents: Sequence[str], message: str, who: Signature) -> str:
        author = format_signature(who.name, who.mail, who.time, who.offset)
        return self._write_commit(
            CommitBytes(tree, tuple(parents), author, author, message.encode())
        )

    def copy_commit(
        self, oid: str, tree: str, parents: Sequence[str], message: str | None = None
    ) -> str:
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
        return self._store_object(kind, data)

    def store_gathered(self) -> None:
        if self._gathered is not None:
            self._gathered.store()
