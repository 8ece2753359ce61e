"""Find the variables of a shell script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.expressions import skip_bracket
from gitexp.excerpt.symbols.extent import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(
    r"(?m:^)[ \t]*(?P<words>(?:(?:export|readonly|declare|typeset)[ \t]+(?:-\w+[ \t]+)*)?)(?=[A-Za-z_])"
)
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[[^\]\n]*\])?\+?=")
_PLAIN = re.compile(r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s;&|()\"'])*")
_BLANKS = re.compile(r"[ \t]*")

# What follows an assignment. Before a command it holds for that command alone.
_STATEMENT_END = re.compile(r"\n|;|&&|\|\||\Z")


def find_variables(text: str) -> Iterator[Extent]:
    """Yield the variables that statements of a masked text assign to, in functions too."""
    for match in _LINE.finditer(text):
        extents = list(_read_assignments(text, match.start("words"), match.end()))
        if extents and _STATEMENT_END.match(text, _skip_blanks(text, extents[-1].stop + 1)):
            yield from extents


def _read_assignments(text: str, start: int, at: int) -> Iterator[Extent]:
    """Yield the assignments that stand one after the other from offset ``at`` on."""
    while (match := _VARIABLE.match(text, at)) is not None:
        end = _skip_value(text, match.end())
        yield Extent(match["name"], "assignment", start, end - 1, match["name"])
        at = start = _skip_blanks(text, end)


def _skip_value(text: str, at: int) -> int:
    """Return the offset after a word of the shell, with the brackets in it."""
    at = _match_end(_PLAIN, text, at)
    while text.startswith("(", at):
        at = _match_end(_PLAIN, text, skip_bracket(text, at))
    return at


def _skip_blanks(text: str, at: int) -> int:
    return _match_end(_BLANKS, text, at)


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
