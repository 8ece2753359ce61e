"""Dates as people head a day of a diary with them: ``2019/06/23``, ``June 23, 2019``,
``2019年6月23日(日)``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

_MONTH_NAMES = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, 1) for name in names}
_MONTH = "|".join(_MONTHS)

_YEAR = r"(?P<year>\d{4})"
_MONTH_NUMBER = r"(?P<month>\d{1,2})"
_DAY = r"(?P<day>\d{1,2})"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_NO_DIGIT = r"(?!\d)"

_DAY_NAME = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_DAY_NAME_OR_KANJI = rf"(?:{_DAY_NAME}|[月火水木金土日](?:曜日?)?)"
_WEEKDAY = rf"(?:[ ,　]*(?:[(（]{_DAY_NAME_OR_KANJI}[)）]|{_DAY_NAME_OR_KANJI}(?!\w)))?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?:\s*(?P<half>[ap]m))?"
_TIME = rf"(?:[ T,　]+{_CLOCK})?"
# "2019-06-23から" and the like begin a sentence about the day, and no day.
_TITLE = (
    r"(?:(?:[ 　]*[:：,、|–—-][ 　]*|[ 　]+)"
    r"(?!の|から|まで|以降)(?P<title>\S.*))?"
)
_FORMS = (
    rf"{_YEAR}[-/._]{_MONTH_NUMBER}[-/._]{_DAY}{_NO_DIGIT}{_WEEKDAY}",
    rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01]){_NO_DIGIT}{_WEEKDAY}",
    rf"{_DAY}\.\s?{_MONTH_NUMBER}\.\s?{_YEAR}{_NO_DIGIT}{_WEEKDAY}",
    rf"{_YEAR}[-/. ](?P<name>{_MONTH})[-/. ]{_DAY}{_NO_DIGIT}{_WEEKDAY}",
    rf"{_DAY}[-/](?P<name>{_MONTH})[-/]{_YEAR}{_NO_DIGIT}",
    # as date(1) prints it: Sat Jan  6 12:34:56 UTC 2024
    rf"(?P<name>{_MONTH})\s+{_DAY}\s+\d{{1,2}}:\d{{2}}:\d{{2}}\s+(?:[A-Z]{{2,5}}\s+)?"
    rf"{_YEAR}{_NO_DIGIT}",
    rf"{_YEAR}年\s*{_MONTH_NUMBER}月\s*{_DAY}日{_WEEKDAY}",
    rf"(?P<name>{_MONTH})\.?\s+{_ORDINAL},?\s+{_YEAR}{_NO_DIGIT}",
    rf"{_ORDINAL}\.?\s+(?P<name>{_MONTH})\.?,?\s+{_YEAR}{_NO_DIGIT}",
)
_DATES = tuple(
    re.compile(rf"(?:{_DAY_NAME}[.,]?\s+)?{form}{_TIME}{_TITLE}", re.IGNORECASE) for form in _FORMS
)


_ABOUT_A_DAY = re.compile(r"[\d日]\s*(?:の|から|まで|以降)")
_LOOKS_LIKE_DATE = re.compile(
    rf"""(?:{_DAY_NAME}[.,]?\s+)?(?:
        \d{{4}}[-/.]\d{{1,2}}(?![\w.])
      | \d{{1,2}}[-/.]\s?\d{{1,2}}[-/.]\s?\d{{4}}(?!\w)
      | \d{{1,2}}/\d{{1,2}}\s*$
      | (?:19|20)\d{{6}}\b
      | \d{{1,2}}月\s*\d{{1,2}}日
      | \d{{4}}\s*년
      | \d{{1,2}}(?:st|nd|rd|th|\.)?\s+[^\W\d]{{3,9}}\.?,?\s+\d{{4}}\b
      | (?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\s*$
      | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTH})\s*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def looks_like_date(text: str) -> bool:
    """Return True for a text that begins as a date does, whether or not it can be read.

    ``2019-06-23 の結果`` speaks of a day and is none.
    """
    speaks_of_day = _ABOUT_A_DAY.search(text) is not None
    return _LOOKS_LIKE_DATE.match(text.strip()) is not None and not speaks_of_day


class DateText(NamedTuple):
    """A text that is a date, perhaps with a title behind it.

    ``moment`` is the beginning of that day, or the time that is given, in the local zone; None for
    a day that does not exist.
    """

    moment: datetime | None
    title: str


def read_date(text: str) -> DateText | None:
    """Read a text that begins with a date; None for any other text."""
    for pattern in _DATES:
        if match := pattern.fullmatch(text.strip()):
            return DateText(_find_moment(match.groupdict()), match["title"] or "")
    return None


def _find_moment(fields: dict[str, str | None]) -> datetime | None:
    hour = int(fields["hour"] or 0)
    half_of_day = (fields["half"] or "").lower()
    if half_of_day:
        hour = hour % 12 + (12 if half_of_day == "pm" else 0)
    try:
        moment = datetime(
            int(fields["year"] or 0),
            _find_month(fields),
            int(fields["day"] or 0),
            hour,
            int(fields["minute"] or 0),
        )
        return moment.astimezone()
    except (ValueError, OverflowError):
        return None


def _find_month(fields: dict[str, str | None]) -> int:
    if number := fields.get("month"):
        return int(number)
    name = fields.get("name") or ""
    # "ſ" matches "s" and is another letter: such a month is none.
    return _MONTHS.get(name.lower(), 0)
