"""Locate lines that are no definition in another version of their file, or in another file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.lines.align import align_lines
from gitexp.excerpt.lines.layout import strip_layout
from gitexp.excerpt.lines.likeness import (
    measure_containment,
    measure_coverage,
    measure_similarity,
)
from gitexp.excerpt.lines.mapping import map_range
from gitexp.excerpt.lines.voting import find_moved_window
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import (
    BlockMatch,
    CodeBlock,
    count_indentation,
    is_telling,
    make_definition_block,
    make_match,
)
from gitexp.excerpt.locate.cells import find_cell_around, match_cell
from gitexp.excerpt.locate.definitions import locate_definition
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.locate.version import FileVersion


class _Stretch(NamedValues):
    """Lines ``start`` to ``stop`` of the older version: 0-based, half-open."""

    start: int
    stop: int


def locate_lines(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Return the place of some lines in ``older``: through a diff, with their definition, or by
    votes.

    The definition around them and the votes of single lines are asked where fewer than half of the
    lines have a partner.
    """
    partners = align_lines(newer.lines, older.lines)
    telling = _list_telling(newer, block)
    stretches = _list_stretches(newer, block, older, partners, telling)
    kept = {partners[number] for number in telling if partners[number] >= 0}
    best: BlockMatch | None = None
    for stretch in stretches:
        match = _match_stretch(block, older, stretch, kept)
        if match is not None and (best is None or match.confidence > best.confidence):
            best = match
    if best is None or best.change != "body":
        return best
    if block.form == "cell":
        cell_match = _widen_to_cell(block, older, best)
        if cell_match is not None:
            return cell_match
    if _differs_in_breaks_only(newer, block, older, best.block):
        return best._replace(change="format")
    return best


def locate_moved_lines(
    newer: FileVersion,
    block: CodeBlock,
    older: FileVersion,
    standing_lines: Collection[str],
    follow: Callable[[CodeBlock], BlockMatch | None],
) -> BlockMatch | None:
    """Return the place of some lines in another file, though they were edited on the way.

    They went with their definition, which ``follow`` locates there, or the file lost them in the
    same step. ``standing_lines``: the lines that the file kept.
    """
    stretch = _locate_with_definition(newer, block, follow, thresholds.MAIN_SHARE_MOVED)
    if stretch is not None:
        return _match_moved(block, older, stretch, thresholds.MOVED_WITH_DEFINITION)
    stretch = _locate_with_definition(newer, block, follow, thresholds.MAIN_SHARE)
    with_definition = _match_moved(block, older, stretch, thresholds.MOVED_WITH_DEFINITION)
    by_vote = None
    if block.weight >= thresholds.LEAST_VOTING:
        window = find_moved_window(
            block.lines, older.lines, lambda number: older.lines[number] not in standing_lines
        )
        stretch = _Stretch(*window) if window is not None else None
        by_vote = _match_moved(block, older, stretch, thresholds.MOVED_BY_VOTE)
    if with_definition is None or by_vote is None:
        return with_definition or by_vote
    return by_vote if by_vote.confidence > with_definition.confidence else with_definition


# Candidates for the place


def _list_telling(newer: FileVersion, block: CodeBlock) -> list[int]:
    """Return the numbers of the telling lines of a block."""
    return [number for number in range(block.start, block.stop) if is_telling(newer.lines[number])]


def _list_stretches(
    newer: FileVersion,
    block: CodeBlock,
    older: FileVersion,
    partners: list[int],
    telling: Sequence[int],
) -> list[_Stretch]:
    """Return where the block may have been.

    ``partners``: for each line of ``newer`` its line in ``older``, or -1.
    """
    stretches: list[_Stretch | None] = []
    mapped = map_range(newer.lines, older.lines, block.start, block.stop, partners)
    with_partner = sum(partners[number] >= 0 for number in telling)
    if mapped is not None:
        stretches.append(_Stretch(*mapped))
        if with_partner < len(telling):
            stretches.append(_widen_to_swapped(newer, block, older, partners, _Stretch(*mapped)))
    if 2 * with_partner < len(telling):

        def follow(outer: CodeBlock) -> BlockMatch | None:
            return locate_definition(newer, outer, older)

        stretches.append(_locate_with_definition(newer, block, follow, thresholds.MAIN_SHARE))
        stretches.append(_locate_by_votes(block, older, partners))
    return [stretch for stretch in stretches if stretch is not None]


def _widen_to_swapped(
    newer: FileVersion,
    block: CodeBlock,
    older: FileVersion,
    partners: Sequence[int],
    stretch: _Stretch,
) -> _Stretch | None:
    """Return a stretch with the lines that changed sides with those beside it; None for fewer than
    two.

    A diff takes such lines for deleted and written anew.
    """
    matched = set(partners)
    reach = len(block.lines) + thresholds.CONTEXT_LINES
    first = max(0, stretch.start - reach)
    last = min(len(older.lines), stretch.stop + reach)
    lost: dict[str, int] = {}
    for number in range(first, last):
        line = older.lines[number]
        if number not in matched and is_telling(line):
            lost[line.strip()] = number
    returned = []
    for number in range(block.start, block.stop):
        line = newer.lines[number].strip()
        if partners[number] < 0 and line in lost:
            returned.append(lost[line])
    if len(returned) < 2:
        return None
    start = min(stretch.start, *returned)
    stop = max(stretch.stop - 1, *returned) + 1
    return _Stretch(start, stop)


def _locate_by_votes(
    block: CodeBlock, older: FileVersion, partners: Sequence[int]
) -> _Stretch | None:
    """Return the window for which the lines vote; lines that are partners of code outside the block
    do not count.
    """
    partners_outside = {*partners[: block.start], *partners[block.stop :]} - {-1}
    window = find_moved_window(
        block.lines, older.lines, lambda number: number not in partners_outside
    )
    return _Stretch(*window) if window is not None else None


def _locate_with_definition(
    newer: FileVersion,
    block: CodeBlock,
    follow: Callable[[CodeBlock], BlockMatch | None],
    share: float,
) -> _Stretch | None:
    """Return where lines went with their definition, which ``follow`` locates.

    Their definition is one that holds more than ``share`` of them.
    """
    definition = _find_main_definition(newer, block, share)
    if definition is None:
        return None
    outer = make_definition_block(newer, definition, docs=True)
    match = follow(outer)
    if match is None:
        return None
    older_outer = match.block
    first = max(block.start, outer.start) - outer.start
    last = min(block.stop, outer.stop) - outer.start
    partners = align_lines(outer.lines, older_outer.lines)
    inner = map_range(outer.lines, older_outer.lines, first, last, partners)
    if inner is None:
        return None
    start, stop = inner
    return _Stretch(older_outer.start + start, older_outer.start + stop)


def _find_main_definition(newer: FileVersion, block: CodeBlock, share: float) -> Definition | None:
    """Return the smallest definition that holds more than ``share`` of the telling lines of a
    block.
    """
    telling = _list_telling(newer, block)
    best: Definition | None = None
    for definition in newer.definitions:
        overlaps = definition.start < block.stop and block.start < definition.stop
        if definition.kind == "assignment" or not overlaps:
            continue
        inside = sum(definition.lead <= number < definition.stop for number in telling)
        if inside <= share * len(telling):
            continue
        if best is None or definition.stop - definition.start < best.stop - best.start:
            best = definition
    return best


# Judging a candidate


def _make_range(block: CodeBlock, older: FileVersion, stretch: _Stretch) -> CodeBlock:
    """Return the block of a stretch of ``older``; a cell keeps its id."""
    name = block.name if block.form == "cell" else ""
    lines = older.lines[stretch.start : stretch.stop]
    return CodeBlock("range", stretch.start, stretch.stop, lines, name)


def _match_moved(
    block: CodeBlock, older: FileVersion, stretch: _Stretch | None, floor: float
) -> BlockMatch | None:
    """Return the match with a stretch of another file, if the likeness reaches ``floor``."""
    if stretch is None:
        return None
    older_block = _make_range(block, older, stretch)
    alike = measure_similarity(block.lines, older_block.lines)
    return make_match(block, older_block, 0.9 * alike) if alike >= floor else None


def _match_stretch(
    block: CodeBlock, older: FileVersion, stretch: _Stretch, kept: Collection[int]
) -> BlockMatch | None:
    """Return the match with a stretch, if the two are alike, or if one grew out of the other.

    ``kept``: lines of ``older`` that are partners of telling lines of the block.
    """
    older_block = _make_range(block, older, stretch)
    alike = measure_similarity(block.lines, older_block.lines)
    is_alike = alike >= (thresholds.LINES_LONG if block.is_long else thresholds.LINES_SHORT)
    shared = sum(stretch.start <= line < stretch.stop for line in kept)
    if _is_scrap(block, older_block, shared) and not (
        is_alike and _covers_scrap(block, older_block)
    ):
        return None
    if is_alike:
        return make_match(block, older_block, alike)
    if _has_grown(block, older_block, shared):
        return make_match(block, older_block, max(alike, thresholds.LEAST_CONFIDENCE))
    return None


def _is_scrap(block: CodeBlock, older_block: CodeBlock, shared: int) -> bool:
    """Return True if the older block holds but a small share of ours: all else was written later."""
    if block.weight <= older_block.weight:
        return False
    if shared >= thresholds.SCRAP_SHARE * block.weight:
        return False
    return not _encloses_the_new(older_block, block)


def _covers_scrap(block: CodeBlock, scrap: CodeBlock) -> bool:
    """Return True if enough of the block's tokens stand in the scrap."""
    return measure_coverage(scrap.lines, block.lines) >= thresholds.SCRAP_COVERAGE


def _has_grown(block: CodeBlock, older_block: CodeBlock, shared: int) -> bool:
    """Return True if at least half of the smaller side is in the larger: the block grew, or shrank."""
    smaller = min(block.weight, older_block.weight)
    if shared >= 2 and 2 * shared >= smaller:
        return True
    if shared == 0 or smaller < 2:
        return False
    contained = measure_containment(block.lines, older_block.lines)
    return contained >= thresholds.GROWN_CONTAINMENT


def _encloses_the_new(older_block: CodeBlock, block: CodeBlock) -> bool:
    """Return True if the older lines hold all that came since: a header that got a body."""
    old_lines = {line.strip() for line in older_block.lines}
    new_indents = [
        count_indentation(line)
        for line in block.lines
        if is_telling(line) and line.strip() not in old_lines
    ]
    old_indents = [count_indentation(line) for line in older_block.lines if line.strip()]
    return min(new_indents, default=0) > min(old_indents, default=0)


def _widen_to_cell(block: CodeBlock, older: FileVersion, match: BlockMatch) -> BlockMatch | None:
    """Return the match with the whole cell around the lines that were found, if they are most of
    it.
    """
    cell = find_cell_around(older, match.block.start, match.block.stop)
    if cell is None:
        return None
    cell_match = match_cell(block, older, cell, match.confidence)
    is_most = 2 * match.block.weight > cell_match.block.weight
    return cell_match if is_most else None


def _differs_in_breaks_only(
    newer: FileVersion, block: CodeBlock, older: FileVersion, older_block: CodeBlock
) -> bool:
    """Return True if two ranges differ only in where a statement that crosses their edge is broken
    into lines.
    """
    text, older_text = strip_layout(block.lines), strip_layout(older_block.lines)
    if len(text) >= len(older_text):
        return _goes_on_with(text, older, older_block, older_text)
    return _goes_on_with(older_text, newer, block, text)


def _goes_on_with(
    longer_text: str, version: FileVersion, block: CodeBlock, block_text: str
) -> bool:
    """Return True if the longer text is the text of a block and of the lines of its version beyond
    one edge.
    """
    extra = len(longer_text) - len(block_text)
    edge = thresholds.EDGE_LINES
    if longer_text.startswith(block_text):
        below = strip_layout(version.lines[block.stop : block.stop + edge])
        return below.startswith(longer_text[len(block_text) :])
    if longer_text.endswith(block_text):
        above = strip_layout(version.lines[max(0, block.start - edge) : block.start])
        return above.endswith(longer_text[:extra])
    return False
