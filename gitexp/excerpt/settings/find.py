"""The settings of an excerpt: of each kept piece of each file."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import is_notebook, is_python
from gitexp.excerpt.parse.magics import is_foreign_cell, replace_magic
from gitexp.excerpt.parse.units import split_script
from gitexp.excerpt.settings.keys import read_key_values
from gitexp.excerpt.settings.python import read_python_text
from gitexp.excerpt.settings.setting import NamedValue, Setting, gather_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.cut import Excerpt, FileExcerpt

_REMEMBERED_PIECES = 4096

READER = 2
"""To be raised where the same code gives other settings from then on: what is remembered counts for
one reader."""


class ExcerptSettings(NamedTuple):
    """The settings of an excerpt by name, and the paths of the files that could not be read."""

    settings: dict[str, Setting]
    unread: tuple[str, ...]


def find_settings(excerpt: Excerpt) -> ExcerptSettings:
    """Return the settings of the kept lines of an excerpt.

    A name that stands in two files is one setting with the values of both. A script that cannot be
    parsed alone (a range that begins inside a statement) has none, nor has such a cell of a
    notebook: its path is in ``unread``.
    """
    named_values: list[NamedValue] = []
    unread: dict[str, None] = {}
    for file in excerpt.files:
        for values in _read_pieces(file):
            if values is None:
                unread[file.path] = None
            else:
                named_values.extend(values)
    return ExcerptSettings(gather_settings(named_values), tuple(unread))


def _read_pieces(file: FileExcerpt) -> Iterator[tuple[NamedValue, ...] | None]:
    """Yield the values of each piece that is read by itself: a file, or a cell of a notebook.

    None stands for a piece that cannot be read.
    """
    if file.notebook_cells:
        for lines in _list_python_cells(file):
            yield _read_python(True, lines)
    elif is_python(file.path) or is_notebook(file.path):
        yield _read_python(is_notebook(file.path), file.kept_lines)
    else:
        values = read_key_values(file.path, "\n".join(file.kept_lines))
        yield None if values is None else tuple(values)


def _list_python_cells(file: FileExcerpt) -> Iterator[tuple[str, ...]]:
    """Yield the kept lines of each cell of a notebook that is run as Python."""
    kept_numbers = sorted(file.kept_numbers)
    for cell in file.notebook_cells:
        first_kept = bisect_left(kept_numbers, cell.start)
        end_of_kept = bisect_left(kept_numbers, cell.stop, first_kept)
        if first_kept == end_of_kept or not cell.code or cell.language:
            continue
        cell_lines = file.lines[cell.start : cell.stop]
        if not is_foreign_cell(next((line for line in cell_lines if line), "")):
            yield tuple(file.lines[number] for number in kept_numbers[first_kept:end_of_kept])


@lru_cache(maxsize=_REMEMBERED_PIECES)
def _read_python(is_notebook: bool, lines: tuple[str, ...]) -> tuple[NamedValue, ...] | None:
    """Return the values of kept lines, or None where they are not Python."""
    if is_notebook:
        lines = tuple(replace_magic(line, _is_python) for line in lines)
    if lines and lines[0][:1].isspace():
        # Lines from inside a function stand alone.
        lines = tuple(dedent("\n".join(lines)).split("\n"))
    values: list[NamedValue] = []
    for unit in split_script(lines):
        piece = read_python_text("\n".join(lines[unit.start : unit.stop]))
        if piece is None:
            return None
        values.extend(piece)
    return tuple(values)


def _is_python(text: str) -> bool:
    return read_python_text(text) is not None
