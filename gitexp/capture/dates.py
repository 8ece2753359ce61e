"""Dates as people head a day of a diary with them: ``2019/06/23``, ``June 23, 2019``,
``2019年6月23日(日)``, ``5. Januar 2024``, ``2024년 1월 8일``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.date_order import NO_ORDER, DateOrder, read_short_year
from gitexp.capture.kanji_numbers import write_kanji_date
from gitexp.capture.month_names import MONTHS, WEEKDAY_NAMES
from gitexp.model.metric_syntax import make_widths_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH_NAME = rf"(?P<name>{_MONTH})(?!\w)\.?"

_YEAR = r"(?P<year>\d{4})"
_MONTH_NUMBER = r"(?P<month>\d{1,2})"
_DAY = r"(?P<day>\d{1,2})"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th|er|º|\.)?"
_NO_DIGIT = r"(?!\d)"

_DAY_NAME = "|".join(sorted(WEEKDAY_NAMES, key=len, reverse=True))
_DAY_NAME = rf"(?:(?:{_DAY_NAME})(?!\w))"
_LONG_DAY_NAME = "|".join(name for name in WEEKDAY_NAMES if len(name) > 2)
_ARTICLE = r"(?:(?:the|den|der|le|el|il)\s+)"
_DAY_NAME_BEFORE = rf"(?:{_DAY_NAME}(?:-feira)?[.,]*\s+{_ARTICLE}?|{_ARTICLE}(?=\d))?"
_DAY_LETTER = (
    r"[月火水木金土日祝](?:曜日?)?|[월화수목금토일](?:요일)?|(?:星期|周|週)[一二三四五六日天]"
)
_DAY_NAME_OR_LETTER = rf"(?:{_DAY_NAME}|{_DAY_LETTER})"
_WEEKDAY = rf"(?:[ ,]*(?:[(\[]{_DAY_NAME_OR_LETTER}[.・祝]*[)\]]|{_DAY_NAME_OR_LETTER}(?!\w)\.?))?"
_ZONE_NAME = r"(?:\s?\(?(?:JST|KST|UTC|GMT|CES?T|BST|IST|P[DS]T|E[DS]T)\)?(?!\w))?"
# "10:15-12:00" is a stretch of time: a zone behind "-" stands apart, or behind seconds.
_MINUS = r"(?:(?<=\s)|(?<=:\d\d:\d\d)|(?<=T\d\d:\d\d)|(?<=[CT]))-"
_ZONE = (
    rf"(?:\s?(?P<zone>Z|(?:UTC|GMT)?(?:\+|{_MINUS})\d{{1,2}}(?::?\d{{2}})?"
    rf"|UTC|GMT)(?![\w:]))?{_ZONE_NAME}"
)
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::|h|時|시 ?)(?P<minute>\d{2})(?:分|분)?(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    rf"(?:\s*(?P<half>[ap]\.?m\.?))?(?:\s?Uhr)?{_ZONE}"
)
_TIME = rf"(?:(?:[ T,]+|\s+(?:at|um|à)\s+){_CLOCK})?"
# "2019-06-23から" and the like begin a sentence about the day, and no day.
_TITLE = r"(?:(?:\s*[:,、|–—-]\s*|\s+|(?<=[)\]])(?=\w))(?!の|から|まで|以降|에서|부터|까지)(?P<title>\S.*))?"
_TITLE_BEHIND_SIGN = r"(?:(?:\s*[:、|–—-]\s+|(?<=[)\]])\s*(?=\w))(?P<title>\S.*))?"
_OF = r"(?:\s*(?:de|of|del)\s+|\s+|-|/)"
_FORMS = (
    rf"{_YEAR}[-/._]{_MONTH_NUMBER}[-/._]{_DAY}{_NO_DIGIT}\.?{_WEEKDAY}",
    rf"{_YEAR}\.\s{_MONTH_NUMBER}\.\s{_DAY}{_NO_DIGIT}\.?{_WEEKDAY}",
    rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01]){_NO_DIGIT}{_WEEKDAY}",
    rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])T(?P<hour0>\d{{2}})(?P<minute0>\d{{2}})"
    r"(?:\d{2})?(?!\d)",
    rf"{_YEAR}[-/. ]{_MONTH_NAME}[-/. ]\s?{_DAY}{_NO_DIGIT}{_WEEKDAY}",
    # as date(1) prints it: Sat Jan  6 12:34:56 UTC 2024
    rf"{_MONTH_NAME}\s+{_DAY}\s+(?P<hour0>\d{{1,2}}):(?P<minute0>\d{{2}}):\d{{2}}\s+"
    rf"(?:[A-Z]{{2,5}}\s+)?{_YEAR}{_NO_DIGIT}(?:\s+(?P<zone0>[+-]\d{{4}}))?",
    rf"{_YEAR}\s*年\s*{_MONTH_NUMBER}\s*月\s*{_DAY}\s*[日号]{_WEEKDAY}",
    rf"{_YEAR}\s*년\s*{_MONTH_NUMBER}\s*월\s*{_DAY}\s*일{_WEEKDAY}",
    rf"(?P<era>令和|平成|昭和|(?-i:[RH]))\s?(?P<era_year>\d{{1,2}}|元)(?:\s*年\s*|[./-]){_MONTH_NUMBER}"
    rf"(?:\s*月\s*|[./-]){_DAY}\s*日?{_NO_DIGIT}{_WEEKDAY}",
    rf"{_MONTH_NAME}\s+{_ORDINAL},?\s+{_YEAR}{_NO_DIGIT}{_WEEKDAY}",
    rf"{_ORDINAL}{_OF}{_MONTH_NAME}(?:{_OF}|,\s*){_YEAR}{_NO_DIGIT}{_WEEKDAY}",
    # day or month first
    rf"(?P<first>\d{{1,2}})(?P<sign>[-/.])\s?(?P<second_part>\d{{1,2}})(?P=sign)\s?{_YEAR}{_NO_DIGIT}"
    rf"{_WEEKDAY}",
)
# Without a year.
_EAST_ASIAN_SHORT_FORMS = (
    rf"{_MONTH_NUMBER}\s*月\s*{_DAY}\s*[日号]{_WEEKDAY}",
    rf"{_MONTH_NUMBER}\s*월\s*{_DAY}\s*일{_WEEKDAY}",
    # with a weekday the month stands first: 1/8(月), 1.8 (月)
    rf"{_MONTH_NUMBER}[./]{_DAY}\s*[(\[](?:{_DAY_LETTER})[)\]]",
)
# "May 3 runs" is no date, "May 3: runs" is one.
_SHORT_FORMS = (
    rf"{_MONTH_NAME}\s+{_ORDINAL}{_NO_DIGIT}{_WEEKDAY}",
    rf"{_MONTH_NAME}\s+{_ORDINAL},?\s+'(?P<short_year>\d{{2}}){_NO_DIGIT}",
    rf"{_ORDINAL}{_OF}{_MONTH_NAME}{_WEEKDAY}",
    rf"{_ORDINAL}{_OF}{_MONTH_NAME}(?:{_OF}|,\s*)'?(?P<short_year>\d{{2}})(?![\d:])",
    rf"(?P<first>\d{{1,2}})(?P<sign>/)(?P<second_part>\d{{1,2}})(?![\d/.]){_WEEKDAY}",
    rf"(?P<first>\d{{1,2}})(?P<sign>\.)\s?(?P<second_part>\d{{1,2}})\.(?!\d){_WEEKDAY}",
)
# Of the month that stands above.
_DAYS_OF_MONTH = (
    rf"{_DAY}\s*[日일]{_WEEKDAY}",
    rf"(?:{_LONG_DAY_NAME}),?\s+{_ORDINAL}",
    rf"{_ORDINAL}\s*[(\[]{_DAY_NAME}[)\]]",
)


def _compile(forms: Iterable[str], title: str) -> tuple[re.Pattern[str], ...]:
    texts = [rf"{_DAY_NAME_BEFORE}{form}{_ZONE_NAME}{_TIME}{title}" for form in forms]
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)


_DATES = (
    *_compile(_FORMS, _TITLE),
    *_compile(_EAST_ASIAN_SHORT_FORMS, _TITLE),
    *_compile(_SHORT_FORMS, _TITLE_BEHIND_SIGN),
    *_compile(_DAYS_OF_MONTH, _TITLE_BEHIND_SIGN),
)
_SLASHED_DATE = re.compile(
    rf"{_DAY_NAME_BEFORE}(?P<first>\d{{1,2}})(?P<sign>/)(?P<second_part>\d{{1,2}})(?![\d/.])"
    rf"{_WEEKDAY}{_TIME}{_TITLE}",
    re.IGNORECASE,
)
# Only where the other dates of the file say what the numbers are.
_SHORT_YEAR = re.compile(
    rf"{_DAY_NAME_BEFORE}(?:'?(?P<part1>\d{{1,2}})(?P<sign>[-/.])(?P<part2>\d{{1,2}})(?P=sign)"
    r"(?P<part3>\d{1,2})(?![\w/-]|\.\d)\.?|(?P<digits>\d{6})(?!\w))"
    rf"{_WEEKDAY}{_TIME}{_TITLE}",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(
    rf"(?:{_DAY_NAME_BEFORE}(?P<month>0[1-9])(?P<day>0[1-9]|[12]\d|3[01])(?!\w){_WEEKDAY}{_TITLE}"
    rf"|(?P<month0>1[0-2])(?P<day0>0[1-9]|[12]\d|3[01])(?!\w){_WEEKDAY}(?P<title0>\s*[:：].*)?)",
    re.IGNORECASE,
)
_MONTH_HEADINGS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:\s*[年년])?",
        rf"{_YEAR}-?W\d{{2}}",
        rf"{_YEAR}[-/.]{_MONTH_NUMBER}(?:\s+{_MONTH_NAME})?",
        rf"{_YEAR}\s*[年년]\s*{_MONTH_NUMBER}\s*[月월]",
        rf"{_MONTH_NAME},?{_OF}{_YEAR}",
        rf"{_YEAR}[-/. ]{_MONTH_NAME}",
        rf"{_MONTH_NAME}",
        rf"{_MONTH_NUMBER}\s*[月월]",
    )
)
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925}

_ABOUT_A_DAY = re.compile(r"[\d日]\s*(?:の|から|まで|以降)")
_LOOKS_LIKE_DATE = re.compile(
    rf"""{_DAY_NAME_BEFORE}(?:
        \d{{4}}[-/.]\d{{1,2}}(?![\w.])
      | \d{{1,2}}[-/.]\s?\d{{1,2}}[-/.]\s?\d{{4}}(?!\w)
      | \d{{1,2}}[-/]\d{{1,2}}[-/]\d{{2}}\s*$
      | \d{{1,2}}/\d{{1,2}}\s*$
      | '?\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\s*$
      | \d{{4}}-W\d{{2}}
      | (?:19|20)\d{{6}}\b
      | (?:19|20)\d{{2}}\s*[年년]
      | (?:令和|平成|昭和)\s*\d
      | (?-i:[RHS])\d{{1,2}}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}(?!\w)
      | [〇一二三四五六七八九十]+月[〇一二三四五六七八九十]+日
      | [0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$
      | (?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])[1-3]\d\s*$
      | 0[1-9](?:0[1-9]|[12]\d|3[01])\s*$
      | \d{{1,2}}月\s*\d{{1,2}}日
      | \d{{1,2}}(?:st|nd|rd|th|\.)?\s+[^\W\d]{{3,9}}\.?,?\s+\d{{4}}\b
      | (?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\s*(?:$|,)
      | \d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:{_MONTH})\.?\s*$
    )
    | (?:{_LONG_DAY_NAME})[.,]?\s+\d{{1,2}}(?:st|nd|rd|th|\.)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LARGEST_MONTH = 12


class DateContext(NamedTuple):
    """What stands above a date: the year and the month of a heading, and the day before it.

    Where no heading gives a year, the day before does.
    ``is_descending``: the latest day stands first in the file.
    """

    year: int | None = None
    month: int | None = None
    previous: date | None = None
    is_descending: bool = False


class DateText(NamedTuple):
    """A text that is a date, perhaps with a title behind it.

    ``moment`` is the beginning of that day, or the time that is given, in the local zone; None for
    a day that cannot be told, and then ``problem`` says why.
    """

    moment: datetime | None
    title: str
    problem: str = ""


class MonthText(NamedTuple):
    """A text that names a year, or a month, and no day."""

    year: int | None
    month: int | None


NO_CONTEXT = DateContext()


def looks_like_date(text: str) -> bool:
    """Return True for a text that begins as a date does, whether or not it can be read.

    ``2019-06-23 の結果`` speaks of a day and is none.
    """
    plain = make_widths_plain(text.strip())
    speaks_of_day = _ABOUT_A_DAY.search(plain) is not None
    return _LOOKS_LIKE_DATE.match(plain) is not None and not speaks_of_day


def read_date(
    text: str, order: DateOrder = NO_ORDER, context: DateContext = NO_CONTEXT
) -> DateText | None:
    """Read a text that begins with a date; None for any other text."""
    typed = write_kanji_date(text.strip())
    plain = make_widths_plain(typed)
    for pattern in _DATES:
        if match := pattern.fullmatch(plain):
            title = typed[match.start("title") :] if match["title"] else ""
            return _make_date(match.groupdict(), title, order, context)
    if order.short_years and (date := _read_short_year(typed, plain, order)):
        return date
    # "6/23 masking", where other dates of the file say what stands first. "1/2 the data" is none.
    match = _SLASHED_DATE.fullmatch(plain) if "/" in order.day_first_by_sign else None
    if match is None:
        return None
    return _make_date(match.groupdict(), typed[match.start("title") :], order, context)


def begin_day(day: date) -> datetime:
    """Return the first moment of a day, in the zone of this machine."""
    return datetime(day.year, day.month, day.day).astimezone()


def read_four_digits(
    text: str, order: DateOrder = NO_ORDER, context: DateContext = NO_CONTEXT
) -> DateText | None:
    """Read a heading that is ``0108``, or ``1224`` where others of the file are such days too."""
    typed = text.strip()
    match = _FOUR_DIGITS.fullmatch(make_widths_plain(typed))
    if match is None or not (match["month"] or order.has_four_digits):
        return None
    start = max(match.start("title"), match.start("title0"))
    title = typed[start:].lstrip(" :：") if start > 0 else ""
    fields = {"month": match["month"] or match["month0"], "day": match["day"] or match["day0"]}
    return _make_date(fields, title, order, context)


def _read_short_year(typed: str, plain: str, order: DateOrder) -> DateText | None:
    """Read ``24/1/8`` or ``240108`` in the order of the file."""
    match = _SHORT_YEAR.fullmatch(plain)
    letters = order.short_years.get(match["sign"] or "") if match else None
    if match is None or letters is None:
        return None
    digits = match["digits"]
    parts = (
        (digits[:2], digits[2:4], digits[4:]) if digits else match.group("part1", "part2", "part3")
    )
    day = read_short_year(parts, letters)
    if day is None:
        return None
    title = typed[match.start("title") :] if match["title"] else ""
    return DateText(_make_moment(day.year, day.month, day.day, match.groupdict()), title)


def read_month(text: str) -> MonthText | None:
    """Read a text that is a year or a month: ``2024``, ``2024-01 January``, ``2024年1月``."""
    plain = make_widths_plain(text.strip())
    for pattern in _MONTH_HEADINGS:
        if match := pattern.fullmatch(plain):
            fields = match.groupdict()
            year = int(fields["year"]) if fields.get("year") else None
            month = _find_month(fields)
            is_year = year is None or 1900 <= year < 2200
            is_month = month is None or 1 <= month <= _LARGEST_MONTH
            return MonthText(year, month) if is_year and is_month else None
    return None


def _make_date(
    fields: dict[str, str | None], title: str, order: DateOrder, context: DateContext
) -> DateText:
    month = _find_month(fields)
    day = int(fields.get("day") or 0)
    if fields.get("first"):
        parts = int(fields["first"] or 0), int(fields["second_part"] or 0)
        day_first = order.day_first_by_sign.get(fields["sign"] or "")
        if day_first is None:
            return DateText(None, title, "is the day first, or the month?")
        day, month = parts if day_first else parts[::-1]
    if month is None:
        month = context.month
        if month is None:
            return DateText(None, title, "of which month?")
    year = _find_year(fields, month, context)
    if year is None:
        return DateText(None, title, "of which year?")
    moment = _make_moment(year, month, day, fields)
    return DateText(moment, title, "" if moment else "there is no such day")


def _find_year(fields: dict[str, str | None], month: int, context: DateContext) -> int | None:
    """Return the year of a date, which the text above it gives where the date does not."""
    if fields.get("year"):
        return int(fields["year"] or 0)
    if fields.get("short_year"):
        return 2000 + int(fields["short_year"] or 0)
    if fields.get("era"):
        years = fields["era_year"] or ""
        return _ERAS[fields["era"] or ""] + (1 if years == "元" else int(years))
    previous = context.previous
    if previous is None or context.year is not None:
        return context.year
    # A diary goes on over the turn of the year.
    if not context.is_descending and previous.month >= 10 and month <= 3:
        return previous.year + 1
    if context.is_descending and previous.month <= 3 and month >= 10:
        return previous.year - 1
    return previous.year


def _make_moment(year: int, month: int, day: int, fields: dict[str, str | None]) -> datetime | None:
    hour = int(fields.get("hour") or fields.get("hour0") or 0)
    minute = int(fields.get("minute") or fields.get("minute0") or 0)
    half_of_day = (fields.get("half") or "").lower().replace(".", "")
    if half_of_day:
        hour = hour % 12 + (12 if half_of_day == "pm" else 0)
    try:
        moment = datetime(year, month, day, hour, minute)
        zone = _read_zone(fields.get("zone") or fields.get("zone0") or "")
        return moment.replace(tzinfo=zone) if zone else moment.astimezone()
    except (ValueError, OverflowError):
        return None


def _read_zone(text: str) -> timezone | None:
    if not text:
        return None
    offset_from_utc = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if offset_from_utc is None:
        return UTC
    sign, hours, minutes = offset_from_utc.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset)


def _find_month(fields: dict[str, str | None]) -> int | None:
    if number := fields.get("month"):
        return int(number)
    # "ſ" matches "s" and is another letter: such a month is none.
    return MONTHS.get((fields.get("name") or "").lower())
