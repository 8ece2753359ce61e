"""The plain diff of a reading delta, as a person asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.compare import CONTEXT, compare_file_pairs

if TYPE_CHECKING:
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.excerpt.delta.reading_delta import ReadingDelta


def make_patch(reading: ReadingDelta, *, whitespace: bool = False, context: int = CONTEXT) -> Delta:
    """Return the plain diff with ``context`` unchanged lines around a change.

    Lines that differ in white space only are changed lines only with ``whitespace``.
    """
    if whitespace and context == CONTEXT:
        return reading.plain
    pairs = [(old_file, new_file) for old_file, new_file, _ in reading.plain.files]
    return compare_file_pairs(pairs, whitespace=whitespace, context=context)
