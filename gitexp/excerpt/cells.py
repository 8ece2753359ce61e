"""Find the cell that a rule names: by id, by number or by a heading above it.

Notebooks have cells, and so have the text files that ``parse/cells/forms`` knows.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError
from gitexp.excerpt.cut import Span
from gitexp.excerpt.sections import find_sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.parse.cells.cell import Cell
    from gitexp.excerpt.sections import Section
    from gitexp.excerpt.source import Source
    from gitexp.model.filter import Rule

_MOST_NUMBERS = 8
"""Numbers of cells that an error names."""

_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|<[^>]*>|[*`]|\\(?=\W)")
"""Links, tags, emphasis and escapes in a heading; the first group is the text of a link."""


def find_cells(source: Source, rule: Rule) -> Span:
    """Return the lines of what a cell rule names, whatever line range the rule gives.

    ``rule.name`` is a cell id, a tag, the number of a code cell (from 1) or a heading. A heading is
    matched without regard to case; a part of it is enough if only one heading has it. Raises
    NotFoundError, and AmbiguousError for a heading that fits several times.
    """
    named_cell = find_named_cell(source, rule)
    if named_cell is not None:
        return named_cell
    if re.fullmatch(r"[0-9]+", rule.name):
        return _find_by_number(source, rule)
    sections = find_sections(source)
    if not sections and not source.cells:
        hint = "mark cells with '# %% Title', or write path:10-40 or path::symbol"
        raise NotFoundError(f"rule '{rule}': '{source.path}' has no cells", hint)
    section = _find_by_heading(source, sections, rule)
    return Span(section.start, section.stop)


def find_named_cell(source: Source, rule: Rule) -> Span | None:
    """Return the lines of the code cell whose id or tag is ``rule.name``, or None.

    Raises AmbiguousError where several cells have the tag, and no heading reads so.
    """
    code_cells = _list_code_cells(source)
    for cell in code_cells:
        if cell.id and cell.id == rule.name and not cell.title:
            return Span(cell.start, cell.stop)
    named = [cell for cell in code_cells if rule.name in cell.names]
    if len(named) > 1 and not _has_heading(find_sections(source), rule):
        raise _make_ambiguous_cell_error(source, rule, named)
    return Span(named[0].start, named[0].stop) if len(named) == 1 else None


def _make_ambiguous_cell_error(source: Source, rule: Rule, cells: Sequence[Cell]) -> AmbiguousError:
    """Return the error about a name that several cells have, with their numbers."""
    code_cells = _list_code_cells(source)
    numbers = [str(code_cells.index(cell) + 1) for cell in cells]
    places = ", ".join(numbers[:_MOST_NUMBERS])
    if len(numbers) > _MOST_NUMBERS:
        places += ", ..."
    problem = f"rule '{rule}' fits {len(cells)} cells: {places}"
    hint = f"write the number, {source.path}#{numbers[0]}, or a name inside"
    return AmbiguousError(problem, hint)


def _has_heading(sections: Sequence[Section], rule: Rule) -> bool:
    wanted = _normalise_heading(rule.name)
    return any(_normalise_heading(section.title) == wanted for section in sections)


def _find_by_number(source: Source, rule: Rule) -> Span:
    cells = _list_code_cells(source)
    if not cells:
        hint = "write path:10-40 or path::symbol"
        raise NotFoundError(f"rule '{rule}': '{source.path}' has no cells", hint)
    number = int(rule.name)
    if not 1 <= number <= len(cells):
        count = f"'{source.path}' has {len(cells)} code cells"
        hint = f"cells count from 1 to {len(cells)}"
        raise NotFoundError(f"rule '{rule}': no cell {number}, {count}", hint)
    cell = cells[number - 1]
    return Span(cell.start, cell.stop)


def _find_by_heading(source: Source, sections: Sequence[Section], rule: Rule) -> Section:
    wanted = _normalise_heading(rule.name)
    titles = [_normalise_heading(section.title) for section in sections]
    pairs = list(zip(titles, sections, strict=True))
    fitting = [section for title, section in pairs if title == wanted]
    if not fitting:
        fitting = [section for title, section in pairs if wanted in title]
    if not fitting:
        raise _make_heading_error(source, sections, rule)
    if len(fitting) > 1:
        places = ", ".join(f"'{section.title}' ({section.where})" for section in fitting)
        hint = "write more of the heading, or path#cell-id or path#3"
        raise AmbiguousError(f"rule '{rule}' fits {len(fitting)} headings: {places}", hint)
    section = fitting[0]
    if section.start == section.stop:
        problem = f"rule '{rule}': no code under heading '{section.title}' of '{source.path}'"
        raise NotFoundError(problem, "choose the heading above the code")
    return section


def _make_heading_error(source: Source, sections: Sequence[Section], rule: Rule) -> NotFoundError:
    """Return the error about a heading that is not there, with three that are near, or the first
    five.
    """
    titles = {_normalise_heading(section.title): section.title for section in sections}
    close_keys = get_close_matches(_normalise_heading(rule.name), titles, n=3, cutoff=0.5)
    near = [titles[key] for key in close_keys] or list(titles.values())[:5]
    if near:
        hint = "headings here: " + ", ".join(f"'{title}'" for title in near)
    else:
        hint = "no headings here; write path#3 or path#cell-id"
    problem = f"rule '{rule}': '{source.path}' has no heading or cell '{rule.name}'"
    return NotFoundError(problem, hint)


def _normalise_heading(text: str) -> str:
    """Return a heading as it is compared: without markup and case, compatible characters made one,
    single spaces.
    """
    plain = _MARKUP.sub(r"\1", text)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def _list_code_cells(source: Source) -> list[Cell]:
    """Return the code cells of a notebook, or of a script with marks."""
    return [cell for cell in source.cells if cell.code]
