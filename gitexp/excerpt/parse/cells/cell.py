"""A cell: a stretch of code or text of a notebook, in whatever file it is written."""

from __future__ import annotations

from typing import NamedTuple

ALONE = 93
"""The depth of a title that is the heading of its own cell alone."""


class Cell(NamedTuple):
    """A cell of a notebook, or of a text file with marks or chunks.

    A code cell has lines ``start`` to ``stop`` of the source (0-based, half-open) and no ``text``.
    Others have a text. In a notebook they have no lines: ``start`` and ``stop`` are where they
    stand. In a text file line N of ``text`` is line ``start + N`` of the source.

    ``id`` is a name that no other cell should have, ``names`` are tags and the like. ``title`` is
    the heading that a mark gives, ``depth`` says how deep: 1 is the highest. A title of depth
    ``ALONE`` is the heading of its own cell alone. ``language`` is an
    extension, "" for Python or the language of the file.
    """

    id: str
    code: bool
    text: str
    start: int
    stop: int
    names: tuple[str, ...] = ()
    language: str = ""
    title: str = ""
    depth: int = 0


def make_code_cell(
    lines: tuple[str, ...],
    start: int,
    stop: int,
    *,
    id: str = "",
    names: tuple[str, ...] = (),
    language: str = "",
    title: str = "",
) -> Cell:
    """Return a code cell without the blank lines at its edges."""
    while start < stop and not lines[start].strip():
        start += 1
    while start < stop and not lines[stop - 1].strip():
        stop -= 1
    return Cell(id, True, "", start, stop, names, language, title, ALONE if title else 0)


def make_text_cell(text_lines: list[str], start: int) -> Cell:
    """Return a text cell that begins at line ``start``; each of its lines is one of the file."""
    return Cell("", False, "\n".join(text_lines), start, start + len(text_lines))
