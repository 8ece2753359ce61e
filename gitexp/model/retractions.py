"""Retractions: which events others take back, and which entries others correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event.facts import CorrectionFact, RetractFact, UndoFact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.event import Event

RETRACTING_KINDS = ("correction", "retract", "undo")
"""Kinds of events that say something of other events; all of them decide what holds."""


class Retractions:
    """What ``retract`` and ``undo`` leave in force among some events, in whatever order they come.

    An event holds unless an event that holds takes it back. An id is the hash of its event, so no
    two events can take back each other.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._taken_back_by: dict[str, list[Event]] = {}
        self._corrected_by: dict[str, set[str]] = {}
        for event in events:
            fact = event.fact
            match fact:
                case RetractFact():
                    self._take_back(fact.targets or (), event)
                case UndoFact():
                    self._take_back(fact.events or (), event)
                case CorrectionFact():
                    for target in fact.targets or ():
                        self._corrected_by.setdefault(target, set()).add(event.id)

    def _take_back(self, targets: Iterable[str], event: Event) -> None:
        for target in targets:
            self._taken_back_by.setdefault(target, []).append(event)

    @property
    def named(self) -> set[str]:
        """Ids of the events of which anything is said."""
        return self._taken_back_by.keys() | self._corrected_by.keys()

    def holds(self, ident: str) -> bool:
        """Return True unless an event that holds takes this one back."""
        return not self._is_taken_back(ident, "retract") and not self._is_taken_back(ident, "undo")

    def is_undone(self, ident: str) -> bool:
        """Return True where what was understood in this event no longer counts; its text stays."""
        return self._is_taken_back(ident, "undo")

    def is_corrected(self, ident: str) -> bool:
        """Return True where a correction that holds stands against this event."""
        return any(self.holds(correction) for correction in self._corrected_by.get(ident, ()))

    def _is_taken_back(self, ident: str, kind: str) -> bool:
        """Return True where an event of this kind that holds takes ``ident`` back.

        There is no recursion: a chain of a thousand undos must not exhaust the stack. An event that
        takes itself back, by whatever way, was made by hand: it counts as one that does not hold.
        """
        if ident not in self._taken_back_by:
            return False
        holds: dict[str, bool] = {}
        entered: set[str] = set()
        todo = [ident]
        while todo:
            name = todo[-1]
            if name in holds:
                # It was asked for twice, and decided the other time.
                todo.pop()
                continue
            takers = [event.id for event in self._taken_back_by.get(name, ())]
            entered.add(name)
            undecided = [taker for taker in takers if taker not in holds and taker not in entered]
            if undecided:
                todo.extend(undecided)
                continue
            holds[name] = not any(holds.get(taker, False) for taker in takers)
            todo.pop()
        takers_of_kind = (event for event in self._taken_back_by[ident] if event.kind == kind)
        return any(holds.get(event.id, False) for event in takers_of_kind)
