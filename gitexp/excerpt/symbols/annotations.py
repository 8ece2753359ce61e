"""Find the annotations, decorators and attributes above a definition."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import COMMENT
from gitexp.excerpt.symbols import thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.languages.language import Language

_GOES_ON = ("::", "|", ",")
"""Ends of a line with which an annotation goes on in the next, outside of brackets."""


def find_annotations(
    lines: Sequence[str], masked_lines: Sequence[str], header: int, language: Language
) -> int:
    """Return the first line of the annotations directly above line ``header``.

    Return ``header`` where there are none. ``masked_lines`` are the lines with comments and strings
    blanked.
    """
    start = line = header
    while language.annotation and line > 0:
        first = _find_annotation_start(masked_lines, line - 1, language)
        if first is not None:
            start = line = first
        elif COMMENT.match(lines[line - 1]):
            # A comment may stand between an annotation and what it belongs to.
            line -= 1
        else:
            break
    return start


def _find_annotation_start(
    masked_lines: Sequence[str], last: int, language: Language
) -> int | None:
    """Return the first line of the annotation that ends with line ``last``, or None."""
    from gitexp.excerpt.symbols.expressions import blank_brackets

    limit = max(-1, last - thresholds.LONGEST_ANNOTATION)
    for first in range(last, limit, -1):
        text = "\n".join(masked_lines[first : last + 1])
        if _closes_more(text):
            continue
        outside_brackets = blank_brackets(text).strip()
        if _compile_annotation(language).fullmatch(outside_brackets):
            return first
        is_first_line = first == 0 or not masked_lines[first - 1].rstrip().endswith(_GOES_ON)
        if is_first_line:
            break
    return None


def _closes_more(text: str) -> bool:
    """Return True if a text closes more brackets than it opens."""
    closing = sum(map(text.count, ")]}"))
    opening = sum(map(text.count, "([{"))
    return closing > opening


@cache
def _compile_annotation(language: Language) -> re.Pattern[str]:
    return re.compile(language.annotation)
