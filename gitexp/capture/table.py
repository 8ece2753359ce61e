"""Reading tables of past runs: CSV, JSON Lines, and the tables in a notebook."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from gitexp.capture.textfile import read_text
from gitexp.errors import ContentError, UsageError
from gitexp.model.ids import check_experiment_id
from gitexp.model.import_rows import Complaint, Run
from gitexp.model.metric import NUMBER, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

IDS = ("id", "name", "run", "model", "experiment", "run_name", "モデル", "名前")
TIMES = ("at", "date", "time", "timestamp", "datetime", "created", "start_time", "日付", "日時")
PARENTS = ("parent", "base", "親")
_NUMBER = re.compile(NUMBER)

Row = tuple[int, "Mapping[str, Any]"]


def read_table(
    path: Path, kind: str, id_column: str = "", at_column: str = ""
) -> tuple[list[Run], list[Complaint]]:
    """The runs of a table (``csv``, ``jsonl`` or ``notebook``), a row each, and the rows that could not be read.

    Columns of numbers are metrics, other columns become text (``optimizer: adam``). Raises UsageError or ContentError for a file
    that cannot be read at all or has no column of ids.
    """
    reader = {"csv": _csv_rows, "jsonl": _json_rows, "notebook": _notebook_rows}[kind]
    runs: list[Run] = []
    complaints: list[Complaint] = []
    for number, row in reader(path):
        if isinstance(row, str):
            complaints.append(Complaint(str(path), number, row))
            continue
        _check_columns(path, row, id_column, at_column)
        try:
            runs.append(_run(row, path, number, id_column, at_column))
        except UsageError as error:
            complaints.append(Complaint(str(path), number, error.message))
    if not runs and not complaints:
        raise ContentError(
            f"'{path}' holds no table of runs",
            "a head line with a column 'id' or 'name', then a row a run",
        )
    return runs, complaints


def _check_columns(path: Path, row: Mapping[str, Any], id_column: str, at_column: str) -> None:
    """Raise UsageError where a column that was asked for, or any of ids, is missing."""
    columns = ", ".join(str(name) for name in row if name)
    for asked in filter(None, (id_column, at_column)):
        if asked not in row:
            raise UsageError(f"'{path}' has no column '{asked}'", f"columns are {columns}")
    if not id_column and not {str(name).strip().lower() for name in row} & set(IDS):
        raise UsageError(
            f"'{path}' has no column of ids", f"say which it is: --id NAME; columns are {columns}"
        )


def _run(row: Mapping[str, Any], path: Path, line: int, id_column: str, at_column: str) -> Run:
    lower = {str(name).strip().lower(): name for name in row if name}
    key = id_column or next(lower[name] for name in IDS if name in lower)
    when = at_column or next((lower[name] for name in TIMES if name in lower), None)
    origin = next((lower[name] for name in PARENTS if name in lower), None)
    metrics, words = [], []
    for name, value in row.items():
        if not name or name in (key, when, origin) or value in (None, ""):
            continue
        text = _words(value).strip()
        plain = re.sub(r"[\s=,:]+", "_", str(name).strip())
        if _NUMBER.fullmatch(text) and not isinstance(value, bool) and re.match(r"[^\W\d]", plain):
            metrics.append(Metric(plain, text))
        elif text:
            words.append(f"{str(name).strip()}: {text}")
    return Run(
        _ident("" if row[key] is None else str(row[key])),
        _time(row[when]) if when is not None else None,
        _ident(str(row[origin])) if origin is not None and row[origin] else "",
        tuple(metrics),
        "\n".join(words),
        str(path),
        line,
    )


def _words(value: Any) -> str:
    """A value as a person reads it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _ident(text: str) -> str:
    """An id; spaces, slashes and colons, which names of runs often have, become underscores."""
    return check_experiment_id(re.sub(r"[\s/\\:]+", "_", text.strip()).strip("_.-"))


def _time(value: Any) -> datetime | None:
    """ISO times, dates with slashes, seconds or milliseconds since 1970. Raises UsageError for anything else."""
    text = str(value or "").strip()
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
            number = float(text)
            return datetime.fromtimestamp(number / (1000 if number > 1e11 else 1)).astimezone()
        when = datetime.fromisoformat(re.sub(r"^(\d{4})/(\d{1,2})/(\d{1,2})", _iso, text))
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"'{text}' is not a time") from None
    return when if when.tzinfo else when.astimezone()


def _iso(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2].zfill(2)}-{match[3].zfill(2)}"


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    text, _ = read_text(path)
    reader = csv.reader(
        io.StringIO(text), delimiter="\t" if path.suffix == ".tsv" else ",", strict=True
    )
    head: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield (
                line,
                f"broken: {error}"
                + (
                    f"; lines {line} to {reader.line_num} are left out"
                    if reader.line_num > line
                    else ""
                ),
            )
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not head:
            head = [cell.strip() for cell in cells]
        elif len(cells) != len(head):
            yield line, f"{len(cells)} columns where the head has {len(head)}"
        else:
            yield line, dict(zip(head, cells, strict=True))


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    text, _ = read_text(path)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield number, "no JSON"
            continue
        yield number, row if isinstance(row, dict) else "no JSON object"


def _notebook_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Rows of Markdown tables in text cells and of tables in outputs; numbered by cell, since a notebook has no lines to name."""
    text, _ = read_text(path)
    try:
        cells = json.loads(text)["cells"]
        for number, cell in enumerate(cells, 1):
            source = "".join(cell["source"])
            tables = [_markdown_table(source)] if cell["cell_type"] == "markdown" else []
            tables += [
                _html_table("".join(output.get("data", {}).get("text/html", "")))
                for output in cell.get("outputs", ())
            ]
            for rows in tables:
                head = next(iter(rows), [])
                # A table without a column of ids is about something else.
                if {name.strip().lower() for name in head} & set(IDS):
                    yield from (
                        (number, dict(zip(head, row, strict=False))) for row in rows[1:] if any(row)
                    )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ContentError(f"'{path}' is no notebook", "give an .ipynb file") from None


def _markdown_table(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    rows = [[cell.strip().strip("`*") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]


def _html_table(text: str) -> list[list[str]]:
    reader = _Table()
    reader.feed(text[: 1 << 20])
    return reader.rows


class _Table(HTMLParser):
    """Cells of the tables in an output, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()
