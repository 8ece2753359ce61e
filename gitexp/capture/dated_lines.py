"""The lines of a diary that open a day or an entry by a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.dates import (
    DateContext,
    DateOrder,
    DateText,
    MonthText,
    looks_like_date,
    read_date,
    read_month,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADING = re.compile(
    r"(?P<mark>#{1,6}|\*+|={1,6})(?:[ \t　]+|(?<=#)(?=\d{4}[-/.年]\d))(?P<rest>.*)"
)
# "--- 2024-01-08 ---", "<!-- 2024-01-08 -->", "- 2024-01-08": a date and signs, and nothing else.
_DECORATED_LINE = re.compile(
    r"[-+=~*_#<!>|/: \t]{2,12}(?P<rest>\d{4}[-/.年][^\n]{4,24}?)[-+=~*_#!>|/: \t]*$"
)
_LATEX_HEADING = re.compile(r"\s*\\(?:sub){0,2}section\*?\{(?P<rest>[^{}]{6,60})\}\s*$")
# "📅 2024-01-08", "@2024-01-08": signs before a date.
_SIGNS_BEFORE = re.compile(r"[^\w(（\[［\d]+(?=\d)")
_MARKED_LINE = re.compile(r"(?P<mark>[■□◆◇●○◎★☆▼▽▲△◉♦※])[ 　]*(?P<rest>.*)")
_BRACKETED_LINE = re.compile(r"(?P<mark>[【〔《])(?P<rest>[^】〕》]*)[】〕》]\s*$")
_HTML_HEADING = re.compile(
    r"(?P<mark><h[1-6])(?:\s[^>]*)?>(?P<rest>.*?)</h[1-6]>\s*$", re.IGNORECASE
)
_BOLD = re.compile(r"(?:\*\*|__)(?P<rest>[^*_]+)(?:\*\*|__)(?P<text>.*)$")
_ORG_DATE = re.compile(r"\s*[<\[](?P<rest>\d{4}-\d{2}-\d{2}[^>\]]*)[>\]]\s*$")
_DATE_FIELD = re.compile(
    r"(?:#\+)?(?:date|datum|fecha|日付|日時|날짜)\s*(?:::|[:：])\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_JRNL_ENTRY = re.compile(
    r"\[(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)\]\s?(?P<text>.*)$",
    re.IGNORECASE,
)
_PLAIN_ENTRY = re.compile(
    r"(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?(?:\s*[AP]M)?)"
    r"(?:\s+(?P<text>\S.*))?$",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+|~{3,}|\^{3,}|\*{3,}|\+{3,})\s*$")
# A date behind a title: "[1.2.0] - 2024-01-08", "Day 3 (2024-01-08)".
_DATE_BEHIND_TITLE = re.compile(
    r"(?P<title>.*\S)\s*(?:\s[-–—|@]\s+|[:,]\s+|[(\[<])(?P<rest>\d{4}[-/.年].{2,40}|[^\W\d]{3,9}\.? .{4,20}"
    r"|\d{1,2}\.? [^\W\d]{3,9}.{4,20})$"
)

# A date in brackets before a title: "[2024-01-08] first try".
_BRACKETED_DATE = re.compile(
    r"(?:\[\[|[\[(（［])(?P<rest>[^\])）］]{4,40})(?:\]\]|[\])）］])"
    r"(?:[ \t　]*[:：–—-](?=\s))?[ \t　]*(?P<title>.*)$"
)
_DAY = r"\d{1,2}日?(?:\s*[(（].{1,3}[)）])?"
# Several days: "2024/01/08~10", "1月8日〜10日", "2024-01-08 to 2024-01-10". The first one counts.
_DATE_RANGE = re.compile(
    rf"(?P<first>(?:\d{{4}}[-/.年]\s?)?\d{{1,2}}[-/.月]\s?{_DAY})"
    rf"\s*(?:[~～〜–—-]|から|to|bis)\s*(?:\d{{4}}[-/.年]\s?)?(?:\d{{1,2}}[-/.月]\s?)?{_DAY}"
    r"(?![\w/-])(?:まで)?(?P<title>.*)$"
)

# "Log 2024-01-08" is of that day, "results of 2024-01-08" speaks of it.
_DATE_AT_END = re.compile(
    r"(?P<title>.*[^\W\d])(?<!\bof)(?<!\bto)(?<!\bby)(?<!\bvs)(?<!\bfrom)(?<!\bsince)(?<!\buntil)(?<!\bbefore)"
    r"(?<!\bafter)[ \t]+(?P<rest>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}:\d{2})?)$"
)

_LONGEST_PLAIN_DATE = 40
_LONGEST_TITLE = 200


class DatedLine(NamedTuple):
    """A line that opens a day or an entry, and the text beside the date on that line.

    ``lines``: how many lines it takes; an underlined heading has two.
    """

    date: DateText
    text: str
    lines: int = 1


class MonthLine(NamedTuple):
    """A heading that names a year or a month, and no day."""

    month: MonthText


class UnreadLine(NamedTuple):
    """A heading that looks like a date and is not read."""

    problem: str


class DatedLineReader:
    """Reads the lines of a file that open a day.

    ``is_org``: stars are headings, and what stands behind a date in one is its title.
    """

    def __init__(self, lines: Sequence[str], order: DateOrder, *, is_org: bool) -> None:
        self._lines = lines
        self._order = order
        self._is_org = is_org
        # Lines with a time and without marks open entries where nothing else opened a day before.
        self._is_plain_log = False
        self._has_headings = False

    def read_line(
        self, number: int, context: DateContext
    ) -> DatedLine | MonthLine | UnreadLine | None:
        """Return what a line opens, by its index; None for a line of text."""
        line = self._lines[number]
        if entry := _JRNL_ENTRY.match(line):
            date = read_date(entry["rest"], self._order, context)
            return DatedLine(date, entry["text"]) if date else None
        opened = self._read_heading(number, context)
        if opened is None:
            return self._read_plain_line(number, context)
        self._has_headings = True
        return opened

    def _read_heading(
        self, number: int, context: DateContext
    ) -> DatedLine | MonthLine | UnreadLine | None:
        line = self._lines[number]
        if match := _DATE_FIELD.match(line):
            return self._read_field(match["rest"], context)
        if match := _BOLD.match(line):
            return self._read_bold_line(match["rest"], match["text"], context)
        if match := _ORG_DATE.match(line):
            return self._read_title(match["rest"], context, takes_title=False)
        if match := _match_heading(line):
            is_list_item = match["mark"].startswith("*") and not self._is_org
            if is_list_item:
                return self._read_list_item(match, context)
            return self._read_title(match["rest"], context, takes_title=True)
        if match := _LATEX_HEADING.match(line):
            return self._read_title(match["rest"], context)
        if match := _DECORATED_LINE.match(line):
            return self._read_field(match["rest"], context)
        if self._is_underlined(number) and (opened := self._read_title(line, context)):
            return opened._replace(lines=2) if isinstance(opened, DatedLine) else opened
        return None

    def _read_field(self, value: str, context: DateContext) -> DatedLine | UnreadLine | None:
        """Read ``Date: 2024-01-08``. ``date: 2024-01-08 of the data`` is text."""
        date = read_date(value.strip("<>[]*_ "), self._order, context)
        return self._open(date, "", value.strip()) if date and not date.title else None

    def _read_list_item(
        self, match: re.Match[str], context: DateContext
    ) -> DatedLine | MonthLine | UnreadLine | None:
        """Read a line with a star, which may be one of a list of dates: it takes no title."""
        opened = self._read_title(match["rest"], context, takes_title=False)
        is_heading = len(match["mark"]) > 1
        return opened if is_heading or isinstance(opened, DatedLine) else None

    def _read_title(
        self, text: str, context: DateContext, *, takes_title: bool = True
    ) -> DatedLine | MonthLine | UnreadLine | None:
        """Read what a heading says."""
        title = _drop_closing_marks(text.strip())
        bare = title.removeprefix("[[").removesuffix("]]").strip("<>[] *_`:")
        date = read_date(bare, self._order, context)
        if date and (not date.title or (takes_title and date.moment is None)):
            return self._open(date, "", title)
        if takes_title and (date := read_date(title, self._order, context)):
            return self._open(date, date.title, title)
        if opened := self._read_days(bare, context):
            return opened
        bracketed = _BRACKETED_DATE.match(title) if takes_title else None
        if bracketed and (date := read_date(bracketed["rest"], self._order, context)):
            return None if date.title else self._open(date, bracketed["title"].strip(), title)
        if takes_title and (signs := _SIGNS_BEFORE.match(title)):
            date = read_date(title[signs.end() :].rstrip("~*_ "), self._order, context)
            if date and date.moment:
                return DatedLine(date, date.title)
        if month := self._read_month_heading(bare, context):
            return MonthLine(month)
        if looks_like_date(bare):
            return UnreadLine(f"this looks like a date and is not read: {title}")
        return self._read_date_behind(title, context) if takes_title else None

    def _read_days(self, text: str, context: DateContext) -> DatedLine | None:
        """Read a heading of several days. It is of the first one, and is text of that day."""
        days = _DATE_RANGE.match(text)
        date = read_date(days["first"], self._order, context) if days else None
        if date is None or date.moment is None:
            return None
        return DatedLine(date, text)

    def _open(self, date: DateText, text: str, title: str) -> DatedLine | UnreadLine:
        if date.moment is None:
            return UnreadLine(f"{date.problem} {title}")
        return DatedLine(date, text)

    def _read_date_behind(self, title: str, context: DateContext) -> DatedLine | None:
        """Read a heading that ends in its date; what stands before it is text of that day."""
        if len(title) > _LONGEST_TITLE:
            return None
        match = _DATE_BEHIND_TITLE.match(title) or _DATE_AT_END.match(title)
        if match is None:
            return None
        date = read_date(match["rest"].strip("<>[]() "), self._order, context)
        if date is None or date.moment is None or date.title:
            return None
        return DatedLine(date, match["title"].strip())

    def _read_month_heading(self, text: str, context: DateContext) -> MonthText | None:
        month = read_month(text)
        if month is None:
            return None
        # "# March" is a month where the year is plain.
        has_year = month.year is not None or context.year is not None
        return month if has_year or context.previous else None

    def _read_bold_line(
        self, bold: str, text: str, context: DateContext
    ) -> DatedLine | MonthLine | UnreadLine | None:
        opened = self._read_title(bold.strip(" :："), context)
        if isinstance(opened, MonthLine):
            return None
        behind = text.strip().removeprefix(":").removeprefix("：").strip()
        if not behind:
            return opened
        if isinstance(opened, DatedLine) and not opened.text:
            return opened._replace(text=behind)
        return None

    def _read_plain_line(self, number: int, context: DateContext) -> DatedLine | UnreadLine | None:
        """Read a line without marks: a date alone behind a blank line, or an entry with its time."""
        line = self._lines[number]
        is_behind_blank = number == 0 or not self._lines[number - 1].strip()
        if not line[:1].strip() or not (is_behind_blank or self._is_plain_log):
            return None
        entry = _PLAIN_ENTRY.match(line)
        if entry and (not self._has_headings or not entry["text"]):
            self._is_plain_log = self._is_plain_log or entry["text"] is not None
            date = read_date(entry["rest"], self._order, context)
            return self._open_plain(date, entry["text"] or "", line)
        if not is_behind_blank or len(line) > _LONGEST_PLAIN_DATE:
            return None
        date = read_date(line.strip(" :："), self._order, context)
        if date and not date.title:
            return self._open_plain(date, "", line)
        return None

    def _open_plain(
        self, date: DateText | None, text: str, line: str
    ) -> DatedLine | UnreadLine | None:
        return self._open(date, text, line.strip()) if date else None

    def _is_underlined(self, number: int) -> bool:
        line = self._lines[number]
        if not line.strip() or number + 1 >= len(self._lines):
            return False
        underline = self._lines[number + 1]
        return _UNDERLINE.match(underline) is not None and len(underline.strip()) > 1


def list_headings(lines: Sequence[str]) -> list[str]:
    """Return what the headings of a file say, and its lines that may be dates without marks."""
    texts = []
    for line in lines:
        match = _match_heading(line) or _BOLD.match(line) or _DATE_FIELD.match(line)
        if match:
            texts.append(match["rest"])
        elif len(line) <= _LONGEST_PLAIN_DATE:
            texts.append(line)
    return texts


def _match_heading(line: str) -> re.Match[str] | None:
    return (
        _HEADING.match(line)
        or _MARKED_LINE.match(line)
        or _BRACKETED_LINE.match(line)
        or _HTML_HEADING.match(line)
    )


def _drop_closing_marks(title: str) -> str:
    """Return a heading without the marks that close it. They stand apart: ``C#`` stays."""
    bare = title.rstrip("#=")
    stands_apart = bare != bare.rstrip()
    return bare.rstrip() if stands_apart else title
