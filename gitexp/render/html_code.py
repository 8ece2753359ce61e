"""Code as the templates show it: rows of highlighted lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from gitexp.excerpt.delta.rows import line_up_deltas
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.render.highlight import highlight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.delta import Delta, DeltaLine
    from gitexp.excerpt.source import Source
    from gitexp.history.lineup import CodeRow

# Hidden lines that one click shows.
_MOST_OPENED = 100


class SignedLine(NamedTuple):
    """A highlighted line with its sign: " ", "+" or "-"."""

    sign: str
    html: Markup


class NumberedLine(NamedTuple):
    """A highlighted line with its number, from 1."""

    number: int
    html: Markup


class DeltaFile(NamedTuple):
    """What changed in one file, by hunks."""

    path: str
    hunks: list[list[SignedLine]]


class Stretch(NamedTuple):
    """Lines in a row that are kept or hidden; of many hidden lines only the first."""

    is_kept: bool
    size: int
    lines: list[NumberedLine]


class ExcerptFile(NamedTuple):
    """One file of an excerpt, kept and hidden stretches in turn."""

    path: str
    stretches: list[Stretch]


class Passage(NamedTuple):
    """What changed in one definition; ``name`` is "" for code outside of any."""

    path: str
    name: str
    lines: list[SignedLine]


class SourceLine(NamedTuple):
    """A line of a whole file; ``symbol`` is the definition that begins there, ``cell`` the cell's number."""

    number: int
    html: Markup
    is_kept: bool
    symbol: str
    cell: int


def list_delta_files(delta: Delta) -> list[DeltaFile]:
    """Return the changed files of a delta."""
    return [
        DeltaFile(file.path, [_sign_lines(file.path, hunk.lines) for hunk in file.hunks])
        for file in delta.files
    ]


def list_passages(delta: Delta) -> list[Passage]:
    """Return what a delta changed, definition by definition."""
    return [
        Passage(row.path, row.name, _sign_lines(row.path, row.cells[0]))
        for row in line_up_deltas([delta])
    ]


def list_row_cells(row: CodeRow) -> list[list[SignedLine]]:
    """Return the cells of a line-up's row.

    The first column shows its own code where it changed nothing and the others are compared with
    it.
    """
    cells = [_sign_lines(row.path, cell) for cell in row.cells]
    if not cells[0]:
        painted = _highlight_lines(row.path, row.first_lines)
        cells[0] = [SignedLine(" ", html) for html in painted]
    return cells


def list_excerpt_files(excerpt: Excerpt) -> list[ExcerptFile]:
    """Return the files of an excerpt with all their lines."""
    return [ExcerptFile(file.path, _list_stretches(file)) for file in excerpt.files]


def _list_stretches(file: FileExcerpt) -> list[Stretch]:
    painted = _highlight_lines(file.path, file.lines)
    numbered = [NumberedLine(number, html) for number, html in enumerate(painted, 1)]
    stretches = []
    position = 0
    end = len(numbered)
    for start, stop in (*file.spans, (end, end)):
        hidden, kept = numbered[position:start], numbered[start:stop]
        if hidden:
            stretches.append(Stretch(False, len(hidden), hidden[:_MOST_OPENED]))
        if kept:
            stretches.append(Stretch(True, len(kept), kept))
        position = stop
    return stretches


def list_source_lines(source: Source, kept: FileExcerpt | None) -> list[SourceLine]:
    """Return a whole file, line by line, with what can be chosen in it."""
    if not source.lines:
        return []
    kept_numbers = set(kept.kept_numbers) if kept is not None else set()
    symbols = {definition.header: definition.name for definition in find_definitions(source)}
    code_cells = [cell for cell in source.cells if cell.code]
    cells = {cell.start: number for number, cell in enumerate(code_cells, 1)}
    painted = _highlight_lines(source.path, source.lines)
    return [
        SourceLine(
            index + 1, html, index in kept_numbers, symbols.get(index, ""), cells.get(index, 0)
        )
        for index, html in enumerate(painted)
    ]


def _sign_lines(path: str, lines: Sequence[DeltaLine]) -> list[SignedLine]:
    painted = _highlight_lines(path, [line.text for line in lines])
    return [SignedLine(line.tag, html) for line, html in zip(lines, painted, strict=True)]


def _highlight_lines(path: str, lines: Sequence[str]) -> list[Markup]:
    if not lines:
        return []
    return [Markup(html) for html in highlight(path, "\n".join(lines))]
