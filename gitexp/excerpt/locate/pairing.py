"""Pair the definitions of two versions of a file: which one is the partner of which.

A partner is found by its dotted name, by its place in a class or function that was renamed, or by
likeness. The answers for one pair of versions are worked out once and looked up after that: ten
rules, and every check whether a definition goes on under its own name, ask the same pair.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.align import align_lines
from gitexp.excerpt.lines.likeness import measure_likeness
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import is_telling
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.locate.version import FileVersion

_SAME_TEXT = 3.0
"""Pair score of two overloads with the same text: above any likeness with the same signature."""

_SAME_SIGNATURE = 1.0
"""What the same signature is worth beside likeness when overloads are paired."""


class Partner(NamedValues):
    """A definition of the older version, and how sure it is (0 to 1) that it is the partner."""

    definition: Definition
    confidence: float


class _Candidate(NamedValues):
    """A definition that may be the one looked for: ``score`` compares candidates, ``alike`` is
    plain likeness.
    """

    definition: Definition
    score: float
    alike: float


@lru_cache(maxsize=16)
def pair_definitions(newer: FileVersion, older: FileVersion) -> Pairing:
    """Return the pairing of two versions, the same one as long as it is among the last sixteen."""
    return Pairing(newer, older)


class Pairing:
    """The definitions of ``newer`` and their partners in ``older``, worked out when they are asked
    for.
    """

    def __init__(self, newer: FileVersion, older: FileVersion) -> None:
        self.newer = newer
        self.older = older
        self._likeness: dict[tuple[Definition, Definition], float] = {}
        self._settled: dict[Definition, bool] = {}
        self._overload_likeness: dict[Definition, float] = {}
        self._overload_pairs: dict[str, dict[int, Definition]] = {}
        self._renamed: dict[Definition, Partner | None] = {}

    def find_partner(self, definition: Definition) -> Partner | None:
        """Return the partner of a definition of ``newer``, or None where it is new.

        The order: the same dotted name, the same name in what encloses it under another name,
        likeness.
        """
        return (
            self._find_namesake(definition)
            or self._find_in_renamed(definition)
            or self._find_renamed(definition)
        )

    def measure(self, definition: Definition, candidate: Definition) -> float:
        """Return how alike a definition of ``newer`` and one of ``older`` are, their names aside (0
        to 1).
        """
        key = (definition, candidate)
        likeness = self._likeness.get(key)
        if likeness is None:
            ours = self.newer.count_pairs(definition.start, definition.stop, definition.simple)
            theirs = self.older.count_pairs(candidate.start, candidate.stop, candidate.simple)
            likeness = measure_likeness(ours, theirs)
            self._likeness[key] = likeness
        return likeness

    def is_settled(self, candidate: Definition) -> bool:
        """Return True if a definition of ``older`` goes on under its name without a doubt.

        It is the only one of its name in both versions, or ``newer`` has its signature.
        """
        settled = self._settled.get(candidate)
        if settled is None:
            namesakes = self.newer.by_name.get(candidate.name, [])
            is_only_one = len(namesakes) == 1 == len(self.older.by_name[candidate.name])
            has_signature = any(namesake.signature == candidate.signature for namesake in namesakes)
            settled = is_only_one or has_signature
            self._settled[candidate] = settled
        return settled

    def is_standing(self, candidate: Definition, alike: float) -> bool:
        """Return True if a definition of ``older`` goes on under its name, if only as an overload.

        The overload must be at least as much like it as the definition that asks, whose likeness is
        ``alike``.
        """
        return self.is_settled(candidate) or self._measure_best_overload(candidate) >= alike

    def has_better_heir(self, definition: Definition, candidate: Definition, alike: float) -> bool:
        """Return True if a definition of ``older`` came to ``newer`` as another one than
        ``definition``.

        It did so under its own name, or as one of its size that is more like it than ``alike``.
        """
        for rival in self.newer.definitions:
            if rival.kind != candidate.kind or rival.start == definition.start:
                continue
            same_depth = rival.name.count(".") == definition.name.count(".")
            if rival.simple == candidate.simple and same_depth:
                return True
            if have_similar_size(rival, candidate) and self.measure(rival, candidate) > alike:
                return True
        return False

    def _measure_best_overload(self, candidate: Definition) -> float:
        """Return the likeness of the overload of ``newer`` that is most like one of ``older``; -1
        without overloads.
        """
        best = self._overload_likeness.get(candidate)
        if best is None:
            old_signatures = {namesake.signature for namesake in self.older.by_name[candidate.name]}
            best = -1.0
            for namesake in self.newer.by_name.get(candidate.name, ()):
                if namesake.signature not in old_signatures:
                    best = max(best, self.measure(namesake, candidate))
            self._overload_likeness[candidate] = best
        return best

    # The same dotted name

    def _find_namesake(self, definition: Definition) -> Partner | None:
        """Return the definition of the same dotted name; of several overloads the one that pairs.

        A namesake with hardly a line in common gives way to a definition of another name that is
        far more alike.
        """
        namesake = self._find_by_signature(definition)
        if namesake is not None:
            return Partner(namesake, 0.7 + 0.3 * self.measure(definition, namesake))
        namesake = self._find_overload(definition)
        if namesake is None:
            return None
        alike = self.measure(definition, namesake)
        if alike < thresholds.WEAK_NAMESAKE:
            better = self._find_renamed(definition)
            floor = max(thresholds.STRONG_RIVAL, 2 * alike)
            if better is not None and better.confidence > floor:
                return better
        return Partner(namesake, 0.7 + 0.3 * alike)

    def _find_by_signature(self, definition: Definition) -> Definition | None:
        """Return the only overload with the signature of ``definition``, where the name has
        overloads at all.
        """
        theirs = self.older.by_name.get(definition.name, [])
        ours = self._list_namesakes(definition)
        if len(theirs) + len(ours) <= 2:
            return None
        signed = [other for other in theirs if other.signature == definition.signature]
        signed_here = [other for other in ours if other.signature == definition.signature]
        if len(signed) == 1 and len(signed_here) == 1:
            return signed[0]
        return None

    def _find_overload(self, definition: Definition) -> Definition | None:
        """Return the partner of ``definition`` among the definitions of its name."""
        theirs = self.older.by_name.get(definition.name, [])
        ours = self._list_namesakes(definition)
        if len(theirs) == 1 and len(ours) == 1:
            return theirs[0]
        if definition.name not in self.newer.by_name:
            return self._pair_overloads(ours, theirs).get(definition.start)
        pairs = self._overload_pairs.get(definition.name)
        if pairs is None:
            pairs = self._pair_overloads(ours, theirs)
            self._overload_pairs[definition.name] = pairs
        return pairs.get(definition.start)

    def _list_namesakes(self, definition: Definition) -> list[Definition]:
        """Return the definitions of ``newer`` with the name of ``definition``: itself, where the
        name is not listed.
        """
        return self.newer.by_name.get(definition.name) or [definition]

    def _pair_overloads(
        self, ours: Sequence[Definition], theirs: Sequence[Definition]
    ) -> dict[int, Definition]:
        """Pair the definitions of one name in two versions, best pairs first; by the first line of
        ours.
        """
        ours, theirs = _drop_unique_signatures(ours, theirs)
        scored = []
        for i, definition in enumerate(ours):
            for j, candidate in enumerate(theirs):
                scored.append((self._score_overload(definition, candidate), -abs(i - j), i, j))
        scored.sort(reverse=True)
        pairs: dict[int, Definition] = {}
        taken: set[int] = set()
        for score, _, i, j in scored:
            definition, candidate = ours[i], theirs[j]
            if definition.start in pairs or j in taken:
                continue
            are_last = len(ours) - len(pairs) == 1 == len(theirs) - len(taken)
            if score < thresholds.OVERLOAD and not (
                are_last and self._have_more_than_name(definition, candidate, score)
            ):
                continue
            pairs[definition.start] = candidate
            taken.add(j)
        return pairs

    def _score_overload(self, definition: Definition, candidate: Definition) -> float:
        """Return how well two overloads pair: the same text, then the same signature, then
        likeness.
        """
        our_lines = self.newer.lines[definition.start : definition.stop]
        their_lines = self.older.lines[candidate.start : candidate.stop]
        if our_lines == their_lines:
            return _SAME_TEXT
        alike = self.measure(definition, candidate)
        if definition.signature == candidate.signature:
            return alike + _SAME_SIGNATURE
        return alike

    def _have_more_than_name(
        self, definition: Definition, candidate: Definition, score: float
    ) -> bool:
        """Return True if the last overload on each side may pair by the name, as a name without
        overloads does.
        """
        return score > thresholds.STRANGERS or have_similar_size(definition, candidate)

    # Another name

    def _find_in_renamed(self, definition: Definition) -> Partner | None:
        """Return the definition of the same simple name in what was renamed to the definition
        around ours.
        """
        outer_name = definition.name.rpartition(".")[0]
        if outer_name in self.older.by_name:
            return None
        outer = self._find_enclosing(definition, outer_name)
        if outer is None:
            return None
        outer_partner = self._find_in_renamed(outer) or self._find_renamed(outer)
        if outer_partner is None:
            return None
        inner_name = f"{outer_partner.definition.name}.{definition.simple}"
        candidates = [
            candidate
            for candidate in self.older.by_name.get(inner_name, ())
            if candidate.kind == definition.kind
        ]
        if not candidates:
            return None
        best = max(candidates, key=lambda candidate: self.measure(definition, candidate))
        alike = self.measure(definition, best)
        if alike < thresholds.INNER_NAMESAKE:
            return None
        return Partner(best, 0.6 + 0.4 * alike)

    def _find_enclosing(self, definition: Definition, outer_name: str) -> Definition | None:
        """Return the definition named ``outer_name`` that holds all lines of ``definition``."""
        for outer in self.newer.by_name.get(outer_name, ()):
            if outer.start <= definition.start and definition.stop <= outer.stop:
                return outer
        return None

    def _find_renamed(self, definition: Definition) -> Partner | None:
        """Return the definition of ``older`` that is most like ours, goes on under no name, and has
        no better heir.
        """
        if definition not in self._renamed:
            best = self._find_most_alike(definition)
            if best is not None and self._is_claimed(definition, best):
                best = None
            self._renamed[definition] = Partner(best.definition, best.alike) if best else None
        return self._renamed[definition]

    def _find_most_alike(self, definition: Definition) -> _Candidate | None:
        """Return the definition of ``older`` that is most like ours, of those that ``newer`` lacks."""
        length = definition.stop - definition.start
        best: _Candidate | None = None
        for candidate in self.older.definitions:
            if candidate.kind != definition.kind or self.is_settled(candidate):
                continue
            other_length = candidate.stop - candidate.start
            size_share = 2 * min(length, other_length) / (length + other_length)
            if size_share < thresholds.LEAST_SIZE_SHARE:
                continue
            alike = self.measure(definition, candidate)
            if alike < self._find_floor(definition, candidate, alike):
                continue
            score = alike
            if candidate.simple == definition.simple:
                score += thresholds.NAME_BONUS
            if best is not None and score <= best.score:
                continue
            if not self.is_standing(candidate, alike):
                best = _Candidate(candidate, score, alike)
        return best

    def _find_floor(self, definition: Definition, candidate: Definition, alike: float) -> float:
        """Return the least likeness at which a definition of another name may be the partner."""
        if candidate.simple == definition.simple:
            floor = thresholds.RENAMED_SAME_SIMPLE_NAME
        elif not self._are_long(definition, candidate):
            floor = thresholds.RENAMED_SHORT
        elif _are_kin(candidate.simple, definition.simple):
            floor = thresholds.RENAMED_KIN
        else:
            floor = thresholds.RENAMED_LONG
        in_place = thresholds.RENAMED_IN_PLACE
        if in_place <= alike < floor and self._stand_in_place(definition, candidate):
            return in_place
        return floor

    def _are_long(self, definition: Definition, candidate: Definition) -> bool:
        """Return True if both definitions are long enough to be alike by more than chance."""
        lines = self.newer.lines[definition.start : definition.stop]
        weight = sum(is_telling(line) for line in lines)
        length = candidate.stop - candidate.start
        return min(weight, length) >= thresholds.LONG_BLOCK

    def _stand_in_place(self, definition: Definition, candidate: Definition) -> bool:
        """Return True if two lines and half of the body of ours were lines of ``candidate``, by
        diff.
        """
        body = [
            number
            for number in range(definition.header + 1, definition.stop)
            if is_telling(self.newer.lines[number])
        ]
        if len(body) < 2:
            return False
        partners = align_lines(self.newer.lines, self.older.lines)
        inside = sum(candidate.header < partners[number] < candidate.stop for number in body)
        return inside >= 2 and 2 * inside >= len(body)

    def _is_claimed(self, definition: Definition, best: _Candidate) -> bool:
        """Return True if another new definition of ``newer`` resembles the candidate more than ours
        does.
        """
        for rival in self.newer.definitions:
            if rival.kind != definition.kind or rival.start == definition.start:
                continue
            if rival.name in self.older.by_name:
                continue
            score = self.measure(rival, best.definition)
            if rival.simple == best.definition.simple:
                score += thresholds.NAME_BONUS
            if score > best.score:
                return True
        return False


def have_similar_size(definition: Definition, candidate: Definition) -> bool:
    """Return True if neither of two definitions is ``SIZE_RATIO`` times as long as the other."""
    lengths = (definition.stop - definition.start, candidate.stop - candidate.start)
    return thresholds.SIZE_RATIO * min(lengths) > max(lengths)


def _drop_unique_signatures(
    ours: Sequence[Definition], theirs: Sequence[Definition]
) -> tuple[list[Definition], list[Definition]]:
    """Return the overloads without those whose signature each side has once: these pair by
    themselves.
    """
    our_counts = Counter(definition.signature for definition in ours)
    their_counts = Counter(definition.signature for definition in theirs)
    unique = {
        signature
        for signature, count in our_counts.items()
        if count == 1 and their_counts[signature] == 1
    }
    our_rest = [definition for definition in ours if definition.signature not in unique]
    their_rest = [definition for definition in theirs if definition.signature not in unique]
    return our_rest, their_rest


def _are_kin(name: str, other_name: str) -> bool:
    """Return True if one name is in the other: ``placeBox`` and ``placeBoxes``, ``exit`` and
    ``on_exit``.
    """
    plain_names = (name.replace("_", "").lower(), other_name.replace("_", "").lower())
    shorter, longer = sorted(plain_names, key=len)
    return len(shorter) > 3 and shorter in longer
