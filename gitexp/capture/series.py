"""Reading the series of a run: CSV, JSON Lines, and what TensorBoard writes."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from gitexp.capture.tensorboard import Points, drop_infinite, read_scalars
from gitexp.errors import ContentError, UsageError
from gitexp.model.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

STEPS = ("step", "global_step", "epoch", "iteration", "iter", "batch")
"""Columns that say where on the run a row is, best first."""

_TIMES = ("wall time", "wall_time", "time", "timestamp", "relative")
_DOWNLOAD_COLUMNS = ("wall time", "step", "value")

_Row = dict[str, Any]


def read_series(path: Path) -> tuple[Series, ...]:
    """Read the series of a file.

    The file is CSV or TSV with a head line, JSON Lines, a TensorBoard event file, or a folder of
    those. Raises UsageError (missing, of no kind that is known) or ContentError (nothing in it, or
    broken; says where).
    """
    try:
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
    return tuple(_make_series(tag, points) for tag, points in columns.items())


def _read_columns(path: Path) -> dict[str, Points]:
    if path.is_dir() or "tfevents" in path.name:
        return read_scalars(path)
    if path.suffix in (".csv", ".tsv"):
        return _gather_columns(_read_csv(path), path)
    if path.suffix in (".jsonl", ".ndjson", ".json"):
        return _gather_columns(_read_json(path), path)
    raise UsageError(
        f"'{path}' is no file of series",
        "CSV, TSV, JSON Lines, or a TensorBoard event file or folder",
    )


def _read_csv(path: Path) -> Iterator[_Row]:
    delimiter = "\t" if path.suffix == ".tsv" else ","
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            yield from csv.DictReader(file, delimiter=delimiter)
        except csv.Error as error:
            raise ContentError(f"'{path}' is broken: {error}") from None


def _read_json(path: Path) -> Iterator[_Row]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if text.lstrip().startswith("["):
        yield from _read_tensorboard_download(text, path)
        return
    for number, line in enumerate(text.splitlines(), 1):
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


def _read_tensorboard_download(text: str, path: Path) -> Iterator[_Row]:
    """Yield the rows of a table that TensorBoard's page gives: ``[wall time, step, value]``."""
    try:
        for cells in json.loads(text):
            yield dict(zip(_DOWNLOAD_COLUMNS, cells, strict=True))
    except (ValueError, TypeError, RecursionError):
        raise ContentError(f"'{path}' is no table of [time, step, value]") from None


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
            columns.setdefault(name, {})[step] = drop_infinite(figure)
    # What TensorBoard's page gives names the tag in the name of the file alone.
    if [name.lower() for name in columns] == ["value"]:
        return {_find_tag(path): points for points in columns.values()}
    return columns


def _find_step_column(values: Iterable[str]) -> str:
    names = {name.lower(): name for name in values}
    return next((names[step] for step in STEPS if step in names), "")


def _make_series(tag: str, points: Mapping[float, float | None]) -> Series:
    steps = sorted(points)
    return Series(tag, tuple(steps), tuple(points[step] for step in steps))


def _find_tag(path: Path) -> str:
    return re.sub(r"^.*tag-", "", path.stem) or path.stem


def _read_number(value: Any) -> float | None:
    """Return a number, None for what is none. For nan it is infinity, which is a number."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (ValueError, TypeError):
        return None
    is_nan = number != number  # noqa: PLR0124 - nan differs from itself
    return float("inf") if is_nan else number
