"""Which definition each statement of a file belongs to, read without a syntax tree."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from keyword import iskeyword
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.delta.statements import read_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.statements import CodeLayout, Statement

UnitKind = Literal["function", "class", "assignment", "imports", "code", "cell"]

NAMELESS = "\0"
"""So begins the name of a unit that has none in the code."""

IMPORTS = f"{NAMELESS}imports"
"""Stands for the name of the unit that all imports at the margin are."""

_REMEMBERED_FILES = 64
_LEAST_ASSIGNMENT = 3


class Unit(NamedTuple):
    """A definition of a file, or the code outside of any (""), or its imports (``IMPORTS``).

    A cell is the code of it that is outside of definitions.
    """

    name: str
    kind: UnitKind

    @property
    def has_head(self) -> bool:
        """True if the definition is told by a line of its own."""
        return self.kind in ("function", "class")


@lru_cache(maxsize=_REMEMBERED_FILES)
def find_units(
    path: str, lines: tuple[str, ...], borders: tuple[int, ...] = ()
) -> tuple[Unit, ...]:
    """Return the unit of each statement of a file.

    A function has what is nested in it; a method is a unit of its own (``Net.run``), a class has
    the rest of its body. Decorators belong to the definition below them. ``borders`` are the lines
    with which cells begin: a definition ends with its cell.
    """
    layout = read_layout(path, lines, borders)
    if layout.is_python:
        return tuple(_name_python(layout.statements, borders))
    return tuple(_name_others(path, lines, layout))


class _Block(NamedTuple):
    """A ``def`` or ``class`` around a statement: the level of its header, and its unit."""

    level: int
    unit: Unit


def _name_python(statements: Sequence[Statement], borders: Sequence[int]) -> list[Unit]:
    units: list[Unit] = []
    blocks: list[_Block] = []
    decorators = 0
    cell = 0
    for statement in statements:
        cell_below = bisect_right(borders, statement.start)
        if cell_below != cell:
            cell, decorators = cell_below, 0
            blocks.clear()
        while blocks and statement.level <= blocks[-1].level:
            blocks.pop()
        if statement.first_word == "@" and not _is_in_function(blocks):
            decorators += 1
            units.append(Unit("", "code"))
            continue
        unit = _name_statement(statement, blocks)
        if unit.has_head and _opens_definition(statement) and not _is_in_function(blocks):
            blocks.append(_Block(statement.level, unit))
            for index in range(len(units) - decorators, len(units)):
                units[index] = unit
        decorators = 0
        units.append(unit)
    return units


def _name_statement(statement: Statement, blocks: Sequence[_Block]) -> Unit:
    if _is_in_function(blocks):
        return blocks[-1].unit
    if _opens_definition(statement):
        return _name_definition(statement, blocks)
    if blocks:
        return blocks[-1].unit
    if statement.level:
        return Unit("", "code")
    if statement.first_word in ("import", "from"):
        return Unit(IMPORTS, "imports")
    target = read_target(statement)
    return Unit(target, "assignment") if target else Unit("", "code")


def _is_in_function(blocks: Sequence[_Block]) -> bool:
    return bool(blocks) and blocks[-1].unit.kind == "function"


def _opens_definition(statement: Statement) -> bool:
    words = [token.key for token in statement.tokens[:3]]
    if words[:1] == ["async"]:
        words = words[1:]
    return len(words) > 1 and words[0] in ("def", "class")


def _name_definition(statement: Statement, blocks: Sequence[_Block]) -> Unit:
    words = [token.key for token in statement.tokens[:3]]
    start = 1 if words[0] == "async" else 0
    prefix = f"{blocks[-1].unit.name}." if blocks else ""
    return Unit(prefix + words[start + 1], "class" if words[start] == "class" else "function")


def read_target(statement: Statement) -> str:
    """Return what an assignment binds: ``FILTERS``, ``a, b``, ``model.trainable``; "" if none."""
    words: list[str] = []
    if iskeyword(statement.first_word) or len(statement.tokens) < _LEAST_ASSIGNMENT:
        return ""
    for token in statement.tokens:
        if token.key in ("=", ":"):
            if not words or (token.key == ":" and len(words) > 1):
                return ""
            return ", ".join(words)
        if token.kind == "name":
            words.append(token.key)
        elif token.key != ",":
            return ""
    return ""


def _name_others(path: str, lines: Sequence[str], layout: CodeLayout) -> list[Unit]:
    """Return the units of another language: the innermost function or class around each line."""
    from gitexp.excerpt.languages.lookup import get_language
    from gitexp.excerpt.symbols.text import find_in_text

    owners = [Unit("", "code")] * len(lines)
    definitions = sorted(
        find_in_text(lines, get_language(path)), key=lambda each: each.start - each.stop
    )
    for definition in definitions:
        if definition.kind == "assignment":
            # A key or a variable is a line of what is around it.
            continue
        kind: UnitKind = "class" if definition.kind == "class" else "function"
        unit = Unit(definition.name, kind)
        for number in range(definition.start, min(definition.stop, len(lines))):
            owners[number] = unit
    return [owners[statement.start] for statement in layout.statements]
