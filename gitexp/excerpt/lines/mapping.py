"""Map a range of lines to another version, given which line is the partner of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.lines import thresholds
from gitexp.excerpt.lines.layout import make_line_key
from gitexp.excerpt.lines.likeness import count_token_pairs, measure_likeness
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_GAIN = 1e-9
"""By so much a cut must be better than the one before: sums of floats differ in their last digits."""


class _AlignedTexts(NamedValues):
    """Two versions of a file, and for each line of ``newer`` its line in ``older`` or -1."""

    newer: Sequence[str]
    older: Sequence[str]
    partners: Sequence[int]

    def mirror(self) -> _AlignedTexts:
        """Return the same with all lines in reverse order, in which the end of a range is a start."""
        last = len(self.older) - 1
        partners = [last - line if line >= 0 else -1 for line in reversed(self.partners)]
        return _AlignedTexts(self.newer[::-1], self.older[::-1], partners)


class _PartnerGap(NamedValues):
    """The lines without a partner around a line of ``newer``, and what stands there in ``older``.

    ``start`` to ``stop`` count in ``newer``, ``older_start`` to ``older_stop`` in ``older``: half-open.
    """

    start: int
    stop: int
    older_start: int
    older_stop: int


def map_range(
    newer: Sequence[str], older: Sequence[str], start: int, stop: int, partners: Sequence[int]
) -> tuple[int, int] | None:
    """Return the lines of ``older`` that lines ``start`` to ``stop`` of ``newer`` come from.

    All ranges are half-open and count from 0. ``partners``: for each line of ``newer`` its line in
    ``older``, or -1. None where the range has no code, or was not there.

    Blank lines at the ends of the range follow its code: they are alike everywhere, so that their
    own partners say nothing.
    """
    code = [number for number in range(start, stop) if newer[number].strip()]
    if not code:
        return None
    code_start, code_stop = code[0], code[-1] + 1
    texts = _AlignedTexts(newer, older, partners)
    first = _find_first_line(texts, code_start, code_stop)
    mirrored_start, mirrored_stop = len(newer) - code_stop, len(newer) - code_start
    last = len(older) - _find_first_line(texts.mirror(), mirrored_start, mirrored_stop)
    if first >= last:
        return None
    for _ in range(code_start - start):
        if first > 0 and not older[first - 1].strip():
            first -= 1
    for _ in range(stop - code_stop):
        if last < len(older) and not older[last].strip():
            last += 1
    return first, last


def _find_first_line(texts: _AlignedTexts, start: int, stop: int) -> int:
    """Return the line of ``older`` with which the range ``start`` to ``stop`` of ``newer`` began."""
    first = _find_edge(texts, start, stop)
    return max(first, _slide_to_rest(texts, start, stop, first))


def _find_edge(texts: _AlignedTexts, start: int, stop: int) -> int:
    """Return the line of ``older`` at which the edge of the range is, by the partners of its lines."""
    if texts.partners[start] >= 0:
        return texts.partners[start]
    gap = _find_gap_around(texts, start)
    older_length = gap.older_stop - gap.older_start
    if gap.start == start or older_length == 0:
        return gap.older_start
    if older_length > thresholds.EDGE_LINES:
        lines_above = start - gap.start
        return gap.older_start + round(older_length * lines_above / (gap.stop - gap.start))
    return _find_best_cut(texts, gap, start, min(gap.stop, stop))


def _find_gap_around(texts: _AlignedTexts, line: int) -> _PartnerGap:
    """Return the gap around a line of ``newer`` that has no partner."""
    partners = texts.partners
    start, stop = line, line
    while start > 0 and partners[start - 1] < 0:
        start -= 1
    while stop < len(partners) and partners[stop] < 0:
        stop += 1
    older_start = partners[start - 1] + 1 if start > 0 else 0
    older_stop = partners[stop] if stop < len(partners) else len(texts.older)
    return _PartnerGap(start, stop, older_start, older_stop)


def _find_best_cut(texts: _AlignedTexts, gap: _PartnerGap, edge: int, stop: int) -> int:
    """Return the line of ``older`` that cuts its side of a gap as ``edge`` cuts the newer one.

    The lines before the cut are to be like those above ``edge``, the others like those from
    ``edge`` to ``stop``. Of cuts that are as good it is the first.
    """
    outside, inside = range(gap.start, edge), range(edge, stop)
    outside_pairs = count_token_pairs(texts.newer[gap.start : edge])
    inside_pairs = count_token_pairs(texts.newer[edge:stop])
    best_score, best_cut = -1.0, gap.older_start
    for cut in range(gap.older_start, gap.older_stop + 1):
        pairs_before = count_token_pairs(texts.older[gap.older_start : cut])
        pairs_after = count_token_pairs(texts.older[cut : gap.older_stop])
        outside_score = measure_likeness(outside_pairs, pairs_before) * len(outside)
        inside_score = measure_likeness(inside_pairs, pairs_after) * len(inside)
        score = outside_score + inside_score
        if score > best_score + _LEAST_GAIN:
            best_score, best_cut = score, cut
    return best_cut


def _slide_to_rest(texts: _AlignedTexts, start: int, stop: int, first: int) -> int:
    """Return where the range began in ``older`` if its first lines stand there a second time.

    ``first`` is where it began by its partners. Closing brackets are alike: a diff may match those
    of the code above, and the range would begin a gap too early. If the same lines also stand
    directly before the rest of the range, past a gap, these are the ones. Else return ``first``.
    """
    older, partners = texts.older, texts.partners
    if partners[start] != first:
        return first
    run = 1
    while start + run < stop and partners[start + run] == first + run:
        run += 1
    if start + run >= stop:
        return first
    slid = partners[start + run] - run
    if slid <= first:
        return first
    first_keys = [make_line_key(line) for line in older[first : first + run]]
    slid_keys = [make_line_key(line) for line in older[slid : slid + run]]
    return slid if first_keys == slid_keys else first
