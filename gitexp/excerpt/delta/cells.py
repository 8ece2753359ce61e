"""The code cells of a file: where each stands, and what it is called."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import has_chunks, is_notebook
from gitexp.excerpt.lines.align import NO_PARTNER
from gitexp.excerpt.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.parse.cells.cell import Cell
    from gitexp.excerpt.sections import Section
    from gitexp.excerpt.source import SourceKind

_REMEMBERED_FILES = 64
_NAMES_OF_LOOKS = ("hide", "remove")
"""So begin tags that say how a cell looks: ``hide-input``."""


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
    cells = _make_source(path, lines, notebook_cells).cells
    return tuple(cell for cell in cells if cell.code)


def _make_source(path: str, lines: tuple[str, ...], notebook_cells: tuple[Cell, ...]) -> Source:
    """Return a file with the cells that it has as a notebook or as text."""
    kind: SourceKind = "text"
    if notebook_cells or is_notebook(path):
        kind = "notebook"
    elif has_chunks(path):
        kind = "chunks"
    return Source(path, kind, lines, notebook_cells)


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
    """Return what a cell is called: ``cell 12, Training``.

    The name is its label or tag, else its title or the heading above it.
    """
    number = f"cell {position + 1}"
    cell = list_code_cells(file)[position]
    # The label of a chunk is its id. Others have ids that a program made.
    names = (cell.id, *cell.names) if has_chunks(file.path) else cell.names
    labels = [name for name in names if name and not name.startswith(_NAMES_OF_LOOKS)]
    name = labels[0] if labels else _find_heading(file, cell)
    return f"{number}, {name}" if name else number


def _find_heading(file: FileExcerpt, cell: Cell) -> str:
    """Return the title of the innermost section that a cell stands in, "" for none."""
    title = ""
    for section in _find_sections(file.path, file.lines, file.notebook_cells):
        if section.start <= cell.start < section.stop:
            title = section.title
    return title


@lru_cache(maxsize=_REMEMBERED_FILES)
def _find_sections(
    path: str, lines: tuple[str, ...], notebook_cells: tuple[Cell, ...]
) -> tuple[Section, ...]:
    from gitexp.excerpt.sections import find_sections  # only for a cell that is named

    return find_sections(_make_source(path, lines, notebook_cells))
