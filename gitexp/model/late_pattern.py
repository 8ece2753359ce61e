"""Regular expressions that are compiled when they are first needed.

Python takes up to a millisecond to compile one, and most starts of ``git exp`` need few of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class LatePattern:
    """A regular expression, with the methods of a compiled one."""

    def __init__(self, text: str, flags: int = 0) -> None:
        """Compile nothing yet."""
        self._text = text
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self._text, self._flags)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Match the pattern at a place of a text."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match the pattern with a whole text."""
        return self.compiled.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self.compiled.search(text)

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Return each match in a text, from a place on."""
        return self.compiled.finditer(text, start)

    def sub(self, replacement: str, text: str, count: int = 0) -> str:
        """Return a text with each match replaced, or the first ``count`` of them."""
        return self.compiled.sub(replacement, text, count)


def find_next_letter(text: str, place: int) -> str:
    """Return the first character from a place on that is no white space, "" at the end."""
    for index in range(place, len(text)):
        if not text[index].isspace():
            return text[index]
    return ""
