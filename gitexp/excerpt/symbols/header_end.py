"""Tell where a header ends, read from its name on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.symbols.expressions import skip_angles, skip_blanks, skip_bracket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.excerpt.languages.language import Language

_MARK = re.compile(r"[(\[{};=<\n]")

# A header goes on over the end of a line after these, and before those.
_GOES_ON_AFTER = re.compile(r"(?:[,(=<:|&+]|->|\b(?:extends|with|where|implements))\s*$")
_LONGEST_WORD = 12
"""Characters at the end of a line in which ``_GOES_ON_AFTER`` looks for its longest word."""

_GOES_ON_BEFORE = re.compile(
    r"\s*(?:[{(),:|&=.]|->|(?:where|extends|with|throws|async|implements|derives)\b)"
)

# The constructor of a class belongs to its header where no parameters stand before: Kotlin.
_CLASS_WITHOUT_PARAMETERS = re.compile(r"\bclass\s+[^()]*$")
_CONSTRUCTOR = re.compile(
    r"\s*(?:(?:@[\w.]+(?:\([^()]*\))?|private|protected|internal|public)\s+)*constructor\b"
)


class HeaderEnd(NamedTuple):
    """Where a header ends: at the brace of a block, before an expression, or with its statement.

    ``at`` is the offset of that.
    """

    body: Literal["block", "expression", "none"]
    at: int


class HeaderReader:
    """Reads headers of one masked text."""

    def __init__(self, text: str, language: Language, braces: Mapping[int, int]) -> None:
        self._text = text
        self._language = language
        self._braces = braces

    def read(self, start: int, at: int) -> HeaderEnd:
        """Return where the header ends that begins at ``start``, read from offset ``at`` on.

        ``at`` stands after the name.
        """
        text = self._text
        if text.startswith("<", at):
            at = skip_angles(text, at)
        while (match := _MARK.search(text, at)) is not None:
            end = self._read_end(start, match)
            if end is not None:
                return end
            at = self._skip_mark(match)
        return HeaderEnd("none", len(text))

    def _read_end(self, start: int, match: re.Match[str]) -> HeaderEnd | None:
        """Return the end of the header that a mark in it makes, or None where it goes on."""
        mark, place = match.group(), match.start()
        if mark == "(":
            return self._read_end_after_arguments(place)
        if mark == "{":
            return None if self._opens_type(start, place) else HeaderEnd("block", place)
        if mark == "=":
            is_value = self._language.expression_after == "=" and not self._is_comparison(place)
            return HeaderEnd("expression", match.end()) if is_value else None
        if mark == "\n":
            return self._read_end_of_line(start, place)
        if mark in ";}":
            return HeaderEnd("none", place)
        return None

    def _skip_mark(self, match: re.Match[str]) -> int:
        """Return the offset from which on a header is read that goes on after a mark."""
        mark, place = match.group(), match.start()
        if mark in "([":
            return skip_bracket(self._text, place)
        if mark == "{":
            return self._braces.get(place, len(self._text)) + 1
        if mark == "=" and self._is_comparison(place):
            return place + 2
        if mark == "<" and self._language.layout == "script":
            return max(place + 1, skip_angles(self._text, place))
        return place + 1

    def _read_end_after_arguments(self, place: int) -> HeaderEnd | None:
        if self._language.expression_after != ")":
            return None
        body = skip_blanks(self._text, skip_bracket(self._text, place))
        return HeaderEnd("block" if self._text.startswith("{", body) else "expression", body)

    def _opens_type(self, start: int, place: int) -> bool:
        """Return True if the brace at ``place`` opens a type in the header, not the body."""
        pattern = self._language.type_brace
        return bool(pattern) and re.search(pattern, self._text[start:place]) is not None

    def _is_comparison(self, place: int) -> bool:
        """Return True if the sign of equality at ``place`` is part of a longer operator."""
        text = self._text
        return text[place + 1 : place + 2] in ("=", ">") or text[place - 1] in "<>=!"

    def _read_end_of_line(self, start: int, place: int) -> HeaderEnd | None:
        if not self._language.line_ends:
            return None
        header = self._text[start:place].rstrip()
        if self._language.colon_block and header.endswith(":"):
            return HeaderEnd("expression", place)
        return None if _goes_on(self._text, header, place) else HeaderEnd("none", place)


def _goes_on(text: str, header: str, line_end: int) -> bool:
    """Return True if a header, without the blanks at its end, goes on after the end of a line."""
    if _GOES_ON_AFTER.search(header[-_LONGEST_WORD:]) or _GOES_ON_BEFORE.match(text, line_end):
        return True
    is_constructor = _CONSTRUCTOR.match(text, line_end) is not None
    return is_constructor and _CLASS_WITHOUT_PARAMETERS.search(header) is not None
