"""How a definition is called where its change is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.units import IMPORTS

if TYPE_CHECKING:
    from gitexp.excerpt.delta.edits import Place
    from gitexp.excerpt.delta.pairing import UnitKey, UnitSide

TOP_LEVEL = "top level"
"""Stands for the name of the code outside of any definition."""


def read_signature(side: UnitSide) -> str:
    """Return the head of a definition in one line: ``Net.run(self, x)``; "" for an assignment."""
    if side.unit.kind == "assignment":
        return ""
    if not side.unit.has_head:
        return TOP_LEVEL
    header = side.header
    if not header.side.layout.is_python:
        return side.key.name
    text = " ".join(line.strip() for line in _list_code(header))
    text = text.removeprefix("async ").removesuffix(":")
    for word in ("def ", "class "):
        text = text.removeprefix(word)
    prefix = side.key.name.removesuffix(side.simple_name)
    text = text.replace("( ", "(").replace(" )", ")")
    return prefix + text if text.startswith(side.simple_name) else side.key.name


def _list_code(place: Place) -> list[str]:
    side, statement = place.side, place.statement
    return [
        side.lines[number]
        for number in range(statement.start, statement.stop)
        if side.layout.kinds[number] == "code"
    ]


def read_title(key: UnitKey) -> str:
    """Return how a definition is called in a fold of several."""
    if key.name == IMPORTS:
        return "imports"
    return key.name or TOP_LEVEL
