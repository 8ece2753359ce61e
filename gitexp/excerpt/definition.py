"""A definition: a named stretch of lines of a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

DefinitionKind = Literal["function", "class", "assignment"]

_CELL_MARK = r"\s*(?:%%|In\[[\d ]*\]:|COMMAND -|╔═╡|<\w+cell>|[+-]\s*$|\+ )"
COMMENT = re.compile(
    rf"\s*(?:#(?!{_CELL_MARK}|\s*!?\[)|//(?!{_CELL_MARK})|/\*|\*(?!\*?\w)|--\s(?!{_CELL_MARK}))"
)
"""The beginning of a comment line.

A mark of a cell is no comment of what stands below it (``# %%``, ``# In[3]:``, ``# +``). Nor is an
attribute of Rust (``#[test]``), or a pointer that is written to (``*p = 1``).
"""


class Definition(NamedTuple):
    """One definition. All lines are 0-based and count in ``Source.lines``.

    ``lead`` is the first line of the comment directly above (equal to ``start`` when there is
    none), ``start`` the first decorator or annotation, ``header`` the line of the definition proper,
    ``stop`` the line after the last. ``signature`` is the header without white space: two
    definitions of one name are the same overload if theirs are equal.

    Of these lines, ``lead`` is 0, ``start`` 1, ``header`` 2 and ``stop`` 4::

        # How wide.
        @tf.function
        def encode(x):
            return conv(x)
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
        """The name without the names of what encloses it."""
        return self.name.rpartition(".")[2]


def find_comment_start(lines: Sequence[str], start: int, floor: int = 0) -> int:
    """Return the first line of the comment that stands directly above line ``start``.

    Return ``start`` when there is none. The comment does not begin above line ``floor``.
    """
    first = start
    while first > floor and COMMENT.match(lines[first - 1]):
        first -= 1
    return first
