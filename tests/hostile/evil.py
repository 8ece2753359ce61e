"""Names and texts that try to steer a terminal, a page or a file system."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

CONTROLS = [
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1bP$q\x1b\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\x08\x08\x08over",
    "\rover",
    "two\nlines",
    "\x7f\x00\x01",
    "\u202egnp.exe",
    "\u2066a\u2069b",
    "\u200f\u200e\u061c",
    "a\u2028b\u2029c",
    "\ufff9a\ufffab\ufffb",
]
MARKUP = [
    "<script>window.bad=1</script>",
    "<img src=x onerror=window.bad=1>",
    "'\"><svg onload=window.bad=1>",
    "</script><script>window.bad=1</script>",
    "[x](javascript:window.bad=1)",
    "![x](javascript:window.bad=1)",
    "<!-- --><iframe srcdoc='<script>parent.bad=1</script>'>",
    "{{ 7 * 7 }}${7*7}",
    "`</code><b onclick=window.bad=1>`",
]
PATHS = ["../../evil", "/etc/passwd", "CON", "a/b", "..", "x" * 3000]
EVIL = [*CONTROLS, *MARKUP, *PATHS]

_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
# Colours, and the clearing of the line on which a slow verb says how far it is.
_COLOUR = re.compile(r"\x1b\[[0-9;]*[mK]")


def steers(char: str) -> bool:
    """Return True for a character that acts on a terminal; a line feed only ends the line."""
    is_control = unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char != "\n"
    return (
        is_control
        or unicodedata.bidirectional(char) in _DIRECTIONS
        or char in "\u200e\u200f\u061c\ufff9\ufffa\ufffb"
    )


def steering(text: str, *, colours: bool = False) -> set[str]:
    """Return the characters of a text that act on a terminal, with ``colours`` all but colours."""
    return set(filter(steers, _COLOUR.sub("", text) if colours else text))


class Live(HTMLParser):
    """What would run in a page: scripts that are no file, handlers, addresses of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("iframe", "object", "embed", "base", "math", "foreignobject"):
            self.found.append(tag)
        if tag == "script" and "src" not in values:
            self.found.append(tag)
        for name, value in attrs:
            plain = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or plain.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"{tag} {name}={value}")
