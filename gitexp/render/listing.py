"""The table of experiments: one line each, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.render.terminal import format_age, format_table, make_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gitexp.model.experiment import Summary

FIXED = ("id", "when", "parent", "tags", "images", "note")
# These columns stand in the table even where all rows agree.
_NEVER_CONSTANT = ("id", "when", "note")


def choose_columns(experiments: Sequence[Summary], asked: str = "") -> tuple[str, ...]:
    """Return the names of the columns: those asked for (comma-separated), else the usual ones.

    The usual ones are id, when, every metric, parent, note. Raises UsageError for a name that is
    neither a column nor a metric of any experiment.
    """
    metrics: dict[str, None] = {}
    for experiment in experiments:
        metrics.update((metric.name, None) for metric in experiment.metrics)
    if not asked:
        return ("id", "when", *metrics, "parent", "note")
    names = [name.strip() for name in asked.split(",")]
    for name in names:
        if name and name not in FIXED and name not in metrics:
            columns = ", ".join((*FIXED, *metrics))
            raise UsageError(f"there is no column '{name}'", f"columns are {columns}")
    return tuple(name for name in names if name)


def make_sort_key(name: str) -> Callable[[Summary], tuple[bool, float | str]]:
    """Return the key by which a column sorts.

    Experiments without the value come first in ascending order, last in descending order.
    """
    from datetime import datetime

    def sort_key(experiment: Summary) -> tuple[bool, float | str]:
        if name == "when":
            return True, datetime.fromisoformat(experiment.at).timestamp()
        if name == "images":
            return True, float(experiment.images)
        if name in FIXED:
            return True, _format_cell(experiment, name, None)
        for metric in experiment.metrics:
            if metric.name == name and metric.is_finite:
                return True, metric.number
        return False, 0.0

    return sort_key


class ListContext(NamedTuple):
    """What a table is made for: the active experiment is marked, times are told from ``now``."""

    active: str
    now: datetime
    columns: int


def format_list(
    experiments: Sequence[Summary], names: Sequence[str], context: ListContext
) -> list[str]:
    """Return the lines of the table, with a head.

    A column in which all rows agree stands once above the table; an empty one is left out.
    """
    cells = {
        name: [_format_cell(experiment, name, context.now) for experiment in experiments]
        for name in names
    }
    constants = [name for name in names if _is_constant(name, cells[name])]
    shown = [name for name in names if name not in constants and (any(cells[name]) or name == "id")]
    if "id" in shown:
        marks = ["*" if each.id == context.active else " " for each in experiments]
        cells["id"] = [mark + cell for mark, cell in zip(marks, cells["id"], strict=True)]
    columns = [[_format_title(name), *cells[name]] for name in shown]
    rows = list(zip(*columns, strict=True))
    right = [index for index, name in enumerate(shown) if name not in FIXED or name == "images"]
    lines = format_table(rows, columns=context.columns, right=right)
    values = [f"{name}={cells[name][0]}" for name in constants if cells[name][0]]
    return ["the same in all: " + "  ".join(values), *lines] if values else lines


def _is_constant(name: str, cells: Sequence[str]) -> bool:
    """Return True for a column in which all rows, two at least, agree."""
    return len(cells) > 1 and len(set(cells)) == 1 and name not in _NEVER_CONSTANT


def _format_title(name: str) -> str:
    if name == "id":
        return " id"
    return "last entry" if name == "note" else make_safe(name)


def _format_cell(experiment: Summary, name: str, now: datetime | None) -> str:
    """Return what a column shows of an experiment; without ``now`` its time in full."""
    match name:
        case "id":
            return make_safe(experiment.id)
        case "when":
            return format_age(experiment.at, now) if now else experiment.at
        case "parent":
            return make_safe(experiment.parent)
        case "tags":
            return make_safe(" ".join(experiment.tags))
        case "images":
            return str(experiment.images or "")
        case "note":
            return make_safe(experiment.words)
    values = (str(metric) for metric in experiment.metrics if metric.name == name)
    return next(values, "")
