"""Resolve what a person means: an experiment, an entry, or a range of either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record

_EVENT_ID = re.compile(r"[k-z]{4,12}")


# Events that can be corrected, and those that can be taken back.
_CORRECTABLE = ("note", "metric", "correction", "retract")


@dataclass(frozen=True, slots=True)
class Target:
    """What a correction is about: experiments, and the events among them that it names (none: whole experiments)."""

    experiments: tuple[str, ...]
    events: tuple[str, ...] = ()

    def __add__(self, other: Target) -> Target:
        return Target(
            tuple(dict.fromkeys((*self.experiments, *other.experiments))),
            tuple(dict.fromkeys((*self.events, *other.events))),
        )


def resolve_target(record: Record, text: str) -> Target:
    """What a person means: an experiment, an entry or metric by its event id, or a range ``A..B`` of either in time order."""
    if ".." in text:
        return _between(record, *text.split("..", 1))
    known = record.index.read_names()
    if text in known:
        return Target((known[text],))
    if _EVENT_ID.fullmatch(text) and (ids := record.index.find_event_ids(text)):
        if any(name.startswith(text) for name in known):
            raise AmbiguousError(f"'{text}' may mean an experiment or an entry", "write more of it")
        event = find_event(record, text) if len(ids) > 1 else record.index.read_event(ids[0])
        if event is not None and event.kind in _CORRECTABLE:
            return Target(
                tuple(dict.fromkeys(known.get(name, name) for name in event.experiments)),
                (event.id,),
            )
        if event is not None:
            raise UsageError(
                f"{event.id} cannot be corrected: it is a {event.kind}",
                "correct the experiment: git exp correct ID -m TEXT",
            )
    return Target((record.resolve_id(text),))


def _between(record: Record, first: str, last: str) -> Target:
    """Experiments or entries from one to another, in time order whichever is named first."""
    ends = [resolve_target(record, first), resolve_target(record, last)]
    if all(end.events for end in ends):
        low, high = sorted(
            event.when.timestamp()
            for end in ends
            if (event := record.index.read_event(end.events[0]))
        )
        inner = [
            event for event in record.index.read_entries(low, high) if event.kind in _CORRECTABLE
        ]
        known = record.index.read_names()
        return Target(
            tuple(
                dict.fromkeys(
                    known.get(name, name) for event in inner for name in event.experiments
                )
            ),
            tuple(event.id for event in inner),
        )
    if any(end.events for end in ends):
        raise UsageError(
            f"'{first}..{last}' goes from an experiment to an entry",
            "name two experiments or two entries",
        )
    order = [summary.id for summary in record.read_summaries()]
    low, high = sorted(order.index(end.experiments[0]) for end in ends)
    return Target(tuple(order[low : high + 1]))


def find_event(record: Record, prefix: str) -> Event:
    """Return the event whose id begins with `prefix`. Raises NotFoundError or AmbiguousError."""
    ids = record.index.find_event_ids(prefix) if _EVENT_ID.fullmatch(prefix) else []
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


def resolve_pin_targets(record: Record, targets: Sequence[str]) -> list[str]:
    """Ids of the experiments and entries that are to be pinned. Raises NotFoundError."""
    found: list[str] = []
    for target in targets:
        reach = resolve_target(record, target)
        found += reach.events or reach.experiments
    return found
