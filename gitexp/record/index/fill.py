"""The index: a SQLite copy of the record for fast reading. A cache; deleting it loses nothing.

It is filled by the difference between the branch tip that it last saw and the tip now. It holds the
file of every event whole, so that reading verbs need no git at all while it is up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.event.facts import NewFact, ParentFact, RenameFact
from gitexp.model.ids import resolve_chain
from gitexp.model.parting import Partings
from gitexp.record.index.event_file import read_event, to_epoch
from gitexp.record.index.experiment_rows import encode_row, encode_summary
from gitexp.record.index.file import open_in_memory, open_index
from gitexp.record.index.fulltext import link_mentions, take_in_text, take_out_text
from gitexp.record.index.parted import has_parted_events, move_parted_events
from gitexp.record.index.reader import NOTES_TIP, TIP, IndexReader
from gitexp.store.refs import LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment
    from gitexp.store.branch import RecordBranch

_PROGRESS_STEP = 500
"""Files between two calls of ``progress``."""

_LARGEST_FILE = 32 << 20
"""Bytes of the largest event file that is read; those recorded here have about half at most."""


class TouchedExperiments:
    """The experiments that are touched by event files taken in or out.

    ``names``: ids and aliases. ``are_renamed``: names may mean other experiments than before.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.are_renamed = False


class Index(IndexReader):
    """The index of one clone. Close it after use."""

    def __init__(self, state_dir: Path | None) -> None:
        """Open the index of the clone whose local folder this is; None for one in memory."""
        super().__init__(open_in_memory() if state_dir is None else open_index(state_dir))
        self._new_texts: dict[int, Event] = {}  # entries that are being taken in, by number

    def fill_up_to(
        self,
        branch: RecordBranch,
        tip: str,
        read_blob: Callable[[str], bytes],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Take in what lies between the tip last seen and ``tip`` or a later one of the branch.

        New event files are taken in, removed ones taken out. ``progress`` is called with the number
        of files so far. Raises RepositoryError when the branch holds what no record has.
        """
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            old_tip = self.tip or None
            # Read again in our turn: a faster process may have taken the index past ``tip``, and it
            # never goes back.
            new_tip = branch.tip or tip
            if old_tip == new_tip:
                return
            self._take_in_changes(branch, old_tip, new_tip, read_blob, progress)

    def fill_ahead(
        self, branch: RecordBranch, new_tip: str, read_blob: Callable[[str], bytes]
    ) -> None:
        """Take in what a commit adds that the branch is about to move to.

        Only this connection sees it until ``accept``; ``take_back`` leaves the index as it was. Raises
        RepositoryError as ``fill_up_to`` does, then it is to be taken back.
        """
        self._db.execute("BEGIN IMMEDIATE")
        self._take_in_changes(branch, self.tip or None, new_tip, read_blob, None)

    def accept(self) -> None:
        """Let others see what ``fill_ahead`` took in."""
        self._db.execute("COMMIT")

    def take_back(self) -> None:
        """Leave the index as it was before ``fill_ahead``."""
        self._decoded.clear()
        self._new_texts.clear()
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _take_in_changes(
        self,
        branch: RecordBranch,
        old_tip: str | None,
        new_tip: str,
        read_blob: Callable[[str], bytes],
        progress: Callable[[int], None] | None,
    ) -> None:
        """Take in what lies between two tips, inside a transaction."""
        branch.check_trees(old_tip, new_tip)
        touched = TouchedExperiments()
        changes = branch.list_files_since(old_tip, new_tip, LOG)
        # What is gone comes first, so that a file that was moved is not taken for a known one.
        gone_first = sorted(changes, key=lambda change: change.present)
        for count, (path, blob, is_present) in enumerate(gone_first):
            if progress is not None and count % _PROGRESS_STEP == 0:
                progress(count)
            if old_tip is not None:
                # A file that is still there was edited by a person: its event is replaced.
                self._take_out(path, touched)
            if is_present:
                self._take_in(path, read_blob(blob), touched)
        self._part_names(touched)
        changed_names: set[str] = set()
        if old_tip is None:
            self._refold(touched)  # all texts are new: none needs to be read a second time
        else:
            changed_names = self._refold_and_compare(touched)
        link_mentions(self._db, self._new_texts, changed_names, self._read_texts)
        self._decoded.clear()
        self._new_texts.clear()
        self._write_meta(TIP, new_tip)

    def mark_all_notes_stale(self) -> None:
        """Have every note written again: the notes are gone."""
        self._db.execute("INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link")

    def list_stale_notes(self) -> list[str]:
        """Return the commits whose note may differ from what the record says."""
        return [commit for (commit,) in self._db.execute("SELECT commit_id FROM stale_note")]

    def mark_notes_written(self, commits: Iterable[str], tip: str) -> None:
        """Forget that the notes of some commits were stale: the notes' commit ``tip`` has them."""
        rows = [(commit,) for commit in commits]
        with self._db:
            self._write_meta(NOTES_TIP, tip)
            self._db.executemany("DELETE FROM stale_note WHERE commit_id = ?", rows)

    # Event files.

    def _take_in(self, path: str, data: bytes, touched: TouchedExperiments) -> None:
        try:
            if len(data) > _LARGEST_FILE:
                raise ContentError(f"'{path}' on the record branch is larger than any event")
            event = read_event(data, path)
        except ContentError:
            self._db.execute("INSERT OR REPLACE INTO broken VALUES (?)", (path,))
            return
        self._decoded[path] = event
        moment = to_epoch(event.at)
        number = self._insert_event(event, path, moment, data)
        if number is None:
            return
        about = [(name, number) for name in event.experiments]
        self._db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about)
        take_in_text(self._db, number, event, moment)
        if event.text:
            self._new_texts[number] = event
        if event.source is not None:
            row = (event.source, event.id)
            self._db.execute("INSERT OR IGNORE INTO source VALUES (?, ?)", row)
        touched.names.update(event.experiments)
        if event.kind in ("rename", "part", "undo"):
            touched.are_renamed = True

    def _insert_event(self, event: Event, path: str, moment: float, data: bytes) -> int | None:
        """Insert an event and return its number; None where the index has it already."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO event(id, path, lamport, at, kind, file)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (event.id, path, event.lamport, moment, event.kind, data),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def _take_out(self, path: str, touched: TouchedExperiments) -> None:
        self._db.execute("DELETE FROM broken WHERE path = ?", (path,))
        row = self._db.execute("SELECT number, id FROM event WHERE path = ?", (path,)).fetchone()
        if row is None:
            return
        number, ident = row
        about = self._db.execute("SELECT experiment FROM about WHERE number = ?", (number,))
        touched.names.update(name for (name,) in about)
        touched.are_renamed = True
        self._db.execute("DELETE FROM about WHERE number = ?", (number,))
        self._db.execute("DELETE FROM event WHERE number = ?", (number,))
        self._db.execute("DELETE FROM parted WHERE number = ?", (number,))
        self._db.execute("DELETE FROM source WHERE event = ?", (ident,))
        take_out_text(self._db, number)

    # Experiments.

    def _part_names(self, touched: TouchedExperiments) -> None:
        """Bring the events of ids that were parted under the names that are meant."""
        partings = Partings(self.read_events_of_kind("part"))
        if not partings and not has_parted_events(self._db):
            return
        for number, (before, after) in move_parted_events(self._db, partings).items():
            touched.names.update(before.experiments, after.experiments)
            touched.are_renamed = True
            self._decoded.clear()  # the events as they were written
            if after.text:
                self._new_texts[number] = after

    def _refold_and_compare(self, touched: TouchedExperiments) -> set[str]:
        """Fold the touched experiments anew.

        Return the names that have become ids or aliases by that, and those that are none any more.
        """
        old_names = self._find_known_names(touched)
        self._refold(touched)
        return old_names ^ self._find_known_names(touched)

    def _refold(self, touched: TouchedExperiments) -> None:
        """Fold the touched experiments anew; the notes of their commits are stale then."""
        if not touched.names and not touched.are_renamed:
            return
        names = set(touched.names)
        if touched.are_renamed:
            renamed = self._renew_aliases()
            names |= renamed | self._find_children(renamed)
        aliases = self._read_aliases()
        idents = {aliases.get(name, name) for name in names}
        for experiment in self._fold_experiments(idents):
            self._store(experiment)
        for name in names & aliases.keys():
            self._forget(name)

    def _find_known_names(self, touched: TouchedExperiments) -> set[str]:
        """Return those of the touched names that are ids or aliases now.

        All ids and aliases where names may mean other experiments.
        """
        if touched.are_renamed:
            return set(self._read_names_now())
        query = "SELECT 1 FROM experiment WHERE id = ? UNION SELECT 1 FROM alias WHERE alias = ?"
        return {name for name in touched.names if self._db.execute(query, (name, name)).fetchone()}

    def _find_children(self, parents: set[str]) -> set[str]:
        """Return the experiments that had one of these parents at any time.

        The undone too: what is left of such an experiment names its parent.
        """
        children = set()
        if parents:
            for event in (*self._read_kind("new"), *self._read_kind("parent")):
                fact = event.fact
                if isinstance(fact, NewFact | ParentFact) and fact.parent in parents:
                    children.add(event.experiments[0])
        return children

    def _renew_aliases(self) -> set[str]:
        """Read every rename again into the alias table.

        Return the names whose meaning changed, with the ids that they meant before and mean now.
        """
        old_aliases = self._read_aliases()
        new_aliases = self._read_renames()
        self._db.execute("DELETE FROM alias")
        self._db.executemany("INSERT INTO alias VALUES (?, ?)", new_aliases.items())
        changed: set[str] = set()
        for name in old_aliases.keys() | new_aliases.keys():
            old_ident, new_ident = old_aliases.get(name), new_aliases.get(name)
            if old_ident != new_ident:
                changed.update(ident for ident in (name, old_ident, new_ident) if ident is not None)
        return changed

    def _read_renames(self) -> dict[str, str]:
        """Return the id in use of every former id, as the renames in the record say."""
        next_name: dict[str, str] = {}
        for event in self.read_events_of_kind("rename"):
            if not event.experiments or not isinstance(event.fact, RenameFact):
                continue
            old = resolve_chain(next_name, event.experiments[0])
            new = event.fact.to
            last = resolve_chain(next_name, new)
            if last != old:
                next_name[old] = last
            elif new != old:  # back to a name that it had before
                next_name.pop(new, None)
                next_name[old] = new
        for first, later in Partings(self.read_events_of_kind("part")).list_renames():
            last = resolve_chain(next_name, later)
            if last != (first_end := resolve_chain(next_name, first)):
                next_name[first_end] = last
        return {name: resolve_chain(next_name, name) for name in next_name}

    def _store(self, experiment: Experiment) -> None:
        ident = experiment.id
        if not experiment.at:
            self._forget(ident)
            return
        self._mark_notes_stale(ident)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (ident,))
        summary = encode_summary(experiment.summary)
        summary_row = (ident, to_epoch(experiment.at), experiment.lamport, summary)
        self._db.execute("INSERT OR REPLACE INTO experiment VALUES (?, ?, ?, ?)", summary_row)
        whole_row = (ident, encode_row(experiment))
        self._db.execute("INSERT OR REPLACE INTO whole VALUES (?, ?)", whole_row)
        links = [(commit, ident, is_exact) for commit, is_exact in experiment.ties()]
        self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", links)
        self._mark_notes_stale(ident)

    def _forget(self, name: str) -> None:
        self._mark_notes_stale(name)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (name,))
        self._db.execute("DELETE FROM experiment WHERE id = ?", (name,))
        self._db.execute("DELETE FROM whole WHERE id = ?", (name,))

    def _mark_notes_stale(self, name: str) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link WHERE experiment = ?",
            (name,),
        )

    def _write_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
