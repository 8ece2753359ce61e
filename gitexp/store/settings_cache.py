"""The SQLite file of settings that were read from versions. It is a cache: to delete it loses nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from gitexp.store.refs import SETTINGS_FILE
from gitexp.store.shared import create_database_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORMAT = 1
_LOCK_SECONDS = 5
_MOST_READINGS = 32
"""Readings that are remembered: filters, and readers of other versions of gitexp. Old ones go."""

_SCHEMA = f"""
CREATE TABLE content (number INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE reading (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE version (
    reading INTEGER, commit_id TEXT, content INTEGER, PRIMARY KEY (reading, commit_id)
) WITHOUT ROWID;
PRAGMA user_version = {_FORMAT};
"""


class SettingsCache:
    """The texts that were read of commits, by the name of a reading: a filter and its reader.

    A text that many versions share is stored once. A file that is damaged, of another format or
    cannot be opened is as an empty one: what lacks is read from the code.
    """

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir

    def read_texts(self, reading: str) -> dict[str, str]:
        """Return the text of each commit (a full id) that is remembered of a reading."""
        query = (
            "SELECT commit_id, text FROM version JOIN content ON content.number = content"
            " WHERE reading = (SELECT number FROM reading WHERE name = ?)"
        )
        try:
            with closing(self._open()) as database:
                return dict(database.execute(query, (reading,)))
        except sqlite3.OperationalError:
            return {}  # another process writes, or the folder cannot be read
        except sqlite3.DatabaseError:
            discard_settings_cache(self._state_dir)
            return {}

    def add_texts(self, reading: str, texts: Mapping[str, str]) -> None:
        """Remember the text of some commits (full ids)."""
        try:
            with closing(self._open()) as database:
                database.execute("BEGIN IMMEDIATE")
                _add_texts(database, reading, texts)
                database.execute("COMMIT")
        except sqlite3.OperationalError:
            return  # another process writes, or the folder is read-only
        except sqlite3.DatabaseError:
            discard_settings_cache(self._state_dir)

    def _open(self) -> sqlite3.Connection:
        create_database_file(str(self._state_dir / SETTINGS_FILE))
        database = sqlite3.connect(
            self._state_dir / SETTINGS_FILE, timeout=_LOCK_SECONDS, isolation_level=None
        )
        try:
            database.execute("PRAGMA synchronous = OFF")
            (file_format,) = database.execute("PRAGMA user_version").fetchone()
            if file_format != _FORMAT:
                _lay_tables(database)
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database


def _lay_tables(database: sqlite3.Connection) -> None:
    """Lay the tables, in place of those of another format."""
    database.execute("BEGIN IMMEDIATE")
    for name in ("content", "reading", "version"):
        database.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        database.execute(statement)
    database.execute("COMMIT")


def _add_texts(database: sqlite3.Connection, reading: str, texts: Mapping[str, str]) -> None:
    database.execute("INSERT OR IGNORE INTO reading(name) VALUES (?)", (reading,))
    contents = [(text,) for text in dict.fromkeys(texts.values())]
    database.executemany("INSERT OR IGNORE INTO content(text) VALUES (?)", contents)
    database.executemany(
        "INSERT OR REPLACE INTO version VALUES ("
        "(SELECT number FROM reading WHERE name = ?), ?,"
        " (SELECT number FROM content WHERE text = ?))",
        [(reading, commit, text) for commit, text in texts.items()],
    )
    (newest,) = database.execute("SELECT max(number) FROM reading").fetchone()
    oldest = newest - _MOST_READINGS
    database.execute("DELETE FROM version WHERE reading <= ?", (oldest,))
    database.execute("DELETE FROM reading WHERE number <= ?", (oldest,))
    database.execute("DELETE FROM content WHERE number NOT IN (SELECT content FROM version)")


def discard_settings_cache(state_dir: Path) -> None:
    """Remove the file: it is damaged, or it holds what was purged."""
    with suppress(OSError):
        (state_dir / SETTINGS_FILE).unlink(missing_ok=True)
