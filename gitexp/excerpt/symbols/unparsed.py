"""Find definitions in Python that the running Python cannot parse.

It is older or newer Python, or a statement is broken. Functions and classes are found by their
words and indentation, the assignments outside of them by the sign of equality.
"""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.definition import Definition, find_comment_start
from gitexp.excerpt.languages.rows import PYTHON
from gitexp.excerpt.parse.magics import is_foreign_cell, is_written_file
from gitexp.excerpt.symbols.expressions import count_opened
from gitexp.excerpt.symbols.masking import mask_values
from gitexp.excerpt.symbols.text import find_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What repeats gives nothing back, so that no text takes the square of its length.
_OPENING = r"(?:[(\[]\s*+)*"
_CLOSING = r"(?:\s*+[)\]])*\s*+"
_NAME_OR_REST = rf"{_OPENING}\*?[^\W\d]\w*+{_CLOSING}"
_NAMES = rf"{_NAME_OR_REST}(?:,\s*+{_NAME_OR_REST})*,?\s*+"
_OPERATOR = r"(?:[-+/|&^%@*]|//|\*\*|<<|>>)?=(?!=)"
_TYPE = r"(?::[^=\n]+)?"
_ASSIGNMENT = re.compile(rf"[ \t]*(?P<targets>(?:{_NAMES}{_TYPE}{_OPERATOR}\s*+)+)")
_TARGET = re.compile(rf"(?P<names>{_NAMES}){_TYPE}{_OPERATOR}")
_TYPE_ALIAS = re.compile(r"[ \t]*type[ \t]+(?P<name>[^\W\d]\w*+)\s*+(?:\[[^=]*\]\s*)?=(?!=)")
_NAME = re.compile(r"[^\W\d]\w*")

# No expression goes on with such a line. A bracket before it is one that was left open.
_STATEMENT = re.compile(r"(?:@|(?:async\s+def|def|class|import|from|while|with|try|print)\b)")


class _Statement(NamedTuple):
    """The lines ``start`` to ``stop`` (half-open) of one statement that is not compound."""

    start: int
    stop: int


def find_unparsed(lines: Sequence[str]) -> list[Definition]:
    """Return the definitions of a cell or script that cannot be parsed.

    Of a cell in another language there are no assignments.
    """
    definitions = find_in_text(lines, PYTHON)
    first_line = next((line for line in lines if line.strip()), "")
    if is_foreign_cell(first_line) and not is_written_file(first_line):
        return definitions
    inside = [False] * len(lines)
    for definition in definitions:
        size = definition.stop - definition.start
        inside[definition.start : definition.stop] = [True] * size
    for assignment in _find_assignments(lines):
        if not inside[assignment.start]:
            definitions.append(assignment)
    return definitions


def _find_assignments(lines: Sequence[str]) -> Iterator[Definition]:
    """Yield a definition for each name that a statement binds by assignment."""
    masked_lines = mask_values("\n".join(lines), PYTHON).split("\n")
    for statement in _split_statements(masked_lines):
        text = "\n".join(masked_lines[statement.start : statement.stop])
        names = _list_bound_names(text)
        # ``else: x = 1`` looks like a name with a type.
        if not names or any(map(iskeyword, names)):
            continue
        lead = find_comment_start(lines, statement.start)
        for name in names:
            start, stop = statement
            yield Definition(name, "assignment", lead, start, start, stop, name)


def _list_bound_names(text: str) -> list[str]:
    """Return the names that a masked statement binds by assignment or ``type X = ...``."""
    alias = _TYPE_ALIAS.match(text)
    if alias is not None:
        return [alias["name"]]
    match = _ASSIGNMENT.match(text)
    return list(_list_names(match["targets"])) if match is not None else []


def _list_names(targets: str) -> Iterator[str]:
    """Yield the names in ``a, b = c =``."""
    for target in _TARGET.finditer(targets):
        yield from _NAME.findall(target["names"])


def _split_statements(masked_lines: Sequence[str]) -> Iterator[_Statement]:
    """Yield the statements of masked lines: brackets and a backslash go on with one."""
    start = depth = 0
    for number, line in enumerate(masked_lines):
        if depth > 0 and _STATEMENT.match(line):
            yield _Statement(start, number)
            start, depth = number, 0
        depth += count_opened(line)
        if depth <= 0 and not line.endswith("\\"):
            yield _Statement(start, number + 1)
            start, depth = number + 1, 0
    if start < len(masked_lines):
        yield _Statement(start, len(masked_lines))
