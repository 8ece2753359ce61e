"""The code cells of a file: where each stands, and what it is called."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.cell_names import make_source, read_cell_name
from gitexp.excerpt.lines.align import NO_PARTNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.parse.cells.cell import Cell

_REMEMBERED_FILES = 64


def find_borders(file: FileExcerpt) -> tuple[int, ...]:
    """Return the lines with which the code cells of a notebook file begin, in order.

    A script with marks has none: there a statement may go on across a mark.
    """
    return tuple(sorted(cell.start for cell in file.notebook_cells if cell.code))


def list_code_cells(file: FileExcerpt) -> tuple[Cell, ...]:
    """Return the code cells of a file in the order in which they are counted."""
    return _list_code_cells(file.path, file.lines, file.notebook_cells)


@lru_cache(maxsize=_REMEMBERED_FILES)
def _list_code_cells(
    path: str, lines: tuple[str, ...], notebook_cells: tuple[Cell, ...]
) -> tuple[Cell, ...]:
    # A log of a plain script reads no cells: the source rules it out by its marks.
    cells = make_source(path, lines, notebook_cells).cells
    return tuple(cell for cell in cells if cell.code)


def find_owners(cells: Sequence[Cell], starts: Iterable[int]) -> list[int]:
    """Return for each of some lines the index of its cell, or -1."""
    ordered = sorted((cell.start, cell.stop, index) for index, cell in enumerate(cells))
    cell_starts = [start for start, _, _ in ordered]
    owners = []
    for line in starts:
        rank = bisect_right(cell_starts, line) - 1
        is_inside = rank >= 0 and line < ordered[rank][1]
        owners.append(ordered[rank][2] if is_inside else NO_PARTNER)
    return owners


def read_cell_title(file: FileExcerpt, position: int) -> str:
    """Return what a cell is called: ``cell 12, Training``."""
    number = f"cell {position + 1}"
    name = read_cell_name(file, list_code_cells(file)[position])
    return f"{number}, {name}" if name else number
