"""A line of experiments for the terminal: apply the changes in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.telling import strip_head
from gitexp.render.code import format_delta, format_excerpt
from gitexp.render.terminal import cut_to_width, make_safe, paint, wrap_text

if TYPE_CHECKING:
    from gitexp.history.change import CodeChange
    from gitexp.history.experiment_view import ExperimentView
    from gitexp.history.lineage import Lineage
    from gitexp.render.terminal import TextStyle


def format_lineage(lineage: Lineage, style: TextStyle) -> list[str]:
    """Return each generation with its metrics and its last words, then what it changed.

    The first one comes with its excerpt whole. One that changed no code is one line.
    """
    lines: list[str] = []
    was_one_line = True
    for view in lineage.generations:
        is_one_line = view.change.is_only_same_code
        if lines and not (is_one_line and was_one_line):
            lines.append("")
        was_one_line = is_one_line
        if is_one_line:
            lines.append(_format_same_code(view, style))
        else:
            lines += _format_generation(view, style)
    if lineage.absence:
        lines += ["", lineage.absence]
    return lines


def _format_same_code(view: ExperimentView, style: TextStyle) -> str:
    """Return ``tcn_filter10  acc=0.6  the same code  a longer run``, cut to the width."""
    summary = view.experiment.summary
    metrics = [f"{metric.name}={metric}" for metric in summary.metrics]
    mark = "✗ corrected" if summary.corrected else ""
    words = [view.id, *metrics, mark, "the same code", summary.words]
    line = cut_to_width(make_safe("  ".join(word for word in words if word)), style.columns)
    name = line[: len(make_safe(view.id))]
    return paint(name, "1", colour=style.colour) + line[len(name) :]


def _format_generation(view: ExperimentView, style: TextStyle) -> list[str]:
    experiment = view.experiment
    name = paint(make_safe(experiment.id), "1", colour=style.colour)
    metrics = "".join(f"  {metric.name}={metric}" for metric in experiment.metrics)
    mark = "  ✗ corrected" if experiment.summary.corrected else ""
    lines = [name + make_safe(metrics) + mark]
    if experiment.entries:
        text = experiment.entries[-1].text
        words = strip_head(text, experiment.names, experiment.metrics)
        lines += wrap_text(make_safe(words), style.columns, "  ") if words else []
    return lines + _format_change(view.change, style)


def _format_change(change: CodeChange, style: TextStyle) -> list[str]:
    lines: list[str] = []
    if change.delta is not None and not change.is_same_code:
        lines += format_delta(change.delta, style)
    if change.first_excerpt is not None:
        lines += format_excerpt(change.first_excerpt, colour=style.colour)
    if change.remark:
        lines.append(make_safe(f"  {change.remark}"))
    return lines
