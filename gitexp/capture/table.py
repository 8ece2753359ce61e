"""Reading tables of past runs, a run each row."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.table_rows import (
    ID_COLUMNS,
    is_table_of_runs,
    read_csv_rows,
    read_json_rows,
    read_notebook_rows,
)
from gitexp.errors import ContentError, UsageError
from gitexp.model.ids import check_new_id
from gitexp.model.import_rows import Complaint, Run
from gitexp.model.metric import DIVERGED, Metric
from gitexp.model.metric_syntax import parse_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TIME_COLUMNS = (
    "at",
    "date",
    "time",
    "timestamp",
    "datetime",
    "created",
    "start_time",
    "日付",
    "日時",
)
PARENT_COLUMNS = ("parent", "base", "親")

_ROW_READERS = {"csv": read_csv_rows, "jsonl": read_json_rows, "notebook": read_notebook_rows}
# A cell "N/A" is left out: the run has no value there, or the column is no metric.
_WORDS_OF_NUMBERS = ("nan", "inf", "-inf", DIVERGED)
_SLASHED_DATE = re.compile(r"^(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})")
_SINCE_1970 = re.compile(r"\d{9,13}(?:\.\d+)?")
_LARGEST_SECONDS = 1e11  # the year 5138; beyond it a number is in milliseconds


class TableContent(NamedTuple):
    """The runs of a table, and the rows that could not be read."""

    runs: list[Run]
    complaints: list[Complaint]


def read_table(path: Path, kind: str, id_column: str = "", at_column: str = "") -> TableContent:
    """Read the runs of a table of this kind: ``csv``, ``jsonl`` or ``notebook``.

    Columns of numbers are metrics, other columns become text (``optimizer: adam``). Raises
    UsageError or ContentError for a file that cannot be read at all or has no column of ids.
    """
    content = TableContent([], [])
    for row in _ROW_READERS[kind](path):
        if row.problem:
            content.complaints.append(Complaint(str(path), row.line, row.problem))
            continue
        _check_columns(path, row.values, id_column, at_column)
        columns = _find_columns(row.values, id_column, at_column)
        try:
            content.runs.append(_make_run(row.values, columns, path, row.line))
        except UsageError as error:
            content.complaints.append(Complaint(str(path), row.line, error.message))
    content = content._replace(runs=_give_own_ids(content.runs))
    if not content.runs and not content.complaints:
        raise ContentError(
            f"'{path}' holds no table of runs",
            "a head line with a column 'id' or 'name', then a row a run",
        )
    return content


def _give_own_ids(runs: list[Run]) -> list[Run]:
    """Return the runs with an id each: of those of one name the second is ``name-2``.

    Rows that say the same word for word are one run.
    """
    taken = {run.id for run in runs}
    first_of: dict[str, Run] = {}
    numbers: dict[str, Iterator[int]] = {}
    own: list[Run] = []
    for run in runs:
        first = first_of.setdefault(run.id, run)
        if run is first or _say_the_same(run, first):
            own.append(run)
            continue
        counter = numbers.setdefault(run.id, count(2))
        ident = next(name for name in (f"{run.id}-{n}" for n in counter) if name not in taken)
        taken.add(ident)
        own.append(replace(run, id=ident))
    return own


def _say_the_same(run: Run, other: Run) -> bool:
    return replace(run, line=0) == replace(other, line=0)


def _check_columns(path: Path, row: Mapping[str, Any], id_column: str, at_column: str) -> None:
    """Raise UsageError where a column that was asked for, or any column of ids, is missing."""
    columns = ", ".join(str(name) for name in row if name)
    for name in (id_column, at_column):
        if name and name not in row:
            raise UsageError(f"'{path}' has no column '{name}'", f"columns are {columns}")
    if not id_column and not is_table_of_runs([str(name) for name in row]):
        raise UsageError(
            f"'{path}' has no column of ids", f"say which it is: --id NAME; columns are {columns}"
        )


class _Columns(NamedTuple):
    """The columns that are no metrics; "" for one that the table does not have."""

    ident: str
    at: str
    parent: str


def _find_columns(row: Mapping[str, Any], id_column: str, at_column: str) -> _Columns:
    by_plain_name = {str(name).strip().lower(): name for name in row if name}

    def find_first(names: tuple[str, ...]) -> str:
        return next((by_plain_name[name] for name in names if name in by_plain_name), "")

    return _Columns(
        id_column or find_first(ID_COLUMNS),
        at_column or find_first(TIME_COLUMNS),
        find_first(PARENT_COLUMNS),
    )


def _make_run(row: Mapping[str, Any], columns: _Columns, path: Path, line: int) -> Run:
    """Return the run of a row. Raises UsageError for an id or a time that cannot be one."""
    metrics: list[Metric] = []
    texts: list[str] = []
    for name, value in row.items():
        if not name or name in columns or value in (None, ""):
            continue
        text = _format_value(value).strip()
        if metric := _read_metric(str(name), text):
            metrics.append(metric)
        elif text:
            texts.append(f"{str(name).strip()}: {text}")
    ident = row[columns.ident]
    parent = row[columns.parent] if columns.parent else None
    return Run(
        id=_make_id("" if ident is None else str(ident)),
        at=_read_time(row[columns.at]) if columns.at else None,
        parent=_make_id(str(parent)) if parent else "",
        metrics=tuple(metrics),
        text="\n".join(texts),
        file=str(path),
        line=line,
    )


def _read_metric(column: str, value: str) -> Metric | None:
    """Return the metric of a column of numbers, None for another column."""
    name = re.sub(r"[\s=,:]+", "_", column.strip())
    begins_with_letter = re.match(r"[^\W\d]", name) is not None
    figure = parse_value(value) if begins_with_letter else ""
    is_number = any(char.isdigit() for char in figure) or figure in _WORDS_OF_NUMBERS
    return Metric(name, figure) if is_number else None


def _format_value(value: Any) -> str:
    """Return a value as a person reads it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _make_id(text: str) -> str:
    """Return an id. Spaces, slashes and colons, which names of runs often have, become ``_``.

    A number is the number of a run: ``run_3``. Raises UsageError for a text that cannot be made one.
    """
    joined = re.sub(r"[\s/\\:]+", "_", text.strip()).strip("_.-")
    return check_new_id(f"run_{joined}" if joined.isdigit() else joined)


def _read_time(value: Any) -> datetime | None:
    """Read an ISO time, a date with slashes, or seconds or milliseconds since 1970.

    Raises UsageError for any other text.
    """
    text = str(value or "").strip()
    if not text:
        return None
    try:
        if _SINCE_1970.fullmatch(text):
            number = float(text)
            seconds = number / 1000 if number > _LARGEST_SECONDS else number
            return datetime.fromtimestamp(seconds).astimezone()
        moment = datetime.fromisoformat(_SLASHED_DATE.sub(_write_with_dashes, text, count=1))
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"'{text}' is not a time") from None
    return moment if moment.tzinfo else moment.astimezone()


def _write_with_dashes(date: re.Match[str]) -> str:
    return f"{date['year']}-{date['month'].zfill(2)}-{date['day'].zfill(2)}"
