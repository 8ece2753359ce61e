"""The lock that makes writers of one clone take turns. The kernel frees it when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.refs import KEEP, LOCK_FILE, NOTES, OBJECTS_ASIDE, get_branch_ref

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitexp.store.repository import Repository

# Age at which a ref's lock file was surely left behind by a killed git. Whoever holds our own lock
# may remove it then.
STALE_SECONDS = 30
# After a writer of ours died: a plain git that holds one of our refs is done within milliseconds, and
# a person who runs the next command waits for no more than that.
_STALE_SECONDS_OF_OURS = 0.5
_WAIT_SECONDS = 1.5
_PAUSE = 0.05

_WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)


@contextmanager
def hold_lock(repository: Repository) -> Iterator[None]:
    """Hold the clone's write lock. Raises StorageError when the folder cannot be written.

    Where the file system has no locks (some network drives) it goes on without them, since
    compare-and-swap still guards the refs.
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
            if error.errno not in _WITHOUT_LOCKS:
                raise make_write_error(state_dir / LOCK_FILE, error) from None
        # The file says "held" exactly while somebody holds it. When the next holder reads that, the
        # holder before it died.
        if handle.seek(0, 2):
            _remove_left_behind(repository)
        try:
            handle.write(b"held")
        except OSError as error:
            raise make_write_error(state_dir, error) from None
        try:
            yield
        finally:
            # It may be recorded by now. A failure here must not look like one of the recording.
            with suppress(OSError):
                handle.truncate(0)


def remove_objects_aside(repository: Repository) -> None:
    """Remove what git wrote for the snapshot of a writer that died. The lock is held."""
    import shutil  # most writers that hold the lock take no snapshot

    for folder in repository.state_dir.glob(f"{OBJECTS_ASIDE}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(repository: Repository) -> None:
    """Remove the lock files that a dead writer left beside our own refs, and its objects.

    A plain git may hold one of these refs just now, so each lock file gets the time to go by
    itself.
    """
    remove_objects_aside(repository)
    common_dir = repository.common_dir
    refs = (get_branch_ref(repository), NOTES)
    lock_files = [find_lock_file(repository, name) for name in refs]
    lock_files += (common_dir / KEEP).glob("*.lock")
    for lock_file in lock_files:
        for _ in range(round(_WAIT_SECONDS / _PAUSE)):
            if not lock_file.exists() or remove_stale(lock_file, _STALE_SECONDS_OF_OURS):
                break
            time.sleep(_PAUSE)


def find_lock_file(repository: Repository, ref: str) -> Path:
    """Return the file by which git locks a ref. In a reftable one file locks all refs."""
    if repository.has_reftable:
        return repository.common_dir / "reftable" / "tables.list.lock"
    return repository.common_dir / f"{ref}.lock"


def make_write_error(path: Path | str, error: OSError) -> StorageError:
    """Return the error for an OSError that came while ``path`` was written."""
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
    if error.errno == errno.EIO:
        return StorageError(
            f"the disk failed: '{path}' was not written",
            "nothing was recorded; run it again, and where it fails again, copy the repository"
            " to another disk",
        )
    return StorageError(
        f"'{path}' was not written: {error.strerror or error}", "nothing was recorded"
    )


def remove_stale(lock_file: Path, age: float = STALE_SECONDS) -> bool:
    """Remove a ref's lock file that is older than ``age`` seconds, and return True if it did.

    Only the holder of the clone's lock may do this.
    """
    try:
        if time.time() - lock_file.stat().st_mtime < age:
            return False
        lock_file.unlink()
    except OSError:
        return False
    return True
