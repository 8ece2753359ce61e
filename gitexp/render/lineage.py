"""A line of experiments for the terminal: apply the changes in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.code import SAME_CODE, diff_lines, excerpt_lines
from gitexp.render.terminal import safe, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Experiment

    LineageStep = tuple[Experiment, Delta | None, Excerpt | None, str]


def lineage_lines(steps: Sequence[LineageStep], columns: int, *, colour: bool = False) -> list[str]:
    """Each experiment with its delta, or its excerpt whole where one is given; above each its metrics and its last words.

    An excerpt is given of the first, and where the code before is not in this clone. ``reason`` says what cannot be shown.
    """
    lines: list[str] = []
    for number, (experiment, delta, excerpt, reason) in enumerate(steps):
        metrics = "".join(f"  {metric.name}={metric}" for metric in experiment.metrics)
        name = safe(experiment.id)
        lines.append((f"\x1b[1m{name}\x1b[0m" if colour else name) + safe(metrics))
        if experiment.entries:
            lines += wrap(safe(experiment.entries[-1].text), columns, "  ")
        if delta is not None:
            changes = diff_lines(delta.format_unified().splitlines(), colour=colour)
            lines += changes or [f"  {SAME_CODE}"]
        if excerpt is not None:
            lines += excerpt_lines(excerpt, colour=colour)
        if reason and (number or excerpt is None):
            lines.append(safe(f"  {reason}"))
        lines.append("")
    return lines[:-1]
