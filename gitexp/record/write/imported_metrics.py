"""Tell the metrics that an import brought from those that were said in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event.facts import MetricFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.record.record import Record


def find_said_metrics(
    record: Record, sources: Mapping[str, str], prefix: str
) -> dict[str, set[str]]:
    """Return the names of the metrics of each experiment that no import of a kind brought.

    ``sources``: the event of each key that was imported; ``prefix``: what the keys of that kind
    begin with.
    """
    index = record.index
    idents = index.read_names()
    event_ids = [ident for key, ident in sources.items() if key.startswith(prefix)]
    imported: dict[str, set[str]] = {}
    for _, event in index.read_numbered_events(index.find_numbers_of(event_ids).values()):
        if isinstance(event.fact, MetricFact):
            for experiment in event.experiments:
                name = idents.get(experiment, experiment)
                imported.setdefault(name, set()).add(event.fact.name)
    said = {}
    for summary in record.read_summaries():
        names = {metric.name for metric in summary.metrics}
        said[summary.id] = names - imported.get(summary.id, set())
    return said
