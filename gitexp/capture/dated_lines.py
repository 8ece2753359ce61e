"""The lines of a diary that open a day or an entry by a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.capture.dated_titles import (
    DatedLine,
    MonthLine,
    UnreadLine,
    open_day,
    read_title,
)
from gitexp.capture.dates import DateContext, DateText, read_date
from gitexp.capture.heading_marks import (
    LONGEST_BOLD,
    LONGEST_PLAIN_DATE,
    match_bold,
    match_date_field,
    match_heading,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.capture.date_order import DateOrder

# "--- 2024-01-08 ---", "<!-- 2024-01-08 -->", "- 2024-01-08": a date and signs, and nothing else.
_DECORATED_LINE = re.compile(
    r"[-+=~*_#<!>|/: \t]{2,12}(?P<rest>\d{4}[-/.年][^\n]{4,24}?)[-+=~*_#!>|/: \t]*$"
)
_ORG_DATE = re.compile(r"\s*[<\[](?P<rest>\d{4}-\d{2}-\d{2}[^>\]]*)[>\]]\s*$")
# What org writes below a heading of when it was made.
_ORG_DRAWER = re.compile(r"\s*:(?!CREATED:)[A-Za-z_-]+:(?:\s.*)?$", re.IGNORECASE)
_ORG_CREATED = re.compile(r"\s*:CREATED:\s*[<\[]?(?P<rest>\d{4}-\d{2}-\d{2}[^>\]]*)[>\]]?\s*$")
_LINES_OF_DRAWER = 8
_JRNL_ENTRY = re.compile(
    r"\[(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)\]\s?(?P<text>.*)$",
    re.IGNORECASE,
)
_TIMED_ENTRY = re.compile(
    r"(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?(?:\s*[AP]M)?"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d? \d{1,2}:\d{2}:\d{2} (?:[A-Z]{2,5} )?\d{4}"
    r"(?: [+-]\d{4})?)"
    r"(?:\s*[:|-])?(?:\s+(?P<text>\S.*))?$",
    re.IGNORECASE,
)
# A day and words, as a log of one line a day has it: "2024-01-08: text", "[2024-01-08] text".
_DAY_ENTRY = re.compile(
    r"(?P<mark>[-+*・•][ \t]+)?(?P<bracket>\[)?"
    r"(?P<rest>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(?:19|20)\d{6})"
    r"(?(bracket)\])(?:\s*[:：|–—-])?\s+(?P<text>\S.*)$"
)
# "- **2024-01-08** text", "- 1/8(月)", "- 1/8"
_BOLD_ITEM = re.compile(r"[-+*・•][ \t]+(?=\*\*|__)")
_DATE_ITEM = re.compile(r"[-+*・•][ \t]+(?P<rest>\d{1,2}[/月][^\n]{1,12})$")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+|~{3,}|\^{3,}|\*{3,}|\+{3,})\s*$")

_FEWEST_ITEMS = 2  # a list with one date in it is no diary
# For looking through a file before its years are known.
_ANY_YEAR = DateContext(2000, 1)

Opened = DatedLine | MonthLine | UnreadLine | None
"""What a line opens; None for a line of text."""


class DatedLineReader:
    """Reads the lines of a file that open a day.

    ``is_org``: stars are headings, and what stands behind a date in one is its title.
    """

    def __init__(self, lines: Sequence[str], order: DateOrder, *, is_org: bool) -> None:
        self._lines = lines
        self._order = order
        # Digits alone are a day in a heading only.
        signs = {sign: name for sign, name in order.short_years.items() if sign}
        self._plain_order = order._replace(short_years=signs)
        self._is_org = is_org
        # Lines with a date and words open entries where no heading of the file is a day.
        self._has_headings = any(map(self._is_dated_heading, range(len(lines))))
        self._has_items = not self._has_headings and self._count_items() >= _FEWEST_ITEMS
        self._is_plain_log = False

    def read_line(self, number: int, context: DateContext) -> Opened:
        """Return what a line opens, by its index."""
        line = self._lines[number]
        if entry := _JRNL_ENTRY.match(line):
            date = read_date(entry["rest"], self._order, context)
            return DatedLine(date, entry["text"]) if date else None
        opened = self._read_heading(number, context)
        if opened is not None:
            return opened
        return self._read_item(line, context) or self._read_plain_line(number, context)

    def _is_dated_heading(self, number: int) -> bool:
        opened = self._read_heading(number, _ANY_YEAR)
        return isinstance(opened, DatedLine | UnreadLine)

    def _count_items(self) -> int:
        """Return how many different days the items of lists name."""
        items = set()
        for line in self._lines:
            entry = _DAY_ENTRY.match(line)
            item = _DATE_ITEM.match(line)
            if entry and entry["mark"]:
                items.add(entry["rest"])
            elif item and read_date(item["rest"], self._order, _ANY_YEAR):
                items.add(item["rest"])
        return len(items)

    def _read_heading(self, number: int, context: DateContext) -> Opened:
        line = self._lines[number]
        if value := match_date_field(line):
            return self._read_field(value, context)
        if bold := match_bold(line):
            return self._read_bold_line(*bold, context)
        if match := _ORG_DATE.match(line):
            return read_title(match["rest"], self._order, context, takes_title=False)
        if heading := match_heading(line):
            if heading.is_stars and not self._is_org:
                return self._read_list_item(line, heading.text, context)
            opened = read_title(heading.text, self._order, context)
            return opened or self._read_org_heading(number, heading.text, context)
        if match := _DECORATED_LINE.match(line):
            return self._read_field(match["rest"], context)
        if self._is_underlined(number) and (opened := read_title(line, self._order, context)):
            return opened._replace(lines=2) if isinstance(opened, DatedLine) else opened
        return None

    def _read_field(self, value: str, context: DateContext) -> DatedLine | UnreadLine | None:
        """Read ``Date: 2024-01-08``. ``date: 2024-01-08 of the data`` is text."""
        date = read_date(value.strip("<>[]*_ "), self._order, context)
        return open_day(date, "", value.strip()) if date and not date.title else None

    def _read_list_item(self, line: str, text: str, context: DateContext) -> Opened:
        """Read a line with a star, which may be one of a list of dates: it takes no title."""
        opened = read_title(text, self._order, context, takes_title=False)
        is_heading = line.startswith("**")
        return opened if is_heading or isinstance(opened, DatedLine) else None

    def _read_org_heading(self, number: int, text: str, context: DateContext) -> DatedLine | None:
        """Read a heading of org that has its day on a line below: when it was made."""
        if not self._is_org:
            return None
        for index in range(number + 1, min(number + _LINES_OF_DRAWER, len(self._lines))):
            line = self._lines[index]
            created = _ORG_CREATED.match(line) or _ORG_DATE.match(line)
            if created:
                date = read_date(created["rest"], self._order, context)
                is_day = date is not None and date.moment is not None
                return DatedLine(date, text, index - number + 1) if date and is_day else None
            if not _ORG_DRAWER.match(line):
                return None
        return None

    def _read_bold_line(self, bold: str, text: str, context: DateContext) -> Opened:
        if len(bold) > LONGEST_BOLD:
            return None
        opened = read_title(bold.strip(" :："), self._order, context)
        if isinstance(opened, MonthLine):
            return None
        behind = text.strip().removeprefix(":").removeprefix("：").strip()
        if not behind:
            return opened
        if isinstance(opened, DatedLine) and not opened.text:
            return opened._replace(text=behind)
        return None

    def _read_item(self, line: str, context: DateContext) -> Opened:
        """Read an item of a list: a bold date, or a date where no heading of the file is a day."""
        if (bold_item := _BOLD_ITEM.match(line)) and (bold := match_bold(line[bold_item.end() :])):
            opened = self._read_bold_line(*bold, context)
            return opened if isinstance(opened, DatedLine) else None
        if not self._has_items:
            return None
        if item := _DATE_ITEM.match(line):
            date = read_date(item["rest"], self._plain_order, context)
            return self._open_plain(date, date.title if date else "", line)
        entry = _DAY_ENTRY.match(line)
        return self._read_day_entry(entry, context) if entry and entry["mark"] else None

    def _read_day_entry(self, entry: re.Match[str], context: DateContext) -> Opened:
        """Read ``2024-01-08: text``. ``2024-01-08 の結果`` is about a day."""
        is_about_day = read_date(f"{entry['rest']} {entry['text']}") is None
        date = None if is_about_day else read_date(entry["rest"], self._plain_order, context)
        return self._open_plain(date, entry["text"], entry[0])

    def _read_plain_line(self, number: int, context: DateContext) -> Opened:
        """Read a line without marks: a date alone behind a blank line, or an entry of a log."""
        line = self._lines[number]
        is_behind_blank = number == 0 or not self._lines[number - 1].strip()
        is_of_log = is_behind_blank or self._is_plain_log
        if not line[:1].strip():
            return None
        if entry := _TIMED_ENTRY.match(line):
            return self._read_timed_entry(entry, context, is_of_log=is_of_log)
        if not is_of_log:
            return None
        entry = None if self._has_headings else _DAY_ENTRY.match(line)
        if entry and not entry["mark"] and (opened := self._read_day_entry(entry, context)):
            self._is_plain_log = True
            return opened
        if not is_behind_blank or len(line) > LONGEST_PLAIN_DATE:
            return None
        date = read_date(line.strip(" :："), self._plain_order, context)
        if date and not date.title:
            return self._open_plain(date, "", line)
        return None

    def _read_timed_entry(
        self, entry: re.Match[str], context: DateContext, *, is_of_log: bool
    ) -> Opened:
        """Read ``2024-01-08 10:33 text``.

        Below a heading that is a day such lines are mostly output of that day. Those of a later day
        are not of that day.
        """
        date = read_date(entry["rest"], self._order, context)
        if self._has_headings and entry["text"]:
            day = context.previous
            is_later = day is not None and date and date.moment and date.moment.date() > day
            return self._open_plain(date, entry["text"], entry[0]) if is_later else None
        if not is_of_log:
            return None
        self._is_plain_log = self._is_plain_log or entry["text"] is not None
        return self._open_plain(date, entry["text"] or "", entry[0])

    def _open_plain(
        self, date: DateText | None, text: str, line: str
    ) -> DatedLine | UnreadLine | None:
        return open_day(date, text, line.strip()) if date else None

    def _is_underlined(self, number: int) -> bool:
        line = self._lines[number]
        if not line.strip() or number + 1 >= len(self._lines):
            return False
        underline = self._lines[number + 1]
        return _UNDERLINE.match(underline) is not None and len(underline.strip()) > 1
