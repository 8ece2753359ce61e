"""The plain diff of a reading delta, as a person asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.compare import CONTEXT, compare_files
from gitexp.excerpt.delta.delta import Delta, FileDelta
from gitexp.excerpt.delta.hunks import group_hunks

if TYPE_CHECKING:
    from gitexp.excerpt.delta.reading_delta import ReadingDelta


def make_patch(reading: ReadingDelta, *, whitespace: bool = False, context: int = CONTEXT) -> Delta:
    """Return the plain diff with ``context`` unchanged lines around a change.

    Lines that differ in white space only are changed lines only with ``whitespace``.
    """
    if whitespace and context == CONTEXT:
        return reading.plain
    files = []
    for old_file, new_file, _ in reading.plain.files:
        lines = compare_files(old_file, new_file, whitespace=whitespace)
        hunks = group_hunks(lines, old_file, new_file, context)
        if hunks:
            files.append(FileDelta(old_file, new_file, hunks))
    return Delta(tuple(files))
