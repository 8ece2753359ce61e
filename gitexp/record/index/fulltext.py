"""The text in the index: entries by time, full text, which entry mentions which experiment and
which topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.mention import KnownIds, find_id_words
from gitexp.model.normalise import fold_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable

    from gitexp.model.event import Event

    # Returns the events with these numbers, each with its number; all entries for None.
    ReadTexts = Callable[[Iterable[int] | None], list[tuple[int, Event]]]

_MANY_NAMES = 20
"""For more new names than this, every text is read once rather than searched for each name."""

_SHORTEST_TRIGRAM = 3
"""Letters of the shortest text that the full-text index can find."""

_WORDS_A_QUERY = 500
"""Each of them stands in the query twice. SQLite has taken 32,766 parameters since version 3.32."""


def take_in_text(db: sqlite3.Connection, number: int, event: Event, at: float) -> None:
    """Keep the text of an event that is an entry, or the summary of a topic."""
    has_text = bool(event.text) or event.kind in ("correction", "retract")
    if not has_text or event.kind == "undo":
        return
    if event.kind != "topic":
        day = event.at[:10]
        db.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, at, day))
        _take_in_topics(db, number, event.text)
    if event.text:
        row = (number, fold_text(event.text))
        db.execute("INSERT INTO fulltext(rowid, body) VALUES (?, ?)", row)


def _take_in_topics(db: sqlite3.Connection, number: int, text: str) -> None:
    from gitexp.model.note_marks import read_tags, read_topics

    topics = dict.fromkeys((*read_tags(text), *read_topics(text)))
    rows = [(topic, number) for topic in topics]
    db.executemany("INSERT OR IGNORE INTO gather VALUES (?, ?)", rows)


def take_out_text(db: sqlite3.Connection, number: int) -> None:
    """Forget the text of an event."""
    for condition in (
        "entry WHERE number = ?",
        "fulltext WHERE rowid = ?",
        "mention WHERE number = ?",
        "gather WHERE number = ?",
    ):
        db.execute(f"DELETE FROM {condition}", (number,))


def link_mentions(
    db: sqlite3.Connection,
    new_texts: dict[int, Event],
    changed_names: Collection[str],
    read_texts: ReadTexts,
) -> None:
    """Find the experiments that new texts mention, and anew those of old texts where ids changed.

    ``new_texts`` are events by their numbers; ``changed_names`` are new as ids, or gone.
    """
    texts = dict(new_texts)
    texts.update(find_texts_with(db, changed_names, read_texts))
    db.executemany("DELETE FROM mention WHERE number = ?", [(number,) for number in texts])
    db.executemany("INSERT INTO mention VALUES (?, ?)", find_mentions(db, texts))


def find_mentions(db: sqlite3.Connection, texts: dict[int, Event]) -> list[tuple[str, int]]:
    """Return the names that texts (by event number) mention, each with the number of its text."""
    known_ids = KnownIds(_find_names_in(db, texts))
    rows = []
    for number, event in texts.items():
        rows += [(name, number) for name in _find_mentions_in(event, known_ids)]
    return rows


def _find_mentions_in(event: Event, known_ids: KnownIds) -> set[str]:
    """Return the names that an entry mentions, apart from those that it is about anyway."""
    if event.kind in ("topic", "undo") or not event.text:
        return set()
    return known_ids.find_ids(event.text).difference(event.experiments)


def _find_names_in(db: sqlite3.Connection, texts: dict[int, Event]) -> set[str]:
    """Return the ids and aliases that may stand in some texts.

    Of those in plain ASCII letters these are the ones that do. All others are returned: where a
    word of Japanese ends is not known.
    """
    not_plain = "GLOB '*[^ -~]*'"
    rows = db.execute(_select_names(not_plain)).fetchall()
    names = {name for (name,) in rows}
    id_words: set[str] = set()
    for event in texts.values():
        id_words.update(find_id_words(event.text))
    words = list(id_words)
    for start in range(0, len(words), _WORDS_A_QUERY):
        some_words = words[start : start + _WORDS_A_QUERY]
        marks = ",".join("?" * len(some_words))
        rows = db.execute(_select_names(f"IN ({marks})"), some_words * 2).fetchall()
        names.update(name for (name,) in rows)
    return names


def _select_names(condition: str) -> str:
    """Return the query for the ids and aliases that meet a condition."""
    return (
        f"SELECT id FROM experiment WHERE id {condition}"
        f" UNION SELECT alias FROM alias WHERE alias {condition}"
    )


def find_texts_with(
    db: sqlite3.Connection, names: Collection[str], read_texts: ReadTexts
) -> list[tuple[int, Event]]:
    """Return the entries whose text mentions one of the names, each with its number."""
    if not names:
        return []
    numbers: set[int] | None = None
    if len(names) <= _MANY_NAMES:
        numbers = set()
        for name in names:
            numbers.update(find_numbers_with(db, name))
    known_ids = KnownIds(names)
    return [
        (number, event) for number, event in read_texts(numbers) if known_ids.find_ids(event.text)
    ]


def find_numbers_with(db: sqlite3.Connection, text: str) -> list[int]:
    """Return the numbers of the events whose text holds ``text``, in any case and width."""
    folded = fold_text(text)
    # A full-text query ends at NUL.
    if len(folded) < _SHORTEST_TRIGRAM or "\0" in folded:
        rows = db.execute("SELECT rowid FROM fulltext WHERE instr(body, ?) > 0", (folded,))
    else:
        phrase = '"' + folded.replace('"', '""') + '"'
        rows = db.execute("SELECT rowid FROM fulltext WHERE fulltext MATCH ?", (phrase,))
    return [number for (number,) in rows]
