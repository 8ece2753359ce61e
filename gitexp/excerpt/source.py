"""Source: one version of one file as lines of code. A script and a notebook are the same kind of thing here."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import pairwise
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.definition import find_comment_start

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

SourceKind = Literal["python", "notebook", "text"]

_MAGIC = r"\s*(?:[%!?]|\w[\w, ]*=\s*[%!](?!=))|.*[\w)]\?{1,2}\s*$"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTINUED = re.compile(r"[)\]}#]|(?:else|elif|except|finally)\b")
# The patterns for magics are compiled when the first is met: most files have none.
# Line magics that run the Python behind them and their options.
_RUNNING = r"(\s*)%(time|timeit|prun|memit|lprun|mprun)\s+(?:-[sTDf]\s*\S+\s+|-\w\s*\d*\s+)*(.+)"
_READ_BY_SHELL = r"(?<!\$)\{\s*([^\W\d]\w*)|\$([^\W\d]\w*)"
# Cell magics whose code is not run in this notebook: other languages, files, other processes.
_ELSEWHERE = (
    r"\s*%%(?:writefile|file|bash|sh|script|system|sx|!|cmd|powershell|python[23]?|pypy|perl|ruby|R|sql"
    r"|javascript|js|html|HTML|svg|SVG|latex|markdown)(?!\w)"
)
_FOREIGN_CELL = r"\s*%%(?!time\b|timeit\b|capture\b|prun\b|memit\b)"


class Cell(NamedTuple):
    """A notebook cell. Code cells hold lines ``start`` to ``stop`` of the source (0-based, half-open); others hold none."""

    id: str
    code: bool
    text: str
    start: int
    stop: int


class Unit(NamedTuple):
    """A stretch of lines that is parsed by itself (a script, or one code cell). ``tree`` is None where it is not Python.

    Line numbers inside ``tree`` count from 1 at ``start``.
    """

    start: int
    stop: int
    tree: ast.Module | None


class _File(NamedTuple):
    path: str
    kind: SourceKind
    lines: tuple[str, ...]
    cells: tuple[Cell, ...] = ()


class Source(_File):
    """One version of one file. ``lines`` are what a person calls its code: of a notebook the lines of its code cells,
    in order, without outputs, metadata or Markdown. No line has a line end.
    """

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is parsed as Python, in order: cells, or the pieces of a script that parse by themselves, else all of it.

        Other text has one unit without a tree.
        """
        if self.kind == "notebook":
            return tuple(_cell_unit(self.lines, c.start, c.stop) for c in self.cells if c.code)
        if self.kind == "python":
            return _pieces(self.lines) or (
                Unit(0, len(self.lines), _parse.__wrapped__("\n".join(self.lines))),
            )
        return (Unit(0, len(self.lines), None),)

    def list_units_with(self, word: str) -> Iterator[Unit]:
        """The units whose text holds a word, last first; of a notebook only these are parsed."""
        if self.kind == "notebook":
            cells = [
                cell
                for cell in self.cells
                if cell.code and _has_word(self.lines[cell.start : cell.stop], word)
            ]
            yield from (_cell_unit(self.lines, cell.start, cell.stop) for cell in reversed(cells))
        else:
            yield from (
                unit
                for unit in reversed(self.units)
                if _has_word(self.lines[unit.start : unit.stop], word)
            )


def read_source(path: str, data: bytes) -> Source:
    """Read the bytes of a file as a Source. ``path`` decides how: .py, .ipynb, anything else.

    Raises ContentError for a binary file and for a notebook that is not JSON or not a notebook.
    """
    if b"\0" in data[:8000] and not data.startswith(UTF_16):
        raise ContentError(
            f"'{path}' is a binary file", "filters cut text: scripts, notebooks, configuration"
        )
    if path.endswith(".ipynb"):
        return _read_notebook(path, data)
    kind: SourceKind = "python" if path.endswith((".py", ".pyw", ".pyi")) else "text"
    return Source(path, kind, split_lines(decode(data)))


def _has_word(lines: tuple[str, ...], word: str) -> bool:
    """Whether lines hold a name, in any of the forms that Python takes for it."""
    from unicodedata import normalize

    return any(
        word in line or (not line.isascii() and word in normalize("NFKC", line)) for line in lines
    )


def decode(data: bytes) -> str:
    """Text of a file: UTF-8 or UTF-16 with a mark, UTF-8, the Japanese encodings where they fit exactly, else Latin-1."""
    if data.startswith(UTF_16):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp932", "euc_jp"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def split_lines(text: str) -> tuple[str, ...]:
    """Lines without their ends. LF, CRLF and a lone CR end a line, as Python has it; a final line end opens no further line."""
    if not text:
        return ()
    lines = _with_feeds(text).split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def normalise_line_ends(data: bytes) -> bytes:
    """The bytes of a file with a line feed for each line end, so that what counts line feeds counts lines."""
    # In UTF-16 these bytes are halves of characters.
    return (
        data
        if b"\r" not in data or data.startswith(UTF_16)
        else _with_feeds(data.decode("latin-1")).encode("latin-1")
    )


def _with_feeds(text: str) -> str:
    # CR CR LF is a CRLF that was converted once more, not a blank line.
    return (
        text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
        if "\r" in text
        else text
    )


def _read_notebook(path: str, data: bytes) -> Source:
    import json

    try:
        book = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ContentError(
            f"'{path}' is not a notebook: {_where(error)}",
            "look for conflict marks or a save that broke off",
        ) from None
    raw = _raw_cells(book)
    if raw is None:
        raise ContentError(
            f"'{path}' is not a notebook: it has no list of cells",
            "open and save it once in Jupyter",
        )
    lines: list[str] = []
    cells: list[Cell] = []
    for item in raw:
        if not isinstance(item, dict):
            continue
        text = _cell_text(item)
        code = item.get("cell_type") == "code"
        start = len(lines)
        if code:
            lines.extend(split_lines(text))
        metadata = item.get("metadata")
        ident = item.get("id") or (metadata.get("id") if isinstance(metadata, dict) else None)
        cells.append(Cell(str(ident or ""), code, "" if code else text, start, len(lines)))
    return Source(path, "notebook", tuple(lines), tuple(cells))


def _where(error: Exception) -> str:
    if line := getattr(error, "lineno", 0):
        return f"no valid JSON at line {line}"
    return "no valid UTF-8 JSON"


def _raw_cells(book: Any) -> list[Any] | None:
    """The list of cells of nbformat 4, or of nbformat 3 (worksheets)."""
    if not isinstance(book, dict):
        return None
    if isinstance(book.get("cells"), list):
        return list(book["cells"])
    sheets = book.get("worksheets")
    if isinstance(sheets, list):
        return [
            cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []
        ]
    return None


def _cell_text(item: dict[str, Any]) -> str:
    """Source of a cell: a string or a list of strings; nbformat 3 calls a code cell's source ``input``."""
    text = item.get("source", item.get("input", ""))
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def _pieces(lines: tuple[str, ...]) -> tuple[Unit, ...]:
    """A script as the stretches from one statement at the margin to the next; none where one of them does not parse alone.

    The next version of a script has most of them unchanged: what was parsed once is not parsed again.
    """
    starts = [0]
    decorated = False
    for number, line in enumerate(lines):
        if not line[:1].strip() or _CONTINUED.match(line):
            continue
        if not decorated and number:
            starts.append(find_comment_start(lines, number, starts[-1]))
        decorated = line.startswith("@")
    found = []
    for start, stop in pairwise([*dict.fromkeys(starts), len(lines)]):
        tree = _parse("\n".join(lines[start:stop]))
        if tree is None:
            return ()
        found.append(Unit(start, stop, tree))
    return tuple(found)


def _cell_unit(lines: tuple[str, ...], start: int, stop: int) -> Unit:
    own = lines[start:stop]
    first = next((line for line in own if line.strip()), "")
    if "%%" in first and re.match(_FOREIGN_CELL, first):
        return Unit(start, stop, None)
    tree = _parse("\n".join(own))
    if tree is None:
        tree = _parse("\n".join(_without_magic(line) for line in own))
    return Unit(start, stop, tree)


def is_run_elsewhere(cell: str) -> bool:
    """Whether the code of a cell is not run in its notebook, and so defines nothing there: ``%%writefile``, ``%%bash``."""
    return re.match(_ELSEWHERE, cell.lstrip("\n")) is not None


def _without_magic(line: str) -> str:
    """A shell or magic line becomes the Python that it runs or reads, else ``pass``, where it stands: so the rest of the cell parses."""
    if not re.match(_MAGIC, line):
        return line
    if found := re.match(_RUNNING, line):
        indent, magic, code = found.groups()
        # What is timed over and over binds nothing outside.
        if _parse(f"({code}\n)" if magic == "timeit" else code) is not None:
            return f"{indent}{code}"
    # The Python names in it are read where it stands: ``!mkdir -p {OUT}``.
    names = [
        name
        for pair in re.findall(_READ_BY_SHELL, line)
        for name in pair
        if name and not iskeyword(name)
    ]
    return line[: len(line) - len(line.lstrip())] + (f"({', '.join(names)})" if names else "pass")


@lru_cache(maxsize=2048)
def _parse(text: str) -> ast.Module | None:
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
