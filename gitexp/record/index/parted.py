"""Events that a parting gives other names: how the index keeps them.

The index holds such an event as it is meant, so that every reader sees it under its new name. As it
was written it is kept beside, for when the parting is undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event import encode_event, sort_by_effect
from gitexp.model.event.facts import NewFact, ParentFact
from gitexp.record.index.event_file import read_event

if TYPE_CHECKING:
    import sqlite3

    from gitexp.model.event import Event
    from gitexp.model.parting import Partings


def has_parted_events(db: sqlite3.Connection) -> bool:
    """Return True if some event stands in the index under another name than it was written."""
    return db.execute("SELECT 1 FROM parted LIMIT 1").fetchone() is not None


def move_parted_events(
    db: sqlite3.Connection, partings: Partings
) -> dict[int, tuple[Event, Event]]:
    """Bring the events of the index to what the partings say.

    Return those that changed by their numbers: as the index had them before, and has them now.
    """
    originals = _read_originals(db)
    before = {number: _read_stored(db, number) for number in originals}
    for number, original in originals.items():
        _store_event(db, number, original)
    # To the byte: a person may have edited the file.
    db.execute(
        "UPDATE event SET file = (SELECT file FROM parted WHERE parted.number = event.number)"
        " WHERE number IN (SELECT number FROM parted)"
    )
    db.execute("DELETE FROM parted")
    numbers, events = _read_events_naming(db, partings)
    after = dict(originals)
    for ident, event in partings.move_events(events).items():
        number = numbers[ident]
        before.setdefault(number, _read_stored(db, number))
        db.execute("INSERT INTO parted SELECT number, file FROM event WHERE number = ?", (number,))
        _store_event(db, number, event)
        after[number] = event
    return {
        number: (before[number], event)
        for number, event in after.items()
        if before[number] != event
    }


def _read_originals(db: sqlite3.Connection) -> dict[int, Event]:
    """Return the moved events as they were written, by their numbers."""
    rows = db.execute("SELECT number, path, parted.file FROM parted JOIN event USING (number)")
    return {number: read_event(data, path) for number, path, data in rows}


def _read_stored(db: sqlite3.Connection, number: int) -> Event:
    query = "SELECT path, file FROM event WHERE number = ?"
    path, data = db.execute(query, (number,)).fetchone()
    return read_event(data, path)


def _store_event(db: sqlite3.Connection, number: int, event: Event) -> None:
    db.execute("UPDATE event SET file = ? WHERE number = ?", (encode_event(event), number))
    db.execute("DELETE FROM about WHERE number = ?", (number,))
    about = [(name, number) for name in event.experiments]
    db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about)


def _read_events_naming(
    db: sqlite3.Connection, partings: Partings
) -> tuple[dict[str, int], list[Event]]:
    """Return the events that are about a parted name or name it as a parent, in order of effect.

    Before them, the number of each by its id.
    """
    names = partings.names
    if not names:
        return {}, []
    marks = ",".join("?" * len(names))
    rows = db.execute(
        "SELECT number, path, file FROM event WHERE number IN"
        f" (SELECT number FROM about WHERE experiment IN ({marks})) OR kind IN ('new', 'parent')",
        list(names),
    ).fetchall()
    numbers = {}
    events = []
    for number, path, data in rows:
        event = read_event(data, path)
        if names.intersection((*event.experiments, _read_parent(event))):
            numbers[event.id] = number
            events.append(event)
    return numbers, sort_by_effect(events)


def _read_parent(event: Event) -> str:
    fact = event.fact
    if isinstance(fact, NewFact | ParentFact):
        return fact.parent or ""
    return ""
