"""Correct what was recorded: corrections are added to it, and never take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.model.metric_syntax import find_assignments
from gitexp.record.read.journal import read_retractions
from gitexp.record.read.resolve import find_event
from gitexp.record.record import list_experiments_of
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.retractions import Retractions
    from gitexp.record.read.resolve import Target
    from gitexp.record.record import Record


def add_correction(
    record: Record,
    target: Target,
    text: str,
    metrics: Sequence[Metric] = (),
    *,
    at: datetime | None = None,
) -> Event:
    """Record one correction of everything in a target and return its event.

    ``metrics`` are the right values. Raises UsageError when it says nothing, or is about nothing.
    Resolve the target under the same lock.
    """
    body = clean_text(text)
    _check_correction(target, body, metrics)
    metrics = [record.metric_aliases.rename(metric) for metric in metrics]
    values = [[metric.name, metric.value, metric.about, metric.partial] for metric in metrics]
    draft = record.draft_event(
        "correction",
        target.experiments,
        at=at,
        text=body,
        targets=list(target.events),
        metrics=values,
    )
    (event,) = record.append_events([draft])
    return event


def read_metric_values(record: Record, target: Target) -> dict[str, dict[str, str]]:
    """Return the metrics of each experiment of a target as they are now, by id and name."""
    values = {}
    for ident in target.experiments:
        experiment = record.index.read_experiment(ident)
        if experiment is not None:
            values[ident] = {metric.name: metric.value for metric in experiment.metrics}
    return values


def find_corrected_metrics(record: Record, target: Target, text: str) -> list[Metric]:
    """Return the metrics that the text of a correction sets right: ``acc=0.654``.

    They are of one experiment, which has such a metric.
    """
    if len(target.experiments) != 1:
        return []
    (ident,) = target.experiments
    values = read_metric_values(record, target).get(ident, {})
    metrics: dict[str, Metric] = {}
    for metric in find_assignments(text):
        if metric.name in values:
            metrics[metric.name] = metric
    return list(metrics.values())


@hold_lock_of_record
def add_retraction(
    record: Record, prefixes: Sequence[str], text: str = "", *, at: datetime | None = None
) -> list[Event]:
    """Take corrections back and return them; ``prefixes`` are what their ids begin with.

    Raises NotFoundError or UsageError for what is no correction that holds.
    """
    retractions = read_retractions(record)
    corrections = [_find_correction(record, prefix, retractions) for prefix in prefixes]
    draft = record.draft_event(
        "retract",
        list_experiments_of(corrections),
        at=at,
        text=clean_text(text),
        targets=[event.id for event in corrections],
    )
    record.append_events([draft])
    return corrections


def _check_correction(target: Target, body: str, metrics: Sequence[Metric]) -> None:
    """Raise UsageError for a correction that says nothing, or is about nothing."""
    if not body.strip() and not metrics:
        raise UsageError(
            "the correction is empty: nothing was recorded",
            "git exp correct TARGET -m 'what is right'",
        )
    if metrics and not target.experiments:
        raise UsageError(
            "a metric can be corrected only on an experiment",
            "name one: git exp correct ID --metric acc=0.2",
        )
    if not target.experiments and not target.events:
        raise UsageError(
            "there is nothing to correct in this",
            "name an experiment, an entry or a range; git exp journal --ids shows them",
        )


def _find_correction(record: Record, prefix: str, retractions: Retractions) -> Event:
    """Return the correction whose id begins with ``prefix``, if it holds."""
    event = find_event(record, prefix)
    if event.kind not in ("correction", "retract"):
        raise UsageError(
            f"{event.id} is not a correction",
            f"say what is wrong with it: git exp correct {event.id} -m TEXT",
        )
    if not retractions.holds(event.id):
        raise UsageError(
            f"{event.id} is taken back already", "git exp show ID --ids shows how things stand"
        )
    return event
