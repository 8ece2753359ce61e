"""One experiment for the terminal: short enough to stand beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.code import diff_lines, hidden_mark, missing_line
from gitexp.render.terminal import day_and_time, safe, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import Delta
    from gitexp.model.experiment import Experiment
    from gitexp.model.metric import Metric


def show_lines(
    experiment: Experiment, delta: Delta | None, excerpt: Excerpt | None, title: str, branch: str, columns: int, *, colour: bool = False
) -> list[str]:
    """Head, entries, delta, pictures. ``title`` says what the delta is against, or why there is none."""
    metrics = "  ".join(f"{metric.name}={metric}" for metric in experiment.metrics)
    tags = " ".join(f"#{tag}" for tag in experiment.tags)
    name = safe(experiment.id)
    head = [f"\x1b[1m{name}\x1b[0m" if colour else name, day_and_time(experiment.at)]
    head += [safe(f"← {experiment.parent}")] if experiment.parent else []
    lines = ["  ".join(head)]
    lines += [safe("  ".join(filter(None, (metrics, tags))))] if metrics or tags else []
    lines += [safe(f"also called {', '.join(experiment.aliases)}")] if experiment.aliases else []
    for entry in experiment.entries:
        others = [other for other in entry.experiments if other != experiment.id and other not in experiment.aliases]
        lines += ["", day_and_time(entry.at) + (safe(f"  (with {', '.join(others)})") if others else "")]
        lines += wrap(safe(entry.text), columns, "  ")
    lines += ["", *_delta_lines(delta, excerpt, title, colour=colour)]
    if experiment.images:
        lines += ["", *(safe(f"{image.name} {image.width}x{image.height}  {branch}:{image.path}") for image in experiment.images)]
    return lines


def _delta_lines(delta: Delta | None, excerpt: Excerpt | None, title: str, *, colour: bool) -> list[str]:
    lines = [safe(title)]
    if delta is not None:
        lines += diff_lines(delta.unified_text().splitlines(), colour=colour)
    if excerpt is not None:
        lines += [missing_line(item) for item in excerpt.missing]
        lines += [hidden_mark(excerpt.hidden)] if excerpt.hidden else []
    return lines


def metric_changes(before: Sequence[Metric], after: Sequence[Metric]) -> str:
    """``acc 0.32 → 0.645`` for every metric that both have, or that one has."""
    old = {metric.name: metric for metric in before}
    new = {metric.name: metric for metric in after}
    names = dict.fromkeys((*old, *new))
    return "  ".join(f"{name} {old.get(name, '–')} → {new.get(name, '–')}" for name in names if old.get(name) != new.get(name))
