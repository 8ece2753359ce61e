"""Values for the terminal: plain text by display width, hostile characters made harmless."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Control characters (escape sequences begin with one) and marks that reorder text on screen.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]"
)


def safe(text: str) -> str:
    """Text that cannot steer the terminal: control and reordering characters are shown as \\x1b, tabs as spaces."""
    return _HOSTILE.sub(lambda match: f"\\x{ord(match[0]):02x}", text.expandtabs(8))


def width(text: str) -> int:
    """Columns that a text takes: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, columns: int) -> str:
    """The text, cut to at most ``columns`` with an ellipsis."""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for char in text:
        used += _char_width(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces to ``columns``."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Lines of at most ``columns``, broken at spaces, or anywhere inside text that has none (Japanese)."""
    room = max(10, columns - width(indent))
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in re.findall(r"\s*\S+|\s+", paragraph):
            piece = word
            if (
                line
                and width(line) + width(piece) > room
                and width(piece.lstrip()) <= room
                and piece.isascii()
            ):
                lines.append(line)
                line = ""
                piece = piece.lstrip()
            while width(line) + width(piece) > room:
                taken = _head(piece, room - width(line))
                lines.append(line + taken)
                piece, line = piece[len(taken) :], ""
            line += piece
        lines.append(line)
    return [indent + line.rstrip() for line in lines]


def _head(text: str, columns: int) -> str:
    used = 0
    for number, char in enumerate(text):
        used += _char_width(char)
        if used > columns:
            return text[:number] if number or columns < 1 else char
    return text


def table(
    rows: Sequence[Sequence[str]], *, columns: int, right: Iterable[int] = (), gap: str = "  "
) -> list[str]:
    """Rows lined up by display width. The last column is cut so that no line is longer than ``columns``."""
    if not rows:
        return []
    numbers = set(right)
    count = len(rows[0])
    widths = [max(width(row[number]) for row in rows) for number in range(count)]
    room = max(8, columns - sum(widths[:-1]) - len(gap) * (count - 1))
    lines = []
    for row in rows:
        cells = [
            pad(cell, widths[number], right=number in numbers)
            for number, cell in enumerate(row[:-1])
        ]
        last = pad(row[-1], min(widths[-1], room), right=True) if count - 1 in numbers else row[-1]
        lines.append(gap.join([*cells, fit(last, room)]).rstrip())
    return lines


def day_and_time(at: str) -> str:
    """``2019-06-23 10:15`` of an ISO time, in its own offset."""
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M")


def ago(at: str, now: datetime) -> str:
    """A short time: the hour today, month and day this year, else the date."""
    when = datetime.fromisoformat(at)
    here = now.astimezone(when.tzinfo)
    if when.date() == here.date():
        return when.strftime("%H:%M")
    return when.strftime("%m-%d") if when.year == here.year else when.strftime("%Y-%m-%d")
