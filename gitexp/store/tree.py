"""A tree object of git: its entries as they are stored, and which of them no record has.

Git fetches trees that it would never write or check out itself. Such an entry in a record is an
attempt to have a file written or read elsewhere, so a record that has one is not read at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_OID_BYTES = 20
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
        return self.mode & _TYPE_BITS == _TREE

    @property
    def is_file(self) -> bool:
        """Return True for a regular file."""
        return self.mode & _TYPE_BITS == _FILE


def parse_tree(data: bytes) -> list[TreeEntry]:
    """Return the entries of a tree object: mode, space, name, NUL, 20 bytes of id, each after the
    other. Raises ValueError for a damaged one.
    """
    entries = []
    start = 0
    while start < len(data):
        space = data.index(b" ", start)
        end = data.index(b"\0", space)
        stop = end + 1 + _OID_BYTES
        if stop > len(data):
            raise ValueError("a tree ends inside an id")
        name = data[space + 1 : end].decode("utf-8", "backslashreplace")
        entries.append(TreeEntry(name, int(data[start:space], 8), data[end + 1 : stop].hex()))
        start = stop
    return entries


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
