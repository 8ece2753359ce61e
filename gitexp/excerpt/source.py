"""Source: one version of one file as lines of code. A script and a notebook are read alike."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.languages.lookup import is_notebook, is_python
from gitexp.excerpt.parse.text import decode, is_binary, split_lines
from gitexp.excerpt.parse.units import Unit, parse_cell, split_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SourceKind = Literal["python", "notebook", "text"]


class Cell(NamedTuple):
    """A notebook cell.

    A code cell has lines ``start`` to ``stop`` of the source (0-based, half-open) and no ``text``.
    Others have a text and no lines: ``start`` and ``stop`` are where they stand.
    """

    id: str
    code: bool
    text: str
    start: int
    stop: int


class _File(NamedTuple):
    path: str
    kind: SourceKind
    lines: tuple[str, ...]
    cells: tuple[Cell, ...] = ()


class Source(_File):
    """One version of one file.

    ``lines`` are what a person calls its code: of a notebook the lines of its code cells, in order,
    without outputs, metadata or Markdown. No line has a line end.
    """

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is parsed as Python, in order: cells, or the pieces of a script.

        A script with a piece that cannot be parsed by itself is one unit. Other text has one unit
        without a tree.
        """
        if self.kind == "notebook":
            code_cells = (cell for cell in self.cells if cell.code)
            return tuple(parse_cell(self.lines, cell.start, cell.stop) for cell in code_cells)
        if self.kind == "python":
            return split_script(self.lines)
        return (Unit(0, len(self.lines), None),)

    def list_units_with(self, word: str) -> Iterator[Unit]:
        """Yield the units whose text holds a word, last first; of a notebook only these are parsed."""
        if self.kind != "notebook":
            for unit in reversed(self.units):
                if _has_word(self.lines[unit.start : unit.stop], word):
                    yield unit
            return
        for cell in reversed(self.cells):
            if cell.code and _has_word(self.lines[cell.start : cell.stop], word):
                yield parse_cell(self.lines, cell.start, cell.stop)


def read_source(path: str, data: bytes) -> Source:
    """Return the bytes of a file as a Source. ``path`` decides how: .py, .ipynb, anything else.

    Raises ContentError for a binary file and for a notebook that is not JSON or not a notebook.
    """
    if is_binary(data):
        hint = "filters cut text: scripts, notebooks, configuration"
        raise ContentError(f"'{path}' is a binary file", hint)
    if is_notebook(path):
        return _read_notebook(path, data)
    kind: SourceKind = "python" if is_python(path) else "text"
    return Source(path, kind, split_lines(decode(data)))


def _read_notebook(path: str, data: bytes) -> Source:
    from gitexp.excerpt.parse.notebook import read_cells

    lines: list[str] = []
    cells = []
    for raw_cell in read_cells(path, data):
        start = len(lines)
        text = raw_cell.text
        if raw_cell.is_code:
            lines.extend(split_lines(text))
            text = ""
        cells.append(Cell(raw_cell.id, raw_cell.is_code, text, start, len(lines)))
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
