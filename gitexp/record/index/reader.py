"""Reading the index: experiments and their names. No git is needed for anything in the index."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from gitexp.model.fold import fold_events
from gitexp.record.index.entries import EntryReader
from gitexp.record.index.event_file import read_event
from gitexp.record.index.experiment_rows import decode_row, decode_summaries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment, Summary

# Keys of the table "meta".
TIP = "tip"
NOTES_TIP = "notes"


class IndexReader(EntryReader):
    """All that an index knows, read by whoever has its database."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self._names: Mapping[str, str] = {}
        self._names_tip: str | None = None  # the tip at which the names were read
        # Events that are being taken in, by path: they are folded in a moment.
        self._decoded: dict[str, Event] = {}

    def look_back(self, until: float) -> None:
        """Read from now on what was believed at ``until`` (seconds since 1970).

        Later events do not count. Saved filters and the ids in use are no beliefs: those of today
        hold. Nothing can be written from then on.
        """
        from gitexp.record.index.as_of import cover_tables

        cover_tables(self._db, until, self._fold_experiments, self._read_texts)
        self._names_tip = None

    @property
    def tip(self) -> str:
        """The branch tip that the index reflects, "" when it is empty."""
        return self._read_meta(TIP)

    @property
    def notes_tip(self) -> str:
        """The commit of the notes that were last written here, "" if none were."""
        return self._read_meta(NOTES_TIP)

    def read_experiments(self) -> Iterator[Experiment]:
        """Yield every experiment, oldest first."""
        rows = self._db.execute(
            "SELECT row FROM experiment JOIN whole USING (id) ORDER BY at, lamport, id"
        )
        for (row,) in rows:
            yield decode_row(row)

    def read_summaries(self) -> list[Summary]:
        """Return the summary of every experiment, oldest first."""
        rows = self._db.execute("SELECT summary FROM experiment ORDER BY at, lamport, id")
        return decode_summaries([text for (text,) in rows])

    def read_newest_summaries(self, count: int) -> list[Summary]:
        """Return the summaries of the newest experiments, newest first."""
        rows = self._db.execute(
            "SELECT summary FROM experiment ORDER BY at DESC, lamport DESC, id DESC LIMIT ?",
            (count,),
        )
        return decode_summaries([text for (text,) in rows])

    def read_experiment(self, ident: str) -> Experiment | None:
        """Return the experiment with this id in use, or None."""
        row = self._db.execute("SELECT row FROM whole WHERE id = ?", (ident,)).fetchone()
        return decode_row(row[0]) if row else None

    def read_row_texts(self) -> dict[str, str]:
        """Return every experiment as the index keeps it: equal texts, equal experiments."""
        return dict(self._db.execute("SELECT id, row FROM whole"))

    def read_names(self) -> Mapping[str, str]:
        """Return every id and alias, each with the id in use.

        They are read once as long as the record stays as it is.
        """
        tip = self.tip
        if self._names_tip != tip:
            self._names = MappingProxyType(self._read_names_now())
            self._names_tip = tip
        return self._names

    def list_linked_commits(self) -> list[str]:
        """Return every commit that an experiment is tied to, sorted."""
        rows = self._db.execute("SELECT DISTINCT commit_id FROM link ORDER BY 1")
        return [commit for (commit,) in rows]

    def find_linked_experiments(self, commit: str) -> dict[str, bool]:
        """Return the experiments that are tied to a commit, by their ids in use.

        True: the commit holds the code of the experiment. False: the trial was made on top of it.
        """
        rows = self._db.execute(
            "SELECT experiment, exact FROM link WHERE commit_id = ? ORDER BY 1", (commit,)
        )
        return {name: bool(is_exact) for name, is_exact in rows}

    def list_tied_commits(self, count: int) -> list[str]:
        """Return commits that experiments are tied to, those of the newest first."""
        rows = self._db.execute(
            "SELECT commit_id FROM link JOIN experiment ON id = link.experiment"
            " GROUP BY commit_id ORDER BY max(at) DESC, commit_id LIMIT ?",
            (count,),
        )
        return [commit for (commit,) in rows]

    def _read_names_now(self) -> dict[str, str]:
        names = dict(self._db.execute("SELECT alias, id FROM alias"))
        idents = self._db.execute("SELECT id FROM experiment")
        names.update({ident: ident for (ident,) in idents})
        return names

    def _read_aliases(self) -> dict[str, str]:
        """Return every former id with the id in use: those of today, whatever time is read."""
        return dict(self._db.execute("SELECT alias, id FROM main.alias"))

    def _fold_experiments(self, idents: Iterable[str]) -> Iterator[Experiment]:
        """Fold experiments, by their ids in use, from the events about them."""
        aliases = self._read_aliases()
        aliases_of: dict[str, list[str]] = {}
        for alias, ident in aliases.items():
            aliases_of.setdefault(ident, []).append(alias)

        def resolve(name: str) -> str:
            return aliases.get(name, name)

        for ident in idents:
            names = [ident, *aliases_of.get(ident, ())]
            yield fold_events(ident, self._read_events_about(names), resolve)

    def _read_events_about(self, names: list[str]) -> list[Event]:
        marks = ",".join("?" * len(names))
        rows = self._db.execute(
            "SELECT DISTINCT path, file FROM event JOIN about USING (number)"
            f" WHERE experiment IN ({marks})",
            names,
        ).fetchall()
        return [self._decoded.get(path) or read_event(data, path) for path, data in rows]

    def _read_meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""
