"""Names of wandb's that a script may call, and that record nothing here."""

from __future__ import annotations

from typing import Any

from gitexp.training.quiet import say


class NotRecorded:
    """A value of a kind that is not recorded: a table, a histogram, a video, a sound."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        say("tables, histograms, videos and sounds are not recorded")

    def __getattr__(self, name: str) -> Any:
        return do_nothing


def do_nothing(*args: Any, **keywords: Any) -> None:
    """Take any arguments and do nothing: ``watch``, ``save``, ``login``, ``define_metric``."""
