"""What was understood and done, a line for each experiment: said by the verbs and by the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event.facts import MetricFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.model.event import Event
    from gitexp.model.metric import Metric
    from gitexp.model.understood import Understood


def kept_lines(every: Iterable[Understood]) -> list[str]:
    """``+ tcn_filter10 acc=0.645 #tcn`` for each experiment; ``+`` where it is new, ``·`` where it was known."""
    return [_kept(one) for one in every] or ["· added to the journal"]


def _kept(kept: Understood) -> str:
    values = "".join(f" {metric.name}={metric}" for metric in kept.metrics) + "".join(
        f" #{tag}" for tag in kept.tags
    )
    pictures = f" {kept.images} picture{'' if kept.images == 1 else 's'}" if kept.images else ""
    return f"{'+' if kept.created else '·'} {kept.experiment}{values}{pictures}"


def corrected_lines(
    names: Iterable[str], right: Sequence[Metric], before: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """``✗ tcn_filter10  acc=0.645* (was 0.654)`` for each experiment. ``before``: values that stood, by experiment and name."""
    return [
        f"✗ {name}"
        + "".join(
            f"  {metric.name}={metric}{_was(before.get(name, {}), metric)}" for metric in right
        )
        for name in names
    ]


def _was(values: Mapping[str, str], metric: Metric) -> str:
    return f"* (was {values[metric.name]})" if metric.name in values else ""


def topic_line(name: str, experiments: int, entries: int) -> str:
    """``· topic encoder: 3 experiments, 1 entry``: how much gathers under a topic."""
    return f"· topic {name}: {experiments} experiment{'' if experiments == 1 else 's'}, {entries} entr{'y' if entries == 1 else 'ies'}"


def undone_lines(events: Sequence[Event]) -> list[str]:
    """``- tcn_filter10 acc=0.645 tag, the experiment itself`` for each experiment that some recorded events were about."""
    names = dict.fromkeys(name for event in events for name in event.experiments)
    created = {name for event in events if event.kind == "new" for name in event.experiments}
    lines = []
    for name in names or {"": None}:
        about = [event for event in events if not name or name in event.experiments]
        facts = [event.fact for event in about]
        values = "".join(
            f" {fact.name}={fact.value}" for fact in facts if isinstance(fact, MetricFact)
        )
        kinds = dict.fromkeys(
            event.kind for event in about if event.kind not in ("new", "metric", "note", "link")
        )
        more = "".join(f" {kind}" for kind in kinds)
        lines.append(
            f"- {name or 'the last entry'}{values}{more}"
            + (", the experiment itself" if name in created else "")
        )
    return lines
