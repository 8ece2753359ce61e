"""Reading the index: entries by time, what they are about, what they mention, their topics."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from gitexp.record.index.event_file import read_event
from gitexp.record.index.events import EventReader, list_numbers
from gitexp.record.index.fulltext import find_numbers_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.model.event import Event


class EntryPlace(NamedTuple):
    """Where an entry stands in time.

    ``at`` in seconds since 1970; ``day`` as YYYY-MM-DD, in the time zone where it was written.
    """

    number: int
    at: float
    lamport: int
    id: str
    day: str


class EntryReader(EventReader):
    """The entries in an index: events that a person reads as text."""

    def read_entries(
        self, since: float = float("-inf"), until: float = float("inf"), last: int | None = None
    ) -> Iterator[Event]:
        """Return the entries from one time to another (seconds since 1970), in time order.

        ``last`` is how many of them at most, the last ones.
        """
        limit = -1 if last is None else last
        rows = self._db.execute(
            "SELECT path, file FROM event JOIN ("
            "SELECT number FROM entry WHERE at BETWEEN ? AND ? ORDER BY at DESC, number DESC LIMIT ?"
            ") USING (number) ORDER BY at, lamport, id",
            (since, until, limit),
        )
        return (read_event(data, path) for path, data in rows)

    def count_entries(self) -> int:
        """Return how many entries there are."""
        return int(self._db.execute("SELECT count(*) FROM entry").fetchone()[0])

    def read_entry_places(self, after: int = 0) -> Iterator[EntryPlace]:
        """Return the places of the entries with a number higher than ``after``, in time order."""
        rows = self._db.execute(
            "SELECT number, entry.at, lamport, id, day FROM entry JOIN event USING (number)"
            " WHERE number > ? ORDER BY entry.at, lamport, id",
            (after,),
        )
        return (
            EntryPlace(number, at, lamport, ident, sys.intern(day))
            for number, at, lamport, ident, day in rows
        )

    def find_short_notes(self, most_bytes: int, after: int = 0) -> set[int]:
        """Return the notes with a number higher than ``after`` whose text is short.

        ``most_bytes`` counts UTF-8, without the experiments that the note is about.
        """
        # The text begins behind the second line of dashes; the first three bytes are dashes, too.
        rows = self._db.execute(
            "SELECT number FROM entry JOIN event USING (number) LEFT JOIN about USING (number)"
            " WHERE number > ? AND kind = 'note'"
            " GROUP BY number HAVING length(file) - instr(file, x'0a2d2d2d0a') - 5"
            " - ifnull(sum(length(CAST(experiment AS BLOB))), 0) <= ?",
            (after, most_bytes),
        )
        return {number for (number,) in rows}

    def read_entry_subjects(self, after: int = 0) -> dict[int, tuple[str, ...]]:
        """Return the experiments that entries are about, as they were called then, by number.

        Only the entries with a number higher than ``after``, and of these none that is about no
        experiment.
        """
        subjects: dict[int, tuple[str, ...]] = {}
        # Equal tuples are one tuple: many entries are about the same experiments.
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        rows = self._db.execute(
            "SELECT experiment, number FROM about JOIN entry USING (number) WHERE number > ?",
            (after,),
        )
        for name, number in rows:
            names = (*subjects.get(number, ()), name)
            subjects[number] = shared.setdefault(names, names)
        return subjects

    def read_subjects(self, numbers: Iterable[int]) -> list[tuple[int, str]]:
        """Return pairs of an event's number and the name of an experiment that it is about.

        An event about none has one pair, with ""; so has one that was undone.
        """
        wanted = {int(number) for number in numbers}
        query = f"SELECT number, experiment FROM about WHERE number IN ({list_numbers(wanted)})"
        rows = self._db.execute(query).fetchall()
        undone = wanted & self.find_undone_events()
        pairs = [(number, name) for number, name in rows if number not in undone]
        about_some = {number for number, _ in pairs}
        return pairs + [(number, "") for number in wanted - about_some]

    def find_loose_entries(self) -> list[int]:
        """Return the numbers of the entries that are about no experiment."""
        about_none = self._db.execute(
            "SELECT entry.number FROM entry LEFT JOIN about ON about.number = entry.number"
            " WHERE experiment IS NULL"
        )
        undone = list_numbers(self.find_undone_events())
        undone_entries = self._db.execute(f"SELECT number FROM entry WHERE number IN ({undone})")
        return [number for (number,) in (*about_none, *undone_entries)]

    def find_numbers_with(self, text: str) -> list[int]:
        """Return the numbers of the events whose text holds ``text``, in any case and width."""
        return find_numbers_with(self._db, text)

    def find_numbers_about(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of the events that are about an experiment under one of its names."""
        return self._find_numbers("about", "experiment", names)

    def find_mentions_of(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of the entries that mention an experiment without being about it.

        ``names`` are the names of the experiment.
        """
        return self._find_numbers("mention", "name", names)

    def read_mentions(self) -> dict[int, list[str]]:
        """Return the names of experiments that each entry mentions, by its number."""
        mentions: dict[int, list[str]] = {}
        rows = self._db.execute("SELECT number, name FROM mention ORDER BY number, name")
        for number, name in rows:
            mentions.setdefault(number, []).append(name)
        return mentions

    def find_topic_entries(self, topic_names: Iterable[str]) -> list[int]:
        """Return the numbers of the entries that name a topic as #NAME or [[NAME]]."""
        return self._find_numbers("gather", "topic", topic_names)

    def count_named_topics(self) -> dict[str, int]:
        """Return every topic that some text names, with how many entries do."""
        return dict(self._db.execute("SELECT topic, count(*) FROM gather GROUP BY topic"))

    def _find_numbers(self, table: str, column: str, values: Iterable[str]) -> list[int]:
        keys = list(values)
        marks = ",".join("?" * len(keys))
        query = f"SELECT DISTINCT number FROM {table} WHERE {column} IN ({marks})"
        return [number for (number,) in self._db.execute(query, keys)]

    def _read_texts(self, numbers: Iterable[int] | None) -> list[tuple[int, Event]]:
        """Return the events with these numbers, each with its number; all entries for None."""
        if numbers is None:
            numbers = [number for (number,) in self._db.execute("SELECT number FROM entry")]
        return self.read_numbered_events(numbers)
