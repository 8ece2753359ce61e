"""A definition: a named stretch of lines of a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

DefinitionKind = Literal["function", "class", "assignment"]

COMMENT = re.compile(r"\s*(?:#(?!\s*(?:%%|!\[|\[|In\[[\d ]*\]:))|//|/\*|\*(?!\*?\w)|--\s)")


class Definition(NamedTuple):
    """One definition. All lines are 0-based and count in ``Source.lines``.

    ``lead`` is the first line of the comment directly above (equal to ``start`` when there is none), ``start`` the first
    decorator or annotation, ``header`` the line of the definition proper, ``stop`` the line after the last. ``signature`` is
    the header without white space: two definitions of one name are the same overload if theirs are equal.
    """

    name: str
    kind: DefinitionKind
    lead: int
    start: int
    header: int
    stop: int
    signature: str = ""

    @property
    def simple(self) -> str:
        """Name without the names of what encloses it."""
        return self.name.rpartition(".")[2]


def find_comment_start(lines: Sequence[str], start: int, floor: int = 0) -> int:
    """First line of the comment that stands directly above line ``start``; ``start`` when there is none."""
    first = start
    while first > floor and COMMENT.match(lines[first - 1]):
        first -= 1
    return first
