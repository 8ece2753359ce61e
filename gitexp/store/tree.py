"""A tree object of git: its entries as they are stored, and which of them no record has.

Git fetches trees that it would never write or check out itself. Such an entry in a record is an
attempt to have a file written or read elsewhere, so a record that has one is not read at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHA1_BYTES = 20
_TYPE_BITS = 0o170000
_TREE, _FILE, _LINK, _SUBMODULE = 0o040000, 0o100000, 0o120000, 0o160000

# What HFS+ leaves out of a name when it looks for a file (utf8.c of git).
_NOTHING_ON_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# What NTFS takes for .git: its short name, points and spaces behind it, a stream of it (path.c of
# git).
_GIT_ON_NTFS = re.compile(r"(?:\.git|git~1)[. ]*(?:[\\/:].*)?", re.IGNORECASE | re.DOTALL)


class TreeEntry(NamedTuple):
    """One entry. Bytes of the name that are no UTF-8 stand in it as ``\\xff``."""

    name: str
    mode: int
    oid: str

    @property
    def is_tree(self) -> bool:
        """Return True for a folder."""
        return is_folder_mode(self.mode)

    @property
    def is_file(self) -> bool:
        """Return True for a regular file."""
        return self.mode & _TYPE_BITS == _FILE

    @property
    def is_submodule(self) -> bool:
        """Return True for a commit of another repository."""
        return self.mode & _TYPE_BITS == _SUBMODULE


class RawEntry(NamedTuple):
    """One entry, its name as it is stored."""

    name: bytes
    mode: int
    oid: str


def is_folder_mode(mode: int) -> bool:
    """Return True for the mode of a folder."""
    return mode & _TYPE_BITS == _TREE


def parse_tree(data: bytes, id_bytes: int = SHA1_BYTES) -> list[TreeEntry]:
    """Return the entries of a tree object. Raises ValueError for a damaged one."""
    return [
        TreeEntry(name.decode("utf-8", "backslashreplace"), mode, oid)
        for name, mode, oid in split_tree(data, id_bytes)
    ]


def split_tree(data: bytes, id_bytes: int = SHA1_BYTES) -> Iterator[tuple[bytes, int, str]]:
    """Yield name, mode and id of the entries of a tree object: mode, space, name, NUL, ``id_bytes``
    of id, each after the other. Raises ValueError for a damaged one.
    """
    start = 0
    while start < len(data):
        space = data.index(b" ", start)
        end = data.index(b"\0", space)
        stop = end + 1 + id_bytes
        if stop > len(data):
            raise ValueError("a tree ends inside an id")
        if end == space + 1:
            raise ValueError("an entry of a tree has no name")
        yield data[space + 1 : end], int(data[start:space], 8), data[end + 1 : stop].hex()
        start = stop


def format_tree(entries: Iterable[RawEntry]) -> bytes:
    """Return the bytes of a tree object, its entries in git's order."""
    pieces = []
    for entry in sorted(entries, key=_make_sort_key):
        pieces.append(b"%o %s\0%s" % (entry.mode, entry.name, bytes.fromhex(entry.oid)))
    return b"".join(pieces)


def _make_sort_key(entry: RawEntry) -> bytes:
    """Return what git orders an entry by: a folder as if its name ended in a slash."""
    return entry.name + b"/" if is_folder_mode(entry.mode) else entry.name


def find_objection(entry: TreeEntry) -> str:
    """Return why no record has such an entry; "" for one that is fine."""
    kind = entry.mode & _TYPE_BITS
    if kind == _LINK:
        return "a symbolic link"
    if kind == _SUBMODULE:
        return "a submodule"
    if kind not in (_TREE, _FILE):
        return f"of the unknown mode {entry.mode:o}"
    if entry.name in ("", ".", "..") or "/" in entry.name:
        return "a name that leads elsewhere"
    if _may_be_git(entry.name) and _GIT_ON_NTFS.fullmatch(_NOTHING_ON_HFS.sub("", entry.name)):
        return "a name for git's own folder"
    return ""


def is_safe_path(path: str) -> bool:
    """Return True for a path whose parts may all stand in the trees of a record."""
    parts = [TreeEntry(name, _FILE, "") for name in path.split("/")]
    return "\0" not in path and not any(find_objection(part) for part in parts)


def _may_be_git(name: str) -> bool:
    """Return True for the few names that are looked at more closely."""
    return name[0] in ".gG" or not name.isascii()


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
