"""Reading tables of past runs, a run each row."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.dates import read_date
from gitexp.capture.table_rows import (
    ID_COLUMNS,
    MARKDOWN_FILES,
    OTHER_ID_COLUMNS,
    is_table_of_runs,
    make_plain_name,
    read_csv_rows,
    read_json_rows,
    read_markdown_rows,
    read_notebook_rows,
)
from gitexp.errors import ContentError, UsageError
from gitexp.model.ids import check_new_id
from gitexp.model.import_rows import Complaint, Run
from gitexp.model.metric import DIVERGED, NOT_MEASURED, Metric
from gitexp.model.metric_syntax import parse_value
from gitexp.model.setting_names import find_setting_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from gitexp.capture.table_rows import TableRow

TIME_COLUMNS = (
    "at",
    "date",
    "time",
    "timestamp",
    "datetime",
    "created",
    "start_time",
    "created_at",
    "createdat",
    "started",
    "started_at",
    "日付",
    "日時",
)
PARENT_COLUMNS = ("parent", "base", "親")
REVISION_COLUMNS = ("rev", "run_id", "commit")
"""Columns by which other rows name a row as their parent."""

_STATUS_COLUMNS = ("status", "state")
_WORDS_OF_PERSON = ("description", "notes", "note", "comment", "comments", "備考", "メモ")
_FAILED = ("crash", "crashed", "failed", "failure", "error")
# MLflow writes its columns with these: "metrics.acc" is acc.
_PREFIXES = ("metrics.", "params.")
# Columns that only trackers have: there an id is a hash, and the name is what people say.
_TRACKER_COLUMNS = frozenset(("state", "sweep", "created", "start_time", "user"))

_ROW_READERS = {"csv": read_csv_rows, "jsonl": read_json_rows, "notebook": read_notebook_rows}
# A cell "N/A" is left out: the run has no value there, or the column is no metric.
_WORDS_OF_NUMBERS = ("nan", "inf", "-inf", DIVERGED)
_SLASHED_DATE = re.compile(r"^(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})")
_SINCE_1970 = re.compile(r"\d{9,13}(?:\.\d+)?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_LARGEST_SECONDS = 1e11  # the year 5138; beyond it a number is in milliseconds


class TableContent(NamedTuple):
    """The runs of a table, and the rows that could not be read."""

    runs: list[Run]
    complaints: list[Complaint]


class NamedColumns(NamedTuple):
    """The columns that the user named; "" for one that is found by its name."""

    ident: str = ""
    at: str = ""
    commit: str = ""


NO_COLUMNS = NamedColumns()


def read_table(
    path: Path, kind: str, named: NamedColumns = NO_COLUMNS, setting_columns: Collection[str] = ()
) -> TableContent:
    """Read the runs of a table of this kind: ``csv``, ``jsonl`` or ``notebook``.

    Columns of numbers are metrics, other columns become text (``remark: slow``). What was put into
    a run (``lr``, ``optimizer``) is a setting besides; ``setting_columns`` names more of these. Raises
    UsageError or ContentError for a file that cannot be read at all or has no column of ids.
    """
    content = TableContent([], [])
    for row in _read_rows(path, kind, named):
        if row.problem:
            content.complaints.append(Complaint(str(path), row.line, row.problem))
            continue
        _check_columns(path, row.values, named)
        columns = _find_columns(row.values, named)
        try:
            content.runs.append(_make_run(row, columns, path, setting_columns))
        except UsageError as error:
            content.complaints.append(Complaint(str(path), row.line, error.message))
    content = content._replace(runs=_resolve_parents(_give_own_ids(content.runs)))
    if not content.runs and not content.complaints:
        raise ContentError(
            f"'{path}' holds no table of runs",
            "a head line with a column 'id' or 'name', then a row a run",
        )
    return content


def _read_rows(path: Path, kind: str, named: NamedColumns) -> Iterator[TableRow]:
    if kind == "csv" and path.suffix.lower() in MARKDOWN_FILES:
        return read_markdown_rows(path, named.ident or named.commit)
    return _ROW_READERS[kind](path)


def _give_own_ids(runs: list[Run]) -> list[Run]:
    """Return the runs with an id each: of those of one name the second is ``name-2``.

    Rows that say the same word for word are one run.
    """
    taken = {run.id for run in runs}
    shared = _find_shared_names(runs)
    first_of: dict[str, Run] = {}
    numbers: dict[str, Iterator[int]] = {}
    own: list[Run] = []
    for row in runs:
        run = replace(row, name=row.id, shares_name=row.id in shared)
        first = first_of.setdefault(run.id, run)
        if run is first or _say_the_same(run, first):
            own.append(run)
            continue
        counter = numbers.setdefault(run.id, count(2))
        ident = next(name for name in (f"{run.id}-{n}" for n in counter) if name not in taken)
        taken.add(ident)
        own.append(replace(run, id=ident))
    return own


def _find_shared_names(runs: list[Run]) -> set[str]:
    """Return the names of which there are two rows that do not say the same."""
    first_of: dict[str, Run] = {}
    shared = set()
    for run in runs:
        if not _say_the_same(run, first_of.setdefault(run.id, run)):
            shared.add(run.id)
    return shared


def _say_the_same(run: Run, other: Run) -> bool:
    return replace(run, line=0) == replace(other, line=0)


def _resolve_parents(runs: list[Run]) -> list[Run]:
    """Return the runs with the ids of their parents, which a table may name by a revision."""
    ids_by_revision: dict[str, str] = {}
    for run in runs:
        if run.revision:
            ids_by_revision.setdefault(run.revision, run.id)
    resolved = []
    for run in runs:
        parent = ids_by_revision.get(run.parent, run.parent)
        resolved.append(replace(run, parent=parent if parent != run.id else ""))
    return resolved


def _check_columns(path: Path, row: Mapping[str, Any], named: NamedColumns) -> None:
    """Raise UsageError where a column that was asked for, or any column of ids, is missing."""
    columns = ", ".join(str(name) for name in row if name)
    for name in named:
        if name and name not in row:
            raise UsageError(f"'{path}' has no column '{name}'", f"columns are {columns}")
    if named.commit or named.ident:
        return
    if not is_table_of_runs([str(name) for name in row], among_runs=True):
        raise UsageError(
            f"'{path}' has no column of ids", f"say which it is: --id NAME; columns are {columns}"
        )


class _Columns(NamedTuple):
    """The columns that are no metrics; "" for one that the table does not have."""

    ident: str
    at: str
    parent: str
    commit: str
    revision: str
    status: str


def _find_columns(row: Mapping[str, Any], named: NamedColumns) -> _Columns:
    by_plain_name = {make_plain_name(str(name)): str(name) for name in row if name}

    def find_first(names: tuple[str, ...]) -> str:
        return next((by_plain_name[name] for name in names if name in by_plain_name), "")

    is_of_tracker = "name" in by_plain_name and not _TRACKER_COLUMNS.isdisjoint(by_plain_name)
    ident = by_plain_name["name"] if is_of_tracker else find_first((*ID_COLUMNS, *OTHER_ID_COLUMNS))
    return _Columns(
        named.ident or ident or named.commit,
        named.at or find_first(TIME_COLUMNS),
        find_first(PARENT_COLUMNS),
        named.commit,
        find_first(REVISION_COLUMNS),
        find_first(_STATUS_COLUMNS),
    )


def _make_run(
    row: TableRow, columns: _Columns, path: Path, setting_columns: Collection[str]
) -> Run:
    """Return the run of a row. Raises UsageError for an id or a time that cannot be one."""
    values = row.values
    cells = _read_cells(values, columns, setting_columns)
    revision = _read_cell(values, columns.revision)
    return Run(
        id=_choose_id(_read_cell(values, columns.ident), revision),
        at=_read_time(values[columns.at]) if columns.at else None,
        parent=_make_parent(_read_cell(values, columns.parent)),
        metrics=tuple(cells.metrics.values()),
        text="\n".join(sorted(cells.texts, key=_is_detail)),
        file=str(path),
        line=row.line,
        commit=_read_cell(values, columns.commit),
        revision=_make_parent(revision),
        settings=tuple(cells.settings.items()),
    )


class _Cells(NamedTuple):
    """What the cells of a row say, by name. A setting that is a number is a metric, too."""

    metrics: dict[str, Metric]
    settings: dict[str, str]
    texts: list[str]


def _read_cells(
    row: Mapping[str, Any], columns: _Columns, setting_columns: Collection[str]
) -> _Cells:
    """Read the cells that are no id, time, parent or commit."""
    cells = _Cells({}, {}, [])
    has_failed = str(row.get(columns.status) or "").strip().lower() in _FAILED
    not_values = {columns.ident, columns.at, columns.parent, columns.commit}
    for name, value in row.items():
        if not name or name in not_values or value in (None, ""):
            continue
        text = _format_value(value).strip()
        is_revision = name == columns.revision
        metric = None if is_revision else _read_metric(_drop_prefix(str(name), row), text)
        setting = "" if is_revision else find_setting_name(str(name), setting_columns)
        if setting and text:
            cells.settings.setdefault(setting, text)
        if metric and metric.name not in cells.metrics:
            # A run that crashed has a number in its row all the same: 0, the best of all losses.
            is_void = has_failed and metric.number == 0
            number = metric._replace(value=NOT_MEASURED) if is_void else metric
            cells.metrics[number.name] = number
        elif text:
            cells.texts.append(f"{str(name).strip()}: {text}")
    return cells


def _choose_id(name: str, revision: str) -> str:
    """Return the id of a row. One that is called as git calls a branch goes by its revision."""
    try:
        return _make_id(name or revision)
    except UsageError:
        if not (name and revision):
            raise
        return _make_id(revision)


def _is_detail(text: str) -> bool:
    """Return False for what a person wrote about the run: it stands first."""
    return make_plain_name(text.partition(":")[0]) not in _WORDS_OF_PERSON


def _read_cell(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column) if column else None
    return "" if value is None else str(value).strip()


def _make_parent(name: str) -> str:
    """Return the id that another row is known by, "" for none."""
    return _make_id(name) if name else ""


def _drop_prefix(column: str, row: Mapping[str, Any]) -> str:
    for prefix in _PREFIXES:
        name = column.removeprefix(prefix)
        if name != column and name and name not in row:
            return name
    return column


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

    A number is the number of a run: ``run_3``; the commit ``80330e2`` reads as one too. Raises
    UsageError for a text that cannot be made one.
    """
    joined = re.sub(r"[\s/\\:]+", "_", text.strip()).strip("_.-")
    return check_new_id(f"run_{joined}" if _NUMBER.fullmatch(joined) else joined)


def _read_time(value: Any) -> datetime | None:
    """Read an ISO time, a date as days of a diary are headed, or seconds or milliseconds since 1970.

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
        date = read_date(text)
        if date is None or date.moment is None or date.title:
            raise UsageError(f"'{text}' is not a time") from None
        return date.moment
    return moment if moment.tzinfo else moment.astimezone()


def _write_with_dashes(date: re.Match[str]) -> str:
    return f"{date['year']}-{date['month'].zfill(2)}-{date['day'].zfill(2)}"
