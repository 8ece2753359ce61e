"""The choice of what reads and writes git's objects and refs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError

if TYPE_CHECKING:
    from gitexp.store.database import Database
    from gitexp.store.repository import Repository


def open_database(repository: Repository) -> Database:
    """Return the objects and refs of a repository: through libgit2, else through git itself.

    libgit2 opens no SHA-256 repository, no reftable, and none with an extension that is new to it.
    """
    from gitexp.store.libgit2_database import Libgit2Database

    try:
        return Libgit2Database(repository)
    except RepositoryError:
        from gitexp.store.git_database import GitDatabase

        return GitDatabase(repository)
