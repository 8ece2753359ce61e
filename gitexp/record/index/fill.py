"""The index: a SQLite copy of the record for fast reading. A cache; deleting it loses nothing.

It is filled by the difference between the branch tip it last saw and the tip now, and holds every event's file whole, so
that reading verbs need no git at all while it is up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.event.facts import NewFact, RenameFact
from gitexp.model.ids import resolve_chain
from gitexp.record.index.file import open_in_memory, open_index, read_event, to_epoch
from gitexp.record.index.fulltext import link_mentions, take_in_text, take_out_text
from gitexp.record.index.reader import NOTES_TIP, TIP, IndexReader
from gitexp.record.index.rows import encode_row, encode_summary
from gitexp.store.refs import LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment
    from gitexp.store.branch import RecordBranch


class Index(IndexReader):
    """The index of one clone. Use as a context manager, or close it."""

    def __init__(self, state_dir: Path | None) -> None:
        """Open the index of the clone whose local folder this is; None for one in memory."""
        super().__init__(open_in_memory() if state_dir is None else open_index(state_dir))
        self._texts: dict[int, Event] = {}  # entries taken in by the advance under way, by number

    def fill_up_to(
        self,
        branch: RecordBranch,
        tip: str,
        read_blob: Callable[[str], bytes],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Take in what lies between the tip last seen and the branch's (``tip`` or later): new event files, and removed ones."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            old = self.tip or None
            # Read again in our turn: a faster process may have taken the index past ``tip``, and it never goes back.
            tip = branch.tip or tip
            if old == tip:
                return
            branch.check_trees(old, tip)
            touched: set[str] = set()
            # What is gone comes first, so that a file that was moved is not taken for one that is known already.
            changes = sorted(branch.list_files_since(old, tip, LOG), key=lambda change: change[2])
            for number, (path, blob, present) in enumerate(changes):
                if progress is not None and number % 500 == 0:
                    progress(number)
                if old is not None:
                    touched |= self._take_out(
                        path
                    )  # of a file that is still there only what a person edited
                if present:
                    touched |= self._take_in(path, read_blob(blob))
            before = self._known(touched) if old is not None else set()
            if touched:
                self._refold(touched)
            changed = before ^ self._known(touched) if old is not None else set()
            link_mentions(self._db, self._texts, changed, self._texts_of)
            self._decoded.clear()
            self._texts.clear()
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (TIP, tip))

    def _known(self, touched: set[str]) -> set[str]:
        """Those of the touched names that are ids or aliases now; all ids and aliases where the meaning of names changes."""
        if _RENAMED in touched:
            return set(self._read_names())
        known = "SELECT 1 FROM experiment WHERE id = ? UNION SELECT 1 FROM alias WHERE alias = ?"
        return {name for name in touched if self._db.execute(known, (name, name)).fetchone()}

    def _take_in(self, path: str, data: bytes) -> set[str]:
        try:
            event = self._decoded[path] = read_event(data, path)
        except ContentError:
            self._db.execute("INSERT OR REPLACE INTO broken VALUES (?)", (path,))
            return set()
        at = to_epoch(event.at)
        row = self._db.execute(
            "INSERT OR IGNORE INTO event(id, path, lamport, at, kind, file) VALUES (?, ?, ?, ?, ?, ?)",
            (event.id, path, event.lamport, at, event.kind, data),
        )
        if row.rowcount == 0 or row.lastrowid is None:
            return set()
        self._db.executemany(
            "INSERT OR IGNORE INTO about VALUES (?, ?)",
            [(name, row.lastrowid) for name in event.experiments],
        )
        take_in_text(self._db, row.lastrowid, event, at)
        if event.text:
            self._texts[row.lastrowid] = event
        if event.source is not None:
            self._db.execute("INSERT OR IGNORE INTO source VALUES (?, ?)", (event.source, event.id))
        return set(event.experiments) | ({_RENAMED} if event.kind in ("rename", "undo") else set())

    def _take_out(self, path: str) -> set[str]:
        self._db.execute("DELETE FROM broken WHERE path = ?", (path,))
        row = self._db.execute("SELECT number, id FROM event WHERE path = ?", (path,)).fetchone()
        if row is None:
            return set()
        names = {
            name
            for (name,) in self._db.execute(
                "SELECT experiment FROM about WHERE number = ?", (row[0],)
            )
        }
        self._db.execute("DELETE FROM about WHERE number = ?", (row[0],))
        self._db.execute("DELETE FROM event WHERE number = ?", (row[0],))
        self._db.execute("DELETE FROM source WHERE event = ?", (row[1],))
        take_out_text(self._db, row[0])
        return names | {_RENAMED}

    def _refold(self, touched: set[str]) -> None:
        """Fold anew every experiment that an event touched, and mark the notes of its commits as stale."""
        if _RENAMED in touched:
            renamed = self._renames()
            begun = (
                self._of_kind("new") if renamed else ()
            )  # the undone too: what is left of their experiments names a parent
            children = {
                event.experiments[0]
                for event in begun
                if isinstance(event.fact, NewFact) and event.fact.parent in renamed
            }
            touched = (touched - {_RENAMED}) | renamed | children
        aliases = self._aliases()
        for state in self._fold_all({aliases.get(name, name) for name in touched}):
            self._store(state)
        for name in touched & aliases.keys():
            self._forget(name)

    def _renames(self) -> set[str]:
        """Read every rename again into the alias table; the names whose meaning changed."""
        before = self._aliases()
        target: dict[str, str] = {}
        for event in self.read_events_of_kind("rename"):
            if not event.experiments or not isinstance(event.fact, RenameFact):
                continue
            old, new = resolve_chain(target, event.experiments[0]), event.fact.to
            last = resolve_chain(target, new)
            if last != old:
                target[old] = last
            elif new != old:  # back to a name it had before
                target.pop(new, None)
                target[old] = new
        after = {name: resolve_chain(target, name) for name in target}
        self._db.execute("DELETE FROM alias")
        self._db.executemany("INSERT INTO alias VALUES (?, ?)", after.items())
        changed = {
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        }
        return (
            changed
            | {before[name] for name in changed & before.keys()}
            | {after[name] for name in changed & after.keys()}
        )

    def _store(self, state: Experiment) -> None:
        name = state.id
        if not state.at:
            self._forget(name)
            return
        self._stale(name)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (name,))
        self._db.execute(
            "INSERT OR REPLACE INTO experiment VALUES (?, ?, ?)",
            (name, to_epoch(state.at), encode_summary(state.summary)),
        )
        self._db.execute("INSERT OR REPLACE INTO whole VALUES (?, ?)", (name, encode_row(state)))
        self._db.executemany(
            "INSERT OR IGNORE INTO link VALUES (?, ?, ?)",
            [(commit, name, exact) for commit, exact in state.ties()],
        )
        self._stale(name)

    def _forget(self, name: str) -> None:
        self._stale(name)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (name,))
        self._db.execute("DELETE FROM experiment WHERE id = ?", (name,))
        self._db.execute("DELETE FROM whole WHERE id = ?", (name,))

    def _stale(self, name: str) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link WHERE experiment = ?",
            (name,),
        )

    def mark_all_notes_stale(self) -> None:
        """Have every note written again: the notes are gone."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link")

    def list_stale_notes(self) -> list[str]:
        """Commits whose note may differ from what the record says."""
        return [commit for (commit,) in self._db.execute("SELECT commit_id FROM stale_note")]

    def mark_notes_written(self, commits: Iterable[str], tip: str) -> None:
        """Forget that these commits' notes were stale: they are in the notes' commit ``tip``."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (NOTES_TIP, tip))
            self._db.executemany(
                "DELETE FROM stale_note WHERE commit_id = ?", [(commit,) for commit in commits]
            )


# Stands in a set of touched names for "the meaning of names changed"; no experiment can be called so.
_RENAMED = "/renamed"
