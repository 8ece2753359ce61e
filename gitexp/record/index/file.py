"""The index's file: its tables, opening it, making it anew; and reading an event out of it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model import event as events
from gitexp.model.ids import fits_event_id
from gitexp.store.refs import INDEX_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.model.event import Event

VERSION = 6

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event(number INTEGER PRIMARY KEY, id TEXT UNIQUE, path TEXT UNIQUE, lamport INTEGER, at REAL, kind TEXT, file BLOB);
CREATE INDEX event_kind ON event(kind);
CREATE INDEX event_lamport ON event(lamport);
CREATE TABLE about(experiment TEXT, number INTEGER, PRIMARY KEY (experiment, number)) WITHOUT ROWID;
CREATE INDEX about_number ON about(number, experiment);
CREATE TABLE alias(alias TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE experiment(id TEXT PRIMARY KEY, at REAL, summary TEXT) WITHOUT ROWID;
CREATE TABLE whole(id TEXT PRIMARY KEY, row TEXT);
CREATE INDEX experiment_at ON experiment(at, id);
CREATE TABLE link(commit_id TEXT, experiment TEXT, exact INTEGER, PRIMARY KEY (commit_id, experiment)) WITHOUT ROWID;
CREATE INDEX link_experiment ON link(experiment);
CREATE TABLE stale_note(commit_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE broken(path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE source(key TEXT, event TEXT, PRIMARY KEY (key, event)) WITHOUT ROWID;
CREATE TABLE entry(number INTEGER PRIMARY KEY, at REAL, day TEXT);
CREATE INDEX entry_at ON entry(at, number);
CREATE TABLE mention(name TEXT, number INTEGER, PRIMARY KEY (name, number)) WITHOUT ROWID;
CREATE INDEX mention_number ON mention(number);
CREATE TABLE gather(topic TEXT, number INTEGER, PRIMARY KEY (topic, number)) WITHOUT ROWID;
CREATE INDEX gather_number ON gather(number);
CREATE VIRTUAL TABLE fulltext USING fts5(body, tokenize='trigram');
"""


def open_index(state_dir: Path) -> sqlite3.Connection:
    """Open the index, made anew when it is missing, damaged or of another version; in memory where nothing can be written."""
    path = state_dir / INDEX_FILE
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
            return open_in_memory()
        except sqlite3.DatabaseError:
            if attempt:
                raise
            db.close()
            discard_index(state_dir)
    raise AssertionError("unreachable")


def open_in_memory() -> sqlite3.Connection:
    """Open an empty index that touches no disk."""
    return _create(sqlite3.connect(":memory:", isolation_level=None))


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if another process holds the index: it is sound, and must stay."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary_code = code & 0xFF  # https://sqlite.org/rescode.html
    return primary_code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def discard_index(state_dir: Path) -> None:
    """Remove a damaged index; the next opening makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        (state_dir / (INDEX_FILE + suffix)).unlink(missing_ok=True)


def read_event(data: bytes, path: str) -> Event:
    """Read an event file; the id is the one in its name.

    A file that a person edited goes through a YAML parser. Raises ContentError for one that is no
    event: a remote may have sent anything.
    """
    ident = path.rsplit("-", 1)[-1].removesuffix(".md")
    if not fits_event_id(ident):
        raise ContentError(f"'{path}' on the record branch is not named as an event")
    try:
        event = events.decode_event(data)
    except ContentError:
        return _read_edited(data, path, ident)
    return event if event.id == ident else event._replace(id=ident)


def _read_edited(data: bytes, path: str, ident: str) -> Event:
    """Read an event file that is not in the canonical form. Raises ContentError."""
    import yaml

    # What PyYAML raises for a value that its type does not allow: !!int "", !!timestamp x, ...
    impossible = (ValueError, TypeError, AttributeError, LookupError, OverflowError)
    try:
        head, text = events.split_front_matter(data.decode("utf-8"))
        # A few lines of aliases to aliases are more values than any memory holds.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(head)):
            raise ValueError("an event has no aliases")
        values = yaml.safe_load(head)
    except (*impossible, RecursionError, yaml.YAMLError):
        raise ContentError(f"'{path}' on the record branch is not an event") from None
    if not isinstance(values, dict):
        raise ContentError(f"'{path}' on the record branch is not an event")
    if isinstance(values.get("at"), datetime):
        values["at"] = values["at"].isoformat()
    return events.build_event(values, text, ident)


def to_epoch(at: str) -> float:
    """An ISO time as seconds since 1970."""
    return datetime.fromisoformat(at).timestamp()


def _create(db: sqlite3.Connection) -> sqlite3.Connection:
    """Lay the tables, dropping those of another version. Two processes may try at once: the second sees the first's."""
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fulltext_%'"
        ).fetchall():
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
    return db
