"""The index's text: entries by time, full text, which entry mentions which experiment and which topic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.model.diary import read_tags, read_topics
from gitexp.model.searching import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator

    from gitexp.model.event import Event

    # Numbers and events of the entries with these numbers; of all entries for None.
    TextsOf = Callable[[Iterable[int] | None], Iterator[tuple[int, Event]]]

# Ids of ASCII letters are found as runs of them, so that Japanese may follow without a space.
_RUN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_+@-]|\.(?=[A-Za-z0-9_+@-]))*")
# More new names than this are looked up by reading every text once rather than by a search each.
_MANY = 20


def take_in_text(db: sqlite3.Connection, number: int, event: Event, at: float) -> None:
    """Keep the text of an event that is an entry."""
    if not (event.text or event.kind in ("correction", "retract")) or event.kind == "undo":
        return
    if event.kind != "topic":
        db.execute("INSERT INTO entry VALUES (?, ?)", (number, at))
    if event.text:
        db.execute("INSERT INTO fulltext(rowid, body) VALUES (?, ?)", (number, folded(event.text)))
        topics = dict.fromkeys((*read_tags(event.text), *read_topics(event.text))) if event.kind != "topic" else ()
        db.executemany("INSERT OR IGNORE INTO gather VALUES (?, ?)", [(topic, number) for topic in topics])


def take_out_text(db: sqlite3.Connection, number: int) -> None:
    """Forget the text of an event."""
    for table, column in (("entry", "number"), ("fulltext", "rowid"), ("mention", "number"), ("gather", "number")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608 - names of our own


def link_mentions(db: sqlite3.Connection, texts: dict[int, Event], fresh: Collection[str], texts_of: TextsOf) -> None:
    """Find the ids that new ``texts`` (by event number) mention, and the ids that are ``fresh`` in the texts from before."""
    find = _Finder(_names_in(db, texts))
    rows = [(name, number) for number, event in texts.items() for name in find(event)]
    if fresh:
        find = _Finder(fresh)
        old = (event for event in _candidates(db, fresh, texts_of) if event[0] not in texts)
        rows += [(name, number) for number, event in old for name in find(event)]
    db.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?)", rows)


def _names_in(db: sqlite3.Connection, texts: dict[int, Event]) -> set[str]:
    """Ids and aliases that may stand in these texts: of the plain ones those that do, and all others."""
    tables = "SELECT id FROM experiment WHERE {0} UNION SELECT alias FROM alias WHERE {1}"
    names = {name for (name,) in db.execute(tables.format("id GLOB '*[^ -~]*'", "alias GLOB '*[^ -~]*'"))}
    words = list({word for event in texts.values() for word in _RUN.findall(event.text)})
    for first in range(0, len(words), 500):
        some = words[first : first + 500]
        marks = ",".join("?" * len(some))
        names.update(name for (name,) in db.execute(tables.format(f"id IN ({marks})", f"alias IN ({marks})"), some + some))
    return names


def _candidates(db: sqlite3.Connection, names: Collection[str], texts_of: TextsOf) -> Iterator[tuple[int, Event]]:
    """Entries whose text may hold one of the names."""
    if len(names) > _MANY:
        return texts_of(None)
    found: set[int] = set()
    for name in names:
        found.update(numbers_with(db, name))
    return texts_of(found)


def numbers_with(db: sqlite3.Connection, text: str) -> list[int]:
    """Numbers of the events whose text holds ``text``, letters of any case and width."""
    wanted = folded(text)
    if len(wanted) < 3:
        rows = db.execute("SELECT rowid FROM fulltext WHERE instr(body, ?) > 0", (wanted,))
    else:
        rows = db.execute("SELECT rowid FROM fulltext WHERE fulltext MATCH ?", ('"' + wanted.replace('"', '""') + '"',))
    return [number for (number,) in rows]


class _Finder:
    """Finds ids in text: of the names that are known those that it mentions, apart from those it is about anyway."""

    def __init__(self, names: Collection[str]) -> None:
        self._plain = {name for name in names if name.isascii()}
        others = sorted((name for name in names if not name.isascii()), key=len, reverse=True)
        self._other = re.compile("|".join(map(re.escape, others))) if others else None

    def __call__(self, event: Event) -> set[str]:
        if not event.text or event.kind == "topic":
            return set()
        found = self._plain.intersection(_RUN.findall(event.text))
        if self._other is not None and not event.text.isascii():
            found.update(self._other.findall(event.text))
        return found.difference(event.experiments) if found else found
