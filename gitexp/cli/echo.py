"""Saying in one line an experiment what was understood and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from gitexp.history.trials import Recorded


def echo_recorded(recorded: Recorded) -> None:
    """``+ tcn_filter10 acc=0.645 #tcn`` for each experiment; ``+`` where it is new, ``·`` where it was known."""
    tags = "".join(f" #{tag}" for tag in recorded.tags)
    metrics = {reading.experiment: reading.metrics for reading in recorded.readings}
    names = dict.fromkeys((*recorded.created, *metrics))
    for name in names:
        values = "".join(f" {metric.name}={metric}" for metric in metrics.get(name, ()))
        click.echo(safe(f"{'+' if name in recorded.created else '·'} {name}{values}{tags}"))
    if not names:
        click.echo(f"· in the journal{tags}")
    if recorded.left_out:
        shown = ", ".join(recorded.left_out[:3]) + (" ..." if len(recorded.left_out) > 3 else "")
        click.echo(safe(f"  left out of the snapshot, over 1 MiB and not in git: {shown}"))
