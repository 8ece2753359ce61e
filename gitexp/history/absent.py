"""Code that the record names and this clone does not hold: normal until it was pushed and fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gitexp.errors import RepositoryError
from gitexp.store.absent import describe_remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.store.repository import Repository

# More experiments than these are counted, not named: a line holds three ids of the usual length.
_MOST_NAMED = 3


class HasVersion(Protocol):
    """An experiment, or its summary."""

    @property
    def id(self) -> str:
        """The id of the experiment."""

    @property
    def version(self) -> str:
        """The commit that holds its code; "" where there is none."""


def find_absent_ids(
    follower: Follower, experiments: Iterable[HasVersion | None]
) -> tuple[str, ...]:
    """Return the ids of the experiments whose code is not in this clone, each once."""
    tied = [each for each in experiments if each is not None and each.version]
    follower.prepare(each.version for each in tied)
    absent = [each.id for each in tied if _is_absent(follower, each.version)]
    return tuple(dict.fromkeys(absent))


def _is_absent(follower: Follower, version: str) -> bool:
    """Return True for a commit that is not in this clone; a damaged one counts as present."""
    try:
        return not follower.holds(version)
    except RepositoryError:
        return False


def describe_absent_code(ids: Sequence[str]) -> str:
    """Say whose code is not in this clone."""
    if len(ids) > _MOST_NAMED:
        return f"the code of {len(ids)} experiments is not in this clone"
    *first, last = ids
    names = f"{', '.join(first)} and {last}" if first else last
    return f"the code of {names} is not in this clone"


def explain_absent_code(repository: Repository, ids: Sequence[str]) -> str:
    """Say whose code is not in this clone, and what would bring it."""
    return f"{describe_absent_code(ids)} ({describe_remedy(repository)})"
