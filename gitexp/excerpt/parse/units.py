"""Units: the stretches of lines that are parsed as Python by themselves."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, cast

from gitexp.excerpt.definition import find_comment_start

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

_CONTINUATION = re.compile(r"[)\]}#]|(?:else|elif|except|finally)\b")
"""A line at the margin that belongs to the statement above, or to the one below."""

_REMEMBERED_TREES = 2048


class Unit(NamedTuple):
    """A stretch of lines that is parsed by itself: a piece of a script, or one code cell.

    ``start`` to ``stop`` count in the source: 0-based, half-open. ``tree`` is None where the lines
    are not Python. Line numbers inside ``tree`` count from 1 at ``start``. ``language`` is the
    extension of another language, "" for Python.
    """

    start: int
    stop: int
    tree: ast.Module | None
    language: str = ""


def split_script(lines: Sequence[str]) -> tuple[Unit, ...]:
    """Return a script as the stretches from one statement at the margin to the next.

    Where one of them cannot be parsed alone, return the script as one unit. The next version of a
    script has most stretches unchanged: what was parsed once is not parsed again.
    """
    units = []
    for start, stop in pairwise([*_find_piece_starts(lines), len(lines)]):
        tree = _parse("\n".join(lines[start:stop]))
        if tree is None:
            # The text of a whole script is not worth remembering.
            whole_tree = _parse.__wrapped__("\n".join(lines))
            return (Unit(0, len(lines), whole_tree),)
        units.append(Unit(start, stop, tree))
    return tuple(units)


def parse_cell(lines: Sequence[str], start: int, stop: int, language: str = "") -> Unit:
    """Return the unit of a code cell, which has lines ``start`` to ``stop``.

    Where the cell is no Python because of magics, its tree is that of the rest. ``language`` is the
    extension of another language in which it is written, a magic on its first line aside.
    """
    tree, cell_language = _parse_cell(tuple(lines[start:stop]), language)
    return Unit(start, stop, tree, cell_language)


# The next version of a notebook has most cells unchanged.
@lru_cache(maxsize=_REMEMBERED_TREES)
def _parse_cell(cell: tuple[str, ...], language: str) -> tuple[ast.Module | None, str]:
    """Return the syntax tree of a cell, and the extension of its language, "" for Python."""
    # A script has no magics.
    from gitexp.excerpt.parse.magics import find_magic_language, is_foreign_cell, replace_magic

    first_line = next((line for line in cell if line.strip()), "")
    if is_foreign_cell(first_line):
        return None, find_magic_language(first_line)
    if language:
        return None, language
    tree = _parse("\n".join(cell))
    if tree is None:
        tree = _parse("\n".join(replace_magic(line, _is_python) for line in cell))
    return tree, ""


def _find_piece_starts(lines: Sequence[str]) -> list[int]:
    """Return the lines with which the pieces of a script begin: 0, then each later statement.

    A statement begins with the comment above it and its decorators.
    """
    starts = [0]
    is_decorated = False
    for number, line in enumerate(lines):
        is_indented_or_blank = not line[:1].strip()
        if is_indented_or_blank or _CONTINUATION.match(line):
            continue
        if number and not is_decorated:
            starts.append(find_comment_start(lines, number, starts[-1]))
        is_decorated = line.startswith("@")
    return list(dict.fromkeys(starts))


def _is_python(text: str) -> bool:
    return _parse(text) is not None


@lru_cache(maxsize=_REMEMBERED_TREES)
def _parse(text: str) -> ast.Module | None:
    """Return the syntax tree of a text, or None where it is not Python."""
    # ast.parse does the same, but the module ast takes a millisecond to import.
    import warnings
    from _ast import PyCF_ONLY_AST

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(text, "<unknown>", "exec", flags=PyCF_ONLY_AST, dont_inherit=True)
            return cast("ast.Module", tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
