"""Reading a diary kept elsewhere: Markdown, org, or plain text with dated headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.date_order import DateOrder, find_date_order, read_short_year
from gitexp.capture.dated_lines import DatedLineReader
from gitexp.capture.dated_titles import DatedLine, MonthLine, UnreadLine
from gitexp.capture.dates import (
    NO_CONTEXT,
    DateContext,
    DateText,
    begin_day,
    looks_like_date,
    read_date,
)
from gitexp.capture.heading_marks import split_headings
from gitexp.capture.textfile import read_text
from gitexp.model.fences import FenceReader
from gitexp.model.import_rows import Complaint, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from gitexp.capture.dates import MonthText

# Properties of a page, in YAML's front matter, of org or of Logseq, that say its day; best first.
_DATE_KEYS = ("date", "day", "created", "created_at", "title")
_PROPERTY = re.compile(r"(?:#\+)?(?P<key>[A-Za-z_]+)\s*(?:::|:)\s*(?P<value>\S.*?)\s*$")
_DAY_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_./年]?(?P<month>\d\d)[-_./月]?(?P<day>\d\d)(?!\d)"
)
_SHORT_DAY_IN_NAME = re.compile(r"(\d\d)[-_.](\d\d)[-_.](\d\d)(?!\d)")
_MONTH_IN_NAME = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_./年](?P<month>0[1-9]|1[0-2])(?!\d)")
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OVERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\*{3,})\s*$")


class DiaryContent(NamedTuple):
    """The passages of a diary in order, what could not be understood, the encoding of the file."""

    passages: list[Passage]
    complaints: list[Complaint]
    encoding: str


def read_diary(path: Path, wanted_order: str = "") -> DiaryContent:
    """Read the dated passages of a diary.

    docs/diary.md names the forms of a date and where it may stand. ``wanted_order`` is ``dmy`` or
    ``mdy``: how ``07/01/2024`` is meant where no other date of the file says it. A heading that
    looks like a date and cannot be read is a complaint that stops an import; the text below it is
    in no passage. Times are in the local zone.

    Raises UsageError or ContentError for a file that cannot be read at all.
    """
    text, encoding = read_text(path)
    lines = text.split("\n")
    start = _find_end_of_front_matter(lines)
    order = find_date_order(*split_headings(lines), wanted_order)
    reader = _DiaryReader(str(path), start + 1)
    _begin_with_page(reader, path, lines, start, order)
    dated_lines = DatedLineReader(lines, order, is_org=path.suffix == ".org")
    fences = FenceReader()
    number = start
    while number < len(lines):
        line = lines[number]
        opened = None if fences.covers(line) else dated_lines.read_line(number, reader.context)
        match opened:
            case None:
                reader.add_line(line)
            case DatedLine():
                reader.begin_passage(opened, number + 1)
                number += opened.lines - 1
            case MonthLine():
                reader.begin_month(opened.month, line, number + 1)
            case UnreadLine():
                reader.begin_unread(opened.problem, number + 1)
        number += 1
    reader.finish_passage()
    return DiaryContent(reader.passages, reader.complaints, encoding)


def _begin_with_page(
    reader: _DiaryReader, path: Path, lines: Sequence[str], start: int, order: DateOrder
) -> None:
    """Give the reader the day, or the year, that the whole file is about."""
    properties = _read_properties(lines, start)
    for key in _DATE_KEYS:
        value = properties.get(key, "")
        date = read_date(value, order) if value else None
        if date and date.moment and not (key == "title" and date.title):
            reader.begin_page(date.moment)
            return
        if key == "date" and value and not date and looks_like_date(value):
            reader.begin_unread(f"this looks like a date and is not read: {value}", 1)
            return
        if key == "title":
            break
    short_days = _list_short_days(path)
    if moment := _read_day_of_name(path):
        reader.begin_page(moment)
    elif len(short_days) > 1:
        reader.begin_unread("is the year first in the name of this file, or the day?", 1)
    elif short_days:
        reader.begin_page(begin_day(short_days.pop()))
    elif month := _MONTH_IN_NAME.search(f"{path.parent.name}/{path.stem}"):
        reader.context = DateContext(int(month["year"]), int(month["month"]))
    elif year := _YEAR_IN_NAME.search(path.stem) or _YEAR_IN_NAME.fullmatch(path.parent.name):
        reader.context = DateContext(int(year[0]))


def _read_day_of_name(path: Path) -> datetime | None:
    """Return the day in the name of a file: ``2024_01_08.md``, ``2024/01/08.md``, ``Jan 8th, 2024``."""
    date: DateText | None = read_date(path.stem)
    if date is None:
        in_folders = "/".join((*path.parts[-3:-1], path.stem))
        match = _DAY_IN_NAME.search(path.stem) or _DAY_IN_NAME.search(in_folders)
        date = read_date(f"{match['year']}-{match['month']}-{match['day']}") if match else None
    return date.moment if date else None


def _list_short_days(path: Path) -> set[date]:
    """Return what ``24_10_02.md`` may be: one day, or two where year and day can be either."""
    parts = _SHORT_DAY_IN_NAME.match(path.stem)
    if parts is None:
        return set()
    days = (read_short_year(parts.groups(), order) for order in ("ymd", "dmy"))
    return {day for day in days if day is not None}


def _read_properties(lines: Sequence[str], start: int) -> dict[str, str]:
    """Return the properties at the top of a page: front matter, or lines ``date:: 2024-01-08``."""
    properties: dict[str, str] = {}
    if start:
        top = lines[1 : start - 1]
    else:
        top = []
        for line in lines:
            if not re.match(r"#\+\w+:|[A-Za-z_]+::|:\w+:", line):
                break
            top.append(line)
    for line in top:
        if match := _PROPERTY.match(line):
            value = match["value"].strip("\"'").removeprefix("[[").removesuffix("]]").strip("<>[]")
            properties.setdefault(match["key"].lower(), value)
    return properties


@dataclass(slots=True)
class _DiaryReader:
    """Gathers lines to passages; ``_first`` is the number of the passage's first line, from 1."""

    _file: str
    _first: int
    _moment: datetime | None = None
    _lines: list[str] = field(default_factory=list)
    # Why the text has no day: the heading that gives none, or what cannot be read of it.
    _heading_without_day: str = ""
    _unread: str = ""
    context: DateContext = NO_CONTEXT
    passages: list[Passage] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def begin_page(self, moment: datetime) -> None:
        """Take the day of the whole file."""
        self._moment = moment
        self._remember(moment.date())

    def begin_passage(self, opened: DatedLine, number: int) -> None:
        """End the passage before, and begin one with the text beside its date."""
        moment = opened.date.moment
        if moment is None:
            raise ValueError("a day without a date")
        self._end(number, drops_overline=opened.lines > 1)
        self._moment = moment
        self._lines = [opened.text] if opened.text else []
        self._remember(moment.date())

    def begin_month(self, month: MonthText, heading: str, number: int) -> None:
        """Take the year and the month of a heading for the days below it."""
        self._end(number)
        self._moment = None
        self._heading_without_day = heading.strip()
        year = month.year if month.year is not None else self.context.year
        previous = self.context.previous
        if year is None and previous is not None:
            year = previous.year
        self.context = self.context._replace(year=year, month=month.month)

    def begin_unread(self, problem: str, number: int) -> None:
        """Remember a heading that looks like a date. The text below it has no day."""
        self._end(number)
        self._moment = None
        self._heading_without_day = ""
        self._unread = problem

    def add_line(self, line: str) -> None:
        """Add a line to the passage that is being read."""
        self._lines.append(line)

    def complain(self, number: int, problem: str, *, stops: bool = False) -> None:
        """Remember what could not be understood."""
        self.complaints.append(Complaint(self._file, number, problem, stops))

    def finish_passage(self) -> None:
        """End the passage that is being read."""
        text = "\n".join(self._lines).strip("\n")
        if self._unread:
            left_out = (
                f" ({_count_lines(self._lines)} below it have no day)" if text.strip() else ""
            )
            self.complain(self._first, self._unread + left_out, stops=True)
            self._unread = ""
            return
        if not text.strip():
            return
        if self._moment is not None:
            self.passages.append(Passage(self._moment, text, self._file, self._first))
        elif self._heading_without_day:
            problem = f"this text stands below '{self._heading_without_day}', which names no day"
            self.complain(self._first + 1, problem, stops=True)
        else:
            self.complain(self._first, "text before the first date is left out")

    def _end(self, number: int, *, drops_overline: bool = False) -> None:
        if drops_overline and self._lines and _OVERLINE.match(self._lines[-1]):
            self._lines.pop()
        self.finish_passage()
        self._lines = []
        self._first = number

    def _remember(self, day: date) -> None:
        previous = self.context.previous
        is_descending = self.context.is_descending
        if previous is not None and day != previous:
            is_descending = day < previous
        # A year above the days holds until a day with another year comes.
        year = self.context.year
        keeps_year = year is None or year == day.year
        self.context = DateContext(
            year if keeps_year else None, self.context.month, day, is_descending
        )


def _count_lines(lines: Sequence[str]) -> str:
    number = sum(1 for line in lines if line.strip())
    return f"{number} line{'' if number == 1 else 's'}"


def _find_end_of_front_matter(lines: Sequence[str]) -> int:
    """Return the index of the first line behind YAML's front matter."""
    if lines[0].strip() != "---":
        return 0
    for index, line in enumerate(lines[1:], 1):
        if line.strip() in ("---", "..."):
            return index + 1
    return 0
