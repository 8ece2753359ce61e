"""Names of wandb's that a script may call, and that record nothing here."""

from __future__ import annotations

from typing import Any

from gitexp.training.quiet import say


class NotRecorded:
    """A value of a kind that is not recorded: a table, a histogram, a video, a sound, an artifact."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        say("tables, histograms, videos, sounds and artifacts are not recorded")

    def __getattr__(self, name: str) -> Any:
        return do_nothing


class AlertLevel:
    """The levels of an alert, as wandb and trackio name them."""

    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class Settings:
    """Settings of wandb's: taken, and without meaning here."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        """Take any settings."""


RUN_METHODS = (
    *("alert", "define_metric", "link_artifact", "log_artifact", "log_code", "mark_preempting"),
    *("restore", "save", "unwatch", "use_artifact", "watch"),
)
"""Methods of a run of wandb's that do nothing here."""


def do_nothing(*args: Any, **keywords: Any) -> None:
    """Take any arguments and do nothing: ``watch``, ``save``, ``login``, ``define_metric``."""
