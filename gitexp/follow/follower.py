"""Filtered history: the commits at which the code that a filter chooses changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.follow.ancestry import Ancestry
from gitexp.follow.positions import Positions
from gitexp.follow.steps import CommitStep, CutVersion, RulePlaces
from gitexp.follow.walker import Walker
from gitexp.store.objects import ObjectReader
from gitexp.store.paths import PathIndex, list_shallow_commits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.follow.places import CodePlace
    from gitexp.follow.reaching import ReachFollower
    from gitexp.model.filter import CodeFilter
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

    def __init__(self, repository: Repository, *, whitespace: bool = False, progress: Callable[[int, int], None] | None = None) -> None:
        self._whitespace = whitespace
        self._edge = list_shallow_commits(repository)
        self._repository = repository
        self.objects = ObjectReader(repository)
        self.index = PathIndex(repository, progress)
        self._ancestry = Ancestry(self.index, self.objects)
        self._known: dict[tuple[CodeFilter, int, int], Positions] = {}
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

        Raises UsageError or NotFoundError when a rule names no file or line at the filter's anchor.
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
        positions = self._positions(filter, self._number(filter.anchor or start))
        if _reaches(filter):
            for at, excerpt, before in self._reaching(filter, positions).walk_history(number, whitespace=self._whitespace):
                kind = "body" if before is not None else self._beginning(at, positions)
                yield CommitStep(
                    self.objects, self.index.commit(at), {kind}, 1.0, (CutVersion(excerpt), CutVersion(before) if before else None)
                )
            return
        places = positions.find_places(number)
        active = frozenset(n for n, place in enumerate(places) if place is not None)
        begin = [(number, RulePlaces(self._ancestry, filter.rules, places, active))]
        for rule in range(len(places)):
            if places[rule] is None and (last := positions.find_last_before(number, rule)) is not None:
                alone = tuple(last[1] if n == rule else None for n in range(len(places)))
                begin.append((last[0], RulePlaces(self._ancestry, filter.rules, alone, frozenset({rule}))))
        yield from Walker(self._ancestry, filter, self._edge, whitespace=self._whitespace).run(begin)

    def _beginning(self, number: int, positions: Positions) -> str:
        """How a history begins at a commit before which nothing is found."""
        if self.index.commit(number) in self._edge:
            return "shallow"
        return "gap" if any(positions.find_gaps(parent) for parent in self.index.list_parents(number)) else "introduced"

    def _number(self, commit: str) -> int:
        number = self.index.find_number(commit)
        if number is None:
            raise NotFoundError(f"commit {commit[:12]} is not in this clone", "give a full commit id, or fetch it first")
        return number

    def cut_excerpt(self, filter: CodeFilter, version: str) -> Excerpt:
        """What the filter leaves of any commit (a full id): older or newer than the anchor, or on
        another branch.

        A rule that is not there is in ``missing``, with the reason. Raises UsageError,
        NotFoundError or ContentError when a rule names no file or line at the anchor.
        """
        anchor = filter.anchor or version
        self.index.ensure([version, anchor])
        positions = self._positions(filter, self._number(anchor))
        if _reaches(filter):
            return self._reaching(filter, positions).cut_excerpt(self._number(version))
        return positions.cut_excerpt(self._number(version))

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
        """Raise what is wrong with a rule at the filter's anchor: NotFoundError (with what is
        near), AmbiguousError, UsageError.
        """
        self.index.ensure([filter.anchor])
        self._positions(filter, self._number(filter.anchor)).check()

    def find_reached(self, filter: CodeFilter, version: str) -> list[Reached]:
        """What each reach rule of a filter takes in at a commit (a full id), with the reasons."""
        anchor = filter.anchor or version
        self.index.ensure([version, anchor])
        positions = self._positions(filter, self._number(anchor))
        return list(self._reaching(filter, positions).find_reached(self._number(version)))

    def _reaching(self, filter: CodeFilter, positions: Positions) -> ReachFollower:
        from gitexp.follow.reaching import ReachFollower

        known = self._reached.get(positions)
        if known is None:
            known = self._reached[positions] = ReachFollower(self._ancestry, filter, positions)
        return known

    def prepare(self, versions: Sequence[str]) -> None:
        """Index many versions in one go before they are asked for one by one."""
        self.index.ensure(versions)

    def _positions(self, filter: CodeFilter, anchor: int) -> Positions:
        key = (filter, anchor, len(self.index))  # what is related to the anchor is known for the commits of that index
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Positions(self._ancestry, filter.rules, anchor)
        return known


def _reaches(filter: CodeFilter) -> bool:
    return any(rule.kind == "reach" for rule in filter.rules)
