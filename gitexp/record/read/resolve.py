"""Resolve what a person means: an experiment, an entry, or a range of either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record

_EVENT_ID = re.compile(r"[k-z]{4,12}")

_CORRECTABLE = ("note", "metric", "correction", "retract")
"""Kinds of events that can be corrected."""


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a correction: ``experiments``, by their ids in use.

    ``events`` are those of their events that are meant, by id; none where the experiments are meant
    as a whole.
    """

    experiments: tuple[str, ...]
    events: tuple[str, ...] = ()

    def __add__(self, other: Target) -> Target:
        experiments = dict.fromkeys((*self.experiments, *other.experiments))
        events = dict.fromkeys((*self.events, *other.events))
        return Target(tuple(experiments), tuple(events))


def resolve_targets(record: Record, texts: Iterable[str]) -> Target:
    """Return what a person means by several texts together. Raises as ``resolve_target``."""
    target = Target(())
    for text in texts:
        target += resolve_target(record, text)
    return target


def resolve_target(record: Record, text: str) -> Target:
    """Return what a person means by ``text``.

    It is an experiment, an entry or metric by the id of its event, or a range ``A..B`` of either in
    the order of time. Raises NotFoundError, AmbiguousError, or UsageError for an event that cannot
    be corrected.
    """
    if ".." in text:
        first, last = text.split("..", 1)
        return _resolve_range(record, first, last)
    idents = record.index.read_names()
    if text in idents:
        return Target((idents[text],))
    event = _find_meant_event(record, text)
    if event is None:
        return Target((record.resolve_id(text),))
    if event.kind not in _CORRECTABLE:
        raise UsageError(
            f"{event.id} cannot be corrected: it is a {event.kind}",
            "correct the experiment: git exp correct ID -m TEXT",
        )
    return _target_events(record, [event])


def find_event(record: Record, prefix: str) -> Event:
    """Return the event whose id begins with ``prefix``. Raises NotFoundError or AmbiguousError."""
    ids = _find_event_ids(record, prefix)
    if len(ids) > 1:
        raise AmbiguousError(
            f"'{prefix}' fits {len(ids)} entries", f"write more of it: {', '.join(ids[:6])}"
        )
    event = record.index.read_event(ids[0]) if ids else None
    if event is None:
        raise NotFoundError(
            f"there is no entry '{prefix}'", "git exp journal --ids shows their ids"
        )
    return event


def resolve_pin_targets(record: Record, texts: Sequence[str]) -> list[str]:
    """Return the ids of the experiments and entries that are to be pinned. Raises NotFoundError."""
    ids: list[str] = []
    for text in texts:
        target = resolve_target(record, text)
        ids += target.events or target.experiments
    return ids


def _find_event_ids(record: Record, prefix: str) -> list[str]:
    """Return the ids of events that begin with ``prefix``; none where that is too short for one."""
    return record.index.find_event_ids(prefix) if _EVENT_ID.fullmatch(prefix) else []


def _find_meant_event(record: Record, text: str) -> Event | None:
    """Return the event whose id begins with ``text``, or None. Raises AmbiguousError."""
    if not _find_event_ids(record, text):
        return None
    if any(name.startswith(text) for name in record.index.read_names()):
        raise AmbiguousError(f"'{text}' may mean an experiment or an entry", "write more of it")
    return find_event(record, text)


def _resolve_range(record: Record, first: str, last: str) -> Target:
    """Return the experiments or entries from one to another, whichever is named first."""
    ends = [resolve_target(record, first), resolve_target(record, last)]
    if all(end.events for end in ends):
        return _target_entries_between(record, ends)
    if any(end.events for end in ends):
        raise UsageError(
            f"'{first}..{last}' goes from an experiment to an entry",
            "name two experiments or two entries",
        )
    idents = [summary.id for summary in record.read_summaries()]
    low, high = sorted(idents.index(end.experiments[0]) for end in ends)
    return Target(tuple(idents[low : high + 1]))


def _target_entries_between(record: Record, ends: Sequence[Target]) -> Target:
    events = [record.index.read_event(end.events[0]) for end in ends]
    bounds = sorted(_read_place(event) for event in events if event is not None)
    first, last = bounds[0], bounds[-1]
    between = [
        event
        for event in record.index.read_entries(first[0], last[0])
        if first <= _read_place(event) <= last and event.kind in _CORRECTABLE
    ]
    return _target_events(record, between)


def _read_place(event: Event) -> tuple[float, int, str]:
    """Return where an entry stands in the journal: entries of one second in the order made."""
    return event.when.timestamp(), event.lamport, event.id


def _target_events(record: Record, events: Sequence[Event]) -> Target:
    """Return the target of events: the events themselves, and the experiments they are about."""
    idents = record.index.read_names()
    experiments: dict[str, None] = {}
    for event in events:
        experiments.update(dict.fromkeys(idents.get(name, name) for name in event.experiments))
    return Target(tuple(experiments), tuple(event.id for event in events))
