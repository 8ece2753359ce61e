"""One experiment for the terminal: short enough to stand beside others."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gitexp.model.config_fence import fold_settings
from gitexp.model.experiment import label_parent
from gitexp.model.threads import sort_into_threads
from gitexp.render.code import format_delta, format_notes
from gitexp.render.terminal import format_moment, make_safe, paint, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.history.change import CodeChange
    from gitexp.history.experiment_view import ExperimentPage
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.metric import Metric
    from gitexp.record.read.runs import CommandRun
    from gitexp.render.terminal import TextStyle

_ANSWERS = {"correction": "↳ corrected", "retract": "↳ taken back"}
_DIM_AND_STRUCK = "2;9"


def format_page(page: ExperimentPage, branch: str, style: TextStyle) -> list[str]:
    """Return head, entries, change, pictures, series, and where else the experiment is named.

    ``branch``: the record branch, where pictures lie.
    """
    experiment = page.view.experiment
    lines = _format_head(experiment, style)
    for run in page.runs:
        lines += wrap_text(make_safe(describe_run(run)), style.columns)
    for depth, entry in sort_into_threads(experiment.entries):
        if depth == 0:
            lines.append("")
        text = entry.text
        if not style.everything:
            text = fold_settings(text, page.parent_settings, experiment.parent)
        lines += _format_entry(depth, entry._replace(text=text), experiment, style)
    lines += ["", *_format_change(page.view.change, style)]
    if experiment.images:
        lines.append("")
    for image in experiment.images:
        size = f"{image.width}x{image.height}"
        lines.append(make_safe(f"{image.name} {size}  {branch}:{image.path}"))
    if experiment.curves:
        lines.append("")
    for curves in experiment.curves:
        lines.append(make_safe(f"{curves.name}: {', '.join(curves.tags)}"))
    if page.mentions:
        names = ", ".join(page.mentioning_names)
        lines += ["", *wrap_text(make_safe(f"mentioned in: {names}"), style.columns)]
    return lines


def describe_run(run: CommandRun) -> str:
    """Return ``ran python train.py --epochs 20: 93.4 s``, and how it ended where that was not well."""
    ending = ""
    if run.signal:
        ending = f", stopped by signal {run.signal}"
    elif run.exit_code:
        ending = f", failed with exit code {run.exit_code}"
    return f"ran {shlex.join(run.command)}: {run.seconds:.1f} s{ending}"


def _format_head(experiment: Experiment, style: TextStyle) -> list[str]:
    name = paint(make_safe(experiment.id), "1", colour=style.colour)
    head = [name, format_moment(experiment.at)]
    if experiment.parent:
        head.append(make_safe(f"← {experiment.parent_label}"))
    lines = ["  ".join(head)]
    if earlier := _list_earlier_parents(experiment):
        lines.append(make_safe(f"parent before: {', '.join(earlier)}"))
    values = [_format_metric(metric) for metric in experiment.metrics]
    if experiment.tags:
        values.append(" ".join(f"#{tag}" for tag in experiment.tags))
    if values:
        lines.append(make_safe("  ".join(values)))
    if experiment.aliases:
        lines.append(make_safe(f"also called {', '.join(experiment.aliases)}"))
    return [*lines, *_format_beginnings(experiment)]


def _format_beginnings(experiment: Experiment) -> list[str]:
    """Return the beginnings of an id that several clones chose, and how to part them."""
    if not experiment.beginnings:
        return []
    lines = [f"begun in {len(experiment.beginnings)} clones:"]
    for beginning in experiment.beginnings:
        lines.append(f"  {beginning.id}  {format_moment(beginning.at)}  {beginning.author}")
    last = experiment.beginnings[-1].id
    lines.append(f"  part them: git exp rename {experiment.id} NEW_ID --of {last[:4]}")
    return [make_safe(line) for line in lines]


def _list_earlier_parents(experiment: Experiment) -> list[str]:
    """Return what was said of the parent before what holds, each with its day."""
    holding = (experiment.parent, experiment.is_parent_presumed)
    earlier = []
    for change in experiment.parents:
        if (change.parent, change.is_presumed) != holding:
            parent = label_parent(change.parent, is_presumed=change.is_presumed) or "none"
            earlier.append(f"{parent} {change.at[:10]}")
    return earlier


def _format_metric(metric: Metric) -> str:
    """Return ``acc=0.2* (was 0.857)``."""
    earlier = f" (was {', '.join(metric.was)})" if metric.was else ""
    return f"{metric.name}={metric}{earlier}"


def _format_entry(depth: int, entry: Entry, experiment: Experiment, style: TextStyle) -> list[str]:
    """Return an entry with its time; a correction stands deeper, under what it corrects.

    What no longer holds is marked and dim.
    """
    indent = "  " * depth
    head = [format_moment(entry.at)]
    if entry.kind in _ANSWERS:
        head.insert(0, _ANSWERS[entry.kind])
    names = (experiment.id, *experiment.aliases)
    others = [ident for ident in entry.experiments if ident not in names]
    if others:
        head.append(make_safe(f"(with {', '.join(others)})"))
    if style.ids:
        head.append(entry.id)
    state = describe_state(entry, "corrected below")
    if state:
        head.append(state)
    lines = [indent + "  ".join(head)]
    if entry.text:
        text = wrap_text(make_safe(entry.text), style.columns, indent + "  ")
        lines += dim_lines(text, colour=style.colour) if state else text
    return lines


def describe_state(entry: Entry, corrected: str = "corrected") -> str:
    """Return ``✗`` and why an entry no longer holds; "" where it does.

    ``corrected``: how to say that it was corrected.
    """
    if entry.retracted:
        return "✗ taken back"
    return f"✗ {corrected}" if entry.corrected else ""


def dim_lines(lines: Iterable[str], *, colour: bool) -> list[str]:
    """Return lines of a text that no longer holds, struck out behind their indentation."""
    dimmed = []
    for line in lines:
        text = line.lstrip()
        indent = line[: len(line) - len(text)]
        dimmed.append(indent + paint(text, _DIM_AND_STRUCK, colour=colour and bool(text)))
    return dimmed


def _format_change(change: CodeChange, style: TextStyle) -> list[str]:
    lines = [make_safe(change.full_title)]
    if change.pinned:
        lines.append(make_safe(change.pinned_note))
    if change.delta is not None:
        lines += format_delta(change.delta, style)
    if change.excerpt is not None:
        lines += format_notes(change.excerpt)
    return lines


def format_metric_changes(older: Sequence[Metric], newer: Sequence[Metric]) -> str:
    """Return ``acc 0.32 → 0.645`` for each metric that differs; ``–`` stands for none."""
    old_values = {metric.name: metric for metric in older}
    new_values = {metric.name: metric for metric in newer}
    changes = []
    for name in dict.fromkeys((*old_values, *new_values)):
        old, new = old_values.get(name), new_values.get(name)
        if old != new:
            changes.append(f"{name} {old or '–'} → {new or '–'}")
    return "  ".join(changes)
