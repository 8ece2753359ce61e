"""The table of settings: for the terminal, as CSV and as JSON values."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.settings.command import CONFIG
from gitexp.render.terminal import (
    cut_to_width,
    format_table,
    make_safe,
    measure_width,
    name_some,
    wrap_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.history.table import SettingColumn, Table, TableRow
    from gitexp.model.metric import Metric

_WIDEST_CELL = 24
_GAP = 2
_MOST_CONSTANT_LINES = 3


def format_settings_table(view: Table, columns: int, *, everything: bool = False) -> list[str]:
    """Return the lines of the table: what is the same in all above it, a line an experiment.

    Settings that do not fit the width are named below. ``everything``: all settings are columns,
    however wide the lines become.
    """
    metrics = _list_metrics(view)
    settings = [*view.columns, *view.constants] if everything else list(view.columns)
    grid = [["", *metrics]] + [
        [row.summary.id, *(_format_metric(row, name) for name in metrics)] for row in view.rows
    ]
    setting_cells = {column: _list_cells(view.rows, column) for column in settings}
    fitting = settings
    if not everything:
        fitting = _choose_fitting(grid, setting_cells, columns)
    for column in fitting:
        for row, cell in zip(grid, setting_cells[column], strict=True):
            row.append(cell)
    lines = [] if everything else _list_constants(view, columns)
    right = range(1, len(metrics) + 1)
    lines += format_table(
        [[make_safe(cell) for cell in row] for row in grid], columns=10_000, right=right
    )
    left_out = [column.title for column in settings if column not in fitting]
    if left_out:
        names = ", ".join(left_out)
        text = f"{len(left_out)} more differ: {names} (git exp table --all)"
        lines += wrap_text(make_safe(text), columns)
    return lines


def list_notes(view: Table) -> list[str]:
    """Return what the table lacks, a line each."""
    notes = []
    if view.without_code:
        names = name_some(view.without_code)
        cause = f"no code that filter {view.filter} can cut" if view.filter else "no settings"
        notes.append(f"{cause}: {names}")
    if view.unread:
        names = name_some(view.unread)
        notes.append(f"some lines of {names} could not be read as settings")
    return [make_safe(note) for note in notes]


def write_csv(view: Table, *, everything: bool = False) -> str:
    """Return the table as CSV: id, time, parent, metrics, then settings under their full names."""
    metrics = _list_metrics(view)
    settings = [*view.columns, *view.constants] if everything else list(view.columns)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "at", "parent", *metrics, *(column.name for column in settings)])
    for row in view.rows:
        summary = row.summary
        values = [row.format_setting(column.name) for column in settings]
        numbers = [_find_metric(row, name) or "" for name in metrics]
        writer.writerow([summary.id, summary.at, summary.parent, *numbers, *values])
    return text.getvalue()


def serialize_table(view: Table) -> dict[str, Any]:
    """Return the table for ``--json``: all settings of each experiment, and which of them differ."""
    rows = []
    for row in view.rows:
        settings = row.settings
        values = None
        if settings is not None:
            values = {name: list(setting.values) for name, setting in settings.items()}
        metrics = {metric.name: metric.value for metric in row.summary.metrics}
        rows.append({"experiment": row.summary.id, "metrics": metrics, "settings": values})
    return {
        "filter": view.filter,
        "differ": [_column_values(column) for column in view.columns],
        "same": [_column_values(column) for column in view.constants],
        "rows": rows,
        "absent": list(view.absent),
    }


def _column_values(column: SettingColumn) -> dict[str, Any]:
    return {"name": column.name, "title": column.title, "pinned": column.pinned}


def _list_metrics(view: Table) -> list[str]:
    """Return the names of the metrics. One that says what a setting says stands there alone."""
    names: dict[str, None] = {}
    for row in view.rows:
        names.update(dict.fromkeys(metric.name for metric in row.summary.metrics))
    return [name for name in names if not _repeats_setting(view, name)]


def _repeats_setting(view: Table, name: str) -> bool:
    """Return True if a metric has in each row the value that was put into the run by its name.

    So has the column lr of an imported table.
    """
    for row in view.rows:
        metric = _find_metric(row, name)
        setting = row.format_setting(f"{CONFIG}.{name}")
        if metric is not None and not _is_number(setting, metric.number):
            return False
    return True


def _is_number(text: str, number: float) -> bool:
    """Return True for a text that says a number, however it is written."""
    try:
        return float(text) == number
    except ValueError:
        return False


def _find_metric(row: TableRow, name: str) -> Metric | None:
    return next((metric for metric in row.summary.metrics if metric.name == name), None)


def _format_metric(row: TableRow, name: str) -> str:
    metric = _find_metric(row, name)
    return metric.short if metric else ""


def _list_cells(rows: Sequence[TableRow], column: SettingColumn) -> list[str]:
    """Return the cells of a column: its title, then a value a row ("-" where there is none)."""
    cells = [cut_to_width(column.title, _WIDEST_CELL)]
    for row in rows:
        text = row.format_setting(column.name)
        empty = "" if row.settings is None else "-"
        cells.append(cut_to_width(text, _WIDEST_CELL) if text else empty)
    return cells


def _choose_fitting(
    grid: Sequence[Sequence[str]],
    setting_cells: dict[SettingColumn, list[str]],
    columns: int,
) -> list[SettingColumn]:
    """Return the settings, from the first on, that fit beside what is in the grid."""
    used = 0
    for number in range(len(grid[0])):
        used += max(measure_width(row[number]) for row in grid) + _GAP
    fitting = []
    for column, cells in setting_cells.items():
        size = max(map(measure_width, cells))
        if used + size > columns:
            break
        used += size + _GAP
        fitting.append(column)
    return fitting


def _list_constants(view: Table, columns: int) -> list[str]:
    """Return the lines with what is the same in all experiments: few, with the rest counted."""
    row = next((row for row in view.rows if row.settings is not None), None)
    if row is None or not view.constants or len(view.rows) == 1:
        return []
    by_depth = sorted(view.constants, key=lambda column: column.name.count("."))
    pairs = [f"{column.title}={row.format_setting(column.name)}" for column in by_depth]
    for count in range(len(pairs), 0, -1):
        left = len(pairs) - count
        rest = [f"and {left} more (git exp table --all)"] if left else []
        lines = wrap_text(
            make_safe("the same in all: " + "  ".join([*pairs[:count], *rest])), columns
        )
        if len(lines) <= _MOST_CONSTANT_LINES:
            return lines
    return [make_safe(f"the same in all: {len(pairs)} settings (git exp table --all)")]
