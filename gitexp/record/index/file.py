"""The file of the index: its tables, opening it, making it anew."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from gitexp.store.refs import INDEX_FILE
from gitexp.store.shared import create_database_file

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 12

_LONGEST_LOG = 1 << 20
"""Bytes of a log that is left beside the index: whoever opens it next reads it, 1 ms a megabyte."""

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event(
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, path TEXT UNIQUE,
    lamport INTEGER, at REAL, kind TEXT, file BLOB
);
CREATE INDEX event_kind ON event(kind);
CREATE INDEX event_lamport ON event(lamport);
CREATE TABLE parted(number INTEGER PRIMARY KEY, file BLOB);
CREATE TABLE about(
    experiment TEXT, number INTEGER, PRIMARY KEY (experiment, number)
) WITHOUT ROWID;
CREATE INDEX about_number ON about(number, experiment);
CREATE TABLE alias(alias TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE experiment(
    id TEXT PRIMARY KEY, at REAL, lamport INTEGER, summary TEXT
) WITHOUT ROWID;
CREATE TABLE whole(id TEXT PRIMARY KEY, row TEXT);
CREATE INDEX experiment_at ON experiment(at, lamport, id);
CREATE TABLE link(
    commit_id TEXT, experiment TEXT, exact INTEGER, PRIMARY KEY (commit_id, experiment)
) WITHOUT ROWID;
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
    """Open the index, made anew where it is missing, damaged or of another version.

    Return an empty one in memory where nothing can be written. Raises sqlite3.OperationalError
    where another process holds the index for a minute.
    """
    for is_last_attempt in (False, True):
        try:
            return _open_file(state_dir / INDEX_FILE)
        except sqlite3.OperationalError as error:
            if is_busy(error):
                raise
            return open_in_memory()
        except sqlite3.DatabaseError:
            if is_last_attempt:
                raise
            discard_index(state_dir)
    raise AssertionError("unreachable")


def open_in_memory() -> sqlite3.Connection:
    """Open an empty index that touches no disk."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    _create_tables(db)
    return db


def discard_index(state_dir: Path) -> None:
    """Remove a damaged index; the next opening makes it anew."""
    for suffix in ("", "-wal", "-shm"):
        (state_dir / (INDEX_FILE + suffix)).unlink(missing_ok=True)


def is_busy(error: sqlite3.Error) -> bool:
    """Return True if another process holds the index: it is sound, and must stay."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary_code = code & 0xFF  # https://sqlite.org/rescode.html
    return primary_code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class _IndexFile(sqlite3.Connection):
    """A connection to the file of an index, which leaves a short log beside it when it closes.

    The last connection to close would move the log into the file, and SQLite waits for the disk before
    and after. Without that nothing is waited for: a log has checksums, and one that the power cut is
    read as far as it goes. A connection that may only read cannot move it, so one closes last.
    """

    _path: Path
    _reader: sqlite3.Connection | None = None

    def hold_log(self, path: Path) -> None:
        """Open the connection that closes last."""
        self._path = path
        with suppress(sqlite3.OperationalError):  # a folder that cannot be written
            self._reader = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            _read_version(self._reader)

    def close(self) -> None:
        """Close it."""
        reader, self._reader = self._reader, None
        if reader is not None and not self._has_short_log():
            reader.close()
        super().close()
        if reader is not None:
            reader.close()

    def _has_short_log(self) -> bool:
        try:
            log = self._path.with_name(f"{self._path.name}-wal")
            return log.stat().st_size <= _LONGEST_LOG
        except OSError:
            return False


def _open_file(path: Path) -> sqlite3.Connection:
    create_database_file(str(path))
    db = sqlite3.connect(path, timeout=60, isolation_level=None, factory=_IndexFile)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if _read_version(db) != VERSION:
            _create_tables(db)
        db.hold_log(path)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _read_version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _create_tables(db: sqlite3.Connection) -> None:
    """Lay the tables, in place of those of another version.

    Two processes may try at once: the second sees the tables of the first.
    """
    db.execute("BEGIN IMMEDIATE")
    if _read_version(db) != VERSION:
        # Those of the full text vanish with it.
        old_tables = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fulltext_%'"
        ).fetchall()
        for (name,) in old_tables:
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
