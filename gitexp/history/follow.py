"""Filtered history: the commits at which the code that a filter chooses changed."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.excerpt.likeness import squeezed
from gitexp.history.ancestry import Ancestry
from gitexp.history.follow_at import Positions
from gitexp.history.places import build_excerpt
from gitexp.store.objects import Objects
from gitexp.store.paths import PathIndex, shallow_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitexp.excerpt.block import Change
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.reach import Reached
    from gitexp.history.places import Place
    from gitexp.history.reaching import Reaching
    from gitexp.model.filter import Filter, Rule
    from gitexp.store.objects import CommitInfo
    from gitexp.store.repository import Repository

    Places = tuple[Place | None, ...]

# Blobs asked for at once: few at first, since many walks are short, then as many as git's pipe can hold without waiting.
_FIRST_BATCH = 4
_BATCH = 32
# Histories kept to be told again.
_TOLD = 64


class Step:
    """One commit that changed the excerpt. ``kinds``: introduced, body, renamed, moved, merged, format, shallow (the clone ends here), gap
    (the version before is not in this clone, or too large to read).

    ``excerpt`` and ``before`` (in the parent; None where the filter finds nothing) and what the commit says are read when asked for:
    ask while the Follower is open.
    """

    def __init__(
        self,
        follower: Follower,
        commit: str,
        kinds: frozenset[str],
        confidence: float,
        versions: tuple[_Version | _Whole, _Version | _Whole | None],
    ) -> None:
        self.commit = commit
        self.kinds = kinds
        self.confidence = confidence
        self._follower = follower
        self._now, self._before = versions

    @cached_property
    def _info(self) -> CommitInfo | None:
        return self._follower.objects.commit(self.commit)

    @property
    def parents(self) -> tuple[str, ...]:
        """Full ids."""
        return self._info.parents if self._info else ()

    @property
    def subject(self) -> str:
        """First line of the message."""
        return self._info.subject if self._info else ""

    @property
    def author_time(self) -> int:
        """Seconds since 1970."""
        return self._info.author_time if self._info else 0

    @cached_property
    def excerpt(self) -> Excerpt:
        """What the filter leaves of this commit."""
        return self._now.excerpt

    @cached_property
    def before(self) -> Excerpt | None:
        """What it leaves of the parent."""
        return self._before.excerpt if self._before is not None and any(self._before.places) else None


class _Whole:
    """A version whose excerpt is known already."""

    def __init__(self, excerpt: Excerpt) -> None:
        self.excerpt = excerpt
        self.places = excerpt.parts


class _Version:
    """The places of all rules at one commit, and which of them are still being followed there."""

    __slots__ = ("active", "ancestry", "places", "rules")

    def __init__(self, ancestry: Ancestry, rules: Sequence[Rule], places: Places, active: frozenset[int]) -> None:
        self.ancestry = ancestry
        self.rules = rules
        self.places = places
        self.active = active

    @property
    def excerpt(self) -> Excerpt:
        return build_excerpt(self.rules, self.places, self.ancestry.text_of)

    def joined(self, other: _Version) -> _Version:
        """Two ways to the same commit: what either follows is followed."""
        places = tuple(
            mine if mine is not None or n not in other.active else theirs
            for n, (mine, theirs) in enumerate(zip(self.places, other.places, strict=True))
        )
        return _Version(self.ancestry, self.rules, places, self.active | other.active)


class Follower:
    """Follows the rules of filters through the history of a repository.

    ``whitespace``: a change of white space alone counts too. ``progress`` is called with (commits read, commits in all) while the
    index of paths is filled. Use it as a context manager, or close it. Raises what Repository raises.
    """

    def __init__(self, repository: Repository, *, whitespace: bool = False, progress: Callable[[int, int], None] | None = None) -> None:
        self._whitespace = whitespace
        self._edge = shallow_edge(repository)
        self._repository = repository
        self.objects = Objects(repository)
        self.index = PathIndex(repository, progress)
        self._ancestry = Ancestry(self.index, self.objects)
        self._known: dict[tuple[Filter, int, int], Positions] = {}
        self._reached: dict[Positions, Reaching] = {}
        self._told: dict[tuple[Filter, str], list[Step]] = {}

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End git and close the index."""
        self.objects.close()
        self.index.close()

    def history(self, filter: Filter, start: str) -> Iterator[Step]:
        """Commits reachable from ``start`` (a full id) that changed the excerpt, newest first. Asked again, it is told from memory.

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

    def _followed(self, filter: Filter, start: str) -> Iterator[Step]:
        self.index.ensure([start, filter.anchor] if filter.anchor else [start])
        number = self._number(start)
        positions = self._positions(filter, self._number(filter.anchor or start))
        if _reaches(filter):
            for at, excerpt, before in self._reaching(filter, positions).history(number, whitespace=self._whitespace):
                kind = "body" if before is not None else self._beginning(at, positions)
                yield Step(self, self.index.commit(at), frozenset({kind}), 1.0, (_Whole(excerpt), _Whole(before) if before else None))
            return
        places = positions.places(number)
        active = frozenset(n for n, place in enumerate(places) if place is not None)
        begin = [(number, _Version(self._ancestry, filter.rules, places, active))]
        for rule in range(len(places)):
            if places[rule] is None and (last := positions.last_before(number, rule)) is not None:
                alone = tuple(last[1] if n == rule else None for n in range(len(places)))
                begin.append((last[0], _Version(self._ancestry, filter.rules, alone, frozenset({rule}))))
        yield from _Walk(self, filter).run(begin)

    def _beginning(self, number: int, positions: Positions) -> str:
        """How a history begins at a commit before which nothing is found."""
        if self.index.commit(number) in self._edge:
            return "shallow"
        return "gap" if any(positions.gaps(parent) for parent in self.index.parents(number)) else "introduced"

    def _number(self, commit: str) -> int:
        number = self.index.number(commit)
        if number is None:
            raise NotFoundError(f"commit {commit[:12]} is not in this clone", "give a full commit id, or fetch it first")
        return number

    def excerpt_at(self, filter: Filter, version: str) -> Excerpt:
        """What the filter leaves of any commit (a full id): older or newer than the anchor, or on another branch.

        A rule that is not there is in ``missing``, with the reason. Raises UsageError, NotFoundError or ContentError
        when a rule names no file or line at the anchor.
        """
        anchor = filter.anchor or version
        self.index.ensure([version, anchor])
        positions = self._positions(filter, self._number(anchor))
        if _reaches(filter):
            return self._reaching(filter, positions).excerpt(self._number(version))
        return positions.excerpt(self._number(version))

    def reachable(self, start: str) -> int:
        """How many commits a history from ``start`` (a full id) has to search."""
        self.index.ensure([start])
        return sum(self._ancestry.ancestors(self._number(start))[:-1])

    def check(self, filter: Filter) -> None:
        """Raise what is wrong with a rule at the filter's anchor: NotFoundError (with what is near), AmbiguousError, UsageError."""
        self.index.ensure([filter.anchor])
        self._positions(filter, self._number(filter.anchor)).check()

    def reached(self, filter: Filter, version: str) -> list[Reached]:
        """What each reach rule of a filter takes in at a commit (a full id), with the reasons."""
        anchor = filter.anchor or version
        self.index.ensure([version, anchor])
        positions = self._positions(filter, self._number(anchor))
        return list(self._reaching(filter, positions).reached(self._number(version)))

    def _reaching(self, filter: Filter, positions: Positions) -> Reaching:
        from gitexp.history.reaching import Reaching

        known = self._reached.get(positions)
        if known is None:
            known = self._reached[positions] = Reaching(self._ancestry, filter, positions)
        return known

    def prepare(self, versions: Sequence[str]) -> None:
        """Index many versions in one go before they are asked for one by one."""
        self.index.ensure(versions)

    def _positions(self, filter: Filter, anchor: int) -> Positions:
        key = (filter, anchor, len(self.index))  # what is related to the anchor is known for the commits of that index
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Positions(self._ancestry, filter.rules, anchor)
        return known


def _reaches(filter: Filter) -> bool:
    return any(rule.kind == "reach" for rule in filter.rules)


class _Ahead:
    """The older blobs of one path, a batch at a time, in the order in which a walk will want them."""

    def __init__(self, changes: dict[int, tuple[bytes | None, bytes | None]]) -> None:
        self._changes = changes
        self._numbers = list(changes)
        self._asked = len(self._numbers)
        self._size = _FIRST_BATCH

    def next(self, number: int) -> list[str]:
        """Names of the blobs to ask for when the walk is at commit ``number``; none while enough of them are on their way."""
        here = bisect_right(self._numbers, number)
        self._asked = min(self._asked, here)
        if here - self._asked > self._size // 4:
            return []
        start = max(0, self._asked - self._size)
        batch = self._numbers[start : self._asked]
        self._asked = start
        self._size = min(2 * self._size, _BATCH)
        return [old.hex() for at in reversed(batch) if (old := self._changes[at][0]) is not None]


class _Walk:
    """One walk from a commit back to where all its code was introduced."""

    def __init__(self, follower: Follower, filter: Filter) -> None:
        self._follower = follower
        self._filter = filter
        self._ancestry = follower._ancestry
        self._index = follower.index
        self._touched: dict[frozenset[str], frozenset[int]] = {}
        self._expected: dict[str, _Ahead] = {}
        self._pending: dict[int, _Version] = {}
        self._heap: list[int] = []
        self._composed = any(rule.hide for rule in filter.rules)

    def run(self, begin: Sequence[tuple[int, _Version]]) -> Iterator[Step]:
        """Steps, newest first, from these commits on."""
        for number, version in begin:
            self._push(number, version)
        while self._heap:
            number = -heapq.heappop(self._heap)
            version = self._pending.pop(number)
            yield from self._at(number, version)

    def _push(self, number: int, version: _Version) -> None:
        """Queue a version at the next commit, from ``number`` on, that changed a path of it (or has no parent)."""
        if not version.active:
            return
        touched = self._touching(frozenset(place.path for place in version.places if place is not None))
        first = self._index.first_parents
        while number not in touched and first[number] >= 0:
            number = first[number]
        known = self._pending.get(number)
        if known is None:
            heapq.heappush(self._heap, -number)
        self._pending[number] = version if known is None else known.joined(version)

    def _touching(self, paths: frozenset[str]) -> frozenset[int]:
        """Commits that changed any of the paths."""
        known = self._touched.get(paths)
        if known is None:
            known = self._touched[paths] = frozenset().union(*(self._index.changes(path) for path in paths))
        return known

    def _at(self, number: int, version: _Version) -> Iterator[Step]:
        parents = self._index.parents(number)
        if not parents:
            kind = "shallow" if self._index.commit(number) in self._follower._edge else "introduced"
            yield self._step(number, {kind}, 1.0, version, None)
            return
        self._expect(number, version)
        found = [[self._seen(number, parent, place) if place is not None else None for place in version.places] for parent in parents]
        if len(parents) == 1:
            yield from self._plain(number, parents[0], version, found[0])
        else:
            yield from self._merge(number, parents, version, found)

    def _seen(self, number: int, parent: int, place: Place) -> tuple[Place | None, Change, float]:
        """A step back; at a gap the story ends, for what is behind it cannot be told."""
        found = self._ancestry.step(number, parent, place)
        return (None, found[1], found[2]) if found[1] == "gap" else found

    def _expect(self, number: int, version: _Version) -> None:
        """Ask for the blobs of the commits to come, so that git reads while we compare."""
        for path in {place.path for place in version.places if place is not None}:
            ahead = self._expected.get(path)
            if ahead is None:
                ahead = self._expected[path] = _Ahead(self._index.changes(path))
            self._follower.objects.expect(ahead.next(number))

    def _counts(self, change: Change) -> bool:
        return change in ("body", "renamed", "introduced", "gap") or (change == "format" and self._follower._whitespace)

    def _plain(self, number: int, parent: int, version: _Version, found: list[tuple[Place | None, Change, float] | None]) -> Iterator[Step]:
        places = tuple(item[0] if item is not None else None for item in found)
        changes = {n: item for n, item in enumerate(found) if item is not None and n in version.active and self._counts(item[1])}
        active = frozenset(n for n in version.active if places[n] is not None)
        older = _Version(self._ancestry, self._filter.rules, places, active)
        if changes and self._differs(version, older):
            kinds = {str(item[1]) for item in changes.values()}
            yield self._step(number, kinds, min(item[2] for item in changes.values()), version, older)
        self._push(parent, older)
        for n in version.active - active:
            if n not in changes or changes[n][1] != "gap":
                self._revive(number, n, version)

    def _revive(self, number: int, rule: int, version: _Version) -> None:
        """A birth may be the return of what was deleted before: go on there, with this rule alone."""
        place = version.places[rule]
        back = self._ancestry.revived(number, place) if place is not None else None
        if back is not None:
            places = tuple(back[1] if n == rule else None for n in range(len(version.places)))
            self._push(back[0], _Version(self._ancestry, self._filter.rules, places, frozenset({rule})))

    def _differs(self, newer: _Version, older: _Version) -> bool:
        """Whether the excerpts as wholes differ, where a change inside a rule may be hidden by another."""
        if not self._composed:
            return True
        one, other = newer.excerpt.text, older.excerpt.text
        if self._follower._whitespace:
            return one != other
        return [squeezed(lines) for _, lines in one] != [squeezed(lines) for _, lines in other]

    def _merge(
        self, number: int, parents: tuple[int, ...], version: _Version, found: list[list[tuple[Place | None, Change, float] | None]]
    ) -> Iterator[Step]:
        """A merge: a rule that equals one parent's is followed there only; one that differs from all is followed on all."""
        follow: list[set[int]] = [set() for _ in parents]
        kinds: set[str] = set()
        sure = 1.0
        for rule in version.active:
            results = [item for per_parent in found if (item := per_parent[rule]) is not None]
            same = next((n for n, item in enumerate(results) if not self._counts(item[1])), None)
            if same is not None:
                follow[same].add(rule)
                continue
            living = [n for n, item in enumerate(results) if item[0] is not None]
            for n in living:
                follow[n].add(rule)
            place = version.places[rule]
            if place is not None and not _joined([item[0] for item in results], place):
                gap = any(item[1] == "gap" for item in results)
                kinds.add("merged" if living else "gap" if gap else "introduced")
                sure = min(sure, *(item[2] for item in results))
            if not living:
                self._revive(number, rule, version)
        versions = [
            _Version(self._ancestry, self._filter.rules, tuple(item[0] if item else None for item in per_parent), frozenset(active))
            for per_parent, active in zip(found, follow, strict=True)
        ]
        if kinds:
            yield self._step(number, kinds, sure, version, versions[0])
        for parent, older in zip(parents, versions, strict=True):
            self._push(parent, older)

    def _step(self, number: int, kinds: set[str], confidence: float, version: _Version, before: _Version | None) -> Step:
        return Step(self._follower, self._index.commit(number), frozenset(kinds), confidence, (version, before))


def _joined(older: Sequence[Place | None], newer: Place) -> bool:
    """Whether a merge only joins: no line that no parent has, and none lost that all parents have."""
    texts = [{"".join(line.split()) for line in place.block.lines} for place in older if place is not None]
    if len(texts) < 2:
        return False
    lines = {"".join(line.split()) for line in newer.block.lines}
    return lines <= texts[0].union(*texts[1:]) and texts[0].intersection(*texts[1:]) <= lines
