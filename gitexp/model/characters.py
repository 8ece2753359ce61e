"""Characters that do not show themselves but act on what is beside them, in one place.

A record comes from a remote, and so do the names and texts in it. Control characters can steer a
terminal (an escape sequence begins with one), marks of direction can reorder what is read, and half
a surrogate pair cannot be written as UTF-8 at all.
"""

from __future__ import annotations

import re
from functools import cache

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # but tab and line feed
_LINE_ENDS = "\u2028\u2029"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ANNOTATIONS = "\ufff9-\ufffb"
_SURROGATES = "\ud800-\udfff"

STEERING = f"{_CONTROLS}{_LINE_ENDS}{_DIRECTIONS}{_ANNOTATIONS}{_SURROGATES}"
"""What text must not bring to a screen, as a range of a regular expression."""

REPLACEMENT = "\ufffd"


def make_plain(name: str) -> str:
    """Return a name with U+FFFD in the place of each character that does not show itself on one
    line.
    """
    return name if name.isprintable() else _unfit_for_names().sub(REPLACEMENT, name)


def has_controls(text: str) -> bool:
    """Return True for a text with control characters, line ends or half a surrogate pair in it."""
    return not text.isprintable() and _controls().search(text) is not None


def replace_surrogates(text: str) -> str:
    """Return the text with U+FFFD in the place of each half of a surrogate pair."""
    return text if text.isascii() else _lone_surrogates().sub(REPLACEMENT, text)


# Compiled when the first is met: most names are letters, and most verbs end in 100 ms.
@cache
def _unfit_for_names() -> re.Pattern[str]:
    return re.compile(f"[{STEERING}\t\n]")


@cache
def _controls() -> re.Pattern[str]:
    return re.compile(f"[{_CONTROLS}{_LINE_ENDS}{_SURROGATES}\t\n]")


@cache
def _lone_surrogates() -> re.Pattern[str]:
    return re.compile(f"[{_SURROGATES}]")
