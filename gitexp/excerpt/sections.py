"""Sections: headings of notebooks and scripts, each with the code under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.excerpt.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FORM_TITLE = re.compile(r"\s*#\s*@title\s+(.+?)\s*(?:\{.*\}\s*)?$")
_MARK = re.compile(r"\s*#\s?%(%+)(?:\s+(.*))?$")
_MARKDOWN_KIND = re.compile(r"\[(?:markdown|md)\]", re.IGNORECASE)
_KIND_AND_OPTIONS = re.compile(r"\s*\[\w+\].*$|\s*\w+=.*$")

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
class ScriptMark:
    """A line ``# %% Title`` of a script. ``depth`` is its number of ``%`` signs beyond the first."""

    line: int
    depth: int
    text: str

    @property
    def is_markdown(self) -> bool:
        """True for the mark of a cell of text: ``# %% [markdown]``."""
        return _MARKDOWN_KIND.search(self.text) is not None

    @property
    def title(self) -> str:
        """The text without the kind of the cell and its options; "" where there is no more."""
        return _KIND_AND_OPTIONS.sub("", self.text)


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
        headings = list(_find_script_headings(source.lines))
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


def find_script_marks(lines: Sequence[str]) -> list[ScriptMark]:
    """Return the marks of cells in a script, in order."""
    marks = []
    for number, line in enumerate(lines):
        match = _MARK.match(line)
        if match:
            marks.append(ScriptMark(number, len(match.group(1)), (match.group(2) or "").strip()))
    return marks


def _find_notebook_headings(source: Source) -> Iterator[_Heading]:
    """Yield the headings in text cells, and the titles of forms in code cells."""
    ordinal = 1
    last_stop = len(source.lines)
    for cell in source.cells:
        if not cell.code:
            where = f"above code cell {ordinal}"
            for level, title in _find_markdown_headings(cell.text.splitlines()):
                yield _Heading(title, level, cell.start, last_stop, where)
            continue
        first_line = source.lines[cell.start] if cell.start < cell.stop else ""
        form = _FORM_TITLE.match(first_line)
        if form:
            where = f"code cell {ordinal}"
            yield _Heading(form.group(1), _FORM_LEVEL, cell.start, cell.stop, where)
        ordinal += 1


def _find_script_headings(lines: Sequence[str]) -> Iterator[_Heading]:
    """Yield the titles of marks, and the headings in ``# %% [markdown]`` cells, which rank higher."""
    marks = {mark.line: mark for mark in find_script_marks(lines)}
    is_markdown = False
    for number, line in enumerate(lines):
        where = f"line {number + 1}"
        mark = marks.get(number)
        if mark is not None:
            is_markdown = mark.is_markdown
            if mark.title:
                level = _MARK_LEVEL + mark.depth
                yield _Heading(mark.title, level, number, len(lines), where)
        elif is_markdown and line.startswith("#"):
            text = line[1:].removeprefix(" ")
            for level, title in _find_markdown_headings([text]):
                yield _Heading(title, level, number, len(lines), where)


def _find_markdown_headings(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield level and title of the headings of a text, without those in fenced code."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and fence in ("", mark.group(1)):
            fence = "" if fence else mark.group(1)
            continue
        heading = _HEADING.match(line)
        if heading and heading.group(2) and not fence:
            yield len(heading.group(1)), heading.group(2)
