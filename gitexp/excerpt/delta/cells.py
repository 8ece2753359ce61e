"""The code cells of a file: where each begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.excerpt.cut import FileExcerpt


def find_borders(file: FileExcerpt) -> tuple[int, ...]:
    """Return the lines with which the code cells of a notebook file begin, in order.

    A script with marks has none: there a statement may go on across a mark.
    """
    return tuple(sorted(cell.start for cell in file.notebook_cells if cell.code))
