"""Finding the id of a trial in the code itself, by the pattern in config ``gitexp.idPattern``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError
from gitexp.excerpt.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = (".py", ".ipynb")


def compile_pattern(text: str) -> re.Pattern[str]:
    """The configured pattern. Raises UsageError when it is no regular expression or has no group for the id."""
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(
            f"config gitexp.idPattern is no regular expression: {error}",
            "git config gitexp.idPattern '<pattern>'",
        ) from None
    if pattern.groups < 1:
        raise UsageError(
            "config gitexp.idPattern has no group",
            'put the id in brackets: \'MODEL_ID = "([^"]+)"\'',
        )
    return pattern


def find_ids_in_code(pattern: re.Pattern[str], path: str, data: bytes) -> str:
    """The last id that the pattern finds on an uncommented line of a script or notebook; "" when there is none.

    The last, because code runs downwards: a later assignment is the one in force.
    """
    try:
        lines = read_source(path, data).lines
    except ContentError:
        return ""
    found = ""
    for line in lines:
        if not line.lstrip().startswith("#") and (match := pattern.search(line)):
            found = match[1]
    return found


def find_ids_in_files(pattern: re.Pattern[str], files: Iterable[tuple[str, bytes]]) -> list[str]:
    """The distinct ids found in several files, in the files' order."""
    found = (find_ids_in_code(pattern, path, data) for path, data in files if path.endswith(CODE))
    return list(dict.fromkeys(ident for ident in found if ident))
