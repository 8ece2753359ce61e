"""A line of experiments for the terminal: apply the changes in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.code import SAME_CODE, diff_lines, excerpt_lines
from gitexp.render.terminal import safe, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import Delta
    from gitexp.model.experiment import Experiment

    LineageStep = tuple[Experiment, Delta | None, Excerpt | None, str]


def lineage_lines(steps: Sequence[LineageStep], columns: int, *, colour: bool = False) -> list[str]:
    """The first experiment with its whole excerpt, then each with its delta; above each its metrics and its last words."""
    lines: list[str] = []
    for number, (experiment, delta, excerpt, reason) in enumerate(steps):
        metrics = "".join(f"  {metric.name}={metric}" for metric in experiment.metrics)
        name = safe(experiment.id)
        lines.append((f"\x1b[1m{name}\x1b[0m" if colour else name) + safe(metrics))
        if experiment.entries:
            lines += wrap(safe(experiment.entries[-1].text), columns, "  ")
        if delta is not None:
            lines += diff_lines(delta.unified_text().splitlines(), colour=colour) or [f"  {SAME_CODE}"]
        elif number == 0 and excerpt is not None:
            lines += excerpt_lines(excerpt, colour=colour)
        else:
            lines.append(safe(f"  {reason}"))
        lines.append("")
    return lines[:-1]
