"""Reading the index: experiments, events, entries, what mentions what. No git is needed for any of it."""

from __future__ import annotations

import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model import event as events
from gitexp.model.event.facts import UndoFact
from gitexp.model.fold import fold_events
from gitexp.model.retractions import RETRACTING_KINDS, Retractions
from gitexp.record.index.file import read_event
from gitexp.record.index.fulltext import find_numbers_with
from gitexp.record.index.rows import decode_row, decode_summaries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment, Summary

TIP = "tip"
NOTES_TIP = "notes"


class EntryPlace(NamedTuple):
    """Where an entry stands in time. ``at`` in seconds since 1970; ``day`` as YYYY-MM-DD, where it was written."""

    number: int
    at: float
    lamport: int
    id: str
    day: str


class IndexReader:
    """What the index knows, read by whoever has its database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._names: tuple[str, Mapping[str, str]] | None = None
        self._decoded: dict[
            str, Event
        ] = {}  # events taken in by an advance under way, to be folded in a moment; by path

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def look_back(self, until: float) -> None:
        """Read from now on what was believed at ``until`` (seconds since 1970). Nothing can be written then.

        Later events do not count. Saved filters and the ids in use are no beliefs: those of today hold.
        """
        from gitexp.record.index.as_of import cover_tables

        cover_tables(self._db, until, self._fold_all, self._texts_of)
        self._names = None

    @property
    def tip(self) -> str:
        """The branch tip that the index reflects, "" when it is empty."""
        return self._meta(TIP)

    @property
    def notes_tip(self) -> str:
        """The commit of the notes that were last written here, "" if none were."""
        return self._meta(NOTES_TIP)

    @property
    def lamport(self) -> int:
        """The highest Lamport time of any event."""
        row = self._db.execute("SELECT max(lamport) FROM event").fetchone()
        return int(row[0] or 0)

    def read_experiments(self) -> Iterator[Experiment]:
        """Every experiment, oldest first."""
        for (row,) in self._db.execute(
            "SELECT row FROM experiment JOIN whole USING (id) ORDER BY at, id"
        ):
            yield decode_row(row)

    def read_summaries(self) -> list[Summary]:
        """What tables show of every experiment, oldest first."""
        return decode_summaries(
            [text for (text,) in self._db.execute("SELECT summary FROM experiment ORDER BY at, id")]
        )

    def read_experiment(self, ident: str) -> Experiment | None:
        """One experiment by its id in use."""
        found = self._db.execute("SELECT row FROM whole WHERE id = ?", (ident,)).fetchone()
        return decode_row(found[0]) if found else None

    def read_names(self) -> Mapping[str, str]:
        """Every id and alias, each with the id in use; read once as long as the record stays as it is."""
        tip = self.tip
        if self._names is None or self._names[0] != tip:
            self._names = tip, MappingProxyType(self._read_names())
        return self._names[1]

    def _read_names(self) -> dict[str, str]:
        aliases = dict(self._db.execute("SELECT alias, id FROM alias"))
        return aliases | {name: name for (name,) in self._db.execute("SELECT id FROM experiment")}

    def read_events_of_kind(self, kind: str) -> list[Event]:
        """All events of one kind that were not undone, in order of effect."""
        # A saved filter works backwards: it counts whenever it was saved. "main.event" has the later ones too.
        table = "main.event" if kind == "filter" else "event"
        found = self._of_kind(kind, table)
        if not found or kind in RETRACTING_KINDS:
            return found
        standing = Retractions(self._of_kind("undo", table))
        return [event for event in found if not standing.is_undone(event.id)]

    def _of_kind(self, kind: str, table: str = "event") -> list[Event]:
        query = f"SELECT path, file FROM {table} WHERE kind = ?"
        rows = self._db.execute(query, (kind,)).fetchall()
        return events.sort_by_effect(read_event(data, path) for path, data in rows)

    def read_event(self, ident: str) -> Event | None:
        """An event by its whole id."""
        found = self._db.execute("SELECT path, file FROM event WHERE id = ?", (ident,)).fetchone()
        return read_event(found[1], found[0]) if found else None

    def find_event_ids(self, prefix: str) -> list[str]:
        """Ids of the events that begin with some letters."""
        return [
            ident
            for (ident,) in self._db.execute(
                "SELECT id FROM event WHERE id >= ? AND id < ? ORDER BY id",
                (prefix, prefix + "\U0010ffff"),
            )
        ]

    def read_entries(
        self, since: float = float("-inf"), until: float = float("inf"), last: int | None = None
    ) -> Iterator[Event]:
        """Every event that a person reads as text, from one time to another (seconds since 1970), in time order; or the last ones."""
        rows = self._db.execute(
            "SELECT path, file FROM event JOIN (SELECT number FROM entry WHERE at BETWEEN ? AND ? ORDER BY at DESC, number DESC LIMIT ?)"
            " USING (number) ORDER BY at, lamport, id",
            (since, until, -1 if last is None else last),
        )
        return (read_event(data, path) for path, data in rows)

    def count_entries(self) -> int:
        """How many entries there are."""
        return int(self._db.execute("SELECT count(*) FROM entry").fetchone()[0])

    def read_entry_places(self, after: int = 0) -> Iterator[EntryPlace]:
        """Where the entries with a number higher than ``after`` stand, in time order."""
        rows = self._db.execute(
            "SELECT number, entry.at, lamport, id, day FROM entry JOIN event USING (number)"
            " WHERE number > ? ORDER BY entry.at, lamport, id",
            (after,),
        )
        return (
            EntryPlace(number, at, lamport, ident, sys.intern(day))
            for number, at, lamport, ident, day in rows
        )

    def read_event_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """The ids of some events by their numbers."""
        wanted = ",".join(str(int(number)) for number in numbers)
        return dict(self._db.execute(f"SELECT number, id FROM event WHERE number IN ({wanted})"))

    def read_entry_subjects(self, after: int = 0) -> dict[int, tuple[str, ...]]:
        """Which experiments, as they were called then, the entries with a number higher than ``after`` are about, by their number."""
        found: dict[int, tuple[str, ...]] = {}
        shared: dict[
            tuple[str, ...], tuple[str, ...]
        ] = {}  # one for all entries that are about the same
        for name, number in self._db.execute(
            "SELECT experiment, number FROM about JOIN entry USING (number) WHERE number > ?",
            (after,),
        ):
            names = (*found.get(number, ()), name)
            found[number] = shared.setdefault(names, names)
        return found

    def read_row_texts(self) -> dict[str, str]:
        """Every experiment as the index keeps it: equal texts, equal experiments."""
        return dict(self._db.execute("SELECT id, row FROM whole"))

    def read_numbered_events(self, numbers: Iterable[int]) -> list[tuple[int, Event]]:
        """Events by their numbers in this index, in time order."""
        wanted = ",".join(str(int(number)) for number in numbers)
        rows = self._db.execute(
            f"SELECT number, path, file FROM event WHERE number IN ({wanted}) ORDER BY at, lamport, id"
        )
        return [(number, read_event(data, path)) for number, path, data in rows]

    def _texts_of(self, numbers: Iterable[int] | None) -> Iterator[tuple[int, Event]]:
        wanted = (
            numbers
            if numbers is not None
            else [number for (number,) in self._db.execute("SELECT number FROM entry")]
        )
        return iter(self.read_numbered_events(wanted))

    def find_numbers_with(self, text: str) -> list[int]:
        """Numbers of the events whose text holds ``text``, letters of any case and width."""
        return find_numbers_with(self._db, text)

    def find_numbers_of(self, idents: Iterable[str]) -> dict[str, int]:
        """Numbers of events by their ids."""
        ask = "SELECT number FROM event WHERE id = ?"
        return {
            ident: row[0] for ident in idents if (row := self._db.execute(ask, (ident,)).fetchone())
        }

    def read_subjects(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """Which events, by number, are about which experiments; with "" for those about none. Undone ones are about none."""
        wanted = {int(number) for number in numbers}
        marks = ",".join(map(str, wanted))
        rows = self._db.execute(
            f"SELECT number, experiment FROM about WHERE number IN ({marks})"
        ).fetchall()
        undone = wanted & self.find_undone_events()
        found = (
            [(number, name) for number, name in rows if number not in undone] if undone else rows
        )
        return found + [(number, "") for number in wanted.difference(number for number, _ in found)]

    def find_loose_entries(self) -> list[int]:
        """Numbers of the entries that are about no experiment."""
        rows = self._db.execute(
            "SELECT entry.number FROM entry LEFT JOIN about ON about.number = entry.number WHERE experiment IS NULL"
        )
        undone = self.find_undone_events()
        marks = ",".join(map(str, undone))
        back = self._db.execute(f"SELECT number FROM entry WHERE number IN ({marks})")
        return [number for (number,) in (*rows, *back)]

    def find_undone_events(self) -> set[int]:
        """Numbers of the events that were undone."""
        standing = Retractions(undos := self._of_kind("undo"))
        named: set[str] = set()
        for undo in undos:
            if isinstance(undo.fact, UndoFact):
                named.update(ident for ident in undo.fact.events or () if standing.is_undone(ident))
        return set(self.find_numbers_of(named).values())

    def find_mentions_of(self, names: Iterable[str]) -> list[int]:
        """Numbers of the entries that mention an experiment by one of its names without being about it."""
        return self._numbers("mention", "name", names)

    def read_mentions(self) -> dict[int, list[str]]:
        """The ids that each entry mentions, by its number."""
        found: dict[int, list[str]] = {}
        for number, name in self._db.execute(
            "SELECT number, name FROM mention ORDER BY number, name"
        ):
            found.setdefault(number, []).append(name)
        return found

    def find_topic_entries(self, topic_names: Iterable[str]) -> list[int]:
        """Numbers of the entries that name one of these topics as #NAME or [[NAME]]."""
        return self._numbers("gather", "topic", topic_names)

    def count_named_topics(self) -> dict[str, int]:
        """Every topic that some text names, with how many entries do."""
        return dict(self._db.execute("SELECT topic, count(*) FROM gather GROUP BY topic"))

    def _numbers(self, table: str, column: str, values: Iterable[str]) -> list[int]:
        keys = list(values)
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT DISTINCT number FROM {table} WHERE {column} IN ({marks})", keys
        )
        return [number for (number,) in rows]

    def read_sources(self) -> dict[str, str]:
        """Everything that was imported and not undone: its key, and the id of the event that holds it."""
        standing = Retractions(self._of_kind("undo"))
        return {
            key: event
            for key, event in self._db.execute("SELECT key, event FROM source")
            if not standing.is_undone(event)
        }

    def find_linked_experiments(self, commit: str) -> dict[str, bool]:
        """Experiments tied to a commit: True where the commit holds its code, False where the trial was made on top of it."""
        rows = self._db.execute(
            "SELECT experiment, exact FROM link WHERE commit_id = ? ORDER BY 1", (commit,)
        )
        return {name: bool(exact) for name, exact in rows}

    def _aliases(self) -> dict[str, str]:
        """Every former id, with the id in use: those of today, whatever time is read."""
        return dict(self._db.execute("SELECT alias, id FROM main.alias"))

    def _fold_all(self, idents: Iterable[str]) -> Iterator[Experiment]:
        """Fold experiments, by their ids in use, from the events about them."""
        aliases = self._aliases()
        names: dict[str, list[str]] = {}
        for alias, ident in aliases.items():
            names.setdefault(ident, []).append(alias)
        for ident in idents:
            about = self._events_of([ident, *names.get(ident, ())])
            yield fold_events(ident, about, lambda text: aliases.get(text, text))

    def _events_of(self, names: list[str]) -> list[Event]:
        marks = ",".join("?" * len(names))
        rows = self._db.execute(
            f"SELECT DISTINCT path, file FROM event JOIN about USING (number) WHERE experiment IN ({marks})",
            names,
        )
        return [self._decoded.get(path) or read_event(data, path) for path, data in rows.fetchall()]

    def list_broken_files(self) -> list[str]:
        """Event files that nobody can read."""
        return [path for (path,) in self._db.execute("SELECT path FROM broken ORDER BY path")]

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""
