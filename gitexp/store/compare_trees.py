"""Walking the trees of a record: which files differ, and which entries no record has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.tree import find_objection, is_folder_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitexp.store.tree import TreeEntry

    ReadTree = Callable[[str], list[TreeEntry]]
    ReadEntries = Callable[[str], Iterable[tuple[bytes, int, str]]]
    """Returns name, mode and id of the entries of a tree."""


class ForbiddenEntry(NamedTuple):
    """The path of an entry that no record has, and what it is."""

    path: str
    objection: str


class FileDifference(NamedTuple):
    """A file that differs between two trees. ``present`` is False for one that was removed."""

    path: str
    blob: str
    present: bool


class ChangedBlob(NamedTuple):
    """The blobs of a file that differs between two trees; "" where a tree has no such file."""

    old: str
    new: str


def find_tree_entry(read_tree: ReadTree, tree: str, path: str) -> TreeEntry | None:
    """Return the entry that lies at ``path`` in a tree, or None."""
    entry: TreeEntry | None = None
    oid = tree
    for name in path.split("/"):
        if entry is not None and not entry.is_tree:
            return None
        entry = next((entry for entry in read_tree(oid) if entry.name == name), None)
        if entry is None:
            return None
        oid = entry.oid
    return entry


def find_forbidden_entry(
    read_tree: ReadTree, trusted: str | None, tree: str
) -> ForbiddenEntry | None:
    """Return an entry that no record has; None where all are fine.

    What a ``trusted`` tree has in the same place is not looked at again.
    """
    seen: set[str] = set()
    pending = [(trusted, tree, "")]
    while pending:
        old_tree, new_tree, prefix = pending.pop()
        if new_tree == old_tree or new_tree in seen:
            continue
        seen.add(new_tree)
        old_entries = _read_by_name(read_tree, old_tree)
        for entry in read_tree(new_tree):
            path = f"{prefix}{entry.name}"
            if objection := find_objection(entry):
                return ForbiddenEntry(path, objection)
            if entry.is_tree:
                old_folder = _get_folder(old_entries.get(entry.name))
                pending.append((old_folder, entry.oid, f"{path}/"))
    return None


def list_file_differences(
    read_tree: ReadTree, old_tree: str | None, new_tree: str | None, prefix: str
) -> Iterator[FileDifference]:
    """Yield the files that differ between two trees (None: an empty one), with paths below
    ``prefix``.

    Links and submodules are passed over.
    """
    pending = [(old_tree, new_tree, prefix)]
    while pending:
        old_tree, new_tree, prefix = pending.pop()
        if old_tree == new_tree:
            continue
        old_entries = _read_by_name(read_tree, old_tree)
        new_entries = _read_by_name(read_tree, new_tree)
        for name in {**new_entries, **old_entries}:
            old, new = old_entries.get(name), new_entries.get(name)
            if old == new:
                continue
            path = f"{prefix}{name}"
            pending.append((_get_folder(old), _get_folder(new), f"{path}/"))
            if new is not None and new.is_file:
                yield FileDifference(path, new.oid, True)
            elif old is not None and old.is_file:
                yield FileDifference(path, old.oid, False)


def list_changed_entries(
    read_entries: ReadEntries, old_tree: str, new_tree: str
) -> Iterator[ChangedBlob]:
    """Yield what differs between two trees ("": an empty one), by name: links and submodules, too."""
    old_entries = set(read_entries(old_tree)) if old_tree else set()
    new_entries = set(read_entries(new_tree)) if new_tree else set()
    old_by_name = {entry[0]: entry for entry in old_entries - new_entries}
    new_by_name = {entry[0]: entry for entry in new_entries - old_entries}
    for name in sorted(old_by_name.keys() | new_by_name.keys()):
        old_folder, old_blob = _split_kind(old_by_name.get(name))
        new_folder, new_blob = _split_kind(new_by_name.get(name))
        if old_blob or new_blob:
            yield ChangedBlob(old_blob, new_blob)
        if old_folder or new_folder:
            yield from list_changed_entries(read_entries, old_folder, new_folder)


def _split_kind(entry: tuple[bytes, int, str] | None) -> tuple[str, str]:
    """Return the id of an entry as that of a folder, or as that of anything else."""
    if entry is None:
        return "", ""
    _, mode, oid = entry
    return (oid, "") if is_folder_mode(mode) else ("", oid)


def find_new_objects(read_tree: ReadTree, tree: str, held_trees: Sequence[str]) -> Iterator[str]:
    """Yield the trees and blobs of a tree that none of the ``held_trees`` has in the same place."""
    if tree in held_trees:
        return
    yield tree
    held_by_name: dict[str, list[TreeEntry]] = {}
    for held_tree in held_trees:
        for entry in read_tree(held_tree):
            held_by_name.setdefault(entry.name, []).append(entry)
    for entry in read_tree(tree):
        held_entries = held_by_name.get(entry.name, [])
        if entry.is_tree:
            folders = [held.oid for held in held_entries if held.is_tree]
            yield from find_new_objects(read_tree, entry.oid, folders)
        elif not entry.is_submodule and entry.oid not in [held.oid for held in held_entries]:
            yield entry.oid


def _read_by_name(read_tree: ReadTree, tree: str | None) -> dict[str, TreeEntry]:
    """Return the entries of a tree (None: an empty one) by name."""
    return {entry.name: entry for entry in read_tree(tree)} if tree else {}


def _get_folder(entry: TreeEntry | None) -> str | None:
    """Return the tree of an entry that is a folder; None for anything else."""
    return entry.oid if entry is not None and entry.is_tree else None
