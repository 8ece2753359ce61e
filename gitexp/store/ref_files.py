"""Refs that are files of their own, moved as git moves them (refs/files-backend.c of git).

A git process for each move takes longer than all else that an append does, and a git before 2.36
lets a ref reach the disk at some time later.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitexp.store.author import read_author
from gitexp.store.commit_bytes import format_signature, read_clock
from gitexp.store.refs import find_packed_ref, read_packed_refs
from gitexp.store.sync import make_folders, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

    from gitexp.store.repository import Repository

_WITH_REFLOG = ("refs/heads/", "refs/remotes/", "refs/notes/")
_NO_REFLOGS = ("false", "no", "off", "0")


class UnusualRefError(Exception):
    """A ref that only git can move."""


class UnconfirmedMoveError(Exception):
    """A ref moved, and the disk did not confirm it."""


class LockedRefError(Exception):
    """Another process holds a ref, or removes its folder just now."""


class RefFiles:
    """The refs of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def swap(
        self, name: str, expected: str | None, new: str, message: str, *, is_derived: bool = False
    ) -> bool:
        """Set a ref if it still holds ``expected`` (None: there is none), and return True if it did.

        It is on the disk when this returns. One that ``is_derived`` may go back to its old value
        when the power fails; it is never torn. Raises LockedRefError, UnusualRefError,
        UnconfirmedMoveError, and OSError where it did not move.
        """
        file = self._repository.common_dir / name
        if self._is_for_git(name, file):
            raise UnusualRefError(name)
        _make_folder_of_ref(file.parent)
        lock_file = file.with_name(f"{file.name}.lock")
        with _hold_lock_file(lock_file) as content:
            if self._read_locked(name, file) != expected:
                lock_file.unlink()
                return False
            content.write(f"{new}\n".encode())
            os.fsync(content.fileno())
            self._append_to_reflog(name, expected or "0" * len(new), new, message)
            lock_file.rename(file)
        if not is_derived:
            _confirm(file.parent)
        return True

    def _is_for_git(self, name: str, file: Path) -> bool:
        """Return True where a ref is no file, or git has to look after more than this file."""
        reflog = self._repository.common_dir / "logs" / name
        if self._repository.has_reftable or file.is_dir() or reflog.is_dir():
            return True
        heads = {self._repository.git_dir / "HEAD", self._repository.common_dir / "HEAD"}
        return any(_points_at(head, name) for head in heads)

    def _read_locked(self, name: str, file: Path) -> str | None:
        """Return what a ref holds. Its lock is held: no git packs it meanwhile."""
        try:
            text = file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            packed_refs = read_packed_refs(self._repository)
            value = find_packed_ref(packed_refs, name)
            if value is None and _is_beside(packed_refs, name):
                raise UnusualRefError(name) from None
            return value
        except ValueError:
            raise UnusualRefError(name) from None
        if text.startswith("ref:"):
            raise UnusualRefError(name)
        return text

    def _append_to_reflog(self, name: str, old: str, new: str, message: str) -> None:
        """Write the line of a move, where the ref has a reflog or git would begin one."""
        reflog = self._repository.common_dir / "logs" / name
        if self._begins_reflog(name):
            reflog.parent.mkdir(parents=True, exist_ok=True)
        elif not reflog.is_file():
            return
        who = format_signature(*read_author(self._repository), *read_clock())
        words = " ".join(message.split())
        with reflog.open("ab", buffering=0) as lines:
            size = lines.tell()
            try:
                lines.write(f"{old} {new} ".encode() + who + b"\t" + words.encode() + b"\n")
            except OSError:
                lines.truncate(size)
                raise

    def _begins_reflog(self, name: str) -> bool:
        """Return True if git begins a reflog for such a ref (core.logAllRefUpdates)."""
        setting = self._repository.settings.get("core.logallrefupdates")
        if setting is None:
            return self._repository.top is not None and name.startswith(_WITH_REFLOG)
        if setting.lower() == "always":
            return True
        return setting.lower() not in _NO_REFLOGS and name.startswith(_WITH_REFLOG)


@contextmanager
def _hold_lock_file(lock_file: Path) -> Iterator[FileIO]:
    """Create the lock file of a ref, which is to be renamed or removed, and remove it after an error.

    Raises LockedRefError.
    """
    try:
        content = lock_file.open("xb", buffering=0)
    except (FileExistsError, FileNotFoundError) as error:
        raise LockedRefError(lock_file) from error
    with content:
        try:
            yield content
        except BaseException:
            with suppress(OSError):
                lock_file.unlink()
            raise


def _make_folder_of_ref(folder: Path) -> None:
    """Make the folder of a ref. Raises UnusualRefError where a file of that name is in the way."""
    try:
        make_folders(folder)
    except (FileExistsError, NotADirectoryError):
        raise UnusualRefError(folder) from None


def _points_at(head: Path, name: str) -> bool:
    """Return True if a HEAD is at a branch. git writes a line into its reflog, too."""
    try:
        return head.read_text(encoding="utf-8", errors="replace").strip() == f"ref: {name}"
    except OSError:
        return False


def _is_beside(packed_refs: bytes, name: str) -> bool:
    """Return True if a packed ref has a name below this one, or above it."""
    raw_name = os.fsencode(name)
    if b" %s/" % raw_name in packed_refs:
        return True
    parts = raw_name.split(b"/")
    names_above = [b"/".join(parts[:count]) for count in range(2, len(parts))]
    return any(b" %s\n" % name_above in packed_refs for name_above in names_above)


def _confirm(folder: Path) -> None:
    """Wait until the disk has the names in a folder. Raises UnconfirmedMoveError."""
    try:
        sync_folder(folder)
    except OSError as error:
        raise UnconfirmedMoveError(error.strerror or str(error)) from error
