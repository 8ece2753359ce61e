"""Reading a diary kept elsewhere: Markdown or plain text with dated headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.dates import DateText, looks_like_date, read_date
from gitexp.capture.textfile import read_text
from gitexp.model.fences import FenceReader
from gitexp.model.import_rows import Complaint, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

_HEADING = re.compile(r"(?:#{1,6}|\*+)[ \t　]+(?P<rest>.*)")
_BOLD_LINE = re.compile(r"(?:\*\*|__)(?P<rest>[^*_]+)(?:\*\*|__):?\s*$")
_ORG_DATE = re.compile(r"\s*[<\[](?P<rest>\d{4}-\d{2}-\d{2}[^>\]]*)[>\]]\s*$")
_JRNL_ENTRY = re.compile(
    r"\[(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)\]\s?(?P<text>.*)$",
    re.IGNORECASE,
)


class DiaryContent(NamedTuple):
    """The passages of a diary in order, what could not be understood, the encoding of the file."""

    passages: list[Passage]
    complaints: list[Complaint]
    encoding: str


def read_diary(path: Path) -> DiaryContent:
    """Read the dated passages of a diary.

    Dates stand in headings (``### 2019/06/23``, ``# June 23, 2019``, ``## 2019年6月23日(日)``), alone
    in brackets (``<2019-06-23>``), before an entry (``[2019-06-23 10:15] text``) or in the file's
    name (``2019_06_23.md``). What a ``#`` heading says behind its date is text of that day. Front
    matter is passed over. Times are in the local zone.

    Raises UsageError or ContentError for a file that cannot be read at all.
    """
    text, encoding = read_text(path)
    lines = text.split("\n")
    start = _find_end_of_front_matter(lines)
    date_of_file = read_date(path.stem)
    reader = _DiaryReader(str(path), date_of_file.moment if date_of_file else None, start + 1)
    fences = FenceReader()
    for number, line in enumerate(lines[start:], start + 1):
        is_code = fences.covers(line)
        dated = None if is_code else _read_dated_line(line)
        if dated is None:
            if not is_code and _is_unread_date(line):
                reader.complain(number, f"this looks like a date and is not read: {line.strip()}")
            reader.add_line(line)
        elif dated.date.moment is None:
            reader.complain(number, f"there is no such day: {line.strip()}")
            reader.add_line(line)
        else:
            reader.begin_passage(dated.date.moment, dated.text, number)
    reader.finish_passage()
    return DiaryContent(reader.passages, reader.complaints, encoding)


@dataclass(slots=True)
class _DiaryReader:
    """Gathers lines to passages; ``_first`` is the number of the passage's first line, from 1."""

    _file: str
    _moment: datetime | None
    _first: int
    _lines: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def begin_passage(self, moment: datetime, text: str, number: int) -> None:
        """End the passage before, and begin one at ``moment`` with the text behind its date."""
        self.finish_passage()
        self._moment = moment
        self._first = number
        self._lines = [text] if text else []

    def add_line(self, line: str) -> None:
        """Add a line to the passage that is being read."""
        self._lines.append(line)

    def complain(self, number: int, problem: str) -> None:
        """Remember what could not be understood."""
        self.complaints.append(Complaint(self._file, number, problem))

    def finish_passage(self) -> None:
        """End the passage that is being read."""
        text = "\n".join(self._lines).strip("\n")
        if not text.strip():
            return
        if self._moment is None:
            self.complain(self._first, "text before the first date is left out")
        else:
            self.passages.append(Passage(self._moment, text, self._file, self._first))


class _DatedLine(NamedTuple):
    """A line that opens a day or an entry, and the text behind the date on that line."""

    date: DateText
    text: str


def _read_dated_line(line: str) -> _DatedLine | None:
    """Return the date that a line opens a day or an entry with; None for any other line."""
    if entry := _JRNL_ENTRY.match(line):
        date = read_date(entry["rest"])
        return _DatedLine(date, entry["text"]) if date else None
    heading = _HEADING.match(line) or _ORG_DATE.match(line) or _BOLD_LINE.match(line)
    if heading is None:
        return None
    title = _drop_closing_marks(heading["rest"].strip())
    date = read_date(title.removeprefix("[[").removesuffix("]]").strip("<>[] "))
    if date and not date.title:
        return _DatedLine(date, "")
    # With a star the line may be one of a list of dates.
    date = read_date(title) if line.startswith("#") else None
    return _DatedLine(date, date.title) if date else None


def _is_unread_date(line: str) -> bool:
    """Return True for a heading, or a bold line, that looks like a date."""
    heading = re.match(r"#{1,6}[ \t　]+(?P<rest>.*)", line) or _BOLD_LINE.match(line)
    return heading is not None and looks_like_date(heading["rest"])


def _drop_closing_marks(title: str) -> str:
    """Return a heading without the marks that close it. They stand apart: ``C#`` stays."""
    bare = title.rstrip("#")
    stands_apart = bare != bare.rstrip()
    return bare.rstrip() if stands_apart else title


def _find_end_of_front_matter(lines: Sequence[str]) -> int:
    """Return the index of the first line behind YAML's front matter."""
    if lines[0].strip() != "---":
        return 0
    for index, line in enumerate(lines[1:], 1):
        if line.strip() in ("---", "..."):
            return index + 1
    return 0
