"""Steps of a filtered history, and the versions of the code that they lead from and to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.follow.places import build_excerpt_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.follow.ancestry import Ancestry
    from gitexp.follow.places import CodePlace
    from gitexp.model.filter import Rule
    from gitexp.store.objects import CommitInfo, ObjectReader

    Places = tuple[CodePlace | None, ...]


class CommitStep:
    """One commit that changed the excerpt.

    ``kinds``: introduced, body, renamed, moved, merged, format, shallow (the clone ends here), gap
    (the version before is not in this clone, or too large to read).

    ``excerpt`` and ``before`` (in the parent; None where the filter finds nothing) and what the
    commit says are read when asked for: ask while the Follower is open.
    """

    def __init__(
        self,
        objects: ObjectReader,
        commit: str,
        kinds: set[str],
        confidence: float,
        versions: tuple[RulePlaces | CutVersion, RulePlaces | CutVersion | None],
    ) -> None:
        self.commit = commit
        self.kinds = tuple(sorted(kinds))
        self.confidence = confidence
        self._objects = objects
        self._now, self._before = versions

    @cached_property
    def _info(self) -> CommitInfo | None:
        return self._objects.read_commit(self.commit)

    @property
    def parents(self) -> tuple[str, ...]:
        """Full ids."""
        return self._info.parents if self._info else ()

    @property
    def title(self) -> str:
        """First line of the message."""
        return self._info.subject if self._info else ""

    @property
    def time(self) -> int:
        """When it was written, in seconds since 1970."""
        return self._info.author_time if self._info else 0

    @cached_property
    def excerpt(self) -> Excerpt:
        """What the filter leaves of this commit."""
        return self._now.excerpt

    @cached_property
    def before(self) -> Excerpt | None:
        """What it leaves of the parent."""
        return (
            self._before.excerpt if self._before is not None and any(self._before.places) else None
        )


class CutVersion:
    """A version whose excerpt is known already."""

    def __init__(self, excerpt: Excerpt) -> None:
        self.excerpt = excerpt
        self.places = excerpt.files


class RulePlaces:
    """The places of all rules at one commit, and which of them are still being followed there."""

    __slots__ = ("active", "ancestry", "places", "rules")

    def __init__(
        self, ancestry: Ancestry, rules: Sequence[Rule], places: Places, active: frozenset[int]
    ) -> None:
        self.ancestry = ancestry
        self.rules = rules
        self.places = places
        self.active = active

    @property
    def excerpt(self) -> Excerpt:
        """What the rules leave of it."""
        return build_excerpt_at(self.rules, self.places, self.ancestry.read_version_of)

    def join(self, other: RulePlaces) -> RulePlaces:
        """Two ways to the same commit: what either follows is followed."""
        places = tuple(
            mine if mine is not None or n not in other.active else theirs
            for n, (mine, theirs) in enumerate(zip(self.places, other.places, strict=True))
        )
        return RulePlaces(self.ancestry, self.rules, places, self.active | other.active)
