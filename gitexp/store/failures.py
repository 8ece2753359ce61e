"""What libgit2 or git complains of, as errors that say the next step."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.lock import make_write_error

if TYPE_CHECKING:
    from pathlib import Path

# libgit2 and git give no number of an error, only words.
_PHRASES = {
    "No space left": errno.ENOSPC,
    "Read-only": errno.EROFS,
    "ermission denied": errno.EACCES,
    "not permitted": errno.EPERM,
    "Input/output error": errno.EIO,
}


def make_failure(path: Path | str, error: Exception) -> StorageError:
    """Return the error for what libgit2 or git complained of while it wrote to ``path``."""
    if isinstance(error, OSError) and error.errno is not None:
        return make_write_error(path, error)
    text = str(error)
    for phrase, number in _PHRASES.items():
        if phrase in text:
            return make_write_error(path, OSError(number, os.strerror(number)))
    return StorageError(f"'{path}' was not written: {text}", "nothing was recorded")


def make_missing_error(oid: str) -> RepositoryError:
    """Return the error for an object that is not in this clone."""
    return RepositoryError(
        f"object {oid[:12]} is missing here",
        "in a partial clone fetch all once: git fetch --refetch --no-filter;"
        " else see what 'git fsck' says",
    )


def get_complaint(errors: bytes) -> str:
    """Return git's first complaint that is no mere warning."""
    lines = os.fsdecode(errors).splitlines()
    complaints = [line for line in lines if line and not line.startswith("warning:")]
    return complaints[0] if complaints else "git gave no reason"
