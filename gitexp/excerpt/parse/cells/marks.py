"""Scripts whose cells begin with a marked line: ``# %%``, ``# In[5]:``, ``# COMMAND ----------``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.parse.cells.cell import ALONE, Cell, make_code_cell, make_text_cell
from gitexp.excerpt.parse.cells.comments import (
    COMMENT_SIGN,
    compile_pattern,
    has_code,
    is_comment,
    uncomment,
)
from gitexp.excerpt.parse.cells.options import KIND_AND_OPTIONS, TEXT_KIND, find_option_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = tuple[str, ...]

PERCENT = r"(?:#|//|--|;) ?%(?P<depth>%+)(?:\s+(?P<text>.*))?$"
MATLAB_PERCENT = r"%(?P<depth>%)(?:\s+(?P<text>.*))?$"
PROMPT = r"# ?In\[[\d ]*\]:?\s*$"
CODECELL = r"# ?<(?P<kind>code|markdown|raw)cell>\s*$"
DATABRICKS = rf"{COMMENT_SIGN} COMMAND -{{5,}}\s*$"
SPIN = r"#\+\s?(?P<text>\S.*|$)"
GALLERY = r"#{20,}\s*$"

_UNDERLINE = r"([=\-~#*^\"+])\1{2,}\s*$"
_TITLE_LINE = r"(?:={4,}|\*{4,})\s*$"
_HEAD = 10
"""Lines in which the title of a script for sphinx-gallery stands."""

_DOCSTRING = r"[rRfF]?(?:\"\"\"|''')"
_HEADING = r"# #{1,6} \S"
_MAGIC = rf"{COMMENT_SIGN} MAGIC ?"
_TITLE = rf"{COMMENT_SIGN} DBTITLE \d+,\s*(?P<title>.*?)\s*$"
_SOURCE = rf"{COMMENT_SIGN} Databricks notebook source\s*$"


def read_percent(lines: Lines, mark: str = PERCENT) -> list[Cell]:
    """Return the cells of a script with ``# %% Title``. The mark belongs to its cell."""
    starts = _find_marks(lines, mark)
    cells = _read_preamble(lines, starts)
    for start, stop in _pair(starts, len(lines)):
        match = compile_pattern(mark).match(lines[start])
        text = ((match.group("text") if match else "") or "").strip()
        depth = len(match.group("depth")) if match else 1
        title = compile_pattern(KIND_AND_OPTIONS).sub("", text)
        if compile_pattern(TEXT_KIND).search(text.lower()):
            cell = make_text_cell(["", *_read_text(lines[start + 1 : stop])], start)
            cells.append(cell._replace(title=title, depth=depth))
            continue
        title = title or _read_underlined(lines[start + 1 : start + 3])
        names = find_option_names(text)
        cells.append(Cell(title, True, "", start, stop, names, "", title, depth))
    return cells


def read_prompts(lines: Lines) -> list[Cell]:
    """Return the cells of a script that nbconvert wrote.

    The text cells are comments behind the code: the last paragraphs above a mark, or from a
    heading on. The marks, whose numbers change with each run, belong to no cell.
    """
    starts = _find_marks(lines, PROMPT)
    cells = []
    for start, stop in [(-1, starts[0]), *_pair(starts, len(lines))]:
        text_start = _find_text_start(lines, start + 1, stop)
        if start >= 0 or has_code(lines[:text_start]):
            cells.append(make_code_cell(lines, start + 1, text_start))
        if text_start < stop:
            text = [uncomment(line) for line in lines[text_start:stop]]
            cells.append(make_text_cell(text, text_start))
    return cells


def read_codecells(lines: Lines) -> list[Cell]:
    """Return the cells of a script with ``# <codecell>`` and ``# <markdowncell>``."""
    starts = _find_marks(lines, CODECELL)
    cells = _read_preamble(lines, starts)
    for start, stop in _pair(starts, len(lines)):
        if "<codecell>" in lines[start]:
            cells.append(make_code_cell(lines, start + 1, stop))
        else:
            text = [uncomment(line) for line in lines[start + 1 : stop]]
            cells.append(make_text_cell(["", *text], start))
    return cells


def read_databricks(lines: Lines) -> list[Cell]:
    """Return the cells of a notebook of Databricks that is saved as a script.

    ``# MAGIC %md`` begins text, ``# DBTITLE 1,Load`` gives a title.
    """
    cells = []
    starts = [-1, *_find_marks(lines, DATABRICKS)]
    for mark, stop in _pair(starts, len(lines)):
        start = mark + 1
        title = ""
        while start < stop and (
            not lines[start].strip() or compile_pattern(_SOURCE).match(lines[start])
        ):
            start += 1
        titled = compile_pattern(_TITLE).match(lines[start]) if start < stop else None
        if titled:
            title = titled.group("title")
        magic_lines = [compile_pattern(_MAGIC).sub("", line) for line in lines[start:stop]]
        first = next((line for line in magic_lines[bool(titled) :] if line.strip()), "")
        if first.startswith("%md"):
            text = [line.removeprefix("%md-sandbox").removeprefix("%md") for line in magic_lines]
            text = [line.removeprefix(" ") for line in text]
            if titled:
                text[0] = ""
            cell = make_text_cell(text, start)
            cells.append(cell._replace(title=title, depth=ALONE if title else 0))
        elif start < stop or mark >= 0:
            cells.append(make_code_cell(lines, start, stop, id=title, title=title))
    return cells


def read_spin(lines: Lines) -> list[Cell]:
    """Return the chunks of an R script for knitr: ``#+ name, opts`` and text behind ``#'``."""
    cells: list[Cell] = []
    name = ""
    start = 0
    for number, line in enumerate((*lines, "#+")):
        is_text = line.startswith("#'")
        mark = compile_pattern(SPIN).match(line)
        if not is_text and not mark:
            continue
        if has_code(lines[start:number]):
            cells.append(make_code_cell(lines, start, number, id=name))
            name = ""
        if mark:
            options = (mark.group("text") or "").strip(" -")
            first = options.split(",")[0].strip()
            name = first if "=" not in first else next(iter(find_option_names(options)), "")
        else:
            cells.append(make_text_cell([uncomment(line)], number))
        start = number + 1
    return cells


def read_gallery(lines: Lines) -> list[Cell]:
    """Return the cells of a script for sphinx-gallery: a line of signs, then text in comments.

    Such a script begins with a string that has a title. Another has none: its lines of signs are
    ornaments.
    """
    if not any(compile_pattern(_TITLE_LINE).match(line) for line in lines[:_HEAD]):
        return []
    starts = _find_marks(lines, GALLERY)
    cells = _read_preamble(lines, starts)
    for start, stop in _pair(starts, len(lines)):
        code_start = start + 1
        while code_start < stop and is_comment(lines[code_start]):
            code_start += 1
        text = ["", *(uncomment(line) for line in lines[start + 1 : code_start])]
        cells.append(make_text_cell(text, start))
        if has_code(lines[code_start:stop]):
            cells.append(make_code_cell(lines, code_start, stop))
    return cells


def _find_marks(lines: Sequence[str], mark: str) -> list[int]:
    pattern = compile_pattern(mark)
    return [number for number, line in enumerate(lines) if pattern.match(line)]


def _pair(starts: Sequence[int], end: int) -> list[tuple[int, int]]:
    """Return each start with the next one, the last with ``end``."""
    return list(zip(starts, [*starts[1:], end], strict=True))


def _read_preamble(lines: Lines, starts: Sequence[int]) -> list[Cell]:
    """Return what stands above the first mark as a cell, unless it is only a comment.

    It runs first.
    """
    if not starts or not has_code(lines[: starts[0]]):
        return []
    return [Cell("", True, "", 0, starts[0])]


def _read_text(lines: Sequence[str]) -> list[str]:
    """Return the text of a cell that is written in comments, or as a string."""
    first = next((line for line in lines if line.strip()), "")
    opening = compile_pattern(_DOCSTRING).match(first)
    if opening is None:
        return [uncomment(line) for line in lines]
    quotes = opening.group()[-3:]
    return [line.replace(opening.group(), "").replace(quotes, "") for line in lines]


def _read_underlined(lines: Sequence[str]) -> str:
    """Return the title of a comment that the next line underlines, as sphinx-gallery has it."""
    if len(lines) < 2 or not all(is_comment(line) for line in lines):
        return ""
    title, line_below = uncomment(lines[0]), uncomment(lines[1])
    return title.strip() if compile_pattern(_UNDERLINE).match(line_below) else ""


def _find_text_start(lines: Sequence[str], start: int, stop: int) -> int:
    """Return the line with which the text above the next mark begins, or ``stop``.

    It is the first heading, or else the comments below the last line of code, two blank lines
    away: nbconvert leaves those.
    """
    last_code = start - 1
    for number in range(start, stop):
        if lines[number].strip() and not is_comment(lines[number]):
            last_code = number
    for number in range(last_code + 1, stop):
        if compile_pattern(_HEADING).match(lines[number]):
            return number
    blank_count = 0
    for number in range(last_code + 1, stop):
        if not lines[number].strip():
            blank_count += 1
        elif blank_count >= 2 or last_code < start:
            return number
        else:
            blank_count = 0
    return stop
