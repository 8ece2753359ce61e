"""The settings of an excerpt: of each kept piece of each file."""

from __future__ import annotations

from functools import lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import is_notebook, is_python
from gitexp.excerpt.parse.magics import replace_magic
from gitexp.excerpt.parse.units import split_script
from gitexp.excerpt.settings.keys import read_key_values
from gitexp.excerpt.settings.python import read_python_text
from gitexp.excerpt.settings.setting import NamedValue, Setting, gather_settings

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt, FileExcerpt

_REMEMBERED_FILES = 1024

READER = 1
"""To be raised where the same code gives other settings from then on: what is remembered counts for
one reader."""


class ExcerptSettings(NamedTuple):
    """The settings of an excerpt by name, and the paths of the files that could not be read."""

    settings: dict[str, Setting]
    unread: tuple[str, ...]


def find_settings(excerpt: Excerpt) -> ExcerptSettings:
    """Return the settings of the kept lines of an excerpt.

    A name that stands in two files is one setting with the values of both. A piece of Python that
    cannot be parsed alone (a range that begins inside a statement) has none: its path is in
    ``unread``.
    """
    named_values: list[NamedValue] = []
    unread = []
    for file in excerpt.files:
        values = _read_file(file)
        if values is None:
            unread.append(file.path)
        else:
            named_values.extend(values)
    return ExcerptSettings(gather_settings(named_values), tuple(unread))


def _read_file(file: FileExcerpt) -> tuple[NamedValue, ...] | None:
    if is_python(file.path) or is_notebook(file.path):
        return _read_python(is_notebook(file.path), file.kept_lines)
    values = read_key_values(file.path, "\n".join(file.kept_lines))
    return None if values is None else tuple(values)


@lru_cache(maxsize=_REMEMBERED_FILES)
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
