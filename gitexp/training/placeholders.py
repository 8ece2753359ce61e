"""Names of wandb's and trackio's that a script may use, and that record nothing here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gitexp.training.quiet import say

if TYPE_CHECKING:
    from collections.abc import Iterator


class Nothing:
    """What a call gives that does nothing: it is empty, and whatever a script does with it goes on."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return NOTHING

    def __call__(self, *args: Any, **keywords: Any) -> Nothing:
        """Do nothing."""
        return NOTHING

    def __getitem__(self, key: Any) -> Nothing:
        if isinstance(key, int):
            raise IndexError(key)
        return NOTHING

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: object) -> None:
        """Let every error through."""

    def __str__(self) -> str:
        return ""


NOTHING = Nothing()


def do_nothing(*args: Any, **keywords: Any) -> Nothing:
    """Take any arguments and do nothing: ``watch``, ``define_metric``, ``show``."""
    return NOTHING


def log_in(*args: Any, **keywords: Any) -> bool:
    """Say that a script that logs in may go on: there is nothing to log in to."""
    return True


class NotRecorded(Nothing):
    """A value of a kind that is not recorded: a table, a histogram, a video, a sound."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        """Take what it would show, and say once that it is not recorded."""
        say("tables, histograms, videos and sounds are not recorded")

    def __bool__(self) -> bool:
        return True


class NoServer(Nothing):
    """What reads from a server of wandb's: there is none, and it has no runs."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        """Take any address."""
        say("there is no server to read runs from ('git exp list' has those of this repository)")


class AlertLevel:
    """The levels of an alert, as wandb and trackio name them."""

    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class Settings:
    """Settings of wandb's: taken, and without meaning here."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        """Take any settings."""


class ServiceError(Exception):
    """An error that a script waits for (``except wandb.errors.CommError``). It is never raised."""


class _Errors:
    """The errors of wandb's by their names."""

    Error = CommError = UsageError = AuthenticationError = ServiceError

    def __getattr__(self, name: str) -> type[ServiceError]:
        return ServiceError


class _Utilities(Nothing):
    """Helpers of wandb's; of those that scripts use, one gives something."""

    def generate_id(self, length: int = 8) -> str:
        """Return a new name of letters and digits."""
        return os.urandom(length).hex()[:length]


errors = _Errors()
util = _Utilities()
plot = NOTHING


RUN_METHODS = frozenset(
    (
        *("define_metric", "link_artifact", "link_model", "log_code", "log_system"),
        *("mark_preempting", "restore", "status", "unwatch", "use_model", "watch"),
    )
)
"""Methods of a run of wandb's that do nothing here."""
