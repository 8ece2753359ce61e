"""The choice of what reads and writes git's objects and refs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.store.database import Database
    from gitexp.store.repository import Repository


def open_database(repository: Repository) -> Database:
    """Return the objects and refs of a repository, read and written through libgit2.

    Raises RepositoryError for a kind that libgit2 cannot open (reftable, SHA-256).
    """
    from gitexp.store.libgit2_database import Libgit2Database

    return Libgit2Database(repository)
