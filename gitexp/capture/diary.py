"""Reading a diary kept elsewhere: Markdown or plain text with dated headings."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.capture.textfile import read_text
from gitexp.model.import_rows import Complaint, Passage

if TYPE_CHECKING:
    from pathlib import Path

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(
                "january jan",
                "february feb",
                "march mar",
                "april apr",
                "may",
                "june jun",
                "july jul",
                "august aug",
            ),
            *("september sep sept", "october oct", "november nov", "december dec"),
        ),
        1,
    )
    for name in names.split()
}
_TIME = r"(?:[ T,　]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?:\s*(?P<half>[ap]m))?)?"
_MONTH = "|".join(_MONTHS)
_DAY_NAME = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAY = rf"(?:[ ,　]*(?:[(（](?:{_DAY_NAME}|[月火水木金土日](?:曜日?)?)[)）]|(?:{_DAY_NAME}|[月火水木金土日](?:曜日?)?)(?!\w)))?"
_TITLE = r"(?:(?:[ 　]*[:：,、|–—-][ 　]*|[ 　]+)(?!の|から|まで|以降)(?P<title>\S.*))?"
_DATES = tuple(
    re.compile(rf"(?:{_DAY_NAME}[.,]?\s+)?{pattern}{_TIME}{_TITLE}", re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}})[-/._](?P<month>\d{{1,2}})[-/._](?P<day>\d{{1,2}})(?!\d){_WEEKDAY}",
        rf"(?P<year>\d{{4}})年\s*(?P<month>\d{{1,2}})月\s*(?P<day>\d{{1,2}})日{_WEEKDAY}",
        rf"(?P<name>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?P<name>{_MONTH})\.?,?\s+(?P<year>\d{{4}})(?!\d)",
    )
)
_HEADING = re.compile(r"(?:#{1,6}|\*+)[ \t　]+(?P<rest>.*)")
_ORG = re.compile(r"\s*[<\[](?P<rest>\d{4}-\d{2}-\d{2}[^>\]]*)[>\]]\s*$")
_JRNL = re.compile(
    r"\[(?P<rest>\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?)\]\s?(?P<text>.*)$",
    re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def read_diary(path: Path) -> tuple[list[Passage], list[Complaint], str]:
    """The dated passages of a diary in order, what could not be understood, and the file's encoding.

    Dates stand in headings (``### 2019/06/23``, ``# June 23, 2019``, ``## 2019年6月23日(日)``), alone in brackets (``<2019-06-23>``),
    before an entry (``[2019-06-23 10:15] text``) or in the file's name (``2019_06_23.md``). What a ``#`` heading says behind
    its date is text of that day. Front matter is passed over. Times are in the local zone.

    Raises UsageError or ContentError for a file that cannot be read at all.
    """
    text, encoding = read_text(path)
    lines = text.split("\n")
    start = _after_front_matter(lines)
    at = _date(path.stem)
    passages: list[Passage] = []
    complaints: list[Complaint] = []
    held: list[str] = []
    first = start
    fence = ""

    def close() -> None:
        if any(line.strip() for line in held):
            if at is None:
                complaints.append(
                    Complaint(str(path), first + 1, "text before the first date is left out")
                )
            else:
                passages.append(Passage(at, "\n".join(held).strip("\n"), str(path), first + 1))

    for number in range(start, len(lines)):
        line = lines[number]
        mark = _FENCE.match(line)
        dated, rest = (None, "") if fence else _dated(line)
        if fence:
            fence = (
                ""
                if mark and mark[1].startswith(fence) and not line[mark.end() :].strip()
                else fence
            )
        elif mark:
            fence = mark[1]
        if dated is None:
            held.append(line)
            continue
        when = _moment(dated)
        if when is None:
            complaints.append(
                Complaint(str(path), number + 1, f"there is no such day: {line.strip()}")
            )
            held.append(line)
            continue
        close()
        at, held, first = when, [rest] if rest else [], number
    close()
    return passages, complaints, encoding


def _dated(line: str) -> tuple[re.Match[str] | None, str]:
    """The date that a line opens a day or an entry with, and the text behind it on that line."""
    if match := _JRNL.match(line):
        return _whole(match["rest"]), match["text"]
    heading = _HEADING.match(line) or _ORG.match(line)
    if heading is None:
        return None, ""
    rest = heading["rest"].strip()
    bare = rest.rstrip("#")
    rest = (
        rest if bare.rstrip() == bare else bare.rstrip()
    )  # what closes a heading stands apart: C# stays
    inner = rest.removeprefix("[[").removesuffix("]]").strip("<>[] ")
    if (match := _whole(inner)) and not match["title"]:
        return match, ""
    match = (
        _whole(rest) if line.startswith("#") else None
    )  # with a star it may be one of a list of dates
    return match, (match["title"] or "") if match else ""


def _whole(text: str) -> re.Match[str] | None:
    return next((match for pattern in _DATES if (match := pattern.fullmatch(text.strip()))), None)


def _date(name: str) -> datetime | None:
    match = _whole(name)
    return _moment(match) if match else None


def _moment(match: re.Match[str]) -> datetime | None:
    """The moment a date names, in the local zone; None for a day that does not exist."""
    parts = match.groupdict()
    month = (
        int(parts["month"])
        if parts.get("month")
        else _MONTHS.get((parts.get("name") or "").lower(), 0)
    )
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    try:
        return datetime(
            int(parts["year"]), month, int(parts["day"]), hour, int(parts["minute"] or 0)
        ).astimezone()
    except (ValueError, OverflowError):
        return None


def _after_front_matter(lines: list[str]) -> int:
    """Number of the first line behind YAML's front matter."""
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], 1):
            if line.strip() in ("---", "..."):
                return number + 1
    return 0
