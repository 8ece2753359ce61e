"""The walk of all rules of a filter at once, from a commit back to where all their code began."""

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
    from gitexp.follow.moves import StepBack
    from gitexp.follow.places import CodePlace
    from gitexp.model.filter import CodeFilter

_FIRST_BATCH = 4
"""Blobs that are asked for at once: few at first, since many walks are short."""

_LARGEST_BATCH = 32
"""Then as many as git's pipe can hold without waiting."""

_PLAINEST = ("none", "format", "moved")
"""What a merge may have done to code that it has from a parent.

Of several parents the one is followed to which it did least.
"""

_COUNTED = ("body", "renamed", "introduced", "gap")
"""Changes that make a step."""


class _BlobQueue:
    """The older blobs of one path, a batch at a time, in the order in which a walk wants them."""

    def __init__(self, changes: dict[int, tuple[bytes | None, bytes | None]]) -> None:
        self._changes = changes
        self._numbers = list(changes)
        self._next = len(self._numbers)
        self._size = _FIRST_BATCH

    def take(self, number: int) -> list[str]:
        """Return the names of the blobs to ask for when the walk is at commit ``number``.

        None while enough of them are on their way.
        """
        position = bisect_right(self._numbers, number)
        self._next = min(self._next, position)
        if position - self._next > self._size // 4:
            return []
        first = max(0, self._next - self._size)
        batch = self._numbers[first : self._next]
        self._next = first
        self._size = min(2 * self._size, _LARGEST_BATCH)
        names = []
        for commit in reversed(batch):
            older, _ = self._changes[commit]
            if older is not None:
                names.append(older.hex())
        return names


class Walker:
    """One walk from a commit back to where all its code began.

    ``edge``: commits whose parents a shallow clone lacks. ``whitespace``: a change of white space
    alone counts too.
    """

    def __init__(
        self,
        ancestry: Ancestry,
        code_filter: CodeFilter,
        edge: frozenset[str],
        *,
        whitespace: bool,
    ) -> None:
        self._ancestry = ancestry
        self._rules = code_filter.rules
        self._edge = edge
        self._whitespace = whitespace
        self._index = ancestry.index
        self._touching: dict[frozenset[str], frozenset[int]] = {}
        self._queues: dict[str, _BlobQueue] = {}
        self._pending: dict[int, RulePlaces] = {}
        self._heap: list[int] = []
        self._hides = any(rule.hide for rule in code_filter.rules)

    def run(self, starts: Sequence[tuple[int, RulePlaces]]) -> Iterator[CommitStep]:
        """Yield the steps, newest first, from some commits (by number) on."""
        for number, version in starts:
            self._push(number, version)
        while self._heap:
            number = -heapq.heappop(self._heap)
            version = self._pending.pop(number)
            yield from self._visit(number, version)

    # The commits to be visited

    def _push(self, number: int, version: RulePlaces) -> None:
        """Queue a version at the next commit that changed a path of it, or has no parent."""
        if not version.active:
            return
        paths = frozenset(place.path for place in version.places if place is not None)
        touching = self._find_touching(paths)
        first_parents = self._index.first_parents
        while number not in touching and first_parents[number] >= 0:
            number = first_parents[number]
        queued = self._pending.get(number)
        if queued is None:
            heapq.heappush(self._heap, -number)
            self._pending[number] = version
        else:
            self._pending[number] = queued.join(version)

    def _find_touching(self, paths: frozenset[str]) -> frozenset[int]:
        """Return the numbers of the commits that changed any of the paths."""
        touching = self._touching.get(paths)
        if touching is None:
            changes = [self._index.list_changes(path) for path in paths]
            touching = frozenset().union(*changes)
            self._touching[paths] = touching
        return touching

    def _expect_blobs(self, version: RulePlaces) -> list[_BlobQueue]:
        """Return the queues of blobs of the paths of a version."""
        queues = []
        for path in {place.path for place in version.places if place is not None}:
            queue = self._queues.get(path)
            if queue is None:
                queue = _BlobQueue(self._index.list_changes(path))
                self._queues[path] = queue
            queues.append(queue)
        return queues

    # One commit

    def _visit(self, number: int, version: RulePlaces) -> Iterator[CommitStep]:
        parents = self._index.list_parents(number)
        if not parents:
            is_edge = self._index.get_commit(number) in self._edge
            kind = "shallow" if is_edge else "introduced"
            yield self._make_step(number, {kind}, 1.0, version, None)
            return
        # Git reads the blobs of the commits to come while we compare.
        for queue in self._expect_blobs(version):
            self._ancestry.objects.expect(queue.take(number))
        if len(parents) == 1:
            yield from self._visit_plain(number, parents[0], version)
        else:
            yield from self._visit_merge(number, parents, version)

    def _step_back(self, number: int, parent: int, place: CodePlace) -> StepBack:
        """Return a step back; a gap ends the story, for what is behind it cannot be told."""
        step = self._ancestry.step_back(number, parent, place)
        if step.change == "gap":
            return step._replace(place=None)
        return step

    def _counts(self, change: Change) -> bool:
        """Return True if a change makes a step."""
        return change in _COUNTED or (change == "format" and self._whitespace)

    def _visit_plain(self, number: int, parent: int, version: RulePlaces) -> Iterator[CommitStep]:
        """Visit a commit with one parent."""
        steps: dict[int, StepBack] = {}
        places = list(version.places)
        for rule, place in enumerate(version.places):
            if place is not None and self._ancestry.is_touched(number, place):
                steps[rule] = self._step_back(number, parent, place)
                places[rule] = steps[rule].place
        counted = {
            rule: step
            for rule, step in steps.items()
            if rule in version.active and self._counts(step.change)
        }
        active = frozenset(rule for rule in version.active if places[rule] is not None)
        older = self._make_version(places, active)
        if counted and self._differs(version, older):
            kinds = {str(step.change) for step in counted.values()}
            confidence = min(step.confidence for step in counted.values())
            yield self._make_step(number, kinds, confidence, version, older)
        self._push(parent, older)
        for rule in version.active - active:
            is_gap = rule in counted and counted[rule].change == "gap"
            if not is_gap:
                self._revive(number, rule, version)

    def _revive(self, number: int, rule: int, version: RulePlaces) -> None:
        """Go on where code was deleted before, with one rule: its birth may be a return."""
        place = version.places[rule]
        revived = self._ancestry.find_revived(number, place) if place is not None else None
        if revived is None:
            return
        commit, older_place = revived
        places: list[CodePlace | None] = [None] * len(version.places)
        places[rule] = older_place
        self._push(commit, self._make_version(places, frozenset({rule})))

    def _differs(self, newer: RulePlaces, older: RulePlaces) -> bool:
        """Return True if the excerpts differ: another rule may hide a change inside a rule."""
        if not self._hides:
            return True
        new_text, old_text = newer.excerpt.text, older.excerpt.text
        if self._whitespace:
            return new_text != old_text
        new_code = [strip_layout(lines) for _, lines in new_text]
        old_code = [strip_layout(lines) for _, lines in old_text]
        return new_code != old_code

    # Merges

    def _visit_merge(
        self, number: int, parents: tuple[int, ...], version: RulePlaces
    ) -> Iterator[CommitStep]:
        """Visit a merge.

        A rule that equals one parent's is followed there only; one that differs from all parents is
        followed on all.
        """
        merge = _Merge(len(parents), len(version.places))
        for rule, place in enumerate(version.places):
            if place is None:
                continue
            steps = self._step_to_parents(number, parents, place, alone=len(version.places) == 1)
            for parent, step in enumerate(steps):
                merge.places[parent][rule] = step.place
            if rule in version.active:
                self._follow_merged(number, rule, version, steps, merge)
        versions = [
            self._make_version(places, frozenset(active))
            for places, active in zip(merge.places, merge.active, strict=True)
        ]
        if merge.kinds:
            yield self._make_step(number, merge.kinds, merge.confidence, version, versions[0])
        for parent, older in zip(parents, versions, strict=True):
            self._push(parent, older)

    def _step_to_parents(
        self, number: int, parents: tuple[int, ...], place: CodePlace, *, alone: bool
    ) -> list[StepBack]:
        """Return the steps to the parents of a merge, up to one that has the same code.

        Only a rule that is ``alone`` stops there: where it is not followed, nobody asks for its
        place.
        """
        steps = []
        for parent in parents:
            step = self._step_back(number, parent, place)
            steps.append(step)
            if alone and step.change == "none":
                break
        return steps

    def _follow_merged(
        self, number: int, rule: int, version: RulePlaces, steps: list[StepBack], merge: _Merge
    ) -> None:
        """Decide on which parents a rule is followed, and whether the merge changed its code."""
        same = [parent for parent, step in enumerate(steps) if not self._counts(step.change)]
        if same:
            plainest = min(same, key=lambda parent: _PLAINEST.index(steps[parent].change))
            merge.active[plainest].add(rule)
            return
        living = [parent for parent, step in enumerate(steps) if step.place is not None]
        for parent in living:
            merge.active[parent].add(rule)
        place = version.places[rule]
        if place is not None and not _only_joins([step.place for step in steps], place):
            merge.kinds.add(_name_merge_change(steps, has_ancestor=bool(living)))
            merge.confidence = min(merge.confidence, *(step.confidence for step in steps))
        if not living:
            self._revive(number, rule, version)

    # Values

    def _make_version(
        self, places: Sequence[CodePlace | None], active: frozenset[int]
    ) -> RulePlaces:
        return RulePlaces(self._ancestry, self._rules, tuple(places), active)

    def _make_step(
        self,
        number: int,
        kinds: set[str],
        confidence: float,
        version: RulePlaces,
        before: RulePlaces | None,
    ) -> CommitStep:
        commit = self._index.get_commit(number)
        return CommitStep(self._ancestry.objects, commit, kinds, confidence, (version, before))


class _Merge:
    """What is found out about a merge: by parent the places of the rules and the rules followed."""

    def __init__(self, parents: int, rules: int) -> None:
        self.places: list[list[CodePlace | None]] = [[None] * rules for _ in range(parents)]
        self.active: list[set[int]] = [set() for _ in range(parents)]
        self.kinds: set[str] = set()
        self.confidence = 1.0


def _name_merge_change(steps: Sequence[StepBack], *, has_ancestor: bool) -> str:
    """Return the kind of change of a merge that equals no parent."""
    if has_ancestor:
        return "merged"
    return "gap" if any(step.change == "gap" for step in steps) else "introduced"


def _only_joins(older: Sequence[CodePlace | None], newer: CodePlace) -> bool:
    """Return True if a merge only joins what its parents have.

    It has no line that no parent has, and lost none that all parents have.
    """
    parents = [_strip_lines(place) for place in older if place is not None]
    if len(parents) < 2:
        return False
    lines = _strip_lines(newer)
    has_only_theirs = lines <= set().union(*parents)
    return has_only_theirs and parents[0].intersection(*parents[1:]) <= lines


def _strip_lines(place: CodePlace) -> set[str]:
    """Return the lines of a place without white space."""
    return {"".join(line.split()) for line in place.block.lines}
