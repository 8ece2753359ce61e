"""The table of experiments: one line each, only what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.render.terminal import ago, safe, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gitexp.model.experiment import Summary

FIXED = ("id", "when", "parent", "tags", "images", "note")


def columns_of(experiments: Sequence[Summary], asked: str = "") -> tuple[str, ...]:
    """Names of the columns: those asked for (comma-separated), else id, when, every metric, parent, note.

    Raises UsageError for a name that is neither a column nor a metric of any experiment.
    """
    metrics = tuple(
        dict.fromkeys(metric.name for experiment in experiments for metric in experiment.metrics)
    )
    if not asked:
        return ("id", "when", *metrics, "parent", "note")
    names = tuple(name.strip() for name in asked.split(",") if name.strip())
    for name in names:
        if name not in FIXED and name not in metrics:
            raise UsageError(
                f"there is no column '{name}'", f"columns are {', '.join((*FIXED, *metrics))}"
            )
    return names


def sort_key(name: str) -> Callable[[Summary], tuple[bool, float | str]]:
    """Key by which a column sorts; experiments without the value come last in descending order, first in ascending."""
    from datetime import datetime

    def key(experiment: Summary) -> tuple[bool, float | str]:
        if name == "when":
            return True, datetime.fromisoformat(experiment.at).timestamp()
        if name == "images":
            return True, float(experiment.images)
        if name in FIXED:
            return True, _cell(experiment, name, None)
        numbers = [metric.number for metric in experiment.metrics if metric.name == name]
        return bool(numbers), numbers[0] if numbers else 0.0

    return key


def listing(
    experiments: Sequence[Summary], names: Sequence[str], active: str, now: datetime, columns: int
) -> list[str]:
    """Lines of the table, newest last as given. A column in which all rows agree stands once above it; an empty one nowhere."""
    grid = [[_cell(experiment, name, now) for name in names] for experiment in experiments]
    constant: list[str] = []
    shown: list[int] = []
    for number, name in enumerate(names):
        values = {row[number] for row in grid}
        if len(grid) > 1 and len(values) == 1 and name not in ("id", "when", "note"):
            if values != {""}:
                constant.append(f"{name}={values.pop()}")
        elif values != {""} or name == "id":
            shown.append(number)
    head = [_title(names[number]) for number in shown]
    rows = [[row[number] for number in shown] for row in grid]
    if "id" in names and names.index("id") in shown:
        place = shown.index(names.index("id"))
        for row, experiment in zip(rows, experiments, strict=True):
            row[place] = ("*" if experiment.id == active else " ") + row[place]
        head[place] = " " + head[place]
    right = [
        place
        for place, number in enumerate(shown)
        if names[number] not in FIXED or names[number] == "images"
    ]
    lines = ["the same in all: " + "  ".join(constant)] if constant else []
    return lines + table([head, *rows], columns=columns, right=right)


def _title(name: str) -> str:
    return "last entry" if name == "note" else safe(name)


def _cell(experiment: Summary, name: str, now: datetime | None) -> str:
    """What a column shows of an experiment."""
    fixed: dict[str, Callable[[], str]] = {
        "id": lambda: safe(experiment.id),
        "when": lambda: ago(experiment.at, now) if now else experiment.at,
        "parent": lambda: safe(experiment.parent),
        "tags": lambda: safe(" ".join(experiment.tags)),
        "images": lambda: str(experiment.images or ""),
        "note": lambda: safe(experiment.words),
    }
    if name in fixed:
        return fixed[name]()
    return next((str(metric) for metric in experiment.metrics if metric.name == name), "")
