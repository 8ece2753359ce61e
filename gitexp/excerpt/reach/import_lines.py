"""The lines of an import in brackets that bind only names which nothing needs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Span

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gitexp.excerpt.reach.statement import Statement


def find_needless_lines(statement: Statement, names: AbstractSet[str]) -> list[Span]:
    """Return the lines inside of an import that bind none of ``names``.

    The first and the last line stay, so that what is left is Python. A line goes only if no name
    on it is needed; of an import in one line, or continued by a backslash, nothing goes.
    """
    node = statement.node
    if not isinstance(node, ast.ImportFrom) or not node.end_lineno:
        return []
    base = statement.spans[-1].stop - node.end_lineno
    inner_lines = range(node.lineno + 1, node.end_lineno)
    last_alias = node.names[-1]
    # Without brackets the last name ends the statement.
    if (
        last_alias.end_lineno == node.end_lineno
        and last_alias.end_col_offset == node.end_col_offset
    ):
        return []
    needed_lines: set[int] = set()
    bound_lines: set[int] = set()
    for alias in node.names:
        lines = range(alias.lineno, (alias.end_lineno or alias.lineno) + 1)
        bound_lines.update(lines)
        if (alias.asname or alias.name) in names:
            needed_lines.update(lines)
    needless = sorted(bound_lines - needed_lines)
    return [Span(base + n - 1, base + n) for n in needless if n in inner_lines]
