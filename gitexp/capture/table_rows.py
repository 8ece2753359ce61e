"""The rows of a table: CSV, JSON Lines, and the tables in a notebook."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.csv_form import (
    find_delimiter,
    has_one_column,
    read_decimal_comma,
    write_tabs_for_blanks,
)
from gitexp.capture.saved_notebook import join_lines, list_raw_cells
from gitexp.capture.textfile import read_text
from gitexp.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ID_COLUMNS = (
    "id",
    "name",
    "run",
    "exp",
    "exp_id",
    "exp_name",
    "experiment",
    "experiment_id",
    "experiment_name",
    "trial",
    "trial_id",
    "実験",
    "実験名",
    "実験id",
    "実験番号",
    "model",
    "run_name",
    "tags.mlflow.runname",
    "run_id",
    "モデル",
    "モデル名",
    "名前",
)
"""Names of columns that hold ids, best first."""

OTHER_ID_COLUMNS = ("tag", "file", "version", "ver", "order", "no", "no.", "#", "番号")
"""Names of columns that hold ids in a table that is known to be one of runs, best first."""

MARKDOWN_FILES = (".md", ".markdown", ".qmd", ".rmd", ".org")

_LARGEST_OUTPUT = 1 << 20  # letters: a page with a video in it is no table
_RULE_CELL = re.compile(r":?-+:?|[-+]+")  # the second in org
_SEPARATOR_LINE = re.compile(r"\Asep=.\r?\n")
"""What Excel puts before a table: what stands between its cells."""

_LINE_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_DEEPEST_KEY = 5  # of a settings tree; what lies deeper stays as it is
_NO_VALUES = ("-", "–", "—")


class TableRow(NamedTuple):
    """A row of a table; ``line`` counts from 1. ``problem`` says why the row could not be read."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


def read_csv_rows(path: Path) -> Iterator[TableRow]:
    """Yield the rows of a CSV or TSV file below its head line.

    A decimal comma is read as a point where the cells stand between other signs. Of two columns of
    one name the second is ``name_2``. Blanks stand between cells where each row has as many.
    """
    text, _ = read_text(path)
    text = _SEPARATOR_LINE.sub("", text, count=1)
    if has_one_column(text):
        text = write_tabs_for_blanks(text)
    delimiter = find_delimiter(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    head: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield TableRow(line, {}, _describe_damage(error, line, reader.line_num))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not head:
            is_remark = len(cells) == 1 and cells[0].lstrip().startswith("#")
            head = [] if is_remark else _name_columns(cells)
        elif len(cells) != len(head):
            yield TableRow(line, {}, f"{len(cells)} columns where the head has {len(head)}")
        else:
            values = cells if delimiter == "," else map(read_decimal_comma, cells)
            yield TableRow(line, dict(zip(head, values, strict=True)))


def _name_columns(cells: Sequence[str]) -> list[str]:
    """Return the names of a head line, each once; a column without a name has none."""
    names: list[str] = []
    for cell in cells:
        plain = cell.strip()
        name = plain
        number = 2
        while name and name in names:
            name = f"{plain}_{number}"
            number += 1
        names.append(name)
    if names and not names[0] and not is_table_of_runs(names, among_runs=True):
        names[0] = "#"  # the rows are numbered, as pandas writes them
    return names


def make_plain_name(column: str) -> str:
    """Return the name of a column as columns are compared: ``Start Time`` is ``start_time``."""
    return re.sub(r"[\s_-]+", "_", column.strip().lower())


def _describe_damage(error: csv.Error, first: int, last: int) -> str:
    lost = f"; lines {first} to {last} are left out" if last > first else ""
    return f"broken: {error}{lost}"


def read_json_rows(path: Path) -> Iterator[TableRow]:
    """Yield the objects of a file of JSON Lines."""
    text, _ = read_text(path)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield TableRow(number, {}, "no JSON")
            continue
        if isinstance(row, dict):
            yield TableRow(number, _flatten(row))
        else:
            yield TableRow(number, {}, "no JSON object")


def _flatten(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return an object with the objects in it taken apart: ``metrics.acc``."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        is_deep = name.count(".") >= _DEEPEST_KEY
        if isinstance(value, dict) and value and not is_deep:
            flat |= _flatten(value, f"{name}.")
        else:
            flat[name] = value
    return flat


def read_notebook_rows(path: Path) -> Iterator[TableRow]:
    """Yield the rows of Markdown tables in text cells and of tables in outputs.

    Rows are numbered by cell, since a notebook has no lines to name.
    """
    text, _ = read_text(path)
    try:
        cells = list_raw_cells(json.loads(text))
    except (ValueError, RecursionError):
        cells = None
    if cells is None:
        raise ContentError(f"'{path}' is no notebook", "give an .ipynb file")
    for number, cell in enumerate(cells, 1):
        for table in _list_tables(cell):
            head = table[0] if table else []
            if is_table_of_runs(head):
                for row in filter(any, table[1:]):
                    yield TableRow(number, dict(zip(head, row, strict=False)))


def read_markdown_rows(path: Path, ident: str = "") -> Iterator[TableRow]:
    """Yield the rows of the tables of runs in a text in Markdown or org, by the lines of the file.

    They have a column of ids, or the column ``ident``. Other tables are about something else.
    """
    text, _ = read_text(path)
    head: list[str] = []
    is_of_runs = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line.lstrip().startswith("|"):
            head = []
            continue
        cells = _split_markdown_row(line.strip())
        if all(map(_RULE_CELL.fullmatch, cells)):
            continue
        if not head:
            head = _name_columns(cells)
            is_of_runs = ident in head if ident else is_table_of_runs(head, among_runs=True)
            continue
        plain = [_make_plain_cell(cell) for cell in cells]
        if not is_of_runs or not any(plain):
            continue
        if len(plain) > len(head):
            yield TableRow(number, {}, f"{len(plain)} columns where the head has {len(head)}")
        else:
            yield TableRow(number, dict(zip(head, plain, strict=False)))


def _make_plain_cell(cell: str) -> str:
    plain = _LINE_BREAK.sub("; ", cell.replace("**", "").replace("`", "")).strip()
    return "" if plain in _NO_VALUES else plain


def is_table_of_runs(head: Sequence[str], *, among_runs: bool = False) -> bool:
    """Return True for a head line with a column of ids. Other tables are about something else.

    ``among_runs``: somebody said that the table is one of runs.
    """
    names = {make_plain_name(name) for name in head}
    columns = (*ID_COLUMNS, *OTHER_ID_COLUMNS) if among_runs else ID_COLUMNS
    return not names.isdisjoint(columns)


def _list_tables(cell: Mapping[str, Any]) -> list[list[list[str]]]:
    """Return the tables of a cell, each as rows of cells."""
    source = join_lines(cell.get("source"))
    tables = [_read_markdown_table(source)] if cell.get("cell_type") == "markdown" else []
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(data, dict):
            tables.append(_read_html_table(join_lines(data.get("text/html"))))
    return tables


def _read_markdown_table(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.splitlines()]
    rows = [_split_markdown_row(line) for line in lines if line.startswith("|")]
    return [row for row in rows if not all(map(_RULE_CELL.fullmatch, row))]


def _split_markdown_row(line: str) -> list[str]:
    inner = line.removeprefix("|").removesuffix("|")
    return [cell.strip().strip("`*") for cell in inner.split("|")]


def _read_html_table(text: str) -> list[list[str]]:
    reader = _HtmlTableReader()
    reader.feed(text[:_LARGEST_OUTPUT])
    return reader.rows


class _HtmlTableReader(HTMLParser):
    """Gathers the cells of the tables in a page, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._is_in_cell = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self._is_in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()
