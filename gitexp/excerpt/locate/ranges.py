"""Where lines that are no definition, or a notebook's cell, are in another version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.likeness import measure_containment, measure_coverage, measure_likeness, measure_similarity, strip_layout
from gitexp.excerpt.locate.block import AROUND, BlockMatch, CodeBlock, FileVersion, make_definition_block, make_match
from gitexp.excerpt.locate.definitions import LONG, locate_definition

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.source import Cell

    Place = tuple[int, int]

# Lines beyond the edge of a range in which a statement that crosses it may go on.
_EDGE = 8


def locate_cell(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """A notebook cell: by id, else the most similar cell that ``newer`` lacks, unless another new cell resembles that one more."""
    cells = [cell for cell in older.source.cells if cell.code]
    by_id = [cell for cell in cells if cell.id and cell.id == block.name]
    if len(by_id) == 1:
        return _cell_match(block, older, by_id[0], 0.6 + 0.4 * measure_similarity(block.lines, older.lines[by_id[0].start : by_id[0].stop]))
    mine = [cell for cell in newer.source.cells if cell.code]
    standing = Counter(newer.lines[cell.start : cell.stop] for cell in mine)
    known = {older.lines[cell.start : cell.stop] for cell in cells}
    best, where = 0.5, None
    for cell in cells:
        if standing[older.lines[cell.start : cell.stop]]:
            continue
        alike = _cells_alike(newer, block.start, block.stop, older, cell)
        if alike > best:
            best, where = alike, cell
    if where is None:
        return None
    rivals = (cell for cell in mine if cell.start != block.start and newer.lines[cell.start : cell.stop] not in known)
    if any(_cells_alike(newer, rival.start, rival.stop, older, where) > best for rival in rivals):
        return None
    return _cell_match(block, older, where, min(1.0, best))


def find_shrunken_cell(newer: FileVersion, block: CodeBlock, older: FileVersion, start: int) -> BlockMatch | None:
    """The cell around our lines at ``start`` of ``older`` that had others, nowhere now; None where it was split, or is the same."""
    cell = _cell_around(older, start, start + len(block.lines))
    if cell is None or cell.stop - cell.start == len(block.lines):
        return None
    others = (*older.lines[cell.start : start], *older.lines[start + len(block.lines) : cell.stop])
    if all(line in newer.lines for line in others if _tells(line)):
        return None
    return _cell_match(block, older, cell, measure_similarity(block.lines, older.lines[cell.start : cell.stop]))


def _cell_around(text: FileVersion, start: int, stop: int) -> Cell | None:
    """The cell of code that holds these lines."""
    return next((cell for cell in text.source.cells if cell.code and cell.start <= start and stop <= cell.stop), None)


def _cells_alike(newer: FileVersion, start: int, stop: int, older: FileVersion, cell: Cell) -> float:
    """Likeness of two cells, a little more where they begin with the same line."""
    begin = 0.1 if cell.start < cell.stop and start < stop and newer.lines[start] == older.lines[cell.start] else 0.0
    return measure_likeness(newer.pairs(start, stop, ""), older.pairs(cell.start, cell.stop, "")) + begin


def _cell_match(block: CodeBlock, older: FileVersion, cell: Cell, confidence: float) -> BlockMatch:
    return make_match(block, CodeBlock("cell", cell.start, cell.stop, older.lines[cell.start : cell.stop], cell.id), confidence)


def locate_lines(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Lines through a diff; where fewer than half have a partner, in the definition around them, or where most of them vote."""
    from gitexp.excerpt.lines.align import align_lines, find_moved_window, map_range

    lines = align_lines(newer.lines, older.lines)
    places = [map_range(newer.lines, older.lines, block.start, block.stop, lines)]
    telling = [number for number in range(block.start, block.stop) if _tells(newer.lines[number])]
    if places[0] is not None and any(lines[number] < 0 for number in telling):
        places.append(_with_swapped(newer, block, older, lines, places[0]))
    if 2 * sum(lines[number] >= 0 for number in telling) < len(telling):
        taken = {line for number, line in enumerate(lines) if line >= 0 and not block.start <= number < block.stop}
        places.append(_with_definition(newer, block, lambda outer: locate_definition(newer, outer, older)))
        places.append(find_moved_window(block.lines, older.lines, lambda number: number not in taken))
    kept = {lines[number] for number in telling if lines[number] >= 0}
    found = [match for place in places if place is not None and (match := _lines_match(block, older, place, kept)) is not None]
    best = max(found, key=lambda match: match.confidence, default=None)
    if best is None or best.change != "body":
        return best
    if block.form == "cell" and (cell := _cell_around(older, best.block.start, best.block.stop)) is not None:
        whole = _cell_match(block, older, cell, best.confidence)
        if 2 * best.block.weight > whole.block.weight:
            return whole
    return best._replace(change="format") if _same_beyond_edges(newer, block, older, best.block) else best


def _with_swapped(newer: FileVersion, block: CodeBlock, older: FileVersion, lines: list[int], place: Place) -> Place | None:
    """The place with lines that changed sides with those beside them, which a diff takes for deleted and written anew."""
    taken = set(lines)
    reach = len(block.lines) + AROUND
    near = range(max(0, place[0] - reach), min(len(older.lines), place[1] + reach))
    lost = {older.lines[number].strip(): number for number in near if number not in taken and _tells(older.lines[number])}
    fresh = [newer.lines[number].strip() for number in range(block.start, block.stop) if lines[number] < 0]
    back = [lost[line] for line in fresh if line in lost]
    return (min(place[0], *back), max(place[1] - 1, *back) + 1) if len(back) >= 2 else None


def locate_unread_definition(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Where most lines of a definition stand in ``older`` as they are, outside all that reads as a function there: behind macros, in a
    dialect, with an argument list that only a compiler takes apart.
    """
    telling = [line for line in block.lines if _tells(line)]
    if len(telling) < LONG or 5 * sum(f"\n{line}\n".encode() in older.framed for line in telling) < 3 * len(telling):
        return None
    from gitexp.excerpt.lines.align import align_lines, map_range

    place = map_range(newer.lines, older.lines, block.start, block.stop, align_lines(newer.lines, older.lines))
    if place is None or any(item.kind == "function" and item.start < place[1] and place[0] < item.stop for item in older.definitions):
        return None
    lines = older.lines[slice(*place)]
    found = CodeBlock("definition", *place, lines, block.name, block.docs, block.bare)
    return (
        make_match(block, found, 0.8 * measure_similarity(block.lines, lines)) if measure_containment(block.lines, lines) >= 0.6 else None
    )


def _same_beyond_edges(newer: FileVersion, block: CodeBlock, older: FileVersion, found: CodeBlock) -> bool:
    """Whether two ranges differ only in where a statement that crosses their edge is broken into lines."""
    new, old = strip_layout(block.lines), strip_layout(found.lines)
    if len(new) < len(old):
        newer, block, new, older, found, old = older, found, old, newer, block, new
    if new.startswith(old):
        return strip_layout(older.lines[found.stop : found.stop + _EDGE]).startswith(new[len(old) :])
    return new.endswith(old) and strip_layout(older.lines[max(0, found.start - _EDGE) : found.start]).endswith(new[: -len(old)])


def _tells(line: str) -> bool:
    return len(line.strip()) > 2


def _lines_match(block: CodeBlock, older: FileVersion, place: Place, kept: set[int]) -> BlockMatch | None:
    """A match with these lines, if they are alike, or if at least half of the smaller side is in the larger: it grew, or shrank."""
    found = CodeBlock("range", *place, older.lines[slice(*place)], block.name if block.form == "cell" else "")
    alike = measure_similarity(block.lines, found.lines)
    least = 0.4 if block.weight >= LONG else 0.5
    shared = sum(place[0] <= line < place[1] for line in kept)
    scraps = block.weight > found.weight and 5 * shared < 2 * block.weight and not _around_the_rest(found, block)
    if scraps and (alike < least or measure_coverage(found.lines, block.lines) < 0.4):
        return None
    if alike >= least:
        return make_match(block, found, alike)
    smaller = min(block.weight, found.weight)
    if (shared >= 2 and 2 * shared >= smaller) or (shared and smaller >= 2 and measure_containment(block.lines, found.lines) >= 0.6):
        return make_match(block, found, max(alike, 0.3))
    return None


def _around_the_rest(found: CodeBlock, block: CodeBlock) -> bool:
    """Whether few lines that were there already hold all that came since: a header that got a body."""
    old = {line.strip() for line in found.lines}
    new = [line for line in block.lines if _tells(line) and line.strip() not in old]
    return min(map(count_indentation, new), default=0) > min((count_indentation(line) for line in found.lines if line.strip()), default=0)


def count_indentation(line: str) -> int:
    """How many white characters a line begins with."""
    return len(line) - len(line.lstrip())


def _with_definition(
    newer: FileVersion, block: CodeBlock, follow: Callable[[CodeBlock], BlockMatch | None], share: float = 0.5
) -> Place | None:
    """Where lines went with the definition that more than ``share`` of them are in, once ``follow`` has found that."""
    from gitexp.excerpt.lines.align import align_lines, map_range

    item = _main_definition(newer, block, share)
    outer = make_definition_block(newer, item, docs=True) if item is not None else None
    match = follow(outer) if outer is not None else None
    if outer is None or match is None:
        return None
    ours, theirs = outer.lines, match.block.lines
    first, last = max(block.start, outer.start) - outer.start, min(block.stop, outer.stop) - outer.start
    place = map_range(ours, theirs, first, last, align_lines(ours, theirs))
    return None if place is None else (match.block.start + place[0], match.block.start + place[1])


def _main_definition(newer: FileVersion, block: CodeBlock, share: float) -> Definition | None:
    """The smallest definition that holds more than ``share`` of the telling lines of a block."""
    telling = [number for number in range(block.start, block.stop) if _tells(newer.lines[number])]
    around = [item for item in newer.definitions if item.kind != "assignment" and item.start < block.stop and block.start < item.stop]
    holding = [item for item in around if sum(item.lead <= number < item.stop for number in telling) > share * len(telling)]
    return min(holding, key=lambda item: item.stop - item.start, default=None)


def locate_moved_lines(
    newer: FileVersion,
    block: CodeBlock,
    older: FileVersion,
    stands: Callable[[str], bool],
    follow: Callable[[CodeBlock], BlockMatch | None],
) -> BlockMatch | None:
    """Where lines were in another file, though they were edited on the way.

    They went with their definition, which ``follow`` finds there, or the file lost them in the same step; ``stands``: a line that it kept.
    """
    from gitexp.excerpt.lines.align import find_moved_window

    def match(place: Place | None, least: float) -> BlockMatch | None:
        found = CodeBlock("range", *place, older.lines[slice(*place)], block.name if block.form == "cell" else "") if place else None
        alike = measure_similarity(block.lines, found.lines) if found else 0.0
        return make_match(block, found, 0.9 * alike) if found and alike >= least else None

    place = _with_definition(newer, block, follow, 0.75)
    if place is not None:
        return match(place, 0.4)
    votes = find_moved_window(block.lines, older.lines, lambda number: not stands(older.lines[number])) if block.weight >= 4 else None
    moved = (match(_with_definition(newer, block, follow), 0.4), match(votes, 0.6))
    return max((one for one in moved if one), key=lambda one: one.confidence, default=None)
