"""The one patience diff: which line of one text is which line of another.

Lines that occur once in each text are the anchors, and the gaps between them are compared by
themselves. The idea is Bram Cohen's. What has no anchor is left to difflib, which finds a good
answer, but takes minutes for long and repetitive text; so each gap has a limit.

There are two ways to compare lines. Following code (``align_lines``) asks for the same line in
another version, whatever a formatter did to it. A delta (``match_equal_lines``) asks for the lines
that need not be shown as changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.lines import thresholds
from gitexp.excerpt.lines.layout import make_line_key
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    LineKey = str | None
    ReadKeys = Callable[[Sequence[str]], Sequence[LineKey]]

NO_PARTNER = -1
"""Stands for the partner of a line that the other text lacks."""


def align_lines(newer: Sequence[str], older: Sequence[str]) -> list[int]:
    """Return for each line of ``newer`` the number of the same line in ``older``, or -1.

    Lines are the same if they differ in white space, case and kind of quotes only. The numbers
    count from 0 and increase.

    >>> align_lines(["a = 1", "b = 2", "c = 3"], ["A=1", "c = 3"])
    [0, -1, 1]
    """
    limits = _Limits(0, thresholds.FOLLOWING_PAIRS, None)
    return _find_partners(newer, older, _make_layout_keys, limits)


def match_equal_lines(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Return for each line of ``old`` the number of the equal line in ``new``, or -1.

    The numbers count from 0 and increase.
    """
    pairs = thresholds.DELTA_PAIRS
    return _find_partners(old, new, _take_lines_as_keys, _Limits(pairs, pairs, pairs))


class _Limits(NamedValues):
    """Up to how many pairs of lines difflib compares a gap.

    ``at_once``: before anchors are looked for. ``without_anchors``: when there are none. A gap
    between anchors that is larger than ``between_anchors`` (None: no limit) stays without partners.
    """

    at_once: int
    without_anchors: int
    between_anchors: int | None


class _Gap(NamedTuple):
    """Lines ``start`` to ``stop`` of the left text and of the right one (half-open) that are still
    to be compared.
    """

    left_start: int
    left_stop: int
    right_start: int
    right_stop: int

    @property
    def pairs(self) -> int:
        """The number of pairs of lines; 0 where one side is empty."""
        return (self.left_stop - self.left_start) * (self.right_stop - self.right_start)


def _find_partners(
    left: Sequence[str], right: Sequence[str], read_keys: ReadKeys, limits: _Limits
) -> list[int]:
    """Return for each line of ``left`` its partner in ``right``, or -1."""
    head, tail = _count_equal_ends(left, right)
    left_stop, right_stop = len(left) - tail, len(right) - tail
    same_tail = range(right_stop, len(right))
    partners = [*range(head), *[NO_PARTNER] * (left_stop - head), *same_tail]
    # Most lines of two versions are the same to the letter, at both ends. Their keys are not
    # needed: the lines stand for them, so that keys and lines have the same numbers.
    left_keys = [*left[:head], *read_keys(left[head:left_stop])]
    right_keys = [*right[:head], *read_keys(right[head:right_stop])]
    comparison = _Comparison(left_keys, right_keys, limits, partners)
    comparison.fill(_Gap(head, left_stop, head, right_stop))
    return partners


def _count_equal_ends(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """Return how many lines two texts begin and end with alike; no line is counted twice."""
    most = min(len(left), len(right))
    head = 0
    while head < most and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < most - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    return head, tail


def _make_layout_keys(lines: Sequence[str]) -> list[LineKey]:
    """Return what lines have in common with themselves in another layout; None for blank lines.

    Blank lines are alike everywhere. A line without a key is no anchor.
    """
    return [make_line_key(line) or None for line in lines]


def _take_lines_as_keys(lines: Sequence[str]) -> Sequence[LineKey]:
    """Return the lines: only equal lines are the same."""
    return lines


class _Comparison:
    """Two texts as keys (equal for lines that are the same), and the partners found so far."""

    def __init__(
        self,
        left: Sequence[LineKey],
        right: Sequence[LineKey],
        limits: _Limits,
        partners: list[int],
    ) -> None:
        self._left = left
        self._right = right
        self._limits = limits
        self._partners = partners

    def fill(self, gap: _Gap) -> None:
        """Find the partners in a gap, and in all gaps that it leaves."""
        gaps = [gap]
        while gaps:
            gaps += self._split(gaps.pop())

    def _split(self, gap: _Gap) -> list[_Gap]:
        """Find partners in a gap, and return the gaps that are left to compare."""
        if gap.pairs <= self._limits.at_once:
            self._match_by_difflib(gap)
            return []
        gap = self._match_ends(gap)
        if not gap.pairs:
            return []
        anchors = self._find_anchors(gap)
        if anchors:
            return self._split_at_anchors(gap, anchors)
        if gap.pairs <= self._limits.without_anchors:
            self._match_by_difflib(gap)
        return []

    def _split_at_anchors(self, gap: _Gap, anchors: Sequence[tuple[int, int]]) -> list[_Gap]:
        """Match the anchors, and return the gaps between them that are not too large."""
        limit = self._limits.between_anchors
        gaps = []
        left_start, right_start = gap.left_start, gap.right_start
        for left, right in [*anchors, (gap.left_stop, gap.right_stop)]:
            if left_start < left and right_start < right:
                between = _Gap(left_start, left, right_start, right)
                if limit is None or between.pairs <= limit:
                    gaps.append(between)
            left_start, right_start = left + 1, right + 1
        for left, right in anchors:
            self._partners[left] = right
        return gaps

    def _match_ends(self, gap: _Gap) -> _Gap:
        """Match the same lines at both ends of a gap, and return what lies between them."""
        left, right, partners = self._left, self._right, self._partners
        left_start, left_stop, right_start, right_stop = gap
        while left_start < left_stop and right_start < right_stop:
            if left[left_start] != right[right_start]:
                break
            partners[left_start] = right_start
            left_start, right_start = left_start + 1, right_start + 1
        while left_start < left_stop and right_start < right_stop:
            if left[left_stop - 1] != right[right_stop - 1]:
                break
            left_stop, right_stop = left_stop - 1, right_stop - 1
            partners[left_stop] = right_stop
        return _Gap(left_start, left_stop, right_start, right_stop)

    def _match_by_difflib(self, gap: _Gap) -> None:
        """Match the lines of a gap as difflib does."""
        # Many versions are compared without it, and importing it takes a millisecond.
        from difflib import SequenceMatcher

        left = self._left[gap.left_start : gap.left_stop]
        right = self._right[gap.right_start : gap.right_stop]
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        for left_start, right_start, size in matcher.get_matching_blocks():
            first = gap.left_start + left_start
            partner = gap.right_start + right_start
            self._partners[first : first + size] = range(partner, partner + size)

    def _find_anchors(self, gap: _Gap) -> list[tuple[int, int]]:
        """Return the pairs of lines that occur once on each side, in order on both sides.

        Of several series it is one of the longest.
        """
        left = self._left[gap.left_start : gap.left_stop]
        right = self._right[gap.right_start : gap.right_stop]
        left_counts, right_counts = Counter(left), Counter(right)
        places = {
            key: number
            for number, key in enumerate(right, gap.right_start)
            if key is not None and right_counts[key] == 1
        }
        pairs = [
            (number, places[key])
            for number, key in enumerate(left, gap.left_start)
            if key in places and left_counts[key] == 1
        ]
        return find_longest_series(pairs)


def find_longest_series(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest series of pairs whose right numbers increase, as the left ones do.

    This is patience sorting: each pair goes on the first pile whose top is not smaller, and
    remembers the top of the pile before. The pairs that lead back from the last pile are the series.
    """
    tops: list[int] = []
    top_indexes: list[int] = []
    previous: list[int] = []
    for index, (_, right) in enumerate(pairs):
        pile = bisect_left(tops, right)
        previous.append(top_indexes[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [right]
        top_indexes[pile : pile + 1] = [index]
    series = []
    index = top_indexes[-1] if top_indexes else -1
    while index >= 0:
        series.append(pairs[index])
        index = previous[index]
    series.reverse()
    return series
