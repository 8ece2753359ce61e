"""The names of an import that nothing needs: lines in brackets that go, and lines made shorter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set as AbstractSet

    from gitexp.excerpt.reach.statement import Statement

    ShortLines = Mapping[str, Mapping[int, "ImportLine"]]
    """By path and number (from 0) the lines of imports that name only what is needed."""


class ImportLine(NamedTuple):
    """A line of an import of which some names are left out.

    ``aliases``: the text of each name on the line, with its ``as``. ``needed``: those that stay.
    """

    before: str
    aliases: tuple[str, ...]
    needed: frozenset[str]
    after: str

    @property
    def text(self) -> str:
        """The line with its needed names alone."""
        names = ", ".join(alias for alias in self.aliases if alias in self.needed)
        after = self.after if names else self.after.lstrip(", ")
        return f"{self.before}{names}{after}".rstrip()

    def join(self, line: ImportLine) -> ImportLine:
        """Return the line with all names that one of two readings of it needs."""
        return self._replace(needed=self.needed | line.needed)


def find_needless_lines(statement: Statement, names: AbstractSet[str]) -> list[Span]:
    """Return the lines inside of an import that bind none of ``names``.

    The first and the last line stay, so that what is left is Python. A line goes only if no name
    on it is needed; of an import in one line, or continued by a backslash, nothing goes.
    """
    node = statement.node
    if not isinstance(node, ast.ImportFrom) or not node.end_lineno:
        return []
    if not _is_in_brackets(node):
        return []
    base = _find_base(statement, node)
    inner_lines = range(node.lineno + 1, node.end_lineno)
    needed_lines: set[int] = set()
    bound_lines: set[int] = set()
    for alias in node.names:
        lines = range(alias.lineno, (alias.end_lineno or alias.lineno) + 1)
        bound_lines.update(lines)
        if _get_bound_name(alias) in names:
            needed_lines.update(lines)
    needless = sorted(bound_lines - needed_lines)
    return [Span(base + n - 1, base + n) for n in needless if n in inner_lines]


def find_short_lines(
    statement: Statement, names: AbstractSet[str], lines: Sequence[str]
) -> dict[int, ImportLine]:
    """Return the lines of an import that also bind names not in ``names``, by number (from 0).

    Lines that ``find_needless_lines`` leaves out may be among them. ``lines``: those of the file. An
    import continued by a backslash, or that shares a line with another statement, stays as it is.
    """
    node = statement.node
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return {}
    if node.lineno != node.end_lineno and not _is_in_brackets(node):
        return {}
    if node.names[0].name == "*":
        return {}
    base = _find_base(statement, node)
    by_line: dict[int, list[ast.alias]] = {}
    for alias in node.names:
        if alias.lineno != alias.end_lineno:
            return {}
        by_line.setdefault(base + alias.lineno - 1, []).append(alias)
    short_lines = {}
    for number, aliases in by_line.items():
        if all(_get_bound_name(alias) in names for alias in aliases):
            continue
        line = _read_import_line(lines[number], aliases, names)
        if line is None:
            return {}
        short_lines[number] = line
    return short_lines


def _read_import_line(
    text: str, aliases: Sequence[ast.alias], names: AbstractSet[str]
) -> ImportLine | None:
    """Return a line of an import with the names on it; None where the line does not read so."""
    code = text.encode()
    texts: list[str] = []
    needed: set[str] = set()
    for alias in aliases:
        alias_text = code[alias.col_offset : alias.end_col_offset].decode("utf-8", "replace")
        if not alias_text.startswith(alias.name.partition(".")[0]):
            return None
        texts.append(alias_text)
        if _get_bound_name(alias) in names:
            needed.add(alias_text)
    before = code[: aliases[0].col_offset].decode("utf-8", "replace")
    after = code[aliases[-1].end_col_offset :].decode("utf-8", "replace")
    if ";" in before or ";" in after.partition("#")[0]:
        return None
    return ImportLine(before, tuple(texts), frozenset(needed), after)


def _is_in_brackets(node: ast.Import | ast.ImportFrom) -> bool:
    """Return True if more than a name stands at the end of an import: the bracket."""
    last_alias = node.names[-1]
    last_end = (last_alias.end_lineno, last_alias.end_col_offset)
    return last_end != (node.end_lineno, node.end_col_offset)


def _find_base(statement: Statement, node: ast.Import | ast.ImportFrom) -> int:
    """Return the number (from 0) of the line at which the tree of an import begins."""
    return statement.spans[-1].stop - (node.end_lineno or node.lineno)


def _get_bound_name(alias: ast.alias) -> str:
    """Return the name that a part of an import binds."""
    return (alias.asname or alias.name).partition(".")[0]
