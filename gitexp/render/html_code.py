"""Code as the templates show it: rows of highlighted lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from gitexp.excerpt.delta.reading_delta import QUIET_KINDS, Edit, Fold, Setting
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.render.highlight import highlight
from gitexp.render.lineup_counts import ABSENT, SAME, format_cell
from gitexp.render.reading_delta import (
    dedent,
    format_fold,
    format_head,
    format_quiet,
    measure_indent,
    sort_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.line_up_rows import DefinitionRow
    from gitexp.excerpt.delta.reading_delta import (
        Context,
        DefinitionChange,
        PlainLine,
        ReadingDelta,
        Row,
    )
    from gitexp.excerpt.source import Source

# Hidden lines that one click shows.
_MOST_OPENED = 100


class SignedLine(NamedTuple):
    """A highlighted line with its sign: " ", "+", "-", or "~" where words of it changed."""

    sign: str
    html: Markup


class NumberedLine(NamedTuple):
    """A highlighted line with its number, from 1."""

    number: int
    html: Markup


class ReadingPart(NamedTuple):
    """Rows of a delta. ``fold`` says what they are where they are folded, else it is "".

    ``title``: the code cell in which they stand, where others stand beside it.
    """

    fold: str
    rows: list[SignedLine]
    title: str = ""


class ReadingBlock(NamedTuple):
    """What changed in one definition: its name, what became of it, and the rows."""

    name: str
    words: str
    parts: list[ReadingPart]


class Stretch(NamedTuple):
    """Lines in a row that are kept or hidden; of many hidden lines only the first."""

    is_kept: bool
    size: int
    lines: list[NumberedLine]


class ExcerptFile(NamedTuple):
    """One file of an excerpt, kept and hidden stretches in turn.

    ``digits``: how many the number of its last line has.
    """

    path: str
    stretches: list[Stretch]
    digits: int


class CodeCell(NamedTuple):
    """What one column of a line-up changed in a definition: in numbers, and its rows.

    ``repeated`` are the rows that the column on the left has too.
    """

    words: str
    parts: list[ReadingPart]
    repeated: list[ReadingPart]

    @property
    def is_sign(self) -> bool:
        """True where a sign stands for the change: there is none, or the left has the same."""
        return self.words in (SAME, ABSENT)


class SourceLine(NamedTuple):
    """A line of a whole file; ``symbol`` is the definition that begins there, ``cell`` the cell's number."""

    number: int
    html: Markup
    is_kept: bool
    symbol: str
    cell: int


def list_reading_blocks(delta: ReadingDelta) -> list[ReadingBlock]:
    """Return what is shown of a delta, definition by definition, then what is folded."""
    with_paths = len(delta.plain.files) > 1
    blocks = [_make_block(change, with_path=with_paths) for change in delta.changes]
    folds = [_make_fold(fold.lines, format_fold(fold)) for fold in delta.loud_folds]
    quiet = delta.quiet_folds
    if quiet:
        lines = [plain for fold in quiet for plain in fold.lines]
        folds.append(_make_fold(lines, f"not shown: {format_quiet(quiet)}"))
    if folds:
        blocks.append(ReadingBlock("", "", folds))
    return blocks


def _make_block(change: DefinitionChange, *, with_path: bool) -> ReadingBlock:
    name, words = format_head(change, with_path=with_path)
    return ReadingBlock(name, words, _list_parts(change))


def _list_parts(change: DefinitionChange, indent: int = 0) -> list[ReadingPart]:
    """Return the rows of a definition and its folds, without ``indent`` columns of white space."""
    parts: list[ReadingPart] = []
    for entry in change.entries:
        if isinstance(entry, Fold):
            parts.append(_make_fold(entry.lines, format_fold(entry)))
            continue
        rows = _list_rows(change.path, entry, indent)
        if parts and not parts[-1].fold:
            parts[-1] = ReadingPart("", [*parts[-1].rows, *rows])
        else:
            parts.append(ReadingPart("", rows))
    if change.kind == "gone":
        parts.append(_make_fold(change.head_lines, "its lines"))
    return parts


def _list_rows(path: str, entry: Setting | Edit | Context, indent: int) -> list[SignedLine]:
    if isinstance(entry, Setting):
        old, new = Markup.escape(entry.old), Markup.escape(entry.new)
        name = Markup.escape(entry.name)
        html = Markup("{} <del>{}</del> → <ins>{}</ins>").format(name, old, new)
        return [SignedLine("~", html + _format_times(entry.times))]
    times = entry.times if isinstance(entry, Edit) else 1
    lines = []
    for row in entry.rows:
        segments = tuple(dedent(row.segments, indent)) if indent else row.segments
        html = _mark_row(path, row._replace(segments=segments))
        lines.append(SignedLine(row.tag, html + _format_times(times)))
    return lines


def _mark_row(path: str, row: Row) -> Markup:
    """Return a row with its changed words marked; highlighted where it is of one version alone."""
    if len({segment.mark for segment in row.segments}) == 1:
        return _highlight_lines(path, [row.text])[0]
    html = Markup()
    for segment in row.segments:
        text = Markup.escape(segment.text)
        tag = {"cut": "del", "add": "ins"}.get(segment.mark)
        html += Markup("<{0}>{1}</{0}>").format(tag, text) if tag else text
    return html


def _format_times(count: int) -> Markup:
    return Markup(" <small>x {}</small>").format(count) if count > 1 else Markup()


def _make_fold(lines: Sequence[PlainLine], text: str) -> ReadingPart:
    rows = [SignedLine(line.tag, Markup.escape(line.text)) for _, line in sort_lines(lines)]
    return ReadingPart(text, rows)


def list_row_cells(row: DefinitionRow) -> list[CodeCell]:
    """Return the cells of a row of a line-up."""
    cells = []
    for cell in row.cells:
        words = format_cell(row, cell)
        parts = _join_parts(cell.changes, with_titles=not row.cell_title)
        repeated = _join_parts(cell.repeated, with_titles=not row.cell_title)
        cells.append(CodeCell(words, parts, repeated))
    return cells


def _join_parts(changes: Sequence[DefinitionChange], *, with_titles: bool) -> list[ReadingPart]:
    parts: list[ReadingPart] = []
    for change in changes:
        if change.cell_title and with_titles:
            parts.append(ReadingPart("", [], change.cell_title))
        quiet = [entry for entry in change.entries if isinstance(entry, Fold)]
        if quiet and all(fold.kind in QUIET_KINDS for fold in quiet):
            lines = [plain for fold in quiet for plain in fold.lines]
            parts.append(_make_fold(lines, format_quiet(quiet)))
        else:
            parts += _list_parts(change, measure_indent(change.entries))
    return parts


def list_excerpt_files(excerpt: Excerpt) -> list[ExcerptFile]:
    """Return the files of an excerpt with all their lines."""
    return [
        ExcerptFile(file.path, _list_stretches(file), len(str(len(file.lines))))
        for file in excerpt.files
    ]


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


def _highlight_lines(path: str, lines: Sequence[str]) -> list[Markup]:
    if not lines:
        return []
    return [Markup(html) for html in highlight(path, "\n".join(lines))]
