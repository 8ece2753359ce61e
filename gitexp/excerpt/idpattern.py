"""Find the id of a trial in the code itself, by the pattern in config ``gitexp.idPattern``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.errors import ContentError, UsageError
from gitexp.excerpt.languages.lookup import is_notebook, is_python
from gitexp.excerpt.source import read_source
from gitexp.excerpt.time_limit import TimeLimitError, find_last_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


ID_SETTING = "config gitexp.idPattern"
LOG_FOLDER_SETTING = "config gitexp.logdirPattern"

_LONGEST_LINE = 2_000
"""Letters of a line that are looked at. A longer line is data: a picture, a table."""


def compile_pattern(text: str, name: str = ID_SETTING) -> re.Pattern[str]:
    """Return the pattern that an option or a setting, called ``name``, holds.

    Raises UsageError when it is no regular expression or has no group for what it looks for.
    """
    is_of_folder = name == LOG_FOLDER_SETTING
    setting = (LOG_FOLDER_SETTING if is_of_folder else ID_SETTING).removeprefix("config ")
    try:
        pattern = re.compile(text)
    except re.error as error:
        problem = f"{name} is no regular expression: {error}"
        raise UsageError(problem, f"git config {setting} '<pattern>'") from None
    if pattern.groups < 1:
        hint = 'put the id in brackets: \'MODEL_ID = "([^"]+)"\''
        if is_of_folder:
            hint = 'put the folder in brackets: \'LOG_DIR = "([^"]+)"\''
        raise UsageError(f"{name} has no group", hint)
    return pattern


def find_ids_in_files(pattern: re.Pattern[str], files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return the distinct ids in several files, given as path and bytes, in the files' order."""
    ids: dict[str, None] = {}
    for path, data in files:
        if may_hold_id(path):
            try:
                ids[find_id_in_file(pattern, path, data)] = None
            except ContentError:
                continue
    return [trial_id for trial_id in ids if trial_id]


def may_hold_id(path: str) -> bool:
    """Return True if ids are looked for in a file: a Python script or a notebook."""
    return is_python(path) or is_notebook(path)


def find_id_in_file(pattern: re.Pattern[str], path: str, data: bytes) -> str:
    """Return the last id on an uncommented line of a script or notebook, or "".

    It is the last, because code runs downwards: a later assignment is the one in force. Raises
    ContentError for a file that is no script or notebook, UsageError for a pattern that takes too
    long.
    """
    return find_id_in_lines(pattern, read_source(path, data).lines, path)


def find_id_in_lines(pattern: re.Pattern[str], lines: Sequence[str], name: str) -> str:
    """Return the last id on an uncommented line of code that is called ``name``, or "".

    Raises UsageError for a pattern that takes too long.
    """
    code = [line[:_LONGEST_LINE] for line in lines if not line.lstrip().startswith("#")]
    try:
        return find_last_group(pattern, code)
    except TimeLimitError:
        raise UsageError(
            f"the pattern '{pattern.pattern}' takes too long on {name}",
            "write it without a repetition inside a repetition, as in (a+)+",
        ) from None
