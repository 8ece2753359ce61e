"""The walk of all rules of a filter at once, from a commit back to where all their code was introduced."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.layout import strip_layout
from gitexp.follow.steps import CommitStep, RulePlaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.locate.block import Change
    from gitexp.follow.ancestry import Ancestry
    from gitexp.follow.places import CodePlace
    from gitexp.model.filter import CodeFilter

# Blobs asked for at once: few at first, since many walks are short, then as many as git's pipe can hold without waiting.
_FIRST_BATCH = 4
_BATCH = 32
# What a merge may have done to code that it has from a parent: of several parents the one is followed to which it did least.
_PLAINEST = ("none", "format", "moved")


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


class Walker:
    """One walk from a commit back to where all its code was introduced.

    ``edge``: commits whose parents a shallow clone lacks; ``whitespace``: a change of white space alone counts too.
    """

    def __init__(self, ancestry: Ancestry, filter: CodeFilter, edge: frozenset[str], *, whitespace: bool) -> None:
        self._ancestry = ancestry
        self._filter = filter
        self._edge = edge
        self._whitespace = whitespace
        self._index = ancestry.index
        self._touched: dict[frozenset[str], frozenset[int]] = {}
        self._expected: dict[str, _Ahead] = {}
        self._pending: dict[int, RulePlaces] = {}
        self._heap: list[int] = []
        self._composed = any(rule.hide for rule in filter.rules)

    def run(self, begin: Sequence[tuple[int, RulePlaces]]) -> Iterator[CommitStep]:
        """Steps, newest first, from these commits on."""
        for number, version in begin:
            self._push(number, version)
        while self._heap:
            number = -heapq.heappop(self._heap)
            version = self._pending.pop(number)
            yield from self._at(number, version)

    def _push(self, number: int, version: RulePlaces) -> None:
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
        self._pending[number] = version if known is None else known.join(version)

    def _touching(self, paths: frozenset[str]) -> frozenset[int]:
        """Commits that changed any of the paths."""
        known = self._touched.get(paths)
        if known is None:
            known = self._touched[paths] = frozenset().union(*(self._index.list_changes(path) for path in paths))
        return known

    def _at(self, number: int, version: RulePlaces) -> Iterator[CommitStep]:
        parents = self._index.list_parents(number)
        if not parents:
            kind = "shallow" if self._index.commit(number) in self._edge else "introduced"
            yield self._step(number, {kind}, 1.0, version, None)
            return
        self._expect(number, version)
        if len(parents) == 1:
            yield from self._plain(number, parents[0], version)
        else:
            yield from self._merge(number, parents, version)

    def _seen(self, number: int, parent: int, place: CodePlace) -> tuple[CodePlace | None, Change, float]:
        """A step back; at a gap the story ends, for what is behind it cannot be told."""
        found = self._ancestry.step_back(number, parent, place)
        return (None, found[1], found[2]) if found[1] == "gap" else found

    def _expect(self, number: int, version: RulePlaces) -> None:
        """Ask for the blobs of the commits to come, so that git reads while we compare."""
        for path in {place.path for place in version.places if place is not None}:
            ahead = self._expected.get(path)
            if ahead is None:
                ahead = self._expected[path] = _Ahead(self._index.list_changes(path))
            self._ancestry.objects.expect(ahead.next(number))

    def _counts(self, change: Change) -> bool:
        return change in ("body", "renamed", "introduced", "gap") or (change == "format" and self._whitespace)

    def _plain(self, number: int, parent: int, version: RulePlaces) -> Iterator[CommitStep]:
        found = {
            n: self._seen(number, parent, place)
            for n, place in enumerate(version.places)
            if place is not None and self._ancestry.is_touched(number, place)
        }
        places = tuple(found[n][0] if n in found else place for n, place in enumerate(version.places))
        changes = {n: item for n, item in found.items() if n in version.active and self._counts(item[1])}
        active = frozenset(n for n in version.active if places[n] is not None)
        older = RulePlaces(self._ancestry, self._filter.rules, places, active)
        if changes and self._differs(version, older):
            kinds = {str(item[1]) for item in changes.values()}
            yield self._step(number, kinds, min(item[2] for item in changes.values()), version, older)
        self._push(parent, older)
        for n in version.active - active:
            if n not in changes or changes[n][1] != "gap":
                self._revive(number, n, version)

    def _revive(self, number: int, rule: int, version: RulePlaces) -> None:
        """A birth may be the return of what was deleted before: go on there, with this rule alone."""
        place = version.places[rule]
        back = self._ancestry.find_revived(number, place) if place is not None else None
        if back is not None:
            places = tuple(back[1] if n == rule else None for n in range(len(version.places)))
            self._push(back[0], RulePlaces(self._ancestry, self._filter.rules, places, frozenset({rule})))

    def _differs(self, newer: RulePlaces, older: RulePlaces) -> bool:
        """Whether the excerpts as wholes differ, where a change inside a rule may be hidden by another."""
        if not self._composed:
            return True
        one, other = newer.excerpt.text, older.excerpt.text
        if self._whitespace:
            return one != other
        return [strip_layout(lines) for _, lines in one] != [strip_layout(lines) for _, lines in other]

    def _merge(self, number: int, parents: tuple[int, ...], version: RulePlaces) -> Iterator[CommitStep]:
        """A merge: a rule that equals one parent's is followed there only; one that differs from all is followed on all."""
        older: list[list[CodePlace | None]] = [[None] * len(version.places) for _ in parents]
        follow: list[set[int]] = [set() for _ in parents]
        kinds: set[str] = set()
        sure = 1.0
        for rule, place in enumerate(version.places):
            if place is None:
                continue
            results = []
            for at, parent in enumerate(parents):
                results.append(self._seen(number, parent, place))
                older[at][rule] = results[at][0]
                if len(version.places) == 1 and results[at][1] == "none":  # where a lone rule is not followed, nobody asks for its place
                    break
            same = [at for at, item in enumerate(results) if not self._counts(item[1])]
            if rule not in version.active:
                continue
            if same:
                follow[min(same, key=lambda at: _PLAINEST.index(results[at][1]))].add(rule)
                continue
            living = [at for at, item in enumerate(results) if item[0] is not None]
            for at in living:
                follow[at].add(rule)
            if not _joined([item[0] for item in results], place):
                gap = any(item[1] == "gap" for item in results)
                kinds.add("merged" if living else "gap" if gap else "introduced")
                sure = min(sure, *(item[2] for item in results))
            if not living:
                self._revive(number, rule, version)
        versions = [
            RulePlaces(self._ancestry, self._filter.rules, tuple(places), frozenset(active))
            for places, active in zip(older, follow, strict=True)
        ]
        if kinds:
            yield self._step(number, kinds, sure, version, versions[0])
        for parent, each in zip(parents, versions, strict=True):
            self._push(parent, each)

    def _step(self, number: int, kinds: set[str], confidence: float, version: RulePlaces, before: RulePlaces | None) -> CommitStep:
        return CommitStep(self._ancestry.objects, self._index.commit(number), kinds, confidence, (version, before))


def _joined(older: Sequence[CodePlace | None], newer: CodePlace) -> bool:
    """Whether a merge only joins: no line that no parent has, and none lost that all parents have."""
    texts = [{"".join(line.split()) for line in place.block.lines} for place in older if place is not None]
    if len(texts) < 2:
        return False
    lines = {"".join(line.split()) for line in newer.block.lines}
    return lines <= texts[0].union(*texts[1:]) and texts[0].intersection(*texts[1:]) <= lines
