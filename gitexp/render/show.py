"""One experiment for the terminal: short enough to stand beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.threads import sort_into_threads
from gitexp.render.code import diff_lines, hidden_mark, missing_line
from gitexp.render.terminal import day_and_time, safe, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.metric import Metric


def show_lines(
    experiment: Experiment,
    delta: Delta | None,
    excerpt: Excerpt | None,
    title: str,
    branch: str,
    columns: int,
    *,
    mentions: Sequence[str] = (),
    ids: bool = False,
    colour: bool = False,
) -> list[str]:
    """Head, entries, delta, pictures, where else it is mentioned. ``title`` says what the delta is against, or why there is none.

    With ``ids`` each entry is preceded by the id by which it can be corrected.
    """
    metrics = "  ".join(_metric(metric) for metric in experiment.metrics)
    tags = " ".join(f"#{tag}" for tag in experiment.tags)
    name = safe(experiment.id)
    head = [f"\x1b[1m{name}\x1b[0m" if colour else name, day_and_time(experiment.at)]
    head += [safe(f"← {experiment.parent}")] if experiment.parent else []
    lines = ["  ".join(head)]
    lines += [safe("  ".join(filter(None, (metrics, tags))))] if metrics or tags else []
    lines += [safe(f"also called {', '.join(experiment.aliases)}")] if experiment.aliases else []
    for depth, entry in sort_into_threads(experiment.entries):
        others = [
            other
            for other in entry.experiments
            if other != experiment.id and other not in experiment.aliases
        ]
        lines += [] if depth else [""]
        lines += entry_lines(depth, entry, others, columns, ids=ids, colour=colour)
    lines += ["", *_delta_lines(delta, excerpt, title, colour=colour)]
    if experiment.images:
        lines += [
            "",
            *(
                safe(f"{image.name} {image.width}x{image.height}  {branch}:{image.path}")
                for image in experiment.images
            ),
        ]
    if experiment.curves:
        lines += ["", *(safe(f"{item.name}: {', '.join(item.tags)}") for item in experiment.curves)]
    if mentions:
        lines += ["", *wrap(safe("mentioned in: " + ", ".join(mentions)), columns)]
    return lines


def entry_lines(
    depth: int, entry: Entry, others: Sequence[str], columns: int, *, ids: bool, colour: bool
) -> list[str]:
    """An entry with its time; a correction stands deeper, under what it corrects. What no longer holds is marked and dim."""
    indent = "  " * depth
    mark = (
        {"correction": "↳ corrected: ", "retract": "↳ taken back: "}.get(entry.kind, "")
        if depth or entry.kind != "note"
        else ""
    )
    head = f"{indent}{mark.removesuffix(': ') + '  ' if mark else ''}{day_and_time(entry.at)}"
    head += safe(f"  (with {', '.join(others)})") if others else ""
    head += f"  {entry.id}" if ids else ""
    state = "taken back" if entry.retracted else "corrected below" if entry.corrected else ""
    head += f"  ✗ {state}" if state else ""
    text = wrap(safe(entry.text), columns, indent + "  ") if entry.text else []
    return [head, *(dim(line, colour=colour) if state else line for line in text)]


def _metric(metric: Metric) -> str:
    """``acc=0.2* (was 0.857)``."""
    return f"{metric.name}={metric}" + (f" (was {', '.join(metric.was)})" if metric.was else "")


def dim(line: str, *, colour: bool) -> str:
    """A line of text that no longer holds."""
    text = line.lstrip()
    return f"{line[: len(line) - len(text)]}\x1b[2;9m{text}\x1b[0m" if colour and text else line


def _delta_lines(
    delta: Delta | None, excerpt: Excerpt | None, title: str, *, colour: bool
) -> list[str]:
    lines = [safe(title)]
    if delta is not None:
        lines += diff_lines(delta.format_unified().splitlines(), colour=colour)
    if excerpt is not None:
        lines += [missing_line(item) for item in excerpt.missing]
        lines += [hidden_mark(excerpt.hidden_count)] if excerpt.hidden_count else []
    return lines


def metric_changes(before: Sequence[Metric], after: Sequence[Metric]) -> str:
    """``acc 0.32 → 0.645`` for every metric that both have, or that one has."""
    old = {metric.name: metric for metric in before}
    new = {metric.name: metric for metric in after}
    names = dict.fromkeys((*old, *new))
    return "  ".join(
        f"{name} {old.get(name, '–')} → {new.get(name, '–')}"
        for name in names
        if old.get(name) != new.get(name)
    )
