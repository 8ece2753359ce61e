"""The values of a metric over the trials in time order, with the best so far."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import UsageError
from gitexp.model.metric_names import is_lower_better

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.model.experiment import Summary
    from gitexp.model.metric import Metric

BETTER_KEY = "gitexp.better"
_DIRECTIONS = {"higher": False, "lower": True}


class Trial(NamedTuple):
    """An experiment with its value.

    ``is_sure``: the value is a number, not guessed, of a run that ended. ``is_best``: it was the
    best sure value when it came.
    """

    summary: Summary
    metric: Metric
    is_best: bool

    @property
    def is_sure(self) -> bool:
        """True where the value counts among the best."""
        return self.metric.sure


class Progress(NamedTuple):
    """The trials that have a value of ``metric``, oldest first. ``others`` have none."""

    metric: str
    is_lower_better: bool
    trials: tuple[Trial, ...]
    others: int

    @property
    def best(self) -> Trial | None:
        """The trial with the best sure value."""
        best_ones = [trial for trial in self.trials if trial.is_best]
        return best_ones[-1] if best_ones else None


def read_progress(
    summaries: Sequence[Summary], metric: str = "", settings: Mapping[str, str] | None = None
) -> Progress:
    """Return the progress of a metric, or of the one that most experiments have.

    Raises UsageError for a metric that no experiment has, and for a setting ``gitexp.better`` that
    cannot be read.
    """
    name = metric or find_main_metric(summaries)
    is_lower = prefers_lower(name, settings or {})
    trials: list[Trial] = []
    best: float | None = None
    for summary in summaries:
        value = _find_metric(summary.metrics, name)
        if value is None or not isfinite(value.number):
            continue
        number = -value.number if is_lower else value.number
        is_best = value.sure and (best is None or number > best)
        if is_best:
            best = number
        trials.append(Trial(summary, value, is_best))
    if metric and not trials:
        names = ", ".join(list_metric_names(summaries)) or "none yet"
        raise UsageError(f"no experiment has a number for '{metric}'", f"metrics are: {names}")
    return Progress(name, is_lower, tuple(trials), len(summaries) - len(trials))


def find_main_metric(summaries: Iterable[Summary]) -> str:
    """Return the metric that most experiments have, the first among equals; "" if none has any."""
    names = list_metric_names(summaries)
    return names[0] if names else ""


def list_metric_names(summaries: Iterable[Summary]) -> list[str]:
    """Return the names of all metrics, the most frequent first."""
    counts: Counter[str] = Counter()
    for summary in summaries:
        counts.update(metric.name for metric in summary.metrics)
    return [name for name, _ in counts.most_common()]


def _find_metric(metrics: Iterable[Metric], name: str) -> Metric | None:
    for metric in metrics:
        if metric.name == name:
            return metric
    return None


def prefers_lower(name: str, settings: Mapping[str, str]) -> bool:
    """Return True if a lower value of a metric is better.

    The setting ``gitexp.better`` says it (``speed=lower top5=higher``), else the metric's name.
    Raises UsageError for a setting that cannot be read.
    """
    is_lower = is_lower_better(name)
    for word in settings.get(BETTER_KEY, "").replace(",", " ").split():
        metric, _, direction = word.rpartition("=")
        if not metric or direction not in _DIRECTIONS:
            raise UsageError(
                f"config {BETTER_KEY} is not understood: '{word}'",
                f"git config {BETTER_KEY} '{name or 'acc'}=higher'",
            )
        if metric == name:
            is_lower = _DIRECTIONS[direction]
    return is_lower
