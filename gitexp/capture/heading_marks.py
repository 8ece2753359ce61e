"""What makes a line a heading: marks of Markdown, org, wikis, HTML, LaTeX, and Japanese signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADING = re.compile(
    r"[ ]{0,3}(?P<mark>#{1,6}|={1,6})(?:[ \t　]+|(?<=#)(?=\d{4}[-/.年]\d))(?P<rest>.*)"
)
_STARS = re.compile(r"(?P<mark>\*+)[ \t　]+(?P<rest>.*)")
_MARKED_LINE = re.compile(r"(?P<mark>[■□◆◇●○◎★☆▼▽▲△◉♦※])[ 　]*(?P<rest>.*)")
_BRACKETED_LINE = re.compile(r"(?P<mark>[【〔《])(?P<rest>[^】〕》]*)[】〕》]\s*$")
_HTML_HEADING = re.compile(
    r"(?P<mark><h[1-6])(?:\s[^>]*)?>(?P<rest>.*?)</h[1-6]>\s*$", re.IGNORECASE
)
_HTML_SUMMARY = re.compile(
    r"\s*(?:<details[^>]*>\s*)?(?P<mark><summary)[^>]*>(?:<\w+[^>]*>)*(?P<rest>[^<]*)(?:</\w+>)+\s*$",
    re.IGNORECASE,
)
# A box of Obsidian and GitHub: "> [!note] 2024-01-08".
_CALLOUT = re.compile(r"(?P<mark>>)\s*\[!\w+\][-+]?\s+(?P<rest>.*)")
_LATEX_HEADING = re.compile(
    r"\s*(?P<mark>\\)(?:chapter|(?:sub){0,2}section)\*?\{(?P<rest>[^{}]{6,60})\}\s*$"
)
_BOLD = re.compile(r"(?:\*\*|__)(?P<rest>[^*_]+)(?:\*\*|__)(?P<text>.*)$")
_FIELD_NAMES = (
    r"(?:(?:entry|log|lab|experiment|run|session|review|start)\s+)?date|datum|fecha"
    r"|日付|日時|実施日|実験日|作業日|記録日|날짜"
)
_DATE_FIELD = re.compile(
    rf"\s{{0,3}}(?:#\+)?(?:{_FIELD_NAMES})\s*(?:::|[:：])\s*(?P<rest>\S.*)$", re.IGNORECASE
)
LONGEST_PLAIN_DATE = 40  # letters of a line without marks that may be a date
LONGEST_BOLD = 200  # letters: a longer line is a paragraph


class Heading(NamedTuple):
    """A line with the mark of a heading. ``is_stars``: in Markdown it is an item of a list."""

    text: str
    is_stars: bool = False


def match_heading(line: str) -> Heading | None:
    """Return the heading that a line is, None for a line without a mark of one."""
    if stars := _STARS.match(line):
        return Heading(stars["rest"], is_stars=True)
    for pattern in (
        _HEADING,
        _MARKED_LINE,
        _BRACKETED_LINE,
        _HTML_HEADING,
        _HTML_SUMMARY,
        _CALLOUT,
        _LATEX_HEADING,
    ):
        if match := pattern.match(line):
            return Heading(match["rest"])
    return None


def match_bold(line: str) -> tuple[str, str] | None:
    """Return the bold words that open a line and what stands behind them, None for another line."""
    match = _BOLD.match(line)
    return (match["rest"], match["text"]) if match else None


def match_date_field(line: str) -> str:
    """Return the value of ``Date: 2024-01-08``, ``**Date:** 2024-01-08``; "" for another line."""
    plain = line.replace("**", "").replace("__", "")
    match = _DATE_FIELD.match(plain.expandtabs(1))
    return match["rest"] if match else ""


def split_headings(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what the headings of a file say, and its lines that may be dates without marks."""
    headings: list[str] = []
    plain_lines: list[str] = []
    for line in lines:
        heading = match_heading(line)
        if heading is not None:
            headings.append(heading.text)
        elif bold := match_bold(line):
            headings.append(bold[0])
        elif value := match_date_field(line):
            plain_lines.append(value)
        elif len(line) <= LONGEST_PLAIN_DATE:
            plain_lines.append(line.lstrip("-+ "))
    return headings, plain_lines
