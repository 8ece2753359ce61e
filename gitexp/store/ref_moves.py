"""Moving a ref: as a file of its own where it is one, by git where it is in a reftable or unusual.

Another process that holds the ref is waited for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.failures import get_complaint, make_failure
from gitexp.store.lock import find_lock_file, remove_stale
from gitexp.store.ref_files import LockedRefError, RefFiles, UnusualRefError
from gitexp.store.refs import read_ref
from gitexp.store.repository import SYNC

if TYPE_CHECKING:
    from gitexp.store.repository import Repository

# A ref that another git process holds is tried again for about 4 seconds.
_LOCK_ATTEMPTS = 40
_LONGEST_PAUSE = 0.1
# git's word where a lock file was in the way.
_LOCKED = "File exists"


class RefMoves:
    """Moves and deletes the refs of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._files = RefFiles(repository)

    def move(
        self, name: str, expected: str | None, new: str, message: str, *, is_derived: bool = False
    ) -> bool:
        """Set a ref if it still holds ``expected``, and return True if it did.

        See ``RefFiles.swap``. Raises StorageError where it did not move, and UnconfirmedMoveError
        where it moved and the disk failed then.
        """
        lock_file = find_lock_file(self._repository, name)
        for attempt in range(_LOCK_ATTEMPTS):
            try:
                return self._swap(name, expected, new, message, is_derived=is_derived)
            except LockedRefError:
                if not remove_stale(lock_file):
                    _wait_for_lock(attempt)
            except OSError as error:
                raise make_failure(self._repository.common_dir / name, error) from None
        raise StorageError(
            f"'{name}' is locked by another git process", f"if none runs, remove {lock_file}"
        )

    def delete(self, name: str) -> None:
        """Delete a ref if it exists."""
        if read_ref(self._repository, name) is not None:
            self._repository.run_git(*SYNC, "update-ref", "-d", name)

    def _swap(
        self, name: str, expected: str | None, new: str, message: str, *, is_derived: bool
    ) -> bool:
        """Set a ref as ``move`` does, once. Raises LockedRefError, UnconfirmedMoveError, OSError."""
        try:
            return self._files.swap(name, expected, new, message, is_derived=is_derived)
        except UnusualRefError:
            return self._swap_by_git(name, expected, new, message)

    def _swap_by_git(self, name: str, expected: str | None, new: str, message: str) -> bool:
        """Let git set a ref if it still holds ``expected``, and return True if it did.

        Raises LockedRefError and OSError.
        """
        old_value = expected or "0" * len(new)
        done = self._repository.try_git(*SYNC, "update-ref", "-m", message, name, new, old_value)
        if done.returncode == 0:
            return True
        if read_ref(self._repository, name) != expected:
            return False
        complaint = get_complaint(done.stderr)
        if find_lock_file(self._repository, name).exists() or _LOCKED in complaint:
            raise LockedRefError(name)
        raise OSError(complaint)


def _wait_for_lock(attempt: int) -> None:
    """Wait for another process that holds a lock: longer each time, up to a tenth of a second."""
    time.sleep(min(0.01 * (attempt + 1), _LONGEST_PAUSE))
