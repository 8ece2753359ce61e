"""The record as it was believed at an earlier time: events that happened later do not count."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.model.experiment import fold_events
from gitexp.record.index.fill import Index
from gitexp.record.index.reader import IndexReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment, Summary


class AsOfReader(Index):
    """Reads an index as of ``until`` (seconds since 1970). Only what has events on both sides of it is folded anew.

    Names are those of today: a rename changes no belief.
    """

    def __init__(self, now: Index, until: float) -> None:
        IndexReader.__init__(self, now._db)  # the same database, not opened again
        self._until = until
        self._now = now

    @cached_property
    def _changed(self) -> set[str]:
        """Ids of the experiments that later events touched."""
        query = "SELECT DISTINCT experiment FROM about JOIN event USING (number) WHERE event.at > ?"
        aliases = self._aliases()
        return {aliases.get(name, name) for (name,) in self._db.execute(query, (self._until,))}

    def _began(self) -> set[str]:
        return {
            name
            for (name,) in self._db.execute(
                "SELECT id FROM experiment WHERE at <= ?", (self._until,)
            )
        }

    def _then(self, ident: str) -> Experiment | None:
        """An experiment as the events until then say; None where none of them holds."""
        aliases = self._aliases()
        names = [ident, *(alias for alias, name in aliases.items() if name == ident)]
        earlier = [
            event for event in self._events_of(names) if event.when.timestamp() <= self._until
        ]
        state = fold_events(ident, earlier, lambda text: aliases.get(text, text))
        return state if state.at else None

    def read_experiments(self) -> Iterator[Experiment]:
        """Every experiment of then, oldest first."""
        for state in self._now.read_experiments():
            if state.id not in self._changed:
                yield state
            elif then := self._then(state.id):
                yield then

    def read_summaries(self) -> list[Summary]:
        """What tables showed of every experiment, oldest first."""
        began = self._began()
        found = []
        for summary in self._now.read_summaries():
            if summary.id not in self._changed:
                found.append(summary)
            elif summary.id in began and (then := self._then(summary.id)):
                found.append(then.summary)
        return found

    def read_experiment(self, ident: str) -> Experiment | None:
        """One experiment as it was then; None where it had not begun."""
        return self._then(ident) if ident in self._changed else self._now.read_experiment(ident)

    def read_names(self) -> dict[str, str]:
        """Every id and alias of experiments that had begun."""
        began = self._began()
        return {name: ident for name, ident in self._now.read_names().items() if ident in began}

    def read_events_of_kind(self, kind: str) -> list[Event]:
        """All events of one kind until then, in order of effect. A filter is no belief: it works backwards."""
        if kind == "filter":
            return self._now.read_events_of_kind(kind)
        return [
            event
            for event in self._now.read_events_of_kind(kind)
            if event.when.timestamp() <= self._until
        ]

    def read_entries(
        self, since: float = float("-inf"), until: float = float("inf"), last: int | None = None
    ) -> Iterator[Event]:
        """Entries until then."""
        return self._now.read_entries(since, min(until, self._until), last)

    def read_numbered_events(self, numbers: Iterable[int]) -> list[tuple[int, Event]]:
        """Events until then."""
        return [
            (number, event)
            for number, event in self._now.read_numbered_events(numbers)
            if event.when.timestamp() <= self._until
        ]
