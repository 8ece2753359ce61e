"""Sections: headings of notebooks and scripts, each with the code under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.parse.cells.cell import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FORM_TITLE = re.compile(r"\s*#\s*@title\s+(.+?)\s*(?:\{.*\}\s*)?$")
_UNDERLINE = re.compile(r" {0,3}([=-])\1+\s*$")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+>|]\s|\d+[.)]\s|\|)| {4}|\t")
_ATTRIBUTES = re.compile(r"\s*\{[^{}]*[#.=][^{}]*\}\s*$")
"""``{#sec-data .unnumbered}`` behind a heading of Pandoc."""

_HTML_OPENING = re.compile(r"<h[1-6]\b", re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_LONGEST_HTML = 6
_TAG = re.compile(r"<[^<>]*>")

# Levels, from the highest down. Markdown has 1 to 6, a mark of a script 6 and its number of signs.
_MARK_LEVEL = 6
_FORM_LEVEL = 99


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the code under it, down to the next heading of the same or a higher level.

    ``start`` and ``stop`` count in ``Source.lines`` (0-based, half-open). ``level`` 1 is the highest.
    ``where`` says in words where the heading stands: "above code cell 3", "line 12". The title of a
    form, ``#@title``, is the heading of its own cell alone.
    """

    title: str
    level: int
    start: int
    stop: int
    where: str


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading at ``line``, and the line at which its section ends at the latest."""

    title: str
    level: int
    line: int
    last_stop: int
    where: str


def find_sections(source: Source) -> tuple[Section, ...]:
    """Return all headings of a source with the code under them, in order.

    Plain text and scripts without marks have none.
    """
    if source.kind == "notebook":
        headings = list(_find_notebook_headings(source))
    else:
        headings = list(_find_text_headings(source))
    sections = []
    for index, heading in enumerate(headings):
        stop = heading.last_stop
        for later in headings[index + 1 :]:
            if later.level <= heading.level:
                stop = min(stop, later.line)
                break
        section = Section(heading.title, heading.level, heading.line, stop, heading.where)
        sections.append(section)
    return tuple(sections)


def _find_notebook_headings(source: Source) -> Iterator[_Heading]:
    """Yield the headings in text cells, and the titles of forms in code cells."""
    ordinal = 1
    last_stop = len(source.lines)
    for cell in source.cells:
        if not cell.code:
            where = f"above code cell {ordinal}"
            for heading in find_markdown_headings(cell.text.splitlines()):
                yield _Heading(heading.title, heading.level, cell.start, last_stop, where)
            continue
        first_line = source.lines[cell.start] if cell.start < cell.stop else ""
        form = _FORM_TITLE.match(first_line)
        if form:
            where = f"code cell {ordinal}"
            yield _Heading(form.group(1), _FORM_LEVEL, cell.start, cell.stop, where)
        ordinal += 1


def _find_text_headings(source: Source) -> Iterator[_Heading]:
    """Yield the titles of marks, and the headings in cells of text, which rank higher."""
    last_stop = len(source.lines)
    for cell in sorted(source.cells, key=lambda cell: cell.start):
        if cell.title:
            level = _MARK_LEVEL + cell.depth
            where = f"line {cell.start + 1}"
            title_stop = cell.stop if cell.depth == ALONE else last_stop
            yield _Heading(cell.title, level, cell.start, title_stop, where)
        if cell.code:
            continue
        for heading in find_markdown_headings(cell.text.split("\n")):
            line = cell.start + heading.line
            yield _Heading(heading.title, heading.level, line, last_stop, f"line {line + 1}")


class MarkdownHeading(NamedTuple):
    """A heading of a text: its line there (from 0), its level from 1, its title."""

    line: int
    level: int
    title: str


def find_markdown_headings(lines: Sequence[str]) -> Iterator[MarkdownHeading]:
    """Yield the headings of a text, without those in fenced code and front matter.

    A heading begins with signs, is underlined, or is one of HTML.
    """
    fence = ""
    paragraph_start = -1
    for number in range(_skip_front_matter(lines), len(lines)):
        line = lines[number]
        mark = _FENCE.match(line)
        if mark and fence in ("", mark.group(1)):
            fence = "" if fence else mark.group(1)
            paragraph_start = -1
            continue
        if fence:
            continue
        heading = _HEADING.match(line)
        underline = _UNDERLINE.match(line)
        html = _HTML_OPENING.search(line)
        if heading and heading.group(2):
            title = _ATTRIBUTES.sub("", heading.group(2))
            yield MarkdownHeading(number, len(heading.group(1)), title)
        elif html:
            yield from _read_html_headings(lines, number)
        elif underline and paragraph_start >= 0:
            title = " ".join(text.strip() for text in lines[paragraph_start:number])
            level = 1 if underline.group(1) == "=" else 2
            yield MarkdownHeading(paragraph_start, level, _ATTRIBUTES.sub("", title))
        elif line.strip() and not _NO_PARAGRAPH.match(line):
            if paragraph_start < 0:
                paragraph_start = number
            continue
        paragraph_start = -1


def _read_html_headings(lines: Sequence[str], number: int) -> Iterator[MarkdownHeading]:
    """Yield the headings of HTML that begin in a line. One may go on for a few lines."""
    text = "\n".join(lines[number : number + _LONGEST_HTML])
    for match in _HTML_HEADING.finditer(text):
        if "\n" in text[: match.start()]:
            return
        title = " ".join(_TAG.sub("", match.group(2)).split())
        if title:
            yield MarkdownHeading(number, int(match.group(1)), title)


def _skip_front_matter(lines: Sequence[str]) -> int:
    """Return the first line behind the YAML at the head of a document."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for number in range(1, len(lines)):
        if lines[number].rstrip() in ("---", "..."):
            return number + 1
        if lines[number].startswith("#"):
            break
    return 0
