"""Reading the series of a run: CSV, JSON Lines, and what TensorBoard writes."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from gitexp.errors import ContentError, UsageError
from gitexp.model.series import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# Columns that say where on the run a row is, best first.
STEPS = ("step", "global_step", "epoch", "iteration", "iter", "batch")
# Columns that are no measurement.
_TIMES = ("wall time", "wall_time", "time", "timestamp", "relative")


def read_series(path: Path) -> tuple[Series, ...]:
    """The series of a file: CSV or TSV with a head line, JSON Lines, a TensorBoard event file, or a folder of those.

    Raises UsageError (missing, of no kind that is known) or ContentError (nothing in it, or broken; says where).
    """
    try:
        if path.is_dir() or "tfevents" in path.name:
            found = _from_tensorboard(path)
        elif path.suffix in (".csv", ".tsv"):
            found = _from_rows(_csv_rows(path), path)
        elif path.suffix in (".jsonl", ".ndjson", ".json"):
            found = _from_rows(_json_rows(path), path)
        else:
            raise UsageError(
                f"'{path}' is no file of series",
                "CSV, TSV, JSON Lines, or a TensorBoard event file or folder",
            )
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be read: {error.strerror}", "give the path of a file of series"
        ) from None
    if not found:
        raise ContentError(
            f"'{path}' holds no series",
            "a column of numbers by step, or TensorBoard scalars, is one",
        )
    return found


def _csv_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            yield from csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        except csv.Error as error:
            raise ContentError(f"'{path}' is broken: {error}") from None


def _json_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if text.lstrip().startswith(
        "["
    ):  # as TensorBoard's page downloads them: [wall time, step, value]
        try:
            table = json.loads(text)
            yield from (
                dict(zip(("wall time", "step", "value"), row, strict=True)) for row in table
            )
        except (ValueError, TypeError, RecursionError):
            raise ContentError(f"'{path}' is no table of [time, step, value]") from None
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


def _from_rows(rows: Iterable[Mapping[str, Any]], path: Path) -> tuple[Series, ...]:
    """A series for every column of numbers. Without a column of steps rows are counted from 0."""
    columns: dict[str, dict[float, float | None]] = {}
    for number, row in enumerate(rows):
        plain = {str(name).strip(): value for name, value in row.items() if name is not None}
        lower = {name.lower(): name for name in plain}
        key = next((lower[name] for name in STEPS if name in lower), None)
        step = _number(plain[key]) if key else float(number)
        if step is None:
            continue
        for name, value in plain.items():
            if (
                name != key
                and name.lower() not in _TIMES
                and (figure := _number(value)) is not None
            ):
                columns.setdefault(name, {})[step] = figure if abs(figure) < float("inf") else None
    if set(columns) == {"Value"} or set(columns) == {
        "value"
    }:  # TensorBoard's download names the tag in the file's name only
        columns = {_tag_of(path): next(iter(columns.values()))}
    return tuple(_ordered(name, points) for name, points in columns.items())


def _ordered(tag: str, points: Mapping[float, float | None]) -> Series:
    steps = sorted(points)
    return Series(tag, tuple(steps), tuple(points[step] for step in steps))


def _tag_of(path: Path) -> str:
    return re.sub(r"^.*tag-", "", path.stem) or path.stem


def _number(value: Any) -> float | None:
    """A number, nan as infinity (told apart from text), None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (ValueError, TypeError):
        return None
    return number if number == number else float("inf")  # noqa: PLR0124 - nan is the one that differs from itself


def _from_tensorboard(path: Path) -> tuple[Series, ...]:
    """The scalars of an event file, or of all event files below a folder; there a run's folder is part of the tag."""
    try:
        from tensorboard.backend.event_processing.event_accumulator import (
            SCALARS,
            TENSORS,
            EventAccumulator,
        )
        from tensorboard.util import tensor_util
    except ImportError:
        raise UsageError(
            "reading TensorBoard's files needs its package", "pip install 'gitexp[tensorboard]'"
        ) from None
    files = sorted(path.rglob("*tfevents*")) if path.is_dir() else [path]
    found: dict[str, dict[float, float | None]] = {}
    for folder in dict.fromkeys(file.parent if path.is_dir() else file for file in files):
        run = "" if folder == path else folder.relative_to(path).as_posix() + "/"
        events = EventAccumulator(str(folder), size_guidance={SCALARS: 0, TENSORS: 0}).Reload()
        tags = events.Tags()
        for tag in tags[SCALARS]:
            found[run + tag] = {
                float(item.step): _finite(item.value) for item in events.Scalars(tag)
            }
        for tag in tags[TENSORS]:
            values = {
                float(item.step): tensor_util.make_ndarray(item.tensor_proto)
                for item in events.Tensors(tag)
            }
            if values and all(
                value.size == 1 and value.dtype.kind in "fiu" for value in values.values()
            ):
                found[run + tag] = {step: _finite(float(value)) for step, value in values.items()}
    return tuple(_ordered(tag, points) for tag, points in found.items())


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
