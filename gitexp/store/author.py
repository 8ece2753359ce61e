"""Who records in a clone, as its git configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.store.repository import Repository


class Author(NamedTuple):
    """Name and mail, such as stand in a commit."""

    name: str
    mail: str


def read_author(repository: Repository) -> Author:
    """Return who records in this clone."""
    settings = repository.settings
    name = _clean_name(settings.get("user.name", "")) or "gitexp"
    mail = _clean_name(settings.get("user.email", "")) or "gitexp@invalid"
    return Author(name, mail)


def _clean_name(text: str) -> str:
    """Return a name or mail without what no commit can hold, as git leaves it out (ident.c)."""
    return "".join(letter for letter in text if letter not in "<>\n\0").strip(" .,:;\"\\'")
