"""Filtered history: the commits at which the code that a filter chooses changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import AbsentError, RepositoryError
from gitexp.follow.ancestry import Ancestry
from gitexp.follow.positions import Positions
from gitexp.follow.steps import CommitStep, CutVersion, RulePlaces
from gitexp.follow.walker import Walker
from gitexp.store.discover import list_shallow_commits
from gitexp.store.objects import ObjectReader
from gitexp.store.paths import PathIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.follow.places import CodePlace
    from gitexp.follow.reaching import Changed, ReachFollower
    from gitexp.model.filter import CodeFilter, Rule
    from gitexp.store.repository import Repository

    Places = tuple[CodePlace | None, ...]

# Histories kept to be told again.
_TOLD = 64


class Follower:
    """Follows the rules of filters through the history of a repository.

    ``whitespace``: a change of white space alone counts too. ``progress`` is called with (commits
    read, commits in all) while the index of paths is filled. Use it as a context manager, or close
    it. Raises what Repository raises.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        whitespace: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._whitespace = whitespace
        self._edge = list_shallow_commits(repository.common_folder)
        self.repository = repository
        self.objects = ObjectReader(repository)
        self.index = PathIndex(repository, progress)
        self._ancestry = Ancestry(self.index, self.objects)
        self._known: dict[tuple[CodeFilter, int | None, int], Positions] = {}
        self._reached: dict[Positions, ReachFollower] = {}
        self._told: dict[tuple[CodeFilter, str], list[CommitStep]] = {}

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git and close the index."""
        self.objects.close()
        self.index.close()

    def walk_history(self, filter: CodeFilter, start: str) -> Iterator[CommitStep]:
        """Commits reachable from ``start`` (a full id) that changed the excerpt, newest first.

        Asked again, it is told from memory.

        Raises UsageError or NotFoundError when a rule names no file or line at the filter's anchor, AbsentError when ``start``
        is not in this clone, or when only the anchor could tell what the rules mean and it is not.
        """
        known = self._told.get((filter, start))
        if known is not None:
            yield from known
            return
        steps = []
        for step in self._followed(filter, start):
            steps.append(step)
            yield step
        while len(self._told) >= _TOLD:
            del self._told[next(iter(self._told))]
        self._told[filter, start] = steps

    def _followed(self, filter: CodeFilter, start: str) -> Iterator[CommitStep]:
        self.index.ensure([start, filter.anchor] if filter.anchor else [start])
        number = self._number(start)
        filter = filter.without(self.unplaced(filter))
        if not filter.rules:
            self.check(filter)
        positions = self._positions(filter, self._anchor(filter, start))
        if _reaches(filter):
            reaching = self._reaching(filter, positions)
            for change in reaching.walk_history(number, whitespace=self._whitespace):
                before = CutVersion(change.before) if change.before else None
                versions = (CutVersion(change.excerpt), before)
                yield CommitStep(
                    self.objects,
                    self.index.get_commit(change.number),
                    {self._kind(change)},
                    1.0,
                    versions,
                )
            return
        places = positions.find_places(number)
        active = frozenset(n for n, place in enumerate(places) if place is not None)
        begin = [(number, RulePlaces(self._ancestry, filter.rules, places, active))]
        for rule in range(len(places)):
            if (
                places[rule] is None
                and (last := positions.find_last_before(number, rule)) is not None
            ):
                alone = tuple(last[1] if n == rule else None for n in range(len(places)))
                begin.append(
                    (last[0], RulePlaces(self._ancestry, filter.rules, alone, frozenset({rule})))
                )
        yield from Walker(self._ancestry, filter, self._edge, whitespace=self._whitespace).run(
            begin
        )

    def _kind(self, change: Changed) -> str:
        """Return what kind of step a change of an excerpt with reach rules is."""
        if change.before is not None:
            return "body"
        if self.index.get_commit(change.number) in self._edge:
            return "shallow"
        return "introduced" if change.certain else "gap"

    def _number(self, commit: str) -> int:
        number = self.index.find_number(commit)
        if number is None:
            raise self._absent(f"commit {commit[:12]}")
        return number

    def _absent(self, what: str) -> AbsentError:
        from gitexp.store.absent import (
            describe_remedy,
        )  # most histories lack nothing, and wait for every import

        return AbsentError(f"{what} is not in this clone", describe_remedy(self.repository))

    def _anchor(self, filter: CodeFilter, version: str) -> int | None:
        """Return the number of the version that the rules were written for; None where it is not in this clone."""
        return self.index.find_number(filter.anchor) if filter.anchor else self._number(version)

    def unplaced(self, filter: CodeFilter) -> list[Rule]:
        """Return the rules that only the filter's anchor could place, where that is not in this clone."""
        if not filter.anchor or self.holds(filter.anchor):
            return []
        return [rule for rule in filter.rules if not rule.by_name]

    def holds(self, commit: str) -> bool:
        """Return whether a commit (a full id) is in this clone."""
        self.index.ensure([commit])
        return self.index.find_number(commit) is not None

    @property
    def lacks(self) -> bool:
        """Whether something that was asked for is not in this clone."""
        return bool(self.index.absent) or self.objects.lacked_any

    def cut_excerpt(self, filter: CodeFilter, version: str) -> Excerpt:
        """What the filter leaves of any commit (a full id): older or newer than the anchor, or on
        another branch.

        A rule that is not there is in ``missing``, with the reason. Raises UsageError, NotFoundError or ContentError
        when a rule names no file or line at the anchor, AbsentError when the version is not in this clone.
        """
        self.index.ensure([version, filter.anchor or version])
        number = self._number(version)
        positions = self._positions(filter, self._anchor(filter, version))
        if _reaches(filter):
            return self._reaching(filter, positions).cut_excerpt(number)
        return positions.cut_excerpt(number)

    def is_indexed(self, text: str) -> bool:
        """Whether ``text`` is the full id of a commit that the index holds already: then git need
        not be asked what it means.
        """
        return self.index.find_number(text) is not None

    def count_reachable(self, start: str) -> int:
        """How many commits a history from ``start`` (a full id) has to search."""
        self.index.ensure([start])
        return sum(self._ancestry.mark_ancestors(self._number(start))[:-1])

    def check(self, filter: CodeFilter) -> None:
        """Raise what is wrong with a rule at the filter's anchor: NotFoundError (with what is near), AmbiguousError, UsageError.

        AbsentError where the anchor is not in this clone.
        """
        if not self.holds(filter.anchor):
            raise self._absent(f"the version that {filter.title} was written for")
        self._positions(filter, self._number(filter.anchor)).check()

    def find_reached(self, filter: CodeFilter, version: str) -> list[Reached]:
        """What each reach rule of a filter takes in at a commit (a full id), with the reasons."""
        self.index.ensure([version, filter.anchor or version])
        positions = self._positions(filter, self._anchor(filter, version))
        return list(self._reaching(filter, positions).find_reached(self._number(version)))

    def _reaching(self, filter: CodeFilter, positions: Positions) -> ReachFollower:
        from gitexp.follow.reaching import ReachFollower

        known = self._reached.get(positions)
        if known is None:
            known = self._reached[positions] = ReachFollower(self._ancestry, filter, positions)
        return known

    def prepare(self, versions: Iterable[str], filter: CodeFilter | None = None) -> None:
        """Read many versions (full ids, or "") at once before they are cut one by one.

        Those that are not in this clone are passed over. In a partial clone the files that the filter
        names are fetched at once.
        """
        wanted = sorted({version for version in versions if version})
        if filter is not None and filter.anchor:
            wanted.append(filter.anchor)
        self._take_in(wanted)
        if filter is None or not self.repository.is_partial:
            return
        numbers = [
            number for version in wanted if (number := self.index.find_number(version)) is not None
        ]
        blobs: set[bytes] = set()
        for rule in filter.rules:
            for number in numbers:
                if blob := self.index.find_blob(rule.path, number):
                    blobs.add(blob)
        self.objects.fetch([blob.hex() for blob in blobs])

    def _take_in(self, versions: Sequence[str]) -> None:
        """Index some versions. Where git cannot list one of them the others are read all the same."""
        try:
            self.index.ensure(versions)
        except RepositoryError:
            middle = len(versions) // 2
            if middle:
                self._take_in(versions[:middle])
                self._take_in(versions[middle:])

    def _positions(self, filter: CodeFilter, anchor: int | None) -> Positions:
        key = (
            filter,
            anchor,
            len(self.index),
        )  # what is related to the anchor is known for the commits of that index
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Positions(self._ancestry, filter.rules, anchor)
        return known


def _reaches(filter: CodeFilter) -> bool:
    return any(rule.kind == "reach" for rule in filter.rules)
