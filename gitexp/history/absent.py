"""Code that the record names and this clone does not hold: normal until it was pushed and fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gitexp.errors import RepositoryError
from gitexp.store.absent import describe_remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.filter import CodeFilter
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
    follower: Follower,
    experiments: Iterable[HasVersion | None],
    code_filter: CodeFilter | None = None,
) -> tuple[str, ...]:
    """Return the ids of the experiments whose code is not in this clone, each once.

    One whose code was pinned under ``code_filter`` is left out: the pin stands in.
    """
    tied = [each for each in experiments if each is not None and each.version]
    follower.prepare(each.version for each in tied)
    absent = [each.id for each in tied if _is_absent(follower, each.version, code_filter)]
    return tuple(dict.fromkeys(absent))


def _is_absent(follower: Follower, version: str, code_filter: CodeFilter | None) -> bool:
    """Return True for a commit of which no code can be had; a damaged one counts as present."""
    try:
        if code_filter is None:
            return not follower.holds(version)
        return not follower.can_cut(code_filter, version)
    except RepositoryError:
        return False


def find_pinned_ids(
    follower: Follower, experiments: Iterable[HasVersion | None], code_filter: CodeFilter
) -> tuple[str, ...]:
    """Return the ids of the experiments that were cut, and for whose code a pin stood in."""
    idents = [
        each.id
        for each in experiments
        if each is not None and follower.stood_in(code_filter, each.version)
    ]
    return tuple(dict.fromkeys(idents))


def describe_pinned_code(ids: Sequence[str]) -> str:
    """Say whose code is shown as it was pinned; "" for none."""
    if not ids:
        return ""
    if len(ids) == 1:
        return f"code of {ids[0]}: pinned excerpt, the snapshot is not in this clone"
    return f"code of {_name_experiments(ids)}: pinned excerpts, the snapshots are not in this clone"


def describe_absent_code(ids: Sequence[str]) -> str:
    """Say whose code is not in this clone."""
    return f"the code of {_name_experiments(ids)} is not in this clone"


def _name_experiments(ids: Sequence[str]) -> str:
    """Return ``A``, ``A, B and C``, or the number of the experiments where there are more."""
    if len(ids) > _MOST_NAMED:
        return f"{len(ids)} experiments"
    *first, last = ids
    return f"{', '.join(first)} and {last}" if first else last


def explain_absent_code(repository: Repository, ids: Sequence[str]) -> str:
    """Say whose code is not in this clone, and what would bring it."""
    return f"{describe_absent_code(ids)} ({describe_remedy(repository)})"
