"""Comment lines of marked files: the text in them, and whether lines hold any code."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMENT_SIGN = r"(?:#|//|--|%|;)"
"""What begins a comment in the languages that have marked files."""

_COMMENT = rf"{COMMENT_SIGN}'? ?"


def uncomment(line: str) -> str:
    """Return the text of a comment line, and any other line as it is."""
    match = compile_pattern(_COMMENT).match(line)
    return line[match.end() :] if match else line


def is_comment(line: str) -> bool:
    """Return True if a line at the margin is a comment."""
    return compile_pattern(COMMENT_SIGN).match(line) is not None


def has_code(lines: Iterable[str]) -> bool:
    """Return True if a line is neither blank nor a comment."""
    return any(line.strip() and not is_comment(line.lstrip()) for line in lines)


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a compiled pattern: each is compiled when the first file needs it."""
    return re.compile(pattern)
