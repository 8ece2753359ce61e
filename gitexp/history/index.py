"""The index: a SQLite copy of the record for fast reading. A cache; deleting it loses nothing.

It is filled by the difference between the branch tip it last saw and the tip now, and holds every event's file whole, so
that reading verbs need no git at all while it is up to date.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.history.rows import decode_row, encode_row
from gitexp.model import event as events
from gitexp.model.experiment import Experiment, fold
from gitexp.store.refs import INDEX_FILE, LOG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from gitexp.model.event import Event
    from gitexp.store.branch import Branch

VERSION = 2
_PREFIX_OF_TIP = "tip"

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event(number INTEGER PRIMARY KEY, id TEXT UNIQUE, path TEXT UNIQUE, lamport INTEGER, kind TEXT, file BLOB);
CREATE INDEX event_kind ON event(kind);
CREATE TABLE about(experiment TEXT, event TEXT, PRIMARY KEY (experiment, event)) WITHOUT ROWID;
CREATE TABLE alias(alias TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE experiment(id TEXT PRIMARY KEY, at REAL, row TEXT) WITHOUT ROWID;
CREATE TABLE link(commit_id TEXT, experiment TEXT, exact INTEGER, PRIMARY KEY (commit_id, experiment)) WITHOUT ROWID;
CREATE INDEX link_experiment ON link(experiment);
CREATE TABLE stale_note(commit_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE broken(path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE VIRTUAL TABLE fulltext USING fts5(body, tokenize='trigram');
"""


class Index:
    """The index of one clone. Use as a context manager, or close it."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / INDEX_FILE
        self._db = _open(self._path)
        self._decoded: dict[str, Event] = {}  # events taken in by the advance under way, to be folded in a moment

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @property
    def tip(self) -> str:
        """The branch tip that the index reflects, "" when it is empty."""
        return self._meta(_PREFIX_OF_TIP)

    @property
    def lamport(self) -> int:
        """The highest Lamport time of any event."""
        row = self._db.execute("SELECT max(lamport) FROM event").fetchone()
        return int(row[0] or 0)

    def advance(self, branch: Branch, tip: str, read_blob: Callable[[str], bytes], progress: Callable[[int], None] | None = None) -> None:
        """Take in what lies between the tip last seen and the branch's (``tip`` or later): new event files, and removed ones."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            old = self.tip or None
            # Read again in our turn: a faster process may have taken the index past ``tip``, and it never goes back.
            tip = branch.tip or tip
            if old == tip:
                return
            touched: set[str] = set()
            # What is gone comes first, so that a file that was moved is not taken for one that is known already.
            changes = sorted(branch.files_since(old, tip, LOG), key=lambda change: change[2])
            for number, (path, blob, present) in enumerate(changes):
                if progress is not None and number % 500 == 0:
                    progress(number)
                if old is not None:
                    touched |= self._take_out(path)  # of a file that is still there only what a person edited
                if present:
                    touched |= self._take_in(path, read_blob(blob))
            if touched:
                self._refold(touched)
            self._decoded.clear()
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_PREFIX_OF_TIP, tip))

    def _take_in(self, path: str, data: bytes) -> set[str]:
        try:
            event = self._decoded[path] = _read_event(data, path)
        except ContentError:
            self._db.execute("INSERT OR REPLACE INTO broken VALUES (?)", (path,))
            return set()
        row = self._db.execute(
            "INSERT OR IGNORE INTO event(id, path, lamport, kind, file) VALUES (?, ?, ?, ?, ?)",
            (event.id, path, event.lamport, event.kind, data),
        )
        if row.rowcount == 0:
            return set()
        self._db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", [(name, event.id) for name in event.experiments])
        if event.text:
            body = "\n".join((*event.experiments, event.text))
            self._db.execute("INSERT INTO fulltext(rowid, body) VALUES (?, ?)", (row.lastrowid, body))
        return set(event.experiments) | ({_RENAMED} if event.kind == "rename" else set())

    def _take_out(self, path: str) -> set[str]:
        self._db.execute("DELETE FROM broken WHERE path = ?", (path,))
        row = self._db.execute("SELECT number, id FROM event WHERE path = ?", (path,)).fetchone()
        if row is None:
            return set()
        names = {name for (name,) in self._db.execute("SELECT experiment FROM about WHERE event = ?", (row[1],))}
        self._db.execute("DELETE FROM about WHERE event = ?", (row[1],))
        self._db.execute("DELETE FROM event WHERE number = ?", (row[0],))
        self._db.execute("DELETE FROM fulltext WHERE rowid = ?", (row[0],))
        return names | {_RENAMED}

    def _refold(self, touched: set[str]) -> None:
        """Fold anew every experiment that an event touched, and mark the notes of its commits as stale."""
        if _RENAMED in touched:
            renamed = self._renames()
            children = {event.experiments[0] for event in self.events_of_kind("new") if renamed and event.fields.get("parent") in renamed}
            touched = (touched - {_RENAMED}) | renamed | children
        aliases = self._aliases()
        names: dict[str, list[str]] = {}
        for alias, ident in aliases.items():
            names.setdefault(ident, []).append(alias)
        for name in {aliases.get(name, name) for name in touched}:
            self._store(name, fold(name, self._events_of([name, *names.get(name, ())]), lambda text: aliases.get(text, text)))
        for name in touched & aliases.keys():
            self._forget(name)

    def _renames(self) -> set[str]:
        """Read every rename again into the alias table; the names whose meaning changed."""
        before = self._aliases()
        target: dict[str, str] = {}
        for event in self.events_of_kind("rename"):
            if not event.experiments:
                continue
            old, new = _follow(target, event.experiments[0]), str(event.fields.get("to", ""))
            last = _follow(target, new)
            if last != old:
                target[old] = last
            elif new and new != old:  # back to a name it had before
                target.pop(new, None)
                target[old] = new
        after = {name: _follow(target, name) for name in target}
        self._db.execute("DELETE FROM alias")
        self._db.executemany("INSERT INTO alias VALUES (?, ?)", after.items())
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        return changed | {before[name] for name in changed & before.keys()} | {after[name] for name in changed & after.keys()}

    def _aliases(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT alias, id FROM alias"))

    def _events_of(self, names: list[str]) -> list[Event]:
        marks = ",".join("?" * len(names))
        rows = self._db.execute(
            f"SELECT DISTINCT path, file FROM event JOIN about ON event.id = about.event WHERE experiment IN ({marks})",  # noqa: S608 - question marks only
            names,
        )
        return [self._decoded.get(path) or _read_event(data, path) for path, data in rows.fetchall()]

    def _store(self, name: str, state: Experiment) -> None:
        if not state.at:
            self._forget(name)
            return
        self._stale(name)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (name,))
        self._db.execute("INSERT OR REPLACE INTO experiment VALUES (?, ?, ?)", (name, _epoch(state.at), encode_row(state)))
        self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", [(commit, name, exact) for commit, exact in _ties(state)])
        self._stale(name)

    def _forget(self, name: str) -> None:
        self._stale(name)
        self._db.execute("DELETE FROM link WHERE experiment = ?", (name,))
        self._db.execute("DELETE FROM experiment WHERE id = ?", (name,))

    def _stale(self, name: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link WHERE experiment = ?", (name,))

    def rows(self) -> Iterator[Experiment]:
        """Every experiment, oldest first."""
        for (row,) in self._db.execute("SELECT row FROM experiment ORDER BY at, id"):
            yield decode_row(row)

    def row(self, ident: str) -> Experiment | None:
        """One experiment by its id in use."""
        found = self._db.execute("SELECT row FROM experiment WHERE id = ?", (ident,)).fetchone()
        return decode_row(found[0]) if found else None

    def names(self) -> dict[str, str]:
        """Every id and alias, each with the id in use."""
        known = {name: name for (name,) in self._db.execute("SELECT id FROM experiment")}
        return {**self._aliases(), **known}

    def events_of_kind(self, kind: str) -> list[Event]:
        """All events of one kind, in order of effect."""
        rows = self._db.execute("SELECT path, file FROM event WHERE kind = ?", (kind,)).fetchall()
        return events.in_order(_read_event(data, path) for path, data in rows)

    def linked(self, commit: str) -> dict[str, bool]:
        """Experiments tied to a commit: True where the commit holds its code, False where the trial was made on top of it."""
        rows = self._db.execute("SELECT experiment, exact FROM link WHERE commit_id = ? ORDER BY 1", (commit,))
        return {name: bool(exact) for name, exact in rows}

    def all_notes_stale(self) -> None:
        """Have every note written again: the notes are gone."""
        with self._db:
            self._db.execute("INSERT OR IGNORE INTO stale_note SELECT commit_id FROM link")

    def stale_notes(self) -> list[str]:
        """Commits whose note may differ from what the record says."""
        return [commit for (commit,) in self._db.execute("SELECT commit_id FROM stale_note")]

    def notes_written(self, commits: Iterable[str]) -> None:
        """Forget that these commits' notes were stale."""
        with self._db:
            self._db.executemany("DELETE FROM stale_note WHERE commit_id = ?", [(commit,) for commit in commits])

    def broken(self) -> list[str]:
        """Event files that nobody can read."""
        return [path for (path,) in self._db.execute("SELECT path FROM broken ORDER BY path")]

    def _meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""


# Stands in a set of touched names for "the meaning of names changed"; no experiment can be called so.
_RENAMED = "/renamed"


def _ties(state: Experiment) -> Iterator[tuple[str, bool]]:
    """The commits that hold an experiment's code, then those its working tree stood on."""
    yield from ((commit, True) for commit in state.links)
    yield from ((snapshot.commit, True) for snapshot in state.snapshots)
    yield from ((snapshot.base, False) for snapshot in state.snapshots if snapshot.base)


def _follow(target: dict[str, str], name: str) -> str:
    """The last name in a chain of renames."""
    seen = {name}
    while (following := target.get(name)) is not None and following not in seen:
        name = following
        seen.add(name)
    return name


def _epoch(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()


def _read_event(data: bytes, path: str) -> Event:
    """Read an event file; one that a person edited goes through a YAML parser. The id is the one in its name."""
    ident = path.rsplit("-", 1)[-1].removesuffix(".md")
    try:
        event = events.decode(data)
        return event if event.id == ident else replace(event, id=ident)
    except ContentError:
        pass
    import yaml

    try:
        head, text = events.front_matter(data.decode("utf-8"))
        values = yaml.safe_load(head)
    except (ValueError, RecursionError, yaml.YAMLError):
        raise ContentError(f"'{path}' on the record branch is no event") from None
    if not isinstance(values, dict):
        raise ContentError(f"'{path}' on the record branch is no event")
    if hasattr(values.get("at"), "isoformat"):
        values["at"] = values["at"].isoformat()
    return events.from_values(values, text, ident)


def discard(state_dir: Path) -> None:
    """Remove a damaged index; the next opening makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        (state_dir / (INDEX_FILE + suffix)).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    """Open the index, made anew when it is missing, damaged or of another version; in memory where nothing can be written."""
    for attempt in range(2):
        try:
            db = sqlite3.connect(path, timeout=60, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                return db
            return _create(db)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
            return _create(sqlite3.connect(":memory:", isolation_level=None))
        except sqlite3.DatabaseError:
            if attempt:
                raise
            db.close()
            discard(path.parent)
    raise AssertionError("unreachable")


def _create(db: sqlite3.Connection) -> sqlite3.Connection:
    """Lay the tables, dropping those of another version. Two processes may try at once: the second sees the first's."""
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fulltext_%'").fetchall():
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
    return db
