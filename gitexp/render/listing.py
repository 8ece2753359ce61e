"""The table of experiments: one line each, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.render.terminal import format_age, format_table, make_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gitexp.model.experiment import Summary
    from gitexp.record.read.progress import Progress

_BARS = "▁▂▃▄▅▆▇█"
_BAR_WIDTH = len(" ▆↑")
_FEWEST_DRAWN = 3

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
    """What a table is made for: the active experiment is marked, times are told from ``now``.

    ``progress``: of the metric that is drawn beside its values.
    """

    active: str
    now: datetime
    columns: int
    progress: Progress | None = None


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
    drawn = _draw_progress(experiments, context.progress)
    if drawn and context.progress is not None and context.progress.metric in names:
        name = context.progress.metric
        cells[name] = [f"{cell} {bar}" for cell, bar in zip(cells[name], drawn, strict=True)]
    shown = [name for name in names if name not in constants and (any(cells[name]) or name == "id")]
    if "id" in shown:
        marks = _mark_rows(experiments, context.active)
        cells["id"] = [mark + cell for mark, cell in zip(marks, cells["id"], strict=True)]
    columns = []
    for name in shown:
        is_drawn = drawn and context.progress is not None and name == context.progress.metric
        title = _format_title(name) + (" " * _BAR_WIDTH if is_drawn else "")
        columns.append([title, *cells[name]])
    rows = list(zip(*columns, strict=True))
    right = [index for index, name in enumerate(shown) if name not in FIXED or name == "images"]
    lines = format_table(rows, columns=context.columns, right=right)
    values = [f"{name}={cells[name][0]}" for name in constants if cells[name][0]]
    return ["the same in all: " + "  ".join(values), *lines] if values else lines


def format_shared_ids(experiments: Sequence[Summary]) -> list[str]:
    """Return a line for each id that several clones chose."""
    return [
        make_safe(f"{each.id}: begun in {each.beginnings} clones (git exp show {each.id})")
        for each in experiments
        if each.beginnings
    ]


def _mark_rows(experiments: Sequence[Summary], active: str) -> list[str]:
    """Return what stands before each id: ``*`` the active one, ``✗`` one that is corrected."""
    marks = []
    for experiment in experiments:
        mark = "*" if experiment.id == active else ""
        marks.append(mark + ("✗" if experiment.corrected else ""))
    width = max(1, *map(len, marks))
    return [mark.rjust(width) for mark in marks]


def _draw_progress(experiments: Sequence[Summary], progress: Progress | None) -> list[str]:
    """Return a bar and a mark for each row: ``▆↑``. The column reads as a plot from top to bottom.

    The bar is the value between the worst and the best of the rows, the mark says that it was the
    best when it came. Nothing is drawn for fewer than three values, or where all are the same.
    """
    trials = {trial.summary.id: trial for trial in progress.trials} if progress else {}
    values = [trials[each.id].metric.number for each in experiments if each.id in trials]
    if len(values) < _FEWEST_DRAWN or min(values) == max(values):
        return []
    lowest, span = min(values), max(values) - min(values)
    drawn = []
    for experiment in experiments:
        trial = trials.get(experiment.id)
        if trial is None:
            drawn.append("  ")
            continue
        share = (trial.metric.number - lowest) / span
        bar = _BARS[round(share * (len(_BARS) - 1))]
        drawn.append(bar + ("↑" if trial.is_best else " "))
    return drawn


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
            mark = "?" if experiment.parent and experiment.is_parent_presumed else ""
            return make_safe(f"{experiment.parent}{mark}")
        case "tags":
            return make_safe(" ".join(experiment.tags))
        case "images":
            return str(experiment.images or "")
        case "note":
            return make_safe(experiment.words)
    values = (metric.short for metric in experiment.metrics if metric.name == name)
    return next(values, "")
