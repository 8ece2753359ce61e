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

    The excerpts and what the commit says are read when they are asked for: ask while the Follower
    is open.
    """

    def __init__(
        self,
        objects: ObjectReader,
        commit: str,
        kinds: set[str],
        confidence: float,
        versions: tuple[RulePlaces | CutVersion, RulePlaces | CutVersion | None],
    ) -> None:
        """``versions``: that of the commit, and that of its parent."""
        self.commit = commit
        self.kinds = tuple(sorted(kinds))
        self.confidence = confidence
        self._objects = objects
        self._version, self._parent_version = versions

    @cached_property
    def _info(self) -> CommitInfo | None:
        return self._objects.read_commit(self.commit)

    @property
    def parents(self) -> tuple[str, ...]:
        """The full ids of the parents."""
        return self._info.parents if self._info else ()

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self._info.subject if self._info else ""

    @property
    def time(self) -> int:
        """The time at which the commit was written, in seconds since 1970."""
        return self._info.author_time if self._info else 0

    @property
    def at(self) -> str:
        """The same time as ISO 8601, by the author's clock."""
        from datetime import datetime, timedelta, timezone

        offset = self._info.author_offset if self._info else 0
        zone = timezone(timedelta(minutes=offset))
        return datetime.fromtimestamp(self.time, zone).isoformat()

    @cached_property
    def excerpt(self) -> Excerpt:
        """The excerpt of the commit."""
        return self._version.excerpt

    @cached_property
    def before(self) -> Excerpt | None:
        """The excerpt of the parent; None where the filter finds nothing there."""
        if self._parent_version is None or not any(self._parent_version.places):
            return None
        return self._parent_version.excerpt


class CutVersion:
    """A version whose excerpt is cut already."""

    def __init__(self, excerpt: Excerpt) -> None:
        self.excerpt = excerpt
        self.places = excerpt.files


class RulePlaces:
    """The places of all rules at one commit, and the rules that are still followed there.

    ``active`` holds the numbers of those rules.
    """

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
        """The excerpt that the places make."""
        return build_excerpt_at(self.rules, self.places, self.ancestry.read_version_of)

    def join(self, other: RulePlaces) -> RulePlaces:
        """Return the places of two walks that meet at a commit: both go on from there."""
        places = list(self.places)
        for rule in other.active:
            if places[rule] is None:
                places[rule] = other.places[rule]
        active = self.active | other.active
        return RulePlaces(self.ancestry, self.rules, tuple(places), active)
