"""The lock that makes writers of one clone take turns. The kernel frees it when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.refs import KEEP, LOCK_FILE, NOTES, get_branch_ref

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitexp.store.repository import Repository

# How old a ref's lock file must be before whoever holds our own lock may remove it: a killed git left it behind.
STALE_SECONDS = 30


@contextmanager
def hold_lock(repository: Repository) -> Iterator[None]:
    """Hold the clone's write lock. Raises StorageError when the folder cannot be written.

    Where the file system has no locks (some network drives) it goes on without: compare-and-swap still guards the refs.
    """
    state_dir = repository.state_dir
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        handle = (state_dir / LOCK_FILE).open("a+b", buffering=0)
    except OSError as error:
        raise make_write_error(state_dir, error) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise make_write_error(state_dir / LOCK_FILE, error) from None
        # The file says "held" exactly while it is: one that says so to the next holder was left by a process that died.
        if handle.seek(0, 2):
            _remove_left_behind(repository)
        try:
            handle.write(b"held")
        except OSError as error:
            raise make_write_error(state_dir, error) from None
        try:
            yield
        finally:
            # It may be recorded by now: a failure here must not look like one of the recording.
            with suppress(OSError):
                handle.truncate(0)


def _remove_left_behind(repository: Repository) -> None:
    """Remove what a dead writer left locked of our own refs, once a plain git that might hold one of them would be done."""
    keeps = (repository.common_dir / KEEP).glob("*.lock")
    for lock_file in (
        *(repository.common_dir / f"{name}.lock" for name in (get_branch_ref(repository), NOTES)),
        *keeps,
    ):
        for _ in range(30):
            if not lock_file.exists() or remove_stale(lock_file, 1):
                break
            time.sleep(0.05)


def make_write_error(path: Path | str, error: OSError) -> StorageError:
    """The error for an OSError while writing to ``path``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            f"the disk is full: '{path}' was not written",
            "nothing was recorded; free some space and run it again",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StorageError(
            f"'{path}' cannot be written: {error.strerror}",
            "nothing was recorded; make the .git folder writable for you",
        )
    return StorageError(
        f"'{path}' was not written: {error.strerror or error}", "nothing was recorded"
    )


def remove_stale(lock_file: Path, age: float = STALE_SECONDS) -> bool:
    """Remove a ref's lock file that is older than ``age`` seconds. Only for the holder of the clone's lock."""
    try:
        if time.time() - lock_file.stat().st_mtime < age:
            return False
        lock_file.unlink()
    except OSError:
        return False
    return True
