"""Locate a block by its text: where the same lines stand in another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import BlockMatch, CodeBlock, count_indentation
from gitexp.excerpt.locate.cells import locate_shrunken_cell
from gitexp.excerpt.locate.definitions import is_annotation_line

if TYPE_CHECKING:
    from gitexp.excerpt.locate.version import FileVersion


def locate_exactly(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Return the place where the text of ``block`` stands in ``older``.

    Of several places it is the one whose surroundings fit; None where those belong to other copies.
    """
    if not block.telling:
        return None
    unchanged = newer.find_unchanged(block.start, block.stop, older)
    if unchanged is not None:
        start, same_above = unchanged
        # What encloses a method stands above it. There it may have another name, and a twin may
        # have the name of ours.
        is_method = block.form == "definition" and "." in block.name
        name_is_unsure = not same_above and is_method and older.framed.count(block.framed) > 1
        return BlockMatch(_place_at(block, older, start, name_is_unsure), 1.0, "none")
    return _locate_occurrence(newer, block, older)


def _locate_occurrence(
    newer: FileVersion, block: CodeBlock, older: FileVersion
) -> BlockMatch | None:
    """Return the place of the text of ``block`` in ``older``, whatever changed above and below."""
    pattern = block.framed
    offsets = find_occurrences(older.framed, pattern)
    is_empty = older.framed == b"\n\n" and not older.lines
    if not offsets or is_empty:
        return None
    starts = [older.count_lines_before(offset) for offset in offsets]
    if len(starts) > 1 or newer.framed.count(pattern) > 1:
        start = _find_own_copy(newer, block, older, starts)
    else:
        start = starts[0]
    if start is None:
        return None
    offset = offsets[starts.index(start)]
    if not _is_complete(block, older, offset, len(pattern)):
        return None
    if block.form == "cell":
        match = locate_shrunken_cell(newer, block, older, start)
        if match is not None:
            return match
    name_is_unsure = block.form == "definition" and len(starts) > 1
    return BlockMatch(_place_at(block, older, start, name_is_unsure), 1.0, "none")


def find_occurrences(framed: bytes, pattern: bytes) -> list[int]:
    """Return the offsets of a pattern that begins and ends with a line feed; occurrences may share
    one.
    """
    offsets = []
    offset = framed.find(pattern)
    while offset >= 0:
        offsets.append(offset)
        offset = framed.find(pattern, offset + 1)
    return offsets


def find_name_at(older: FileVersion, start: int, stop: int) -> str | None:
    """Return the name of the definition of ``older`` that ends at ``stop`` with its header from
    ``start`` on.
    """
    for definition in older.definitions:
        if definition.stop == stop and start <= definition.header:
            return definition.name
    return None


def _place_at(block: CodeBlock, older: FileVersion, start: int, name_is_unsure: bool) -> CodeBlock:
    """Return the block where its lines stand in ``older``, under the name that they have there if
    that is unsure.
    """
    stop = start + len(block.lines)
    name = find_name_at(older, start, stop) if name_is_unsure else None
    return block._replace(start=start, stop=stop, name=name or block.name)


def _is_complete(block: CodeBlock, older: FileVersion, offset: int, size: int) -> bool:
    """Return True if nothing around the place belongs to the definition too.

    A decorator above or lines of its body below would. ``offset`` and ``size``: the place in
    ``older.framed``.
    """
    if block.form != "definition":
        return True
    line_below = older.read_line_below(offset + size)
    if count_indentation(line_below) > count_indentation(block.lines[0]):
        return False
    if block.bare or block.docs:
        return True
    return not is_annotation_line(older.path, older.read_line_above(offset))


def _find_own_copy(
    newer: FileVersion, block: CodeBlock, older: FileVersion, starts: list[int]
) -> int | None:
    """Return the first line of that copy in ``older`` which ours was; None when all belong to other
    copies.
    """
    size = len(block.lines)
    if block.form == "definition":
        namesakes = older.by_name.get(block.name, ())
        named_starts = [
            namesake.stop - size for namesake in namesakes if namesake.stop - size in starts
        ]
        if len(named_starts) == 1 and len(newer.by_name.get(block.name, ())) == 1:
            return named_starts[0]
    new_offsets = find_occurrences(newer.framed, block.framed)
    new_starts = [newer.count_lines_before(offset) for offset in new_offsets]
    scored = []
    for i, new_start in enumerate(new_starts):
        for j, old_start in enumerate(starts):
            score = _count_equal_context(newer, new_start, older, old_start, size)
            scored.append((score, -abs(i - j), new_start, old_start))
    scored.sort(reverse=True)
    paired: set[int] = set()
    taken: set[int] = set()
    for _, _, new_start, old_start in scored:
        if new_start in paired or old_start in taken:
            continue
        if new_start == block.start:
            return old_start
        paired.add(new_start)
        taken.add(old_start)
    return None


def _count_equal_context(
    newer: FileVersion, new_start: int, older: FileVersion, old_start: int, size: int
) -> int:
    """Return how many lines above and below two places of ``size`` lines are the same.

    Up to ``CONTEXT_LINES`` each way, and no further than the first line that differs.
    """
    above = _count_equal_run(newer, new_start - 1, older, old_start - 1, -1)
    below = _count_equal_run(newer, new_start + size, older, old_start + size, 1)
    return above + below


def _count_equal_run(
    newer: FileVersion, new_line: int, older: FileVersion, old_line: int, step: int
) -> int:
    """Return how many lines in a row are the same from two lines on, going by ``step``."""
    run = 0
    while run < thresholds.CONTEXT_LINES:
        in_newer = 0 <= new_line < len(newer.lines)
        in_older = 0 <= old_line < len(older.lines)
        if not (in_newer and in_older):
            break
        if newer.lines[new_line].strip() != older.lines[old_line].strip():
            break
        run += 1
        new_line += step
        old_line += step
    return run
