"""Reading the series of a run: CSV, JSON, JSON Lines, and what TensorBoard writes."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.capture.csv_form import find_delimiter, read_decimal_comma
from gitexp.capture.tensorboard import read_event_log
from gitexp.capture.textfile import read_text
from gitexp.errors import ContentError, UsageError
from gitexp.model.series import Series, build_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gitexp.capture.tensorboard import Points

STEPS = ("step", "global_step", "epoch", "iteration", "iter", "batch")
"""Columns that say where on the run a row is, best first."""

_TIMES = ("wall time", "wall_time", "time", "timestamp", "relative", "_timestamp", "_runtime")
_DOWNLOAD_COLUMNS = ("wall time", "step", "value")
_PAIR_COLUMNS = ("step", "value")
_VALUE = "value"

# Keys under which trainers keep the rows, or the lists, of a run.
_LOG_KEYS = ("log_history", "history", "logs", "log", "metrics", "results")

_Row = dict[str, Any]


class SeriesFile(NamedTuple):
    """The series of a file; ``losses`` has a line for each event file that was read in part only."""

    series: tuple[Series, ...]
    losses: list[str]


def read_series(path: Path) -> tuple[Series, ...]:
    """Return the series of a file, as ``read_series_file`` reads it."""
    return read_series_file(path).series


def read_series_file(path: Path) -> SeriesFile:
    """Read the series of a file.

    The file is CSV or TSV with a head line, JSON Lines, JSON (``{"loss": [2.3, 1.9]}`` as Keras
    has it, ``log_history`` of transformers, an array of rows or of numbers), a TensorBoard event
    file, or a folder of those. Raises UsageError (missing, of no kind that is known) or
    ContentError (nothing in it, or broken; says where).
    """
    losses: list[str] = []
    try:
        if path.is_dir() or "tfevents" in path.name:
            log = read_event_log(path)
            columns = log.list_points()
            losses = log.losses
        else:
            columns = _read_columns(path)
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be read: {error.strerror}", "give the path of a file of series"
        ) from None
    if not columns:
        raise ContentError(
            f"'{path}' holds no series",
            "a column of numbers by step, or TensorBoard scalars, is one",
        )
    series = tuple(build_series(tag, points) for tag, points in columns.items())
    return SeriesFile(series, losses)


def _read_columns(path: Path) -> dict[str, Points]:
    if path.suffix in (".csv", ".tsv"):
        return _gather_columns(_read_csv(path), path)
    if path.suffix in (".jsonl", ".ndjson", ".json"):
        return _read_json(path)
    raise UsageError(
        f"'{path}' is no file of series",
        "CSV, TSV, JSON, JSON Lines, or a TensorBoard event file or folder",
    )


def _read_csv(path: Path) -> Iterator[_Row]:
    text = _read_file(path)
    delimiter = find_delimiter(text)
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            if delimiter == ",":
                yield row
            else:
                yield {name: _read_cell(cell) for name, cell in row.items()}
    except csv.Error as error:
        raise ContentError(f"'{path}' is broken: {error}") from None


def _read_cell(cell: Any) -> Any:
    return read_decimal_comma(cell) if isinstance(cell, str) else cell


def _read_json(path: Path) -> dict[str, Points]:
    text = _read_file(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        if path.suffix == ".json" and text.lstrip().startswith("["):
            raise ContentError(f"'{path}' is no JSON") from None
        return _gather_columns(_read_json_lines(text, path), path)
    return _read_json_content(content, path)


def _read_json_lines(text: str, path: Path) -> Iterator[_Row]:
    # Not splitlines: JSON may hold U+2028 and its like inside a text.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise ContentError(
                f"{path}:{number}: no JSON object", 'one object a line: {"step": 1, "loss": 2.3}'
            )
        yield row


def _read_json_content(content: Any, path: Path) -> dict[str, Points]:
    """Return the series of a JSON value: of rows, or of lists by name."""
    if isinstance(content, list):
        return _read_json_array(content, path)
    if not isinstance(content, dict):
        return {}
    lists = _find_lists("", content)
    if lists:
        return _number_lists(lists)
    for key in _LOG_KEYS:
        value = content.get(key)
        if isinstance(value, list) and value:
            return _read_json_array(value, path)
    return _gather_columns([content], path)


def _read_json_array(content: list[Any], path: Path) -> dict[str, Points]:
    """Return the series of an array: of objects, of ``[time, step, value]``, or of numbers."""
    if all(isinstance(row, dict) for row in content):
        return _gather_columns(content, path)
    numbers = [_read_number(value) for value in content]
    if None not in numbers:
        return _number_lists({_find_tag(path): content})
    for columns in (_DOWNLOAD_COLUMNS, _PAIR_COLUMNS):
        if all(isinstance(cells, list) and len(cells) == len(columns) for cells in content):
            rows = [dict(zip(columns, cells, strict=True)) for cells in content]
            return _gather_columns(rows, path)
    raise ContentError(
        f"'{path}' is no table of [time, step, value]",
        "an array of objects, of numbers, or of [step, value] is read too",
    )


def _find_lists(prefix: str, content: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the lists of numbers below a JSON object, by the names on the way to them.

    ``{"history": {"loss": [...]}}`` is ``loss``: the key of a log says nothing.
    """
    lists: dict[str, list[Any]] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            deeper = prefix if key in _LOG_KEYS else f"{prefix}{key}/"
            lists |= _find_lists(deeper, value)
        elif isinstance(value, list) and _holds_numbers(value):
            lists[f"{prefix}{key}"] = value
    return lists


def _holds_numbers(values: list[Any]) -> bool:
    """Return True for a list of numbers, which may have gaps."""
    figures = [_read_number(value) for value in values if value is not None]
    return bool(figures) and None not in figures


def _number_lists(lists: Mapping[str, list[Any]]) -> dict[str, Points]:
    """Return lists as series. Their steps are a list of steps among them, else counted from 0."""
    step_name = _find_step_column(lists)
    step_list = lists.get(step_name, [])
    columns: dict[str, Points] = {}
    for name, values in lists.items():
        if name == step_name or name.lower() in _TIMES:
            continue
        steps = step_list if len(step_list) == len(values) else range(len(values))
        points: Points = {}
        for step, value in zip(steps, values, strict=True):
            place, figure = _read_number(step), _read_number(value)
            if place is not None and figure is not None:
                points[place] = figure
        columns[name] = points
    return columns


def _gather_columns(rows: Iterable[_Row], path: Path) -> dict[str, Points]:
    """Return the columns of numbers. Without a column of steps the rows are counted from 0."""
    columns: dict[str, Points] = {}
    for number, row in enumerate(rows):
        values = {str(name).strip(): value for name, value in row.items() if name is not None}
        step_name = _find_step_column(values)
        step = _read_number(values[step_name]) if step_name else float(number)
        if step is None:
            continue
        for name, value in values.items():
            figure = _read_number(value)
            if name == step_name or name.lower() in _TIMES or figure is None:
                continue
            columns.setdefault(name, {})[step] = figure
    # What TensorBoard's page gives names the tag in the name of the file alone.
    if [name.lower() for name in columns] == [_VALUE]:
        return {_find_tag(path): points for points in columns.values()}
    return columns


def _find_step_column(values: Iterable[str]) -> str:
    names = {name.lower().removeprefix("_"): name for name in values}
    return next((names[step] for step in STEPS if step in names), "")


def _read_file(path: Path) -> str:
    return read_text(path).text


def _find_tag(path: Path) -> str:
    return re.sub(r"^.*tag-", "", path.stem) or path.stem


def _read_number(value: Any) -> float | None:
    """Return a number, which may be nan or infinite; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
