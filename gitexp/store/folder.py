"""Writing into a folder of the user's: below it, through no link, and over no file but our own.

What is written there may be named by a record that came from a remote, and what lies there already
may have come with a clone. Every verb that writes such files does it here.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class OwnFolder:
    """A folder in which files of ours lie beside others.

    ``is_own`` tells ours by their names, which are paths below the folder with ``/`` between:
    ``images/0f/0fbe.png``.
    """

    def __init__(self, top: Path, is_own: Callable[[str], bool]) -> None:
        self._top = top
        self._is_own = is_own

    def write(self, name: str, content: bytes) -> None:
        """Write a file unless it holds this content already.

        Raises StorageError for a name that leads elsewhere or is not ours, and where a link or
        something else is in the way; OSError where it cannot be written.
        """
        parts = name.split("/")
        if not self._is_own(name) or any(_leads_elsewhere(part) for part in parts):
            raise StorageError(
                f"'{name}' is no name for a file in '{self._top}'", "nothing of it was written"
            )
        *folders, last = parts
        # The top is the user's word: it may be a link itself.
        with _opened(os.open(self._top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) as top:
            self._write_in(top, folders, last, content)

    def _write_in(self, folder: int, folders: list[str], last: str, content: bytes) -> None:
        """Write a file in the folders below an open one."""
        if folders:
            first, *rest = folders
            with suppress(FileExistsError):
                os.mkdir(first, dir_fd=folder)
            self._check_type(folder, first, stat.S_ISDIR)
            with _opened(os.open(first, _DIRECTORY, dir_fd=folder)) as inner:
                self._write_in(inner, rest, last, content)
        elif self._read(folder, last) != content:
            _replace(folder, last, content)

    def _read(self, folder: int, name: str) -> bytes | None:
        """Return what a file in an open folder holds, None where there is none."""
        try:
            self._check_type(folder, name, stat.S_ISREG)
            descriptor = os.open(name, _OLD_FILE, dir_fd=folder)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def _check_type(self, folder: int, name: str, is_expected: Callable[[int], bool]) -> None:
        """Raise StorageError where something of another type than expected has a name."""
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not is_expected(mode):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "something else"
            raise StorageError(
                f"'{name}' in '{self._top}' is {kind}, and nothing is written through it",
                "take it away, or give another folder",
            )

    def remove_others(self, written: Collection[str]) -> None:
        """Remove the files of ours that were not ``written`` this time."""
        for folder, _, names in os.walk(self._top):  # follows no link
            for path in [Path(folder, name) for name in names]:
                below = path.relative_to(self._top).as_posix()
                if self._is_own(below) and below not in written and not path.is_symlink():
                    path.unlink()


def _leads_elsewhere(part: str) -> bool:
    return part in ("", ".", "..") or "\\" in part or "\0" in part


@contextmanager
def _opened(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _replace(folder: int, name: str, content: bytes) -> None:
    """Put a new file in the place of the one that has the name, whole or not at all."""
    fresh = f".{name}.{os.getpid()}.new"
    descriptor = os.open(fresh, _NEW_FILE, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(fresh, dir_fd=folder)
        raise
