"""Dates that are written with kanji for numbers: ``一月八日``, ``二〇二四年十二月二十三日``."""

from __future__ import annotations

import re

_DIGITS = {kanji: str(number) for number, kanji in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_NUMBER = "[〇零一二三四五六七八九十]"
_DATE = rf"(?:{_NUMBER}{{4}}\s*年\s*)?{_NUMBER}{{1,3}}\s*月\s*{_NUMBER}{{1,3}}\s*日"
_YEAR_OR_ERA = rf"(?:(?:令和|平成|昭和)\s?)?(?:(?:\d{{1,4}}|{_NUMBER}{{1,3}}|元)\s*年\s*)?"
_BEGIN = re.compile(rf"{_YEAR_OR_ERA}{_DATE}")


def write_kanji_date(text: str) -> str:
    """Return a text with the numbers of the date that it begins with as digits.

    ``二〇二四年一月八日 初日`` is ``2024年1月8日 初日``.
    """
    begin = _BEGIN.match(text)
    if begin is None:
        return text
    date = re.sub(f"{_NUMBER}+", _write_digits, begin[0])
    return date + text[begin.end() :]


def _write_digits(number: re.Match[str]) -> str:
    """Return the digits of ``二十三``, of ``十`` and of ``二〇二四``."""
    tens, ten, units = number[0].partition("十")
    if not ten:
        return "".join(_DIGITS[kanji] for kanji in number[0])
    return (_DIGITS.get(tens) or "1") + (_DIGITS.get(units) or "0")
