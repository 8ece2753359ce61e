"""Corrections: added to what was recorded, never in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.model.event import clean_text
from gitexp.record.read.journal import read_retractions
from gitexp.record.read.resolve import find_event
from gitexp.record.write.exclusive import hold_lock_of_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.record.read.resolve import Target
    from gitexp.record.record import Record


def add_correction(
    record: Record,
    reach: Target,
    text: str,
    metrics: Sequence[Metric] = (),
    *,
    at: datetime | None = None,
) -> Event:
    """Record one correction that stands on everything it reaches. Raises UsageError when it says or reaches nothing."""
    body = clean_text(text)
    if not body.strip() and not metrics:
        raise UsageError(
            "the correction is empty: nothing was recorded",
            "git exp correct TARGET -m 'what is right'",
        )
    if metrics and not reach.experiments:
        raise UsageError(
            "a metric can be corrected only on an experiment",
            "name one: git exp correct ID --metric acc=0.2",
        )
    if not reach.experiments and not reach.events:
        raise UsageError(
            "there is nothing to correct in this",
            "name an experiment, an entry or a range; git exp journal --ids shows them",
        )
    metrics = [record.metric_aliases.rename(metric) for metric in metrics]
    values = [[metric.name, metric.value, metric.about, metric.partial] for metric in metrics]
    draft = record.draft_event(
        "correction",
        reach.experiments,
        at=at,
        text=body,
        targets=list(reach.events),
        metrics=values,
    )
    return record.append_events([draft])[0]


def read_metric_values(record: Record, reach: Target) -> dict[str, dict[str, str]]:
    """What the metrics of each reached experiment are now, by its id and their names."""
    rows = {name: record.index.read_experiment(name) for name in reach.experiments}
    return {
        name: {metric.name: metric.value for metric in row.metrics}
        for name, row in rows.items()
        if row
    }


def find_corrected_metrics(record: Record, reach: Target, text: str) -> list[Metric]:
    """The metrics that a correction's text sets right: ``acc=0.654``, of one experiment that has such a metric."""
    from gitexp.model.metric_syntax import find_assignments

    if len(reach.experiments) != 1:
        return []
    known = read_metric_values(record, reach).get(reach.experiments[0], {})
    return list(
        {metric.name: metric for metric in find_assignments(text) if metric.name in known}.values()
    )


@hold_lock_of_record
def add_retraction(
    record: Record, targets: Sequence[str], text: str = "", *, at: datetime | None = None
) -> list[Event]:
    """Take corrections back; those that were. Raises NotFoundError or UsageError for what is no correction that holds."""
    found = [find_event(record, target) for target in targets]
    holds = read_retractions(record)
    for event in found:
        if event.kind not in ("correction", "retract"):
            raise UsageError(
                f"{event.id} is not a correction",
                f"say what is wrong with it: git exp correct {event.id} -m TEXT",
            )
        if not holds.holds(event.id):
            raise UsageError(
                f"{event.id} is taken back already", "git exp show ID --ids shows how things stand"
            )
    names = tuple(dict.fromkeys(name for event in found for name in event.experiments))
    record.append_events(
        [
            record.draft_event(
                "retract",
                names,
                at=at,
                text=clean_text(text),
                targets=[event.id for event in found],
            )
        ]
    )
    return found
