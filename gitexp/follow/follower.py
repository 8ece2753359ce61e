"""Filtered history: the commits at which the code that a filter chooses changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gitexp.errors import AbsentError, RepositoryError
from gitexp.follow.ancestry import Ancestry
from gitexp.follow.positions import Positions
from gitexp.follow.steps import CommitStep, CutVersion, RulePlaces
from gitexp.follow.walker import Walker
from gitexp.store.discover import list_shallow_commits
from gitexp.store.objects import ObjectReader
from gitexp.store.path_index import PathIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.follow.places import CodePlace
    from gitexp.follow.reaching import Changed, ReachFollower
    from gitexp.model.filter import CodeFilter, Rule
    from gitexp.store.repository import Repository

    _PositionsKey = tuple[CodeFilter, int | None, int]

_KEPT_HISTORIES = 64
"""Histories whose steps are kept for the next walk."""


class StandIn(Protocol):
    """Excerpts that were kept of versions, for those that are not in this clone."""

    def holds(self, code_filter: CodeFilter, version: str) -> bool:
        """Return True if an excerpt of a version (a full id) is kept."""

    def read_excerpt(self, code_filter: CodeFilter, version: str) -> Excerpt | None:
        """Return what is kept of a version (a full id), None for nothing."""


class Follower:
    """Follows the rules of filters through the history of a repository.

    ``whitespace``: a change of white space alone counts too. ``progress`` is called with (commits
    read, commits in all) while the index of paths is filled. ``stand_in`` gives the excerpts of
    versions that are not in this clone. Use it as a context manager, or close it. Raises what
    Repository raises.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        whitespace: bool = False,
        progress: Callable[[int, int], None] | None = None,
        stand_in: StandIn | None = None,
    ) -> None:
        self._whitespace = whitespace
        self._stand_in = stand_in
        self._stood_in: set[tuple[CodeFilter, str]] = set()
        self._edge = list_shallow_commits(repository.common_folder)
        self.repository = repository
        self.objects = ObjectReader(repository)
        self.index = PathIndex(repository, progress)
        self._ancestry = Ancestry(self.index, self.objects)
        self._positions: dict[_PositionsKey, Positions] = {}
        self._reach_followers: dict[Positions, ReachFollower] = {}
        self._histories: dict[tuple[CodeFilter, str], list[CommitStep]] = {}

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git and close the index."""
        self.objects.close()
        self.index.close()

    # What this clone has

    def is_indexed(self, text: str) -> bool:
        """Return True if ``text`` is the full id of a commit that the index holds already.

        Then git need not be asked what it means.
        """
        return self.index.find_number(text) is not None

    def holds(self, commit: str) -> bool:
        """Return True if a commit (a full id) is in this clone."""
        self.index.ensure([commit])
        return self.index.find_number(commit) is not None

    def can_cut(self, code_filter: CodeFilter, version: str) -> bool:
        """Return True if a commit (a full id) is in this clone, or something stands in for it."""
        if self.holds(version):
            return True
        return self._stand_in is not None and self._stand_in.holds(code_filter, version)

    def stood_in(self, code_filter: CodeFilter, version: str) -> bool:
        """Return True if the excerpt that was cut of a version was a kept one."""
        return (code_filter, version) in self._stood_in

    @property
    def lacked_any(self) -> bool:
        """True once something was asked for that is not in this clone."""
        return bool(self.index.absent) or self.objects.lacked_any

    def list_unplaced_rules(self, code_filter: CodeFilter) -> list[Rule]:
        """Return the rules that only the filter's anchor could place, and it is not in this
        clone.
        """
        if not code_filter.anchor or self.holds(code_filter.anchor):
            return []
        return [rule for rule in code_filter.rules if not rule.by_name]

    def count_reachable(self, start: str) -> int:
        """Count the commits that a history from ``start`` (a full id) has to search."""
        self.index.ensure([start])
        # The last mark is no commit's.
        return sum(self._ancestry.mark_ancestors(self._get_number(start))[:-1])

    # Ahead of many versions

    def prepare(self, versions: Iterable[str], code_filter: CodeFilter | None = None) -> None:
        """Read many versions (full ids, or "") at once before they are cut one by one.

        Those that are not in this clone are passed over. In a partial clone the files that the
        filter names are fetched at once.
        """
        wanted = sorted({version for version in versions if version})
        if code_filter is not None and code_filter.anchor:
            wanted.append(code_filter.anchor)
        self._index_versions(wanted)
        if code_filter is not None and self.repository.is_partial:
            self._fetch_files(code_filter.rules, wanted)

    def _index_versions(self, versions: Sequence[str]) -> None:
        """Index some versions; where git cannot list one of them the others are read all the
        same.
        """
        try:
            self.index.ensure(versions)
        except RepositoryError:
            middle = len(versions) // 2
            if middle:
                self._index_versions(versions[:middle])
                self._index_versions(versions[middle:])

    def _fetch_files(self, rules: Sequence[Rule], versions: Sequence[str]) -> None:
        """Fetch the files that rules name, as they are at some versions."""
        blobs: set[bytes] = set()
        for version in versions:
            number = self.index.find_number(version)
            if number is None:
                continue
            for rule in rules:
                blob = self.index.find_blob(rule.path, number)
                if blob:
                    blobs.add(blob)
        self.objects.fetch([blob.hex() for blob in blobs])

    # One version

    def check(self, code_filter: CodeFilter) -> None:
        """Raise what is wrong with a rule at the filter's anchor.

        NotFoundError (with what is near), AmbiguousError or UsageError; AbsentError where the
        anchor is not in this clone.
        """
        if not self.holds(code_filter.anchor):
            raise self._make_absent_error(f"the version that {code_filter.title} was written for")
        self._find_positions(code_filter, self._get_number(code_filter.anchor)).check()

    def cut_excerpt(self, code_filter: CodeFilter, version: str) -> Excerpt:
        """Return what the filter leaves of a commit (a full id).

        Where it cannot be read whole in this clone, a kept excerpt stands in. The commit may be older
        or newer than the anchor, or on another branch. A rule that is not there is in ``missing``,
        with the reason. Raises UsageError, NotFoundError or ContentError when a rule names no file or
        line at the anchor, AbsentError when the version is not in this clone.
        """
        if self._stand_in is None:
            return self._cut_excerpt(code_filter, version)
        try:
            excerpt = self._cut_excerpt(code_filter, version)
        except AbsentError:
            kept_excerpt = self._read_stand_in(code_filter, version)
            if kept_excerpt is None:
                raise
            return kept_excerpt
        if not excerpt.unread:
            return excerpt
        return self._read_stand_in(code_filter, version) or excerpt

    def _read_stand_in(self, code_filter: CodeFilter, version: str) -> Excerpt | None:
        if self._stand_in is None:
            return None
        excerpt = self._stand_in.read_excerpt(code_filter, version)
        if excerpt is not None:
            self._stood_in.add((code_filter, version))
        return excerpt

    def _cut_excerpt(self, code_filter: CodeFilter, version: str) -> Excerpt:
        self.index.ensure([version, code_filter.anchor or version])
        number = self._get_number(version)
        positions = self._find_positions(code_filter, self._find_anchor(code_filter, version))
        if _has_reach(code_filter):
            return self._get_reach_follower(code_filter, positions).cut_excerpt(number)
        return positions.cut_excerpt(number)

    def find_reached(self, code_filter: CodeFilter, version: str) -> list[Reached]:
        """Return what each reach rule of a filter takes in at a commit, with the reasons.

        ``version`` is a full id.
        """
        self.index.ensure([version, code_filter.anchor or version])
        positions = self._find_positions(code_filter, self._find_anchor(code_filter, version))
        reach_follower = self._get_reach_follower(code_filter, positions)
        return list(reach_follower.find_reached(self._get_number(version)))

    # History

    def walk_history(self, code_filter: CodeFilter, start: str) -> Iterator[CommitStep]:
        """Yield the commits reachable from ``start`` that changed the excerpt, newest first.

        ``start`` is a full id. A history that was walked to its end is kept for the next time.

        Raises UsageError or NotFoundError when a rule names no file or line at the filter's anchor,
        AbsentError when ``start`` is not in this clone, or when only the anchor could tell what the
        rules mean and it is not.
        """
        kept_steps = self._histories.get((code_filter, start))
        if kept_steps is not None:
            yield from kept_steps
            return
        steps = []
        for step in self._walk(code_filter, start):
            steps.append(step)
            yield step
        while len(self._histories) >= _KEPT_HISTORIES:
            oldest = next(iter(self._histories))
            del self._histories[oldest]
        self._histories[code_filter, start] = steps

    def _walk(self, code_filter: CodeFilter, start: str) -> Iterator[CommitStep]:
        self.index.ensure([start, code_filter.anchor] if code_filter.anchor else [start])
        number = self._get_number(start)
        placed_filter = code_filter.without(self.list_unplaced_rules(code_filter))
        if not placed_filter.rules:
            self.check(placed_filter)
        positions = self._find_positions(placed_filter, self._find_anchor(placed_filter, start))
        if _has_reach(placed_filter):
            yield from self._walk_reach(placed_filter, positions, number)
            return
        starts = self._list_starts(placed_filter.rules, positions, number)
        walker = Walker(self._ancestry, placed_filter, self._edge, whitespace=self._whitespace)
        yield from walker.run(starts)

    def _list_starts(
        self, rules: tuple[Rule, ...], positions: Positions, number: int
    ) -> list[tuple[int, RulePlaces]]:
        """Return where a walk from the commit ``number`` begins.

        A rule that is not there is followed from the last commit that has it.
        """
        places = positions.find_places(number)
        active = frozenset(rule for rule, place in enumerate(places) if place is not None)
        starts = [(number, RulePlaces(self._ancestry, rules, places, active))]
        for rule, place in enumerate(places):
            last = positions.find_last_before(number, rule) if place is None else None
            if last is None:
                continue
            last_number, last_place = last
            alone: list[CodePlace | None] = [None] * len(places)
            alone[rule] = last_place
            last_places = RulePlaces(self._ancestry, rules, tuple(alone), frozenset({rule}))
            starts.append((last_number, last_places))
        return starts

    def _walk_reach(
        self, code_filter: CodeFilter, positions: Positions, number: int
    ) -> Iterator[CommitStep]:
        """Yield the steps of a filter with reach rules, whose excerpts are cut anew at each
        commit.
        """
        reach_follower = self._get_reach_follower(code_filter, positions)
        for change in reach_follower.walk_history(number, whitespace=self._whitespace):
            commit = self.index.get_commit(change.number)
            before = CutVersion(change.before) if change.before else None
            versions = (CutVersion(change.excerpt), before)
            yield CommitStep(self.objects, commit, {self._name_kind(change)}, 1.0, versions)

    def _name_kind(self, change: Changed) -> str:
        """Return what kind of step a change of an excerpt with reach rules is."""
        if change.before is not None:
            return "body"
        if self.index.get_commit(change.number) in self._edge:
            return "shallow"
        return "introduced" if change.certain else "gap"

    # Values that are kept

    def _find_positions(self, code_filter: CodeFilter, anchor: int | None) -> Positions:
        # What is related to the anchor is known for the commits of an index of that length.
        key = (code_filter, anchor, len(self.index))
        positions = self._positions.get(key)
        if positions is None:
            positions = Positions(self._ancestry, code_filter.rules, anchor)
            self._positions[key] = positions
        return positions

    def _get_reach_follower(self, code_filter: CodeFilter, positions: Positions) -> ReachFollower:
        # Most histories need no reach, and each waits for what is imported here.
        from gitexp.follow.reaching import ReachFollower

        reach_follower = self._reach_followers.get(positions)
        if reach_follower is None:
            reach_follower = ReachFollower(self._ancestry, code_filter, positions)
            self._reach_followers[positions] = reach_follower
        return reach_follower

    # Numbers of commits

    def _get_number(self, commit: str) -> int:
        """Return the number of a commit in the index. Raises AbsentError."""
        number = self.index.find_number(commit)
        if number is None:
            raise self._make_absent_error(f"commit {commit[:12]}")
        return number

    def _find_anchor(self, code_filter: CodeFilter, version: str) -> int | None:
        """Return the number of the version that the rules were written for.

        A filter without an anchor means ``version``. None where the anchor is not in this clone.
        """
        if code_filter.anchor:
            return self.index.find_number(code_filter.anchor)
        return self._get_number(version)

    def _make_absent_error(self, subject: str) -> AbsentError:
        # Most histories lack nothing, and each waits for what is imported here.
        from gitexp.store.absent import describe_remedy

        return AbsentError(f"{subject} is not in this clone", describe_remedy(self.repository))


def _has_reach(code_filter: CodeFilter) -> bool:
    return any(rule.kind == "reach" for rule in code_filter.rules)
