"""Reading the index: events by kind, id and number, and which of them were undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event import sort_by_effect
from gitexp.model.event.facts import UndoFact
from gitexp.model.retractions import RETRACTING_KINDS, Retractions
from gitexp.record.index.event_file import read_event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.model.event import Event


class EventReader:
    """The events in an index.

    Each has a number, which holds in this index alone.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @property
    def lamport(self) -> int:
        """The highest Lamport time of any event."""
        row = self._db.execute("SELECT max(lamport) FROM event").fetchone()
        return int(row[0] or 0)

    def read_events_of_kind(self, kind: str) -> list[Event]:
        """Return the events of one kind that were not undone, in order of effect."""
        # A saved filter works backwards: it counts whenever it was saved. "main.event" has the
        # later ones too, at whatever time the index is read.
        table = "main.event" if kind == "filter" else "event"
        all_events = self._read_kind(kind, table)
        if not all_events or kind in RETRACTING_KINDS:
            return all_events
        retractions = Retractions(self._read_kind("undo", table))
        return [event for event in all_events if not retractions.is_undone(event.id)]

    def read_all_events(self) -> Iterator[Event]:
        """Yield every event, the undone ones too, in time order."""
        rows = self._db.execute("SELECT path, file FROM event ORDER BY at, lamport, id")
        for path, data in rows:
            yield read_event(data, path)

    def read_event(self, ident: str) -> Event | None:
        """Return the event with this whole id, or None."""
        query = "SELECT path, file FROM event WHERE id = ?"
        row = self._db.execute(query, (ident,)).fetchone()
        if row is None:
            return None
        path, data = row
        return read_event(data, path)

    def has_event_about(self, names: Sequence[str], kind: str) -> bool:
        """Return True if an event of a kind that was not undone is about an experiment.

        ``names``: the id of the experiment and its former ids.
        """
        marks = ",".join("?" * len(names))
        rows = self._db.execute(
            "SELECT number FROM event JOIN about USING (number)"
            f" WHERE kind = ? AND experiment IN ({marks})",
            (kind, *names),
        )
        numbers = {number for (number,) in rows}
        return bool(numbers) and not numbers <= self.find_undone_events()

    def read_numbered_events(self, numbers: Iterable[int]) -> list[tuple[int, Event]]:
        """Return events by their numbers, each with its number, in time order."""
        rows = self._db.execute(
            f"SELECT number, path, file FROM event WHERE number IN ({list_numbers(numbers)})"
            " ORDER BY at, lamport, id"
        )
        return [(number, read_event(data, path)) for number, path, data in rows]

    def read_event_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the ids of events by their numbers."""
        query = f"SELECT number, id FROM event WHERE number IN ({list_numbers(numbers)})"
        return dict(self._db.execute(query))

    def find_event_ids(self, prefix: str) -> list[str]:
        """Return the ids that begin with ``prefix``, sorted."""
        rows = self._db.execute(
            "SELECT id FROM event WHERE id >= ? AND id < ? ORDER BY id",
            (prefix, prefix + "\U0010ffff"),
        )
        return [ident for (ident,) in rows]

    def find_numbers_of(self, idents: Iterable[str]) -> dict[str, int]:
        """Return the numbers of events by their ids; ids of no event are left out."""
        numbers = {}
        for ident in idents:
            row = self._db.execute("SELECT number FROM event WHERE id = ?", (ident,)).fetchone()
            if row is not None:
                numbers[ident] = row[0]
        return numbers

    def find_undone_events(self) -> set[int]:
        """Return the numbers of the events that were undone."""
        undo_events = self._read_kind("undo")
        retractions = Retractions(undo_events)
        named: set[str] = set()
        for event in undo_events:
            if isinstance(event.fact, UndoFact):
                named.update(event.fact.events or ())
        undone = filter(retractions.is_undone, named)
        return set(self.find_numbers_of(undone).values())

    def read_sources(self) -> dict[str, str]:
        """Return the key of everything that was imported and not undone, with its event's id.

        An import that was undone can be made again. What was forgotten is known all the same: the
        next import of the same diary would open the experiment once more.
        """
        undo_events = self._read_kind("undo")
        retractions = Retractions(event for event in undo_events if not _forgets(event))
        rows = self._db.execute("SELECT key, event FROM source")
        return {key: ident for key, ident in rows if not retractions.is_undone(ident)}

    def list_broken_files(self) -> list[str]:
        """Return the paths of the event files that cannot be read."""
        return [path for (path,) in self._db.execute("SELECT path FROM broken ORDER BY path")]

    def _read_kind(self, kind: str, table: str = "event") -> list[Event]:
        """Return the events of one kind, the undone ones too, in order of effect."""
        query = f"SELECT path, file FROM {table} WHERE kind = ?"
        rows = self._db.execute(query, (kind,)).fetchall()
        return sort_by_effect(read_event(data, path) for path, data in rows)


def _forgets(event: Event) -> bool:
    return isinstance(event.fact, UndoFact) and bool(event.fact.forgets)


def list_numbers(numbers: Iterable[int]) -> str:
    """Return whole numbers as they stand in a query: ``1,2,3``."""
    return ",".join(str(int(number)) for number in numbers)
