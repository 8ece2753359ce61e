"""Values for the terminal: plain text by display width, hostile characters made harmless."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.characters import STEERING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEERING = re.compile(f"[{STEERING}]")
_MIDNIGHT = time(0)
# A word with the spaces before it, or spaces at the end.
_WORD = re.compile(r"\s*\S+|\s+")
# Narrower than this nothing can be read: text is wider than the terminal instead.
_NARROWEST_TEXT = 10
_NARROWEST_LAST_COLUMN = 8
# Marks that begin no line, and marks that end none (JIS X 4051, the rules of CSS line-break: strict).
_NEVER_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー）〕］｝〉》」』】〟’”…‥"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    ",.:;?!)]}%"
)
_NEVER_LAST = frozenset("（〔［｛〈《「『【〝‘“([{#@")
# Letters back from the edge that a better place to break is looked for: longer than most words.
_FURTHEST_BACK = 20


class TextStyle(NamedTuple):
    """How text is set: the width in columns, and whether colours and ids of entries are shown.

    Of a delta ``patch`` is the plain diff, ``everything`` opens its folds, ``context`` is the
    number of unchanged lines around a change (None: as many as it takes to understand it), and
    ``whitespace`` shows changed white space in a plain diff.
    """

    columns: int
    colour: bool = False
    ids: bool = False
    patch: bool = False
    everything: bool = False
    context: int | None = None
    whitespace: bool = False


def make_safe(text: str) -> str:
    """Return the text so that it cannot steer the terminal.

    Control and reordering characters are shown as ``\\x1b`` or ``\\u202e``, tabs as spaces.
    """
    return _STEERING.sub(lambda match: _escape(match[0]), text.expandtabs(8))


def safe_line(text: str) -> str:
    """Return the text on one line, so that it cannot steer the terminal."""
    return make_safe(text).replace("\n", "\\x0a")


def escape_json(text: str) -> str:
    """Return a JSON text with ``\\u202e`` for each character that could steer a terminal.

    It holds the same values.
    """
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def paint(text: str, code: str, *, colour: bool) -> str:
    """Return the text with an ANSI code ("1" is bold) where colours are on."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def measure_width(text: str) -> int:
    """Return the columns that a text takes: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_measure_char(char) for char in text)


def _measure_char(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut_to_width(text: str, columns: int) -> str:
    """Return the text, cut to at most ``columns`` with an ellipsis."""
    if measure_width(text) <= columns:
        return text
    return _take(text, columns - 1).rstrip() + "…"


def _take(text: str, columns: int, start: int = 0) -> str:
    """Return as much of a text from ``start`` on as ``columns`` hold."""
    used = 0
    for index in range(start, len(text)):
        used += _measure_char(text[index])
        if used > columns:
            return text[start:index]
    return text[start:]


def fit_end(text: str, columns: int) -> str:
    """Return the end of the text, cut to at most ``columns`` with an ellipsis before it."""
    if measure_width(text) <= columns:
        return text
    kept: list[str] = []
    used = 0
    for char in reversed(text):
        used += _measure_char(char)
        if used > columns - 1:
            break
        kept.append(char)
    return "…" + "".join(reversed(kept)).lstrip()


def cut_middle(text: str, columns: int) -> str:
    """Return the text, cut to at most ``columns`` with an ellipsis in its middle."""
    if measure_width(text) <= columns:
        return text
    half = columns // 2
    return cut_to_width(text, columns - half).removesuffix("…") + fit_end(text, half)


def pad_to_width(text: str, columns: int, *, right: bool = False) -> str:
    """Return the text filled up with spaces to ``columns``; ``right`` puts the text on the right."""
    space = " " * max(0, columns - measure_width(text))
    return space + text if right else text + space


def wrap_text(text: str, columns: int, indent: str = "") -> list[str]:
    """Return lines of at most ``columns``, broken at spaces.

    Text without spaces (Japanese) is broken anywhere but before a closing mark, behind an opening
    one, and inside an English word.
    """
    room = max(_NARROWEST_TEXT, columns - measure_width(indent))
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, room)
    return [indent + line.rstrip() for line in lines]


def _wrap_paragraph(text: str, room: int) -> list[str]:
    """Return the lines of a paragraph. Each letter is measured once or twice, however long it is."""
    lines = []
    line, line_width = "", 0
    for word in _WORD.findall(text):
        rest, rest_width = word, measure_width(word)
        if line and line_width + rest_width > room and rest.isascii():
            stripped = rest.lstrip()
            if measure_width(stripped) <= room:
                lines.append(line)
                line, line_width = "", 0
                rest, rest_width = stripped, measure_width(stripped)
        start = 0
        while line_width + rest_width > room:
            # A wide character may not fit an empty line of one column: take it all the same.
            fitting = _take(rest, room - line_width, start)
            stop = _find_break(rest, start, start + len(fitting))
            taken = rest[start:stop] or ("" if line else rest[start])
            lines.append(line + taken)
            start += len(taken)
            rest_width -= measure_width(taken)
            line, line_width = "", 0
        line += rest[start:]
        line_width += rest_width
    lines.append(line)
    return lines


def _find_break(text: str, start: int, stop: int) -> int:
    """Return the last place up to ``stop`` where a line may end, ``stop`` where there is none near.

    A place lies before the letter of its index.
    """
    if stop >= len(text):
        return stop
    nearest = max(start, stop - _FURTHEST_BACK)
    for place in range(stop, nearest, -1):
        if _may_break(text[place - 1], text[place]):
            return place
    return stop


def _may_break(before: str, behind: str) -> bool:
    if behind in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return not (_is_word_letter(before) and _is_word_letter(behind))


def _is_word_letter(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def format_table(
    rows: Sequence[Sequence[str]], *, columns: int, right: Iterable[int] = (), gap: str = "  "
) -> list[str]:
    """Return rows lined up by display width.

    The last column is cut so that no line is longer than ``columns``. ``right``: the indexes of
    columns that stand on the right, as numbers do.
    """
    if not rows:
        return []
    right = set(right)
    last = len(rows[0]) - 1
    widths = [max(measure_width(row[index]) for row in rows) for index in range(last + 1)]
    taken = sum(widths[:last]) + len(gap) * last
    room = max(_NARROWEST_LAST_COLUMN, columns - taken)
    lines = []
    for row in rows:
        cells = [
            pad_to_width(cell, widths[index], right=index in right)
            for index, cell in enumerate(row[:last])
        ]
        last_cell = row[last]
        if last in right:
            last_cell = pad_to_width(last_cell, min(widths[last], room), right=True)
        lines.append(gap.join([*cells, cut_to_width(last_cell, room)]).rstrip())
    return lines


def format_hour(at: str) -> str:
    """Return ``10:15`` of an ISO time, in its own offset; "" where only the day is known.

    Of an imported entry, and of ``--at 2019-06-23``, only the day is known: they stand at midnight.
    """
    moment = datetime.fromisoformat(at)
    return "" if moment.time() == _MIDNIGHT else moment.strftime("%H:%M")


def format_moment(at: str) -> str:
    """Return ``2019-06-23 10:15`` of an ISO time, in its own offset; the day where it is all."""
    return f"{at[:10]} {format_hour(at)}".rstrip()


def name_some(names: Sequence[str], most: int = 3) -> str:
    """Return the first names, and how many there are more: ``a, b, c and 4 more``."""
    first = ", ".join(names[:most])
    return first if len(names) <= most else f"{first} and {len(names) - most} more"


def format_age(at: str, now: datetime) -> str:
    """Return a short time: the hour today, month and day this year, else the date.

    Today's date stands where the hour is not known.
    """
    moment = datetime.fromisoformat(at)
    local_now = now.astimezone(moment.tzinfo)
    hour = format_hour(at)
    if hour and moment.date() == local_now.date():
        return hour
    if moment.year == local_now.year:
        return moment.strftime("%m-%d")
    return moment.strftime("%Y-%m-%d")
