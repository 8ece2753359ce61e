"""Notebooks of marimo: each cell is a function of the names that it reads.

    @app.cell
    def _(np):
        rate = np.exp(-3)
        return (rate,)

What stands in the body is code of the notebook, and its parameters are what other cells return.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.parse.cells.cell import Cell
from gitexp.excerpt.parse.cells.comments import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_CELL = r"@app\.(?P<kind>cell|function|class_definition)\b"
_SETUP = r"with\s+app\.setup\b"
_HEADER = r"(?:async\s+)?(?:def|class)\s+(?P<name>\w+)"
_TEXT = r"\s*mo\.md\(\s*[rf]{0,2}(?P<quotes>\"\"\"|\"|'''|')"
NAMELESS = "_"
"""The name of a cell that has none."""


class MarimoUnit(NamedTuple):
    """The code of a cell: lines ``start`` to ``stop`` of the file, parsed without what is around.

    ``reads`` are the names that other cells give, ``gives`` those that it returns. Line numbers in
    ``tree`` count from 1 at ``start``.
    """

    start: int
    stop: int
    tree: ast.Module | None
    reads: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


def read_marimo(lines: tuple[str, ...]) -> list[Cell]:
    """Return the cells of a marimo notebook. Those that only write Markdown are text."""
    cells = []
    for start, stop in _find_blocks(lines):
        text_cell = _read_text_cell(lines, start, stop)
        if text_cell is not None:
            cells.append(text_cell)
            continue
        name = _find_name(lines, start, stop)
        is_nameless = name == NAMELESS
        names = (name,) if is_nameless else ()
        cells.append(Cell("" if is_nameless else name, True, "", start, stop, names))
    return cells


def split_marimo(lines: Sequence[str]) -> list[MarimoUnit]:
    """Return the code of the cells in an order in which it can run, then the rest of the file."""
    blocks = _find_blocks(lines)
    units = [_read_unit(lines, start, stop) for start, stop in blocks]
    ordered = _order_units(units)
    edges = [0, *(edge for block in blocks for edge in block), len(lines)]
    rest = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if start < stop:
            rest.append(MarimoUnit(start, stop, _parse(lines[start:stop])))
    return [*rest[:1], *ordered, *rest[1:]]


def _find_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the lines of each cell, from its decorator on, without blank lines at its end."""
    blocks = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if not compile_pattern(_CELL).match(line) and not compile_pattern(_SETUP).match(line):
            number += 1
            continue
        stop = number + 1
        header_seen = compile_pattern(_SETUP).match(line) is not None
        while stop < len(lines):
            text = lines[stop]
            is_margin = bool(text[:1].strip()) and text[:1] not in ")]}#"
            if is_margin and header_seen:
                break
            if is_margin and compile_pattern(_HEADER).match(text):
                header_seen = True
            stop += 1
        following = stop
        while stop > number + 1 and not lines[stop - 1].strip():
            stop -= 1
        blocks.append((number, stop))
        number = following
    return blocks


def _find_name(lines: Sequence[str], start: int, stop: int) -> str:
    for line in lines[start:stop]:
        header = compile_pattern(_HEADER).match(line)
        if header:
            return header.group("name")
    return "setup"


def _read_text_cell(lines: tuple[str, ...], start: int, stop: int) -> Cell | None:
    """Return the text of a cell whose only statement writes Markdown, or None."""
    text = list(lines[start:stop])
    opening = next((n for n, line in enumerate(text) if compile_pattern(_TEXT).match(line)), None)
    if opening is None:
        # `mo.md(` and the string may stand on two lines.
        for number, line in enumerate(text[:-1]):
            if line.strip() == "mo.md(":
                text[number] = ""
                text[number + 1] = f"mo.md({text[number + 1].strip()}"
                opening = number + 1
                break
    if opening is None or any(_is_code(line) for line in text[1:opening]):
        return None
    quotes_match = compile_pattern(_TEXT).match(text[opening])
    if quotes_match is None:
        return None
    quotes = quotes_match.group("quotes")
    for number in range(opening):
        text[number] = ""
    text[opening] = text[opening][quotes_match.end() :]
    body = "\n".join(text)
    if quotes not in body:
        return None
    content, _, behind = body.partition(quotes)
    if any(_is_code(line) for line in behind.split("\n")):
        return None
    padding = body.count("\n") - content.count("\n")
    content_lines = [line.strip() for line in content.split("\n")] + [""] * padding
    return Cell("", False, "\n".join(content_lines), start, stop)


def _is_code(line: str) -> bool:
    """Return True for a line of a text cell that does more than open, close or return."""
    stripped = line.strip()
    is_frame = stripped in ("", ")", "return", "return,", ").left()", ".center()")
    return not is_frame and not compile_pattern(_HEADER).match(stripped)


def _read_unit(lines: Sequence[str], start: int, stop: int) -> MarimoUnit:
    """Return the code of one cell: the body of its function or ``with``, or what is decorated."""
    module = _parse(lines[start:stop])
    node = module.body[0] if module is not None and len(module.body) == 1 else None
    is_whole = compile_pattern(_CELL).match(lines[start])
    if isinstance(node, ast.With):
        return _make_unit(start, stop, node.body, frozenset())
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return MarimoUnit(start, stop, None)
    if is_whole is not None and is_whole.group("kind") != "cell":
        node.decorator_list.clear()
        return MarimoUnit(start, stop, ast.Module([node], []), gives=frozenset((node.name,)))
    if isinstance(node, ast.ClassDef):
        return MarimoUnit(start, stop, None)
    reads = frozenset(argument.arg for argument in node.args.args)
    return _make_unit(start, stop, node.body, reads)


def _make_unit(start: int, stop: int, body: list[ast.stmt], reads: frozenset[str]) -> MarimoUnit:
    """Return a unit of the statements of a body, without the ``return`` at its end."""
    gives: set[str] = set()
    if body and isinstance(body[-1], ast.Return):
        returned = body[-1].value
        if returned is not None:
            gives = {node.id for node in ast.walk(returned) if isinstance(node, ast.Name)}
        body = body[:-1]
    return MarimoUnit(start, stop, ast.Module(body, []), reads, frozenset(gives))


def _order_units(units: list[MarimoUnit]) -> list[MarimoUnit]:
    """Return the units so that each comes after those that give what it reads.

    Units that wait for each other stay in the order of the file.
    """
    giver = {name: index for index, unit in enumerate(units) for name in unit.gives}
    ordered: list[MarimoUnit] = []
    visited: set[int] = set()
    pending = list(reversed(range(len(units))))
    while pending:
        index = pending[-1]
        if index in visited:
            pending.pop()
            if units[index] not in ordered:
                ordered.append(units[index])
            continue
        visited.add(index)
        needed = sorted({giver[name] for name in units[index].reads if name in giver}, reverse=True)
        pending += [number for number in needed if number not in visited]
    return ordered


def _parse(lines: Sequence[str]) -> ast.Module | None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse("\n".join(lines))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
