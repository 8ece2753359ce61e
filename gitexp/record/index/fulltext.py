"""The index's text: entries by time, full text, which entry mentions which experiment and which topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.mention import KnownIds, find_id_words
from gitexp.model.normalise import fold_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator

    from gitexp.model.event import Event

    # Numbers and events of the entries with these numbers; of all entries for None.
    TextsOf = Callable[[Iterable[int] | None], Iterator[tuple[int, Event]]]

# More new names than this are looked up by reading every text once rather than by a search each.
_MANY = 20


def take_in_text(db: sqlite3.Connection, number: int, event: Event, at: float) -> None:
    """Keep the text of an event that is an entry."""
    if not (event.text or event.kind in ("correction", "retract")) or event.kind == "undo":
        return
    from gitexp.model.note_marks import read_tags, read_topics

    if event.kind != "topic":
        db.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, at, event.at[:10]))
    if event.text:
        db.execute(
            "INSERT INTO fulltext(rowid, body) VALUES (?, ?)", (number, fold_text(event.text))
        )
        topics = (
            dict.fromkeys((*read_tags(event.text), *read_topics(event.text)))
            if event.kind != "topic"
            else ()
        )
        db.executemany(
            "INSERT OR IGNORE INTO gather VALUES (?, ?)", [(topic, number) for topic in topics]
        )


def take_out_text(db: sqlite3.Connection, number: int) -> None:
    """Forget the text of an event."""
    for table, column in (
        ("entry", "number"),
        ("fulltext", "rowid"),
        ("mention", "number"),
        ("gather", "number"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608 - names of our own


def link_mentions(
    db: sqlite3.Connection, texts: dict[int, Event], changed: Collection[str], texts_of: TextsOf
) -> None:
    """Find the ids that new ``texts`` (by event number) mention; and anew those of old texts where ids ``changed``: are new, or gone."""
    texts = texts | dict(texts_with(db, changed, texts_of))
    db.executemany("DELETE FROM mention WHERE number = ?", [(number,) for number in texts])
    db.executemany("INSERT INTO mention VALUES (?, ?)", mentions_in(db, texts))


def mentions_in(db: sqlite3.Connection, texts: dict[int, Event]) -> list[tuple[str, int]]:
    """Return the ids that these texts (by event number) mention, each with the number of its text."""
    known = KnownIds(_names_in(db, texts))
    rows = []
    for number, event in texts.items():
        rows += [(name, number) for name in _mentioned(event, known)]
    return rows


def _mentioned(event: Event, known: KnownIds) -> set[str]:
    """The ids that an entry mentions, apart from those it is about anyway."""
    if event.kind in ("topic", "undo") or not event.text:
        return set()
    return known.find_ids(event.text).difference(event.experiments)


def _names_in(db: sqlite3.Connection, texts: dict[int, Event]) -> set[str]:
    """Ids and aliases that may stand in these texts: of the plain ones those that do, and all others."""
    tables = "SELECT id FROM experiment WHERE {0} UNION SELECT alias FROM alias WHERE {1}"
    names = {
        name for (name,) in db.execute(tables.format("id GLOB '*[^ -~]*'", "alias GLOB '*[^ -~]*'"))
    }
    asked = list({word for event in texts.values() for word in find_id_words(event.text)})
    for first in range(0, len(asked), 500):
        some = asked[first : first + 500]
        marks = ",".join("?" * len(some))
        names.update(
            name
            for (name,) in db.execute(
                tables.format(f"id IN ({marks})", f"alias IN ({marks})"), some + some
            )
        )
    return names


def texts_with(
    db: sqlite3.Connection, names: Collection[str], texts_of: TextsOf
) -> Iterator[tuple[int, Event]]:
    """Yield the entries whose text mentions one of the names, each with its number."""
    if not names:
        return
    wanted = KnownIds(names)
    numbers = (
        {number for name in names for number in find_numbers_with(db, name)}
        if len(names) <= _MANY
        else None
    )
    yield from (
        (number, event) for number, event in texts_of(numbers) if wanted.find_ids(event.text)
    )


def find_numbers_with(db: sqlite3.Connection, text: str) -> list[int]:
    """Numbers of the events whose text holds ``text``, letters of any case and width."""
    wanted = fold_text(text)
    if len(wanted) < 3:
        rows = db.execute("SELECT rowid FROM fulltext WHERE instr(body, ?) > 0", (wanted,))
    else:
        rows = db.execute(
            "SELECT rowid FROM fulltext WHERE fulltext MATCH ?",
            ('"' + wanted.replace('"', '""') + '"',),
        )
    return [number for (number,) in rows]
