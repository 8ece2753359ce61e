"""Which line of an older version a line is: unique common lines first (patience diff), then difflib in the gaps.

Lines are compared without white space, case and the kind of quotes. The idea of unique lines as anchors is Bram Cohen's patience diff.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.likeness import measure_similarity, normalise_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SMALL = 40_000
_FEW = 80


def align_lines(newer: Sequence[str], older: Sequence[str]) -> list[int]:
    """For each line of ``newer`` the number of the same line in ``older``, or -1. Increasing."""
    head, tail = _equal_ends(newer, older)
    stop, old_stop = len(newer) - tail, len(older) - tail
    # Most lines of two versions are the same to the letter, at both ends: their keys are not needed.
    new_keys = [*newer[:head], *map(_key, newer[head:stop])]
    old_keys = [*older[:head], *map(_key, older[head:old_stop])]
    result = [*range(head), *[-1] * (stop - head), *range(old_stop, len(older))]
    jobs = [(head, stop, head, old_stop)]
    while jobs:
        jobs.extend(_step(new_keys, old_keys, jobs.pop(), result))
    return result


def _equal_ends(newer: Sequence[str], older: Sequence[str]) -> tuple[int, int]:
    """How many lines two texts begin and end with alike, none counted twice."""
    most = min(len(newer), len(older))
    head = 0
    while head < most and newer[head] == older[head]:
        head += 1
    tail = 0
    while tail < most - head and newer[-1 - tail] == older[-1 - tail]:
        tail += 1
    return head, tail


def _key(line: str) -> str:
    return normalise_style("".join(line.split()))


def _step(
    new: list[str], old: list[str], job: tuple[int, int, int, int], result: list[int]
) -> list[tuple[int, int, int, int]]:
    """Align one stretch: equal ends, then anchors. Returns the gaps that are left."""
    a, b, c, d = job
    while a < b and c < d and new[a] == old[c]:
        result[a] = c
        a, c = a + 1, c + 1
    while a < b and c < d and new[b - 1] == old[d - 1]:
        b, d = b - 1, d - 1
        result[b] = d
    if a == b or c == d:
        return []
    anchors = _anchors(new, old, (a, b, c, d))
    if not anchors:
        if (b - a) * (d - c) <= _SMALL:
            _by_difflib(new, old, (a, b, c, d), result)
        return []
    gaps = []
    for i, j in [*anchors, (b, d)]:
        if a < i and c < j:
            gaps.append((a, i, c, j))
        if i < b:
            result[i] = j
        a, c = i + 1, j + 1
    return gaps


def _anchors(
    new: list[str], old: list[str], job: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Longest increasing run of lines that occur once on each side."""
    a, b, c, d = job
    counts = Counter(new[a:b])
    old_counts = Counter(old[c:d])
    where = {key: j for j, key in enumerate(old[c:d], c) if key and old_counts[key] == 1}
    pairs = [
        (i, where[key]) for i, key in enumerate(new[a:b], a) if counts[key] == 1 and key in where
    ]
    tails: list[int] = []
    ends: list[int] = []
    links: list[int] = []
    for position, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        tails[at : at + 1] = [j]
        ends[at : at + 1] = [position]
        links.append(ends[at - 1] if at else -1)
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = links[at]
    return chain[::-1]


def _by_difflib(
    new: list[str], old: list[str], job: tuple[int, int, int, int], result: list[int]
) -> None:
    from difflib import SequenceMatcher

    a, b, c, d = job
    for i, j, size in SequenceMatcher(
        None, new[a:b], old[c:d], autojunk=False
    ).get_matching_blocks():
        for offset in range(size):
            result[a + i + offset] = c + j + offset


def map_range(
    newer: Sequence[str], older: Sequence[str], start: int, stop: int, lines: list[int]
) -> tuple[int, int] | None:
    """Lines of ``older`` that ``start``..``stop`` of ``newer`` come from, given the alignment; None when there are none.

    Blank lines at the ends of the range follow its code: they are alike everywhere, so that their own partners say nothing.
    """
    code = [number for number in range(start, stop) if newer[number].strip()]
    if not code:
        return None
    inner, outer = code[0], code[-1] + 1
    first = _edge(newer, older, inner, lines, inner=outer)
    mirrored, size = _mirrored(lines, len(older)), len(newer)
    last = len(older) - _edge(newer[::-1], older[::-1], size - outer, mirrored, inner=size - inner)
    last = min(
        last,
        len(older) - _slid(older[::-1], size - outer, size - inner, mirrored, len(older) - last),
    )
    first = max(first, _slid(older, inner, outer, lines, first))
    if first >= last:
        return None
    for _ in range(inner - start):
        first -= first > 0 and not older[first - 1].strip()
    for _ in range(stop - outer):
        last += last < len(older) and not older[last].strip()
    return first, last


def _slid(older: Sequence[str], start: int, stop: int, lines: list[int], first: int) -> int:
    """Where a range begins when its first lines also stand directly before the rest of it in ``older``, past a gap: closing brackets do."""
    if lines[start] != first:
        return first
    run = 1
    while start + run < stop and lines[start + run] == first + run:
        run += 1
    after = lines[start + run] if start + run < stop else -1
    slid = after - run
    if slid <= first or any(_key(older[first + at]) != _key(older[slid + at]) for at in range(run)):
        return first
    return slid


def _mirrored(lines: list[int], count: int) -> list[int]:
    return [count - 1 - line if line >= 0 else -1 for line in reversed(lines)]


def _edge(newer: Sequence[str], older: Sequence[str], at: int, lines: list[int], inner: int) -> int:
    """Line of ``older`` at which the range that begins at ``at`` begins."""
    if at < len(lines) and lines[at] >= 0:
        return lines[at]
    before = at - 1
    while before >= 0 and lines[before] < 0:
        before -= 1
    after = at
    while after < len(lines) and lines[after] < 0:
        after += 1
    low = lines[before] + 1 if before >= 0 else 0
    high = lines[after] if after < len(lines) else len(older)
    if before + 1 == at or low == high:
        return low
    if high - low > _FEW:
        return low + round((high - low) * (at - before - 1) / (after - before - 1))
    outside, inside = newer[before + 1 : at], newer[at : min(after, inner)]
    best, where = -1.0, low
    for cut in range(low, high + 1):
        score = measure_similarity(outside, older[low:cut]) * len(outside) + measure_similarity(
            inside, older[cut:high]
        ) * len(inside)
        if score > best + 1e-9:
            best, where = score, cut
    return where


def find_moved_window(
    block: Sequence[str], older: Sequence[str], free: Callable[[int], bool]
) -> tuple[int, int] | None:
    """Where a block that moved was: the window of ``older`` for which the most of its telling lines vote.

    Only lines of ``older`` that are ``free`` count: what still stands elsewhere in the newer version is no ancestor.
    """
    places: dict[str, list[int]] = {}
    for number, line in enumerate(older):
        key = _key(line)
        if len(key) > 3 and free(number):
            places.setdefault(key, []).append(number)
    votes: Counter[int] = Counter()
    for number, line in enumerate(block):
        found = places.get(_key(line), ())
        if 0 < len(found) <= 4:
            for place in found:
                votes[place - number] += 12 // len(found)
    if not votes:
        return None
    offset = max(
        votes,
        key=lambda shift: (
            sum(votes[shift + near] for near in (-2, -1, 0, 1, 2)) + votes[shift] / 1000
        ),
    )
    first, last = max(0, offset - 2), min(len(older), offset + len(block) + 2)
    keys = {_key(line) for line in block} - {""}
    while first < last and not (free(first) and _key(older[first]) in keys):
        first += 1
    while last > first and not (free(last - 1) and _key(older[last - 1]) in keys):
        last -= 1
    return (first, last) if first < last else None
