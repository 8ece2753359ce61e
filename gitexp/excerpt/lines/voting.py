"""Find where a block stood that moved: its lines vote for a place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.lines import thresholds
from gitexp.excerpt.lines.layout import make_line_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def find_moved_window(
    block: Sequence[str], older: Sequence[str], is_free: Callable[[int], bool]
) -> tuple[int, int] | None:
    """Return the lines of ``older`` (half-open) in which most lines of a block stood, or None.

    Only lines of ``older`` that ``is_free`` accepts count: what still stands elsewhere in the newer
    version is no ancestor.
    """
    votes = _count_votes(block, _list_places(older, is_free))
    if not votes:
        return None
    offset = _find_best_offset(votes)
    start = max(0, offset - thresholds.VOTE_SLACK)
    stop = min(len(older), offset + len(block) + thresholds.VOTE_SLACK)
    keys = {make_line_key(line) for line in block} - {""}

    def is_of_block(number: int) -> bool:
        return is_free(number) and make_line_key(older[number]) in keys

    while start < stop and not is_of_block(start):
        start += 1
    while stop > start and not is_of_block(stop - 1):
        stop -= 1
    return (start, stop) if start < stop else None


def _list_places(older: Sequence[str], is_free: Callable[[int], bool]) -> dict[str, list[int]]:
    """Return the numbers of the free lines of ``older`` by key, those of long lines only."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(older):
        key = make_line_key(line)
        if len(key) > thresholds.VOTING_KEY and is_free(number):
            places.setdefault(key, []).append(number)
    return places


def _count_votes(block: Sequence[str], places: Mapping[str, Sequence[int]]) -> Counter[int]:
    """Return the votes for the offsets at which the block may have begun in the older version."""
    votes: Counter[int] = Counter()
    for number, line in enumerate(block):
        line_places = places.get(make_line_key(line), ())
        if 0 < len(line_places) <= thresholds.VOTING_PLACES:
            for place in line_places:
                votes[place - number] += thresholds.FULL_VOTE // len(line_places)
    return votes


def _find_best_offset(votes: Counter[int]) -> int:
    """Return the offset for which most votes are, those for its neighbours counted."""
    near = range(-thresholds.VOTE_SLACK, thresholds.VOTE_SLACK + 1)

    def weigh(offset: int) -> float:
        votes_near = sum(votes[offset + step] for step in near)
        return votes_near + thresholds.OWN_VOTE * votes[offset]

    return max(votes, key=weigh)
