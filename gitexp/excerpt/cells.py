"""Cells: the code under a heading, a cell by id or by number, in notebooks and in scripts with ``# %%`` marks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.source import Source
    from gitexp.model.filter import Rule

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FORM_TITLE = re.compile(r"\s*#\s*@title\s+(.+?)\s*(?:\{.*\}\s*)?$")
_MARK = re.compile(r"\s*#\s?%(%+)(?:\s+(.*))?$")
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|<[^>]*>|[*`]|\\(?=\W)")
_MARKDOWN_KIND = re.compile(r"\[(?:markdown|md)\]", re.IGNORECASE)
_FORM_LEVEL = 99


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines of code under it, down to the next heading of the same or a higher level.

    ``start`` and ``stop`` count in ``Source.lines`` (0-based, half-open). ``level`` 1 is the highest. ``where`` says in
    words at which place the heading stands.
    """

    title: str
    level: int
    start: int
    stop: int
    where: str


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    level: int
    line: int
    where: str


def find_cells(source: Source, rule: Rule) -> tuple[int, int]:
    """First line and line after the last (0-based) of what a cell rule names; its line range is left to the caller.

    ``rule.name`` is a cell id, the number of a code cell (from 1) or a heading. A heading is matched without regard to
    case; a part of it is enough if only one heading has it. Raises NotFoundError, and AmbiguousError for a heading that
    fits several times.
    """
    for cell in source.cells:
        if cell.code and cell.id and cell.id == rule.name:
            return cell.start, cell.stop
    if re.fullmatch(r"[0-9]+", rule.name):
        return _by_number(source, rule)
    known = find_sections(source)
    if not known and source.kind != "notebook":
        raise NotFoundError(
            f"rule '{rule}': '{source.path}' has no cells",
            "mark cells with '# %% Title', or write path:10-40 or path::symbol",
        )
    return _by_heading(source, known, rule)


def find_sections(source: Source) -> tuple[Section, ...]:
    """All headings of a source with the code under them, in order. Other text and scripts without marks have none."""
    found = list(
        _notebook_headings(source) if source.kind == "notebook" else _script_headings(source.lines)
    )
    total = len(source.lines)
    result = []
    for index, heading in enumerate(found):
        stop = next(
            (later.line for later in found[index + 1 :] if later.level <= heading.level), total
        )
        if heading.level == _FORM_LEVEL:
            stop = next(
                cell.stop for cell in source.cells if cell.code and cell.start == heading.line
            )
        result.append(Section(heading.title, heading.level, heading.line, stop, heading.where))
    return tuple(result)


def _by_number(source: Source, rule: Rule) -> tuple[int, int]:
    cells = _code_cells(source)
    number = int(rule.name)
    if not cells:
        raise NotFoundError(
            f"rule '{rule}': '{source.path}' has no cells", "write path:10-40 or path::symbol"
        )
    if not 1 <= number <= len(cells):
        raise NotFoundError(
            f"rule '{rule}': no cell {number}, '{source.path}' has {len(cells)} code cells",
            f"cells count from 1 to {len(cells)}",
        )
    return cells[number - 1]


def _by_heading(source: Source, known: tuple[Section, ...], rule: Rule) -> tuple[int, int]:
    wanted = _plain(rule.name)
    exact = [section for section in known if _plain(section.title) == wanted]
    fitting = exact or [section for section in known if wanted in _plain(section.title)]
    if len(fitting) > 1:
        places = ", ".join(f"'{section.title}' ({section.where})" for section in fitting)
        raise AmbiguousError(
            f"rule '{rule}' fits {len(fitting)} headings: {places}",
            "write more of the heading, or path#cell-id or path#3",
        )
    if not fitting:
        titles = {_plain(section.title): section.title for section in known}
        near = [titles[key] for key in get_close_matches(wanted, titles, n=3, cutoff=0.5)] or list(
            titles.values()
        )[:5]
        hint = (
            "headings here: " + ", ".join(f"'{title}'" for title in near)
            if near
            else "no headings here; write path#3 or path#cell-id"
        )
        raise NotFoundError(
            f"rule '{rule}': '{source.path}' has no heading or cell '{rule.name}'", hint
        )
    if fitting[0].start == fitting[0].stop:
        raise NotFoundError(
            f"rule '{rule}': no code under heading '{fitting[0].title}' of '{source.path}'",
            "choose the heading above the code",
        )
    return fitting[0].start, fitting[0].stop


def _plain(text: str) -> str:
    """A heading as it is compared: no markup, no case, single spaces, compatible characters made one."""
    return " ".join(unicodedata.normalize("NFKC", _MARKUP.sub(r"\1", text)).casefold().split())


def _code_cells(source: Source) -> tuple[tuple[int, int], ...]:
    if source.kind == "notebook":
        return tuple((cell.start, cell.stop) for cell in source.cells if cell.code)
    marks = [
        (index, match) for index, line in enumerate(source.lines) if (match := _MARK.match(line))
    ]
    if not marks:
        return ()
    first = marks[0][0]
    stops = [index for index, _ in marks[1:]] + [len(source.lines)]
    cells = [
        (start, stop)
        for (start, match), stop in zip(marks, stops, strict=True)
        if not _MARKDOWN_KIND.search(match.group(2) or "")
    ]
    # What stands above the first mark runs first and so is a cell, unless it is only the file's opening comment.
    opening = any(
        line.strip() and not line.lstrip().startswith("#") for line in source.lines[:first]
    )
    return ((0, first), *cells) if opening else tuple(cells)


def _notebook_headings(source: Source) -> Iterator[_Heading]:
    ordinal = 1
    for cell in source.cells:
        if not cell.code:
            for level, title in _markdown_headings(cell.text.splitlines()):
                yield _Heading(title, level, cell.start, f"above code cell {ordinal}")
            continue
        form = _FORM_TITLE.match(source.lines[cell.start]) if cell.stop > cell.start else None
        if form:
            yield _Heading(form.group(1), _FORM_LEVEL, cell.start, f"code cell {ordinal}")
        ordinal += 1


def _script_headings(lines: tuple[str, ...]) -> Iterator[_Heading]:
    """Titles of ``# %%`` marks, and Markdown headings in ``# %% [markdown]`` cells: these rank above the titles."""
    markdown = False
    for index, line in enumerate(lines):
        mark = _MARK.match(line)
        if mark:
            title = (mark.group(2) or "").strip()
            markdown = bool(_MARKDOWN_KIND.search(title))
            title = re.sub(r"\s*\[\w+\].*$|\s*\w+=.*$", "", title)
            if title:
                yield _Heading(title, 6 + len(mark.group(1)), index, f"line {index + 1}")
        elif markdown and line.startswith("#"):
            for level, title in _markdown_headings([line[1:].removeprefix(" ")]):
                yield _Heading(title, level, index, f"line {index + 1}")


def _markdown_headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and fence in ("", mark.group(1)):
            fence = "" if fence else mark.group(1)
            continue
        heading = None if fence else _HEADING.match(line)
        if heading and heading.group(2):
            yield len(heading.group(1)), heading.group(2)
