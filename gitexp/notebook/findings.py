"""Metrics and figures that a session holds in its variables."""

from __future__ import annotations

import ast
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gitexp.capture.log_lines import is_metric_name
from gitexp.capture.numbers import format_number, read_number
from gitexp.model.metric import Metric
from gitexp.model.series import build_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.model.series import Series

_TABLES = frozenset(("history", "metrics", "results", "scores", "logs", "log", "hist"))
"""Variables that hold numbers by name: a dictionary, or a table whose last row counts."""

_COUNTERS = frozenset(("epoch", "step", "global_step", "iter", "iteration"))
"""Columns of a table that say where on the run a row is, and are no metric."""

_MOST_METRICS = 30


def find_bound_names(cells: Iterable[str]) -> set[str]:
    """Return the names that cells bind. What a cell that is no Python binds is passed over."""
    names: set[str] = set()
    for cell in cells:
        try:
            tree = ast.parse(_drop_magics(cell))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return names


def read_variables(
    variables: Mapping[str, Any], names: Iterable[str]
) -> tuple[list[Metric], list[Series]]:
    """Return the metrics and curves in some variables.

    Read are a Keras ``History``, a trainer's log (``state.log_history``, ``logged_metrics``), a
    dictionary or table called history, metrics, results, scores or log, and a number whose name is
    that of a metric: ``acc = 0.857``.
    """
    metrics: dict[str, str] = {}
    series: dict[str, Series] = {}
    for name in sorted(names):
        value = variables.get(name)
        for key, numbers in _read_value(name, value):
            metrics[key] = format_number(numbers[-1])
            if len(numbers) > 2:
                points = {float(step): number for step, number in enumerate(numbers, 1)}
                series[key] = build_series(key, points)
    shown = list(metrics.items())[:_MOST_METRICS]
    return [Metric(key, value) for key, value in shown], list(series.values())


def draw_open_figures() -> list[bytes]:
    """Return the figures of matplotlib that are open, as PNG. matplotlib is never imported here."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    return _draw_figures(pyplot.figure(number) for number in pyplot.get_fignums())


def draw_named_figures(variables: Mapping[str, Any], names: Iterable[str]) -> list[bytes]:
    """Return the figures that some variables hold, as PNG, as they are now."""
    values = [variables.get(name) for name in sorted(names)]
    return _draw_figures(value for value in values if type(value).__name__ == "Figure")


def _draw_figures(figures: Iterable[Any]) -> list[bytes]:
    pictures = []
    for figure in figures:
        file = BytesIO()
        try:
            figure.savefig(file, format="png", dpi=100)
        except Exception:  # noqa: BLE001, S112 - a figure that cannot be drawn is not ours to mend
            continue
        pictures.append(file.getvalue())
    return pictures


def _read_value(name: str, value: Any) -> Iterator[tuple[str, list[float]]]:
    """Yield the numbers that a variable holds: by the name of a metric all of them, in order."""
    if type(value).__name__ == "History" and isinstance(getattr(value, "history", None), dict):
        yield from _read_table(value.history)
        return
    log = getattr(getattr(value, "state", None), "log_history", None)
    if isinstance(log, list):
        yield from _read_table(_gather_rows(log))
        return
    for attribute in ("logged_metrics", "callback_metrics"):
        logged = getattr(value, attribute, None)
        if isinstance(logged, dict) and logged:
            yield from _read_table(logged)
            return
    if name.lower() in _TABLES or name.lower().rpartition("_")[2] in _TABLES:
        if isinstance(value, dict):
            yield from _read_table(value)
        elif type(value).__name__ == "DataFrame":
            columns = {str(key): list(value[key]) for key in value.columns}
            yield from _read_table(columns)
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            yield from _read_table(_gather_rows(value))
    elif is_metric_name(name):
        number = read_number(value)
        if number is not None:
            yield name, [number]


def _gather_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for key, value in row.items():
            columns.setdefault(str(key), []).append(value)
    return columns


def _read_table(table: Mapping[Any, Any]) -> Iterator[tuple[str, list[float]]]:
    """Yield the numbers of each column; a single number is a column of one."""
    for key, value in table.items():
        values = value if isinstance(value, list | tuple) else [value]
        numbers = [read_number(each) for each in values]
        finite = [number for number in numbers if number is not None]
        name = str(key)
        is_name = name.isprintable() and not name[:1].isdigit() and name.lower() not in _COUNTERS
        if finite and is_name:
            yield name, finite


def _drop_magics(cell: str) -> str:
    from gitexp.excerpt.parse.magics import replace_magic

    return "\n".join(replace_magic(line, lambda _: False) for line in cell.split("\n"))
