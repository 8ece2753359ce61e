"""Source: one version of one file as lines of code. A script and a notebook are read alike."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.languages.lookup import has_chunks, is_notebook, is_python
from gitexp.excerpt.parse.cells.hints import has_any_hint
from gitexp.excerpt.parse.text import decode, is_binary, split_lines
from gitexp.excerpt.parse.units import Unit, parse_cell, split_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.parse.cells.cell import Cell

SourceKind = Literal["python", "notebook", "chunks", "text"]


class _File(NamedTuple):
    path: str
    kind: SourceKind
    lines: tuple[str, ...]
    notebook_cells: tuple[Cell, ...] = ()


class Source(_File):
    """One version of one file.

    ``lines`` are what a person calls its code: of a notebook the lines of its code cells, in order,
    without outputs, metadata or Markdown. No line has a line end.
    """

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of a notebook, or of a text file with marks or chunks."""
        if self.kind == "notebook":
            return self.notebook_cells
        if self.kind != "chunks" and not has_any_hint("\n".join(self.lines)):
            return ()
        # Eight modules, one a form: most files have no cells.
        from gitexp.excerpt.parse.cells.forms import read_text_cells

        return read_text_cells(self.path, self.lines)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is parsed by itself, in the order in which it runs: cells, or pieces of a script.

        A script with a piece that cannot be parsed by itself is one unit, where it has no cells.
        Other text has one unit without a tree.
        """
        if self.kind in ("notebook", "chunks"):
            return self._parse_cells()
        if self.kind == "text":
            return (Unit(0, len(self.lines), None),)
        if self.is_marimo:
            from gitexp.excerpt.parse.cells.marimo import split_marimo

            return tuple(
                Unit(unit.start, unit.stop, unit.tree) for unit in split_marimo(self.lines)
            )
        units = split_script(self.lines)
        if len(units) == 1 and units[0].tree is None and self.cells:
            # A magic or an error in one cell hides nothing in the others.
            return self._parse_cells()
        return units

    @cached_property
    def is_marimo(self) -> bool:
        """True for a script that is a notebook of marimo."""
        return self.kind == "python" and any(line.startswith("@app.cell") for line in self.lines)

    def list_units_with(self, word: str) -> Iterator[Unit]:
        """Yield the units whose text holds a word, last first; of a notebook only these are parsed."""
        if self.kind not in ("notebook", "chunks"):
            for unit in reversed(self.units):
                if _has_word(self.lines[unit.start : unit.stop], word):
                    yield unit
            return
        for cell in reversed(self.cells):
            if cell.code and _has_word(self.lines[cell.start : cell.stop], word):
                yield parse_cell(self.lines, cell.start, cell.stop, cell.language)

    def _parse_cells(self) -> tuple[Unit, ...]:
        code_cells = (cell for cell in self.cells if cell.code)
        return tuple(
            parse_cell(self.lines, cell.start, cell.stop, cell.language) for cell in code_cells
        )


def read_source(path: str, data: bytes) -> Source:
    """Return the bytes of a file as a Source. ``path`` decides how: .py, .ipynb, anything else.

    Raises ContentError for a binary file and for a notebook that is not JSON or not a notebook.
    """
    if is_notebook(path):
        return _read_notebook(path, data)
    if is_binary(data):
        hint = "filters cut text: scripts, notebooks, configuration"
        raise ContentError(f"'{path}' is a binary file", hint)
    kind: SourceKind = "text"
    if is_python(path):
        kind = "python"
    elif has_chunks(path):
        kind = "chunks"
    return Source(path, kind, split_lines(decode(data)))


def _read_notebook(path: str, data: bytes) -> Source:
    from gitexp.excerpt.parse.cells.cell import Cell
    from gitexp.excerpt.parse.notebook import read_cells

    lines: list[str] = []
    cells = []
    for raw_cell in read_cells(path, data):
        start = len(lines)
        text = raw_cell.text
        if raw_cell.is_code:
            lines.extend(split_lines(text))
            text = ""
        names, language = raw_cell.names, raw_cell.language
        cell = Cell(raw_cell.id, raw_cell.is_code, text, start, len(lines), names, language)
        cells.append(cell)
    return Source(path, "notebook", tuple(lines), tuple(cells))


def _has_word(lines: Sequence[str], word: str) -> bool:
    """Return True if a line holds a name, in any of the forms that Python takes for it."""
    from unicodedata import normalize

    for line in lines:
        if word in line:
            return True
        if not line.isascii() and word in normalize("NFKC", line):
            return True
    return False
