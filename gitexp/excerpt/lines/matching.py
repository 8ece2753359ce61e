"""Which lines of two texts are the same lines: difflib, kept fast on long and on repetitive text."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Block = tuple[int, int, int, int]

# Above this many comparisons SequenceMatcher takes seconds on repetitive code; lines that occur once then split the work.
_LARGE = 4_000_000


def find_equal_stretches(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int]]:
    """Equal stretches as (start left, start right, size), in order on both sides."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    found = [(0, 0, head)] if head else []
    found += _middle(left, right, (head, len(left) - tail, head, len(right) - tail))
    if tail:
        found.append((len(left) - tail, len(right) - tail, tail))
    return found


def _middle(
    left: Sequence[str], right: Sequence[str], block: _Block
) -> Iterator[tuple[int, int, int]]:
    a, a_stop, b, b_stop = block
    if a == a_stop or b == b_stop:
        return
    if (a_stop - a) * (b_stop - b) <= _LARGE:
        for match in SequenceMatcher(
            None, left[a:a_stop], right[b:b_stop], autojunk=False
        ).get_matching_blocks():
            if match.size:
                yield a + match.a, b + match.b, match.size
        return
    for x, y in _anchors(left, right, block):
        # Between anchors nothing unique is left: a block that is still too large is shown as replaced.
        if (x - a) * (y - b) <= _LARGE:
            yield from _middle(left, right, (a, x, b, y))
        yield x, y, 1
        a, b = x + 1, y + 1
    if (a_stop - a) * (b_stop - b) <= _LARGE:
        yield from _middle(left, right, (a, a_stop, b, b_stop))


def _anchors(left: Sequence[str], right: Sequence[str], block: _Block) -> list[tuple[int, int]]:
    """Lines that occur once on each side, the longest series in order on both: patience diff (Bram Cohen)."""
    a, a_stop, b, b_stop = block
    once_left = Counter(left[a:a_stop])
    once_right = Counter(right[b:b_stop])
    place = {right[y]: y for y in range(b, b_stop) if once_right[right[y]] == 1}
    pairs = [
        (x, place[left[x]])
        for x in range(a, a_stop)
        if once_left[left[x]] == 1 and left[x] in place
    ]
    ends: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        pile = bisect_left(ends, y)
        before.append(piles[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [y]
        piles[pile : pile + 1] = [index]
    chain = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
