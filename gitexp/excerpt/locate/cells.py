"""Locate a cell of a notebook in another version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.likeness import measure_likeness, measure_similarity
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import BlockMatch, CodeBlock, is_telling, make_match

if TYPE_CHECKING:
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.excerpt.parse.cells.cell import Cell


def locate_cell(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Return the place of a cell: by its id, else the most similar cell that ``newer`` lacks.

    None where another new cell resembles that one more.
    """
    cells = _list_code_cells(older)
    same_id = [cell for cell in cells if cell.id and cell.id == block.name]
    if len(same_id) == 1:
        cell = same_id[0]
        alike = measure_similarity(block.lines, older.lines[cell.start : cell.stop])
        return match_cell(block, older, cell, 0.6 + 0.4 * alike)
    best_cell, alike = _find_most_alike(newer, block, older)
    if best_cell is None or _has_better_rival(newer, block, older, best_cell, alike):
        return None
    return match_cell(block, older, best_cell, min(1.0, alike))


def locate_shrunken_cell(
    newer: FileVersion, block: CodeBlock, older: FileVersion, start: int
) -> BlockMatch | None:
    """Return the cell around our lines at ``start`` of ``older``, where it had more lines that are
    gone now.

    None where the cell was split, so that ``newer`` has the other lines, or where it is the same.
    """
    stop = start + len(block.lines)
    cell = find_cell_around(older, start, stop)
    if cell is None or cell.stop - cell.start == len(block.lines):
        return None
    other_lines = (*older.lines[cell.start : start], *older.lines[stop : cell.stop])
    if all(line in newer.lines for line in other_lines if is_telling(line)):
        return None
    alike = measure_similarity(block.lines, older.lines[cell.start : cell.stop])
    return match_cell(block, older, cell, alike)


def find_cell_around(version: FileVersion, start: int, stop: int) -> Cell | None:
    """Return the code cell that holds lines ``start`` to ``stop``."""
    for cell in version.source.cells:
        if cell.code and cell.start <= start and stop <= cell.stop:
            return cell
    return None


def match_cell(block: CodeBlock, older: FileVersion, cell: Cell, confidence: float) -> BlockMatch:
    """Return the match of a block with a cell of ``older``."""
    lines = older.lines[cell.start : cell.stop]
    older_block = CodeBlock("cell", cell.start, cell.stop, lines, cell.id)
    return make_match(block, older_block, confidence)


def _list_code_cells(version: FileVersion) -> list[Cell]:
    return [cell for cell in version.source.cells if cell.code]


def _find_most_alike(
    newer: FileVersion, block: CodeBlock, older: FileVersion
) -> tuple[Cell | None, float]:
    """Return the cell of ``older`` that is most like ``block`` and stands nowhere in ``newer``, and
    its likeness.
    """
    standing = Counter(newer.lines[cell.start : cell.stop] for cell in _list_code_cells(newer))
    best_cell: Cell | None = None
    best = thresholds.SAME_CELL
    for cell in _list_code_cells(older):
        if standing[older.lines[cell.start : cell.stop]]:
            continue
        alike = _measure_cells(newer, block.start, block.stop, older, cell)
        if alike > best:
            best_cell, best = cell, alike
    return best_cell, best


def _has_better_rival(
    newer: FileVersion, block: CodeBlock, older: FileVersion, cell: Cell, alike: float
) -> bool:
    """Return True if another new cell of ``newer`` is more like ``cell`` than our block is."""
    old_texts = {older.lines[other.start : other.stop] for other in _list_code_cells(older)}
    for rival in _list_code_cells(newer):
        if rival.start == block.start:
            continue
        if newer.lines[rival.start : rival.stop] in old_texts:
            continue
        if _measure_cells(newer, rival.start, rival.stop, older, cell) > alike:
            return True
    return False


def _measure_cells(
    newer: FileVersion, start: int, stop: int, older: FileVersion, cell: Cell
) -> float:
    """Return the likeness of lines of ``newer`` and a cell of ``older``, a little more for the same
    first line.
    """
    alike = measure_likeness(
        newer.count_pairs(start, stop, ""), older.count_pairs(cell.start, cell.stop, "")
    )
    both_have_lines = cell.start < cell.stop and start < stop
    if both_have_lines and newer.lines[start] == older.lines[cell.start]:
        alike += thresholds.SAME_FIRST_LINE
    return alike
