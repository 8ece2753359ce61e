"""The lock that makes writers of one clone take turns. The kernel frees it when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.refs import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# How old a ref's lock file must be before whoever holds our own lock may remove it: a killed git left it behind.
STALE_SECONDS = 30


@contextmanager
def locked(state_dir: Path) -> Iterator[None]:
    """Hold the clone's write lock. Raises StorageError when the folder cannot be written.

    Where the file system has no locks (some network drives) it goes on without: compare-and-swap still guards the refs.
    """
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        handle = (state_dir / LOCK_FILE).open("ab")
    except OSError as error:
        raise unwritable(state_dir, error) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise
        yield


def unwritable(path: Path | str, error: OSError) -> StorageError:
    """The error for an OSError while writing to ``path``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(f"the disk is full: '{path}' was not written", "nothing was recorded; free some space and run it again")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StorageError(f"'{path}' cannot be written: {error.strerror}", "nothing was recorded; make the .git folder writable for you")
    return StorageError(f"'{path}' was not written: {error.strerror or error}", "nothing was recorded")


def remove_stale(lock_file: Path) -> bool:
    """Remove a ref's lock file that is older than STALE_SECONDS. Only for the holder of the clone's lock."""
    try:
        if time.time() - lock_file.stat().st_mtime < STALE_SECONDS:
            return False
        lock_file.unlink()
    except OSError:
        return False
    return True
