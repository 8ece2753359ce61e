"""What still holds: events that others take back, and entries that others correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event.facts import CorrectionFact, RetractFact, UndoFact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.event import Event

# Kinds that say something of other events; whoever wants to know what holds needs them all.
KINDS = ("correction", "retract", "undo")


class Retractions:
    """What ``retract`` and ``undo`` leave in force among some events, in whatever order they come.

    An event holds unless one that holds takes it back. An id is the hash of its event, so no two can take back each other.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._back: dict[str, list[Event]] = {}
        self._corrections: dict[str, dict[str, Event]] = {}
        for event in events:
            fact = event.fact
            match fact:
                case RetractFact():
                    self._take_back(fact.targets or (), event)
                case UndoFact():
                    self._take_back(fact.events or (), event)
                case CorrectionFact():
                    for target in fact.targets or ():
                        self._corrections.setdefault(target, {})[event.id] = event

    def _take_back(self, targets: Iterable[str], event: Event) -> None:
        for target in targets:
            self._back.setdefault(target, []).append(event)

    @property
    def named(self) -> set[str]:
        """Ids of the events of which anything is said."""
        return self._back.keys() | self._corrections.keys()

    def holds(self, ident: str) -> bool:
        """Whether nothing that holds takes this event back."""
        return not self._taken(ident, "retract") and not self._taken(ident, "undo")

    def is_undone(self, ident: str) -> bool:
        """Whether what was understood in this event no longer counts; its text stays."""
        return self._taken(ident, "undo")

    def list_corrections(self, ident: str) -> list[Event]:
        """What corrects this event, retracted ones too, in the order of effect; undone ones left out."""
        found = self._corrections.get(ident, {}).values()
        return sorted(
            (event for event in found if not self.is_undone(event.id)),
            key=lambda event: (event.lamport, event.id),
        )

    def is_corrected(self, ident: str) -> bool:
        """Whether a correction that holds stands against this event."""
        return any(self.holds(event.id) for event in self._corrections.get(ident, {}).values())

    def _taken(self, ident: str, kind: str) -> bool:
        """Followed without recursion: a chain of a thousand undos must not exhaust the stack."""
        if ident not in self._back:
            return False
        known: dict[str, bool] = {}
        todo = [ident]
        while todo:
            name = todo[-1]
            open_ones = [
                event.id
                for event in self._back.get(name, ())
                if event.id not in known and event.id not in todo
            ]
            if open_ones:
                todo.extend(open_ones)
                continue
            known[name] = all(not known.get(event.id, False) for event in self._back.get(name, ()))
            todo.pop()
        return any(event.kind == kind and known[event.id] for event in self._back.get(ident, ()))
