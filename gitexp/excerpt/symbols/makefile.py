"""Find the targets and variables of a Makefile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.symbols.extent import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind

_VARIABLE = re.compile(
    r"(?:(?:export|override|private)[ \t]+)*(?P<name>[^\s:=#?+!]+)[ \t]*(?:::?:?|\?|\+|!)?=(?!=)"
)
_BLOCK = re.compile(r"(?:override[ \t]+)?define[ \t]+(?P<name>[^\s=:]+)")
_BLOCK_END = re.compile(r"endef\b")

# Names in capitals after a dot are no targets (``.PHONY``), nor are calls: ``$(error no: this)``.
_RULE = re.compile(r"(?!\.[A-Z_]+\s*:|\$[({]\w+\s)(?P<names>[^\s:=#][^:=#]*?)[ \t]*&?::?(?!=)")


def find_rules(text: str) -> Iterator[Extent]:
    """Yield the targets and variables of a masked text. Several targets of one rule are several."""
    lines = text.split("\n")
    line_start = 0
    stop = 0
    for number, line in enumerate(lines):
        if number >= stop:
            stop, kind, names = _read_line(lines, number)
            size = len("\n".join(lines[number:stop]))
            for name in names:
                yield Extent(name, kind, line_start, line_start + size - 1, name)
        line_start += len(line) + 1


def _read_line(lines: Sequence[str], number: int) -> tuple[int, DefinitionKind, list[str]]:
    """Return where the statement of a line stops, what it defines, and its names."""
    line = lines[number]
    if (block := _BLOCK.match(line)) is not None:
        return _find_block_stop(lines, number), "assignment", [block["name"]]
    stop = _skip_continued(lines, number)
    if (variable := _VARIABLE.match(line)) is not None:
        return stop, "assignment", [variable["name"]]
    if (rule := _RULE.match(line)) is not None:
        return _find_recipe_stop(lines, stop), "function", rule["names"].split()
    return stop, "assignment", []


def _skip_continued(lines: Sequence[str], number: int) -> int:
    """Return the line after line ``number`` and those that a backslash adds to it."""
    while number < len(lines) - 1 and lines[number].endswith("\\"):
        number += 1
    return number + 1


def _find_block_stop(lines: Sequence[str], number: int) -> int:
    for later in range(number + 1, len(lines)):
        if _BLOCK_END.match(lines[later]):
            return later + 1
    return number + 1


def _find_recipe_stop(lines: Sequence[str], start: int) -> int:
    """Return the line after the recipe that begins with line ``start``: lines that begin with a tab."""
    stop = number = start
    while number < len(lines):
        if lines[number].startswith("\t"):
            number = stop = _skip_continued(lines, number)
        elif lines[number].strip():
            break
        else:
            number += 1
    return stop
