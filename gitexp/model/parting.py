"""Partings: one id that two clones chose by hand for different trials is made two again.

A parting gives the side of one clone another id. All that this clone said about the old id goes
with it, whatever the order in which the events are heard of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import (
    CorrectionFact,
    NewFact,
    ParentFact,
    PartFact,
    RetractFact,
    UndoFact,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.model.event import Event

_NAMING_KINDS = ("rename", "part")
"""Kinds of events that speak of a name itself: they are about every side of it."""


class Side(NamedTuple):
    """What one clone says about one name."""

    clone: str
    name: str


class Parting(NamedTuple):
    """Another id for a side.

    ``until``: the Lamport time from which the clone means the rest by the old id; None where it has
    not heard of the parting yet. ``later_ids``: ids that were given to the same side as well.
    """

    ident: str
    until: int | None
    later_ids: tuple[str, ...] = ()


class Partings:
    """The partings in a record; ``events`` are those that hold, in order of effect."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._by_side: dict[Side, Parting] = {}
        for event in events:
            if isinstance(event.fact, PartFact):
                for name in event.experiments:
                    self._add(Side(event.fact.clone, name), event.fact.to, event)

    def _add(self, side: Side, ident: str, event: Event) -> None:
        parting = self._by_side.get(side, Parting(ident, None))
        if ident != parting.ident and ident not in parting.later_ids:
            parting = parting._replace(later_ids=(*parting.later_ids, ident))
        if parting.until is None and event.replica == side.clone:
            parting = parting._replace(until=event.lamport)
        self._by_side[side] = parting

    def __bool__(self) -> bool:
        return bool(self._by_side)

    @property
    def names(self) -> set[str]:
        """The names of which some clone's side was parted."""
        return {side.name for side in self._by_side}

    def list_renames(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of an id that a parting gave and another that was given to the same side."""
        for parting in self._by_side.values():
            for later_id in parting.later_ids:
                yield parting.ident, later_id

    def list_unheard(self, clone: str) -> dict[Side, str]:
        """Return the sides of a clone that others parted, with their new ids.

        The clone has to say that it heard of them before it speaks of the old id again.
        """
        return {
            side: parting.ident
            for side, parting in self._by_side.items()
            if side.clone == clone and parting.until is None
        }

    def find_new_name(self, name: str, event: Event) -> str:
        """Return what the clone of an event means by a name in it."""
        parting = self._by_side.get(Side(event.replica, name))
        if parting is None or (parting.until is not None and event.lamport >= parting.until):
            return name
        return parting.ident

    def move_events(self, events: Iterable[Event]) -> dict[str, Event]:
        """Return the events that say something else by the partings, by id.

        ``events`` are all that are about one of ``names``, or name it as a parent, in order of effect.
        """
        new_names: dict[str, dict[str, tuple[str, ...]]] = {}
        moved = {}
        for event in events:
            new_names[event.id] = self._find_subjects(event, new_names)
            changed = _change(event, new_names[event.id], self._find_parent(event))
            if changed != event:
                moved[event.id] = changed
        return moved

    def _find_subjects(
        self, event: Event, new_names: dict[str, dict[str, tuple[str, ...]]]
    ) -> dict[str, tuple[str, ...]]:
        """Return the names that an event is about, each with what is meant by it.

        What corrects or takes back other events is about what these are about.
        """
        if event.kind in _NAMING_KINDS:
            return {name: (name,) for name in event.experiments}
        targets = _list_targets(event)
        subjects = {}
        for name in event.experiments:
            meant: dict[str, None] = {}
            for target in targets:
                meant.update(dict.fromkeys(new_names.get(target, {}).get(name, ())))
            subjects[name] = tuple(meant) or (self.find_new_name(name, event),)
        return subjects

    def _find_parent(self, event: Event) -> str | None:
        fact = event.fact
        if isinstance(fact, NewFact | ParentFact) and fact.parent:
            return self.find_new_name(fact.parent, event)
        return None


def _list_targets(event: Event) -> tuple[str, ...]:
    """Return the ids of the events that an event says something of."""
    match event.fact:
        case CorrectionFact() | RetractFact():
            return event.fact.targets or ()
        case UndoFact():
            return event.fact.events or ()
    return ()


def _change(event: Event, subjects: dict[str, tuple[str, ...]], parent: str | None) -> Event:
    """Return an event about other names, with another parent where one is given."""
    experiments: dict[str, None] = {}
    for name in event.experiments:
        experiments.update(dict.fromkeys(subjects[name]))
    fact = event.fact
    if parent is not None and isinstance(fact, NewFact | ParentFact):
        fact = type(fact)(**{**vars(fact), "parent": parent})
    return event._replace(experiments=tuple(experiments), fact=fact)
