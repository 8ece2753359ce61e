"""A line of experiments for the terminal: apply the changes in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.code import SAME_CODE, format_delta, format_excerpt
from gitexp.render.terminal import paint, safe, wrap

if TYPE_CHECKING:
    from gitexp.history.change import CodeChange
    from gitexp.history.experiment_view import ExperimentView
    from gitexp.history.lineage import Lineage


def format_lineage(lineage: Lineage, columns: int, *, colour: bool = False) -> list[str]:
    """Return each generation with its metrics and its last words, then what it changed.

    The first one comes with its excerpt whole.
    """
    lines: list[str] = []
    for view in lineage.generations:
        if lines:
            lines.append("")
        lines += _format_generation(view, columns, colour=colour)
    if lineage.absence:
        lines += ["", lineage.absence]
    return lines


def _format_generation(view: ExperimentView, columns: int, *, colour: bool) -> list[str]:
    experiment = view.experiment
    name = paint(safe(experiment.id), "1", colour=colour)
    metrics = "".join(f"  {metric.name}={metric}" for metric in experiment.metrics)
    lines = [name + safe(metrics)]
    if experiment.entries:
        lines += wrap(safe(experiment.entries[-1].text), columns, "  ")
    return lines + _format_change(view.change, colour=colour)


def _format_change(change: CodeChange, *, colour: bool) -> list[str]:
    lines: list[str] = []
    if change.is_same_code:
        lines.append(f"  {SAME_CODE}")
    elif change.delta is not None:
        lines += format_delta(change.delta, colour=colour)
    if change.first_excerpt is not None:
        lines += format_excerpt(change.first_excerpt, colour=colour)
    if change.reason:
        lines.append(safe(f"  {change.reason}"))
    return lines
