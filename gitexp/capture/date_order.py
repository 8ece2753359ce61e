"""What stands first in the dates of a file: the day, the month, or a year of two digits.

One date alone may not tell. The others of the file do: ``25/01/2024`` has its day first.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.month_names import WEEKDAY_NAMES
from gitexp.model.metric_syntax import make_widths_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_WEEKDAY = "|".join(sorted(WEEKDAY_NAMES, key=len, reverse=True))
_WEEKDAY_BEFORE = rf"(?:(?:{_WEEKDAY})[.,]*\s+)?"
_TWO_PARTS = re.compile(
    rf"{_WEEKDAY_BEFORE}(\d{{1,2}})([-/.])\s?(\d{{1,2}})"
    r"(?:\2\s?\d{4}|(?![\d/.-])|\.(?!\d))(?!\w)",
    re.IGNORECASE,
)
_THREE_PARTS = re.compile(
    rf"{_WEEKDAY_BEFORE}'?(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
_SIX_DIGITS = re.compile(r"(\d{2})()(\d{2})(\d{2})(?!\w)")
_FOUR_DIGITS = re.compile(r"\d{4}\s*(?:[(（:：].*)?$")
_MONTH_AND_DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LARGEST_MONTH = 12
# Years of two digits in which somebody may have kept such a diary: of ``24/01/08`` no day of 2008.
_FIRST_YEAR, _LAST_YEAR = 15, 39
# Of two readings the one whose dates lie closer together, if they do by this factor: in
# ``25.01.24`` and ``26.01.24`` two days that follow each other, or two years.
_CLOSER = 4

_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST = "ymd", "dmy", "mdy"


class DateOrder(NamedTuple):
    """How the dates of a file are read.

    ``day_first_by_sign``: by the sign in ``07/01/2024``, True for day first, False for month first.
    ``short_years``: by the sign in ``24/01/08``, ``ymd``, ``dmy`` or ``mdy``; by "" for ``240108``.
    ``has_four_digits``: ``1224`` as a heading is 24 December; ``0108`` always is 8 January.
    """

    day_first_by_sign: Mapping[str, bool]
    short_years: Mapping[str, str]
    has_four_digits: bool = False


NO_ORDER = DateOrder({".": True}, {})


def find_date_order(
    headings: Iterable[str], plain_lines: Iterable[str] = (), wanted: str = ""
) -> DateOrder:
    """Return what stands first in the dates of a file.

    A number above 12 is a day, and decides for all dates with the same sign between their numbers.
    ``wanted`` is ``dmy`` or ``mdy`` and decides where none does. With points the day is first.
    ``plain_lines`` may be dates too; digits alone are no date there.
    """
    titles = [make_widths_plain(text.strip()) for text in headings]
    texts = [*titles, *(make_widths_plain(text.strip()) for text in plain_lines)]
    short_years = _find_short_years(_THREE_PARTS, texts, wanted)
    short_years |= _find_short_years(_SIX_DIGITS, titles, wanted)
    return DateOrder(_find_first_parts(texts, wanted), short_years, _has_four_digits(titles))


def _find_first_parts(texts: Iterable[str], wanted: str) -> dict[str, bool]:
    day_first: dict[str, set[bool]] = {}
    for text in texts:
        if match := _TWO_PARTS.match(text):
            first, sign, second = int(match[1]), match[2], int(match[3])
            if (first > _LARGEST_MONTH) != (second > _LARGEST_MONTH):
                day_first.setdefault(sign, set()).add(first > _LARGEST_MONTH)
    order = {".": True}
    if wanted:
        order = dict.fromkeys("./-", wanted == _DAY_FIRST)
    for sign, answers in day_first.items():
        if len(answers) == 1:
            order[sign] = answers.pop()
    return order


def _find_short_years(
    pattern: re.Pattern[str], texts: Iterable[str], wanted: str
) -> dict[str, str]:
    """Return by sign the one order in which all dates with a year of two digits are days."""
    parts_by_sign: dict[str, set[tuple[str, ...]]] = {}
    for text in texts:
        if match := pattern.match(text):
            parts = match[1], match[3], match[4]
            parts_by_sign.setdefault(match[2], set()).add(parts)
    orders = {}
    for sign, dates in parts_by_sign.items():
        if order := _choose_order(sign, sorted(dates), wanted):
            orders[sign] = order
    return orders


def _choose_order(sign: str, dates: Sequence[tuple[str, ...]], wanted: str) -> str:
    """Return the order of dates with a year of two digits, "" where they do not tell it."""
    orders = [_YEAR_FIRST, _DAY_FIRST]
    if sign in ("/", "-"):
        orders.append(_MONTH_FIRST)
    spans: dict[str, int] = {}
    for order in orders:
        days = [read_short_year(parts, order) for parts in dates]
        possible = [day for day in days if day is not None]
        if len(possible) == len(days):
            spans[order] = (max(possible) - min(possible)).days
    if wanted in spans:
        return wanted
    if len(dates) == 1 or not spans:
        return ""
    closest, *further = sorted(spans, key=spans.__getitem__)
    is_clear = not further or spans[closest] * _CLOSER < spans[further[0]]
    return closest if is_clear else ""


def read_short_year(parts: Sequence[str], order: str) -> date | None:
    """Return the day of three numbers in an order, None where they are no day of it."""
    numbers = {name: int(part) for name, part in zip(order, parts, strict=True)}
    if not _FIRST_YEAR <= numbers["y"] <= _LAST_YEAR or len(parts[order.index("y")]) != 2:
        return None
    try:
        return date(2000 + numbers["y"], numbers["m"], numbers["d"])
    except ValueError:
        return None


def _has_four_digits(titles: Iterable[str]) -> bool:
    """Return True where the headings of four digits are days: two at least, and no other."""
    numbers = {title[:4] for title in titles if _FOUR_DIGITS.match(title)}
    numbers = {number for number in numbers if not _YEAR.fullmatch(number)}
    return len(numbers) > 1 and all(map(_MONTH_AND_DAY.fullmatch, numbers))
