"""Corrections: added to what was recorded, never in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError, UsageError
from gitexp.history.journal import standing
from gitexp.model.event import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitexp.history.record import Record
    from gitexp.model.event import Event
    from gitexp.model.metric import Metric

_EVENT_ID = re.compile(r"[k-z]{4,12}")
# Events that can be corrected, and those that can be taken back.
_CORRECTABLE = ("note", "metric", "correction", "retract")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a correction is about: experiments, and the events among them that it names (none: whole experiments)."""

    experiments: tuple[str, ...]
    events: tuple[str, ...] = ()

    def __add__(self, other: Reach) -> Reach:
        return Reach(tuple(dict.fromkeys((*self.experiments, *other.experiments))), tuple(dict.fromkeys((*self.events, *other.events))))


def correct(record: Record, reach: Reach, text: str, metrics: Sequence[Metric] = (), *, at: datetime | None = None) -> Event:
    """Record one correction that stands on everything it reaches. Raises UsageError when it says or reaches nothing."""
    body = clean_text(text)
    if not body.strip() and not metrics:
        raise UsageError("the correction is empty: nothing was recorded", "git exp correct TARGET -m 'what is right'")
    if metrics and not reach.experiments:
        raise UsageError("a metric can be corrected only on an experiment", "name one: git exp correct ID --metric acc=0.2")
    if not reach.experiments and not reach.events:
        raise UsageError("there is nothing to correct in this", "name an experiment, an entry or a range; git exp journal --ids shows them")
    values = [[metric.name, metric.value, metric.about, metric.partial] for metric in metrics]
    draft = record.draft("correction", reach.experiments, at=at, text=body, targets=list(reach.events), metrics=values)
    return record.append([draft])[0]


def values_before(record: Record, reach: Reach) -> dict[str, dict[str, str]]:
    """What the metrics of each reached experiment are now, by its id and their names."""
    rows = {name: record.index.row(name) for name in reach.experiments}
    return {name: {metric.name: metric.value for metric in row.metrics} for name, row in rows.items() if row}


def set_right(record: Record, reach: Reach, text: str) -> list[Metric]:
    """The metrics that a correction's text sets right: ``acc=0.654``, of one experiment that has such a metric."""
    from gitexp.model.metric import assignments

    if len(reach.experiments) != 1:
        return []
    known = values_before(record, reach).get(reach.experiments[0], {})
    return list({metric.name: metric for metric in assignments(text) if metric.name in known}.values())


def retract(record: Record, targets: Sequence[str], text: str = "", *, at: datetime | None = None) -> list[Event]:
    """Take corrections back; those that were. Raises NotFoundError or UsageError for what is no correction that holds."""
    found = [_event(record, target) for target in targets]
    holds = standing(record)
    for event in found:
        if event.kind not in ("correction", "retract"):
            raise UsageError(f"{event.id} is not a correction", f"say what is wrong with it: git exp correct {event.id} -m TEXT")
        if not holds.holds(event.id):
            raise UsageError(f"{event.id} is taken back already", "git exp show ID --ids shows how things stand")
    names = tuple(dict.fromkeys(name for event in found for name in event.experiments))
    record.append([record.draft("retract", names, at=at, text=clean_text(text), targets=[event.id for event in found])])
    return found


def reach_of(record: Record, text: str) -> Reach:
    """What a person means: an experiment, an entry or metric by its event id, or a range ``A..B`` of either in time order."""
    if ".." in text:
        return _between(record, *text.split("..", 1))
    known = record.index.names()
    if text in known:
        return Reach((known[text],))
    if _EVENT_ID.fullmatch(text) and (ids := record.index.event_ids(text)):
        if any(name.startswith(text) for name in known):
            raise AmbiguousError(f"'{text}' may mean an experiment or an entry", "write more of it")
        event = _event(record, text) if len(ids) > 1 else record.index.event(ids[0])
        if event is not None and event.kind in _CORRECTABLE:
            return Reach(tuple(dict.fromkeys(known.get(name, name) for name in event.experiments)), (event.id,))
        if event is not None:
            raise UsageError(f"{event.id} cannot be corrected: it is a {event.kind}", "correct the experiment: git exp correct ID -m TEXT")
    return Reach((record.resolve(text),))


def _between(record: Record, first: str, last: str) -> Reach:
    """Experiments or entries from one to another, in time order whichever is named first."""
    ends = [reach_of(record, first), reach_of(record, last)]
    if all(end.events for end in ends):
        low, high = sorted(event.when.timestamp() for end in ends if (event := record.index.event(end.events[0])))
        inner = [event for event in record.index.entries(low, high) if event.kind in _CORRECTABLE]
        known = record.index.names()
        return Reach(
            tuple(dict.fromkeys(known.get(name, name) for event in inner for name in event.experiments)), tuple(event.id for event in inner)
        )
    if any(end.events for end in ends):
        raise UsageError(f"'{first}..{last}' goes from an experiment to an entry", "name two experiments or two entries")
    order = [summary.id for summary in record.summaries()]
    low, high = sorted(order.index(end.experiments[0]) for end in ends)
    return Reach(tuple(order[low : high + 1]))


def _event(record: Record, prefix: str) -> Event:
    ids = record.index.event_ids(prefix) if _EVENT_ID.fullmatch(prefix) else []
    if len(ids) > 1:
        raise AmbiguousError(f"'{prefix}' fits {len(ids)} entries", f"write more of it: {', '.join(ids[:6])}")
    event = record.index.event(ids[0]) if ids else None
    if event is None:
        raise NotFoundError(f"there is no entry '{prefix}'", "git exp journal --ids shows their ids")
    return event
