"""The top-level definition around a line, read from indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODIFIERS = "export|pub|async|static|default|abstract|final|public|private"
_WORDS = "def|class|function|func|fn|struct|enum|interface|type"
_DEFINITION = re.compile(rf"(?:(?:{_MODIFIERS})\s+)*(?:{_WORDS})\s+(\w+)")
_ASSIGNMENT = re.compile(
    r"(?:(?:const|let|var)\s+)?([^\W\d]\w*)\s*(?::[^=]+)?(?:[-+*/|&^%@]|//|\*\*|<<|>>)?=(?!=)"
)
_NOT_OPENING = " \t)]}"
"""What begins a line that goes on with the statement above."""


def find_enclosing_name(lines: Sequence[str], index: int) -> str:
    """Return the name of the top-level definition that line ``index`` belongs to, or "".

    Decorators and comments at the margin belong to the definition below them. The name is read from
    indentation alone, so that it is found in any version, parsed or not.
    """
    if _is_lead(lines[index]):
        while index + 1 < len(lines) and _is_lead(lines[index]):
            index += 1
    while index > 0 and not is_opening_line(lines[index]):
        index -= 1
    match = _DEFINITION.match(lines[index]) or _ASSIGNMENT.match(lines[index])
    return match.group(1) if match else ""


def is_opening_line(line: str) -> bool:
    """Return True if a top-level statement begins with this line."""
    return bool(line.strip()) and line[0] not in _NOT_OPENING


def _is_lead(line: str) -> bool:
    """Return True for a decorator or a comment at the margin."""
    return line.startswith(("@", "#"))
