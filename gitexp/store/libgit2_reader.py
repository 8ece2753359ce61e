"""Reading many objects through libgit2: the one place that speaks to it.

To import pygit2 takes 65 ms, which no verb pays that reads a few hundred objects.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import ObjectType, Option

from gitexp.errors import RepositoryError
from gitexp.store.cat_file import GitObject

if TYPE_CHECKING:
    from gitexp.store.own_packs import OwnPacks
    from gitexp.store.repository import Repository

_FIND_ATTEMPTS = 5
_FIND_PAUSE = 0.02
"""Seconds."""

_KIND_NAMES = {
    ObjectType.COMMIT: "commit",
    ObjectType.TREE: "tree",
    ObjectType.BLOB: "blob",
    ObjectType.TAG: "tag",
}

# Whose repository may be opened is for git to decide, and git found it for us. libgit2 knows less
# of safe.directory.
pygit2.option(Option.SET_OWNER_VALIDATION, False)


class Libgit2Reader:
    """Reads the objects of one repository that libgit2 can open."""

    def __init__(self, repository: Repository, packs: OwnPacks) -> None:
        """Open it.

        Raises RepositoryError for a kind that libgit2 does not know (reftable, SHA-256).
        """
        try:
            self._repo = pygit2.Repository(str(repository.git_dir))
        except (pygit2.GitError, ValueError, KeyError) as error:
            raise RepositoryError(f"libgit2 cannot open '{repository.git_dir}': {error}") from None
        self._packs = packs

    def close(self) -> None:
        """Give back what is held open."""
        self._repo.free()

    def find_object(self, oid: str) -> GitObject | None:
        """Return an object, or None.

        It is looked for again while packs change: a repack beside moves the object from one pack to
        another, and libgit2 may miss both.
        """
        for _ in range(_FIND_ATTEMPTS):
            try:
                kind, data = self._repo.read(oid)
                return GitObject(_KIND_NAMES[ObjectType(kind)], len(data), data)
            except (KeyError, ValueError, pygit2.GitError):
                if not self._packs.have_just_changed():
                    return None
                time.sleep(_FIND_PAUSE)
        return None
