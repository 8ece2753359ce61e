"""How a definition is called where its change is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.delta.cells import read_cell_title
from gitexp.excerpt.delta.reading_delta import TOP_LEVEL
from gitexp.excerpt.delta.units import IMPORTS

if TYPE_CHECKING:
    from gitexp.excerpt.delta.edits import Place
    from gitexp.excerpt.delta.pairing import UnitSide

_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'" r'|"(?:\\.|[^"\\])*"')


def read_signature(side: UnitSide) -> str:
    """Return the head of a definition in one line: ``Net.run(self, x)``; "" for an assignment."""
    if side.unit.kind == "assignment":
        return ""
    if side.unit.kind == "cell":
        return _read_cell_title(side)
    if not side.unit.has_head:
        return TOP_LEVEL
    header = side.header
    if not header.side.layout.is_python:
        return side.key.name
    text = " ".join(line.strip() for line in _list_code(header))
    text = _cut_at_colon(text.removeprefix("async "))
    for word in ("def ", "class "):
        text = text.removeprefix(word)
    prefix = side.key.name.removesuffix(side.simple_name)
    text = text.replace("( ", "(").replace(" )", ")")
    return prefix + text if text.startswith(side.simple_name) else side.key.name


def _cut_at_colon(text: str) -> str:
    """Return a head without its colon, and without a body that stands in the same line.

    >>> _cut_at_colon("def f(x: int = 1) -> dict[str, int]: return {}")
    'def f(x: int = 1) -> dict[str, int]'
    """
    depth = 0
    for position, letter in enumerate(_blank_strings(text)):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == ":" and depth == 0:
            return text[:position]
    return text


def _blank_strings(text: str) -> str:
    """Return a text of the same length with blanks for what is in quotes."""
    return _QUOTED.sub(lambda match: " " * len(match[0]), text)


def _list_code(place: Place) -> list[str]:
    side, statement = place.side, place.statement
    return [
        side.lines[number]
        for number in range(statement.start, statement.stop)
        if side.layout.kinds[number] == "code"
    ]


def read_title(side: UnitSide) -> str:
    """Return how a definition is called in a fold of several."""
    if side.unit.kind == "cell":
        return _read_cell_title(side)
    if side.key.name == IMPORTS:
        return "imports"
    return side.key.name or TOP_LEVEL


def _read_cell_title(side: UnitSide) -> str:
    """Return what a cell is called. Of one that is gone, the number is that of the old version."""
    file = side.places[0].side.file
    if side.cell is None or file is None:
        return TOP_LEVEL
    title = read_cell_title(file, side.cell.position)
    return f"old {title}" if side.is_gone_cell else title
