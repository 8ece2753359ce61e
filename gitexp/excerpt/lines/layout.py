"""Code without its layout: what formatters do to a line does not make it another one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Versions of a file have most lines in common.
_REMEMBERED_LINES = 1 << 16

# Comments and long strings, passed over; and strings of one line. A quote after a letter is an
# apostrophe.
_LITERAL = (
    r"""(?s:\"{3}.*?\"{3}|'{3}.*?'{3}|/\*.*?\*/)|\#[^\n]*|//[^\n]*"""
    r"""|(?P<string>(?<!\w)[bBfFrRuU]{0,2}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
)


def strip_layout(lines: Iterable[str]) -> str:
    """Return the text without any white space but that inside strings.

    The result is equal for two pieces of code that differ in layout only.
    """
    text = "\n".join(lines)
    if "'" in text or '"' in text:
        text = re.sub(_LITERAL, _protect_blanks, text)
    return "".join(text.split())


def normalise_style(text: str) -> str:
    """Return the text in one case and with one kind of quotes.

    Formatters and changes of naming style do that to every line, and the lines stay the same.
    """
    return text.replace('"', "'").lower()


@lru_cache(maxsize=_REMEMBERED_LINES)
def make_line_key(line: str) -> str:
    """Return a text that is equal for two lines if they differ in white space, case and quotes only.

    It is "" for a blank line.
    """
    return normalise_style("".join(line.split()))


def _protect_blanks(literal: re.Match[str]) -> str:
    """Return a string with other characters for its blanks; a comment or long string as it is."""
    text = literal.group()
    if not literal.group("string"):
        return text
    return text.replace(" ", "\0").replace("\t", "\1")
