"""The files of one version by their paths, through symbolic links: the working tree, or a commit."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from typing import Protocol

    from gitexp.store.repository import Repository

    class VersionFiles(Protocol):
        """What lies at a path of a version."""

        def find_entry(self, path: str) -> FileEntry | None:
            """Return what lies at a path, None for nothing. No link on the way is followed."""


_MOST_LINKS = 40  # as Linux follows them

_LINK_MODE = "120000"


class FileEntry(NamedTuple):
    """What lies at a path; ``target`` is where a link leads."""

    kind: Literal["file", "folder", "link"]
    target: str = ""


class WorkingTreeFiles:
    """The files of the working tree."""

    def __init__(self, top: str) -> None:
        self._top = top

    def find_entry(self, path: str) -> FileEntry | None:
        """Return what lies at a path, None for nothing. No link on the way is followed."""
        full_path = os.path.join(self._top, path)
        if os.path.islink(full_path):
            return FileEntry("link", os.readlink(full_path))
        if os.path.isdir(full_path):
            return FileEntry("folder")
        return FileEntry("file") if os.path.lexists(full_path) else None


class CommitFiles:
    """The files of a commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._commit = commit

    def find_entry(self, path: str) -> FileEntry | None:
        """Return what lies at a path, None for nothing. No link on the way is followed."""
        listed = self._repository.try_git("ls-tree", "-z", self._commit, "--", path).stdout
        if not listed:
            return None
        mode, kind, oid = listed.split(b"\t")[0].decode().split(" ")
        if mode == _LINK_MODE:
            return FileEntry("link", os.fsdecode(self._repository.run_git("cat-file", "-p", oid)))
        return FileEntry("file" if kind == "blob" else "folder")


def follow_links(files: VersionFiles, path: str) -> str | None:
    """Return the path of the file that a path leads to; None where nothing lies there.

    Raises UsageError for a folder, and for a link that leads out of the repository or in a circle.
    """
    typed_path = path
    for _ in range(_MOST_LINKS):
        followed_path = _follow_first_link(files, path)
        if followed_path is None:
            return _check_file(files, path)
        path = posixpath.normpath(followed_path)
        if path.startswith(("/", "../")) or path == "..":
            raise UsageError(
                f"'{typed_path}' is a link out of the repository, to {followed_path}",
                "no version has its code: copy the file into the repository",
            )
    raise UsageError(f"'{typed_path}' is a link that leads in a circle", "see: ls -l")


def _follow_first_link(files: VersionFiles, path: str) -> str | None:
    """Return a path with its first link replaced by what it leads to; None without a link."""
    names = path.split("/")
    for count in range(1, len(names) + 1):
        entry = files.find_entry("/".join(names[:count]))
        if entry is not None and entry.kind == "link":
            return posixpath.join(*names[: count - 1], entry.target, *names[count:])
    return None


def _check_file(files: VersionFiles, path: str) -> str | None:
    entry = files.find_entry(path)
    if entry is None:
        return None
    if entry.kind == "folder":
        raise UsageError(f"'{path}' is a folder", "name a file in it")
    return path
