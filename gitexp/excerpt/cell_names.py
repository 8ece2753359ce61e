"""What a code cell is called: its label or tag, else its title or the heading above it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import has_chunks, is_notebook
from gitexp.excerpt.source import Source

if TYPE_CHECKING:
    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.parse.cells.cell import Cell
    from gitexp.excerpt.sections import Section
    from gitexp.excerpt.source import SourceKind

_REMEMBERED_FILES = 64
_NAMES_OF_LOOKS = ("hide", "remove")
"""So begin tags that say how a cell looks: ``hide-input``."""


def make_source(path: str, lines: tuple[str, ...], notebook_cells: tuple[Cell, ...]) -> Source:
    """Return a file with the cells that it has as a notebook or as text."""
    kind: SourceKind = "text"
    if notebook_cells or is_notebook(path):
        kind = "notebook"
    elif has_chunks(path):
        kind = "chunks"
    return Source(path, kind, lines, notebook_cells)


def read_cell_name(file: FileExcerpt, cell: Cell) -> str:
    """Return the label or tag of a code cell, else its title or the heading above it; "" for none."""
    # The label of a chunk is its id. Others have ids that a program made.
    names = (cell.id, *cell.names) if has_chunks(file.path) else cell.names
    labels = [name for name in names if name and not name.startswith(_NAMES_OF_LOOKS)]
    return labels[0] if labels else _find_heading(file, cell)


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

    return find_sections(make_source(path, lines, notebook_cells))
