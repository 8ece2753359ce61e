"""Fenced code in Markdown: lines between two fences are code, not words of a person."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class FenceReader:
    """Says of each line of a text, in order, whether fenced code covers it."""

    def __init__(self) -> None:
        self._opening = ""

    def covers(self, line: str) -> bool:
        """Return True for a line inside of fenced code, and for the fences themselves.

        A fence that is never closed covers all lines up to the end of the text.
        """
        fence = _FENCE.match(line)
        if not self._opening:
            self._opening = fence[1] if fence else ""
            return fence is not None
        if fence and fence[1].startswith(self._opening) and not line[fence.end() :].strip():
            self._opening = ""
        return True
