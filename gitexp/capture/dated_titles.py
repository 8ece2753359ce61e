"""What a heading says of a day: ``2024-01-08 masking``, ``Day 3 (January 8, 2024)``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.dates import (
    DateContext,
    DateText,
    MonthText,
    begin_day,
    looks_like_date,
    read_date,
    read_four_digits,
    read_month,
)
from gitexp.capture.heading_marks import match_date_field
from gitexp.capture.month_names import MONTHS, WEEKDAYS
from gitexp.model.metric_syntax import make_widths_plain

if TYPE_CHECKING:
    from gitexp.capture.date_order import DateOrder

# "📅 2024-01-08", "@January 8, 2024", "1. 2024-01-08": signs or a number before a date.
_SIGNS_BEFORE = re.compile(
    r"(?:\d{1,3}[.)][ \t]+(?=\d{4}[-/.年])|[^\w(（\[［\d]+(?=\d)|@[ ]?(?=[^\W\d]))"
)
# "[[2024-01-08|Monday]]" of Obsidian.
_LINK_WITH_LABEL = re.compile(r"\[\[([^\[\]|]+)\|[^\[\]]*\]\]")
# What may stand between a title and its date: "[1.2.0] - 2024-01-08", "Day 3 (2024-01-08)".
_BEFORE_DATE_BEHIND = re.compile(r"\s[-–—|@]\s+|[:,]\s+|\s*[(（\[<]")
_HAS_YEAR_OR_MONTH = re.compile(r"\d{4}|\d\s*月\s*\d")
_LONGEST_DATE_BEHIND = 40
# A date in brackets before a title: "[2024-01-08] first try".
_BRACKETED_DATE = re.compile(
    r"(?:\[\[|[\[(（［])(?P<rest>[^\])）］]{4,40})(?:\]\]|[\])）］])"
    r"(?:[ \t　]*[:：–—-](?=\s))?[ \t　]*(?P<title>.*)$"
)
_DAY = r"\d{1,2}日?(?:\s*[(（].{1,3}[)）])?"
# Several days: "2024/01/08~10", "1月8日〜10日", "2024-01-08 to 2024-01-10". The first counts.
_DATE_RANGE = re.compile(
    rf"(?P<first>(?:\d{{4}}[-/.年]\s?)?\d{{1,2}}[-/.月]\s?{_DAY})"
    rf"\s*(?:[~～〜–—-]|から|to|bis)\s*(?:\d{{4}}[-/.年]\s?)?(?:\d{{1,2}}[-/.月]\s?)?{_DAY}"
    r"(?![\w/-])(?:まで)?(?P<title>.*)$"
)
# "8-14 Jan 2024", "Sept 15 - 21, 2025", "Dec 29 to Jan 4, 2024"
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED_RANGE = re.compile(
    rf"(?P<first>(?:(?:{_MONTH})\.?\s+)?\d{{1,2}}(?:st|nd|rd|th|\.)?(?:\s+(?:{_MONTH})\.?)?)"
    rf"\s*(?:[~～〜–—-]|\bto\b|\bbis\b)\s*"
    rf"(?P<last>(?:(?:{_MONTH})\.?\s+)?\d{{1,2}}(?:st|nd|rd|th|\.)?(?:\s+(?:{_MONTH})\.?)?)"
    r"(?:,?\s*(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_MONTH_NAME = re.compile(rf"(?<!\w)(?:{_MONTH})(?!\w)", re.IGNORECASE)

# "Log 2024-01-08" is of that day, "results of 2024-01-08" speaks of it.
_DATE_AT_END = re.compile(
    r"(?P<title>.*[^\W\d])(?<!\bof)(?<!\bto)(?<!\bby)(?<!\bvs)(?<!\bfrom)(?<!\bsince)(?<!\buntil)(?<!\bbefore)"
    r"(?<!\bafter)[ \t]+(?P<rest>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d{1,2}:\d{2})?)$"
)
_WEEK_OF = re.compile(
    r"(?:the\s+)?(?:week\s+(?:of|commencing|beginning|starting)|w/c)\s*:?\s+(?:the\s+)?",
    re.IGNORECASE,
)
_WEEKDAY_LETTER = re.compile(r"([月火水木金土日])曜日?")
_SHORTEST_WEEKDAY = 5  # letters: "sun" and "so" are other words too
_DATE_WORDS = frozenset(
    """
    st nd rd th the of at on to am pm week weeks wk kw day days log diary journal date jst utc
    """.split()  # noqa: SIM905 - words, not strings
)
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


def read_title(
    text: str, order: DateOrder, context: DateContext, *, takes_title: bool = True
) -> DatedLine | MonthLine | UnreadLine | None:
    """Read what a heading says; None where it says nothing of a day.

    ``takes_title``: words may stand beside the date. They are text of that day.
    """
    title = _LINK_WITH_LABEL.sub(r"[[\1]]", _drop_closing_marks(text.strip()))
    bare = title.removeprefix("[[").removesuffix("]]").strip("<>[] *_`:")
    date = read_date(bare, order, context) or read_four_digits(bare, order, context)
    if date and (not date.title or (takes_title and date.moment is None)):
        return open_day(date, "", title)
    if takes_title:
        date = read_date(title, order, context) or read_four_digits(title, order, context)
        if date:
            return open_day(date, date.title, title)
    if days := _read_days(bare, order, context):
        return days
    dressed = _read_dressed_title(title, order, context) if takes_title else None
    if opened := dressed or _read_weekday(bare, context):
        return opened
    if month := _read_month_heading(bare, context):
        return MonthLine(month)
    unread = UnreadLine(f"this looks like a date and is not read: {title}")
    if looks_like_date(bare):
        return unread
    behind = _read_date_behind(title, order, context) if takes_title else None
    return behind or (unread if _has_only_date_words(bare) else None)


def open_day(date: DateText, text: str, title: str) -> DatedLine | UnreadLine:
    """Return the day that a line opens, or why it cannot be told."""
    if date.moment is None:
        return UnreadLine(f"{date.problem} {title}")
    return DatedLine(date, text)


def _read_dressed_title(
    title: str, order: DateOrder, context: DateContext
) -> DatedLine | UnreadLine | None:
    """Read a date in brackets, behind signs, a number or the name of a field."""
    bracketed = _BRACKETED_DATE.match(title)
    if bracketed and (date := read_date(bracketed["rest"], order, context)):
        return None if date.title else open_day(date, bracketed["title"].strip(), title)
    if value := match_date_field(title):
        date = read_date(value, order, context)
        return open_day(date, date.title, title) if date else None
    if week := _WEEK_OF.match(title):
        first_day = title[week.end() :]
        date = read_date(first_day, order, context)
        opened = open_day(date, title, title) if date and not date.title else None
        return opened or _read_days(first_day, order, context)
    if signs := _SIGNS_BEFORE.match(title):
        date = read_date(title[signs.end() :].rstrip("~*_ "), order, context)
        if date and date.moment:
            return DatedLine(date, date.title)
    return None


def _read_days(text: str, order: DateOrder, context: DateContext) -> DatedLine | None:
    """Read a heading of several days. It is of the first one, and is text of that day."""
    if named := _NAMED_RANGE.fullmatch(text):
        return _read_named_days(named, order, context)
    days = _DATE_RANGE.match(text)
    date = read_date(days["first"], order, context) if days else None
    if date is None or date.moment is None:
        return None
    return DatedLine(date, text)


def _read_named_days(
    days: re.Match[str], order: DateOrder, context: DateContext
) -> DatedLine | None:
    """Read ``8-14 Jan 2024``: the first day has the month and the year of the last one."""
    first_month = _MONTH_NAME.search(days["first"])
    last_month = _MONTH_NAME.search(days["last"])
    if first_month is None and last_month is None:
        return None
    first = days["first"]
    if last_month and not first_month:
        first = f"{first} {last_month[0]}"
    year = days["year"]
    if year and first_month and last_month:
        # "Dec 29 - Jan 4, 2024" begins the year before.
        begins_before = MONTHS[first_month[0].lower()] > MONTHS[last_month[0].lower()]
        year = str(int(year) - begins_before)
    date = read_date(f"{first}, {year}" if year else first, order, context)
    if date is None or date.moment is None:
        return None
    return DatedLine(date, days[0])


def _read_date_behind(title: str, order: DateOrder, context: DateContext) -> DatedLine | None:
    """Read a heading that ends in its date; what stands before it is text of that day."""
    if len(title) > _LONGEST_TITLE:
        return None
    if match := _DATE_AT_END.match(title):
        date = read_date(match["rest"], order, context)
        if date and date.moment:
            return DatedLine(date, match["title"].strip())
    for sign in _BEFORE_DATE_BEHIND.finditer(title, 1):
        rest = title[sign.end() :].strip("<>[]() （）")
        if len(rest) > _LONGEST_DATE_BEHIND or not _HAS_YEAR_OR_MONTH.search(rest):
            continue
        words = title[: sign.start()].strip()
        date = read_date(rest, order, context)
        if date and date.moment and not date.title:
            return DatedLine(date, words)
        if days := _read_days(rest, order, context):
            return days._replace(text=title)
    return None


def _read_weekday(text: str, context: DateContext) -> DatedLine | UnreadLine | None:
    """Read ``Monday`` below a week, or below another day: the next Monday from there on."""
    weekday = _find_weekday(text)
    if weekday is None:
        return None
    previous = context.previous
    if previous is None:
        return UnreadLine(f"of which week? {text}")
    days = (weekday - previous.weekday()) % 7
    if context.is_descending:
        days = -((previous.weekday() - weekday) % 7)
    return DatedLine(DateText(begin_day(previous + timedelta(days=days)), ""), "")


def _find_weekday(text: str) -> int | None:
    if letter := _WEEKDAY_LETTER.fullmatch(text):
        return "月火水木金土日".index(letter[1])
    return WEEKDAYS.get(text.lower()) if len(text) >= _SHORTEST_WEEKDAY else None


def _read_month_heading(text: str, context: DateContext) -> MonthText | None:
    month = read_month(text)
    if month is None:
        return None
    # "# March" is a month where the year is plain.
    has_year = month.year is not None or context.year is not None
    return month if has_year or context.previous else None


def _has_only_date_words(title: str) -> bool:
    """Return True for a heading of a month's name and numbers, and words that say nothing else."""
    words = re.findall(r"[^\W\d_]+|\d+", make_widths_plain(title).lower())
    has_month = any(word in MONTHS for word in words)
    has_number = any(word.isdigit() for word in words)
    names = [word for word in words if not word.isdigit()]
    is_known = all(name in MONTHS or name in WEEKDAYS or name in _DATE_WORDS for name in names)
    return has_month and has_number and is_known


def _drop_closing_marks(title: str) -> str:
    """Return a heading without the marks that close it. They stand apart: ``C#`` stays."""
    bare = title.rstrip("#=")
    stands_apart = bare != bare.rstrip()
    return bare.rstrip() if stands_apart else title
