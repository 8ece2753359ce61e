"""The SQLite file of the index of changed paths. It is a cache: to delete it loses nothing."""

from __future__ import annotations

import os
import sqlite3
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.errors import StorageError
from gitexp.store.discover import list_shallow_commits
from gitexp.store.repository import STATE
from gitexp.store.shared import create_database_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitexp.store.path_log import PathChange
    from gitexp.store.repository import Repository

    ChangeRow = tuple[int, int, bytes | None, bytes | None]
    """Number of the path, number of the commit, raw ids of the blob before and after."""

_FORMAT = "2"
_FILE = "paths.sqlite"
_IN_MEMORY = ":memory:"
_LOCK_SECONDS = 60
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (first INTEGER PRIMARY KEY, ids BLOB, parents BLOB, extra BLOB);
CREATE TABLE IF NOT EXISTS path (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS change (
    path INTEGER, number INTEGER, old BLOB, new BLOB, PRIMARY KEY (path, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_commit ON change (number);
"""


class Segment(NamedTuple):
    """Commits that were taken in at once, in the order of their numbers.

    ``ids``: their raw ids, one after the other. ``first_parents``: the number of each commit's
    first parent, or -1. ``further_parents``: pairs of a merge's number and the number of a further
    parent.
    """

    ids: bytes
    first_parents: array[int]
    further_parents: array[int]


class PathDatabase:
    """The file ``<state_dir>/paths.sqlite``; a database in memory where that cannot be written.

    It is made anew when it is damaged, of another format, or of another edge of a shallow clone.
    """

    def __init__(self, repository: Repository) -> None:
        self._common_folder = repository.common_folder
        self._connection = self._open()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def make_anew(self) -> None:
        """Go on with an empty file in the place of a damaged one."""
        self._connection.close()
        with suppress(OSError):
            os.unlink(self._file)
        self._connection = self._open()

    def move_to_memory(self) -> None:
        """Go on with an empty database in memory."""
        self._connection = self._connect(_IN_MEMORY)

    # Transactions. SQLite's errors pass: the caller decides what a full disk means.

    def begin(self) -> None:
        """Begin to write, after every other writer."""
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make what was written since ``begin`` permanent."""
        self._connection.execute("COMMIT")

    def roll_back(self) -> None:
        """Take back what was written since ``begin``."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    # Reading.

    def read_segments(self) -> Iterator[Segment]:
        """Yield the segments, oldest first."""
        query = "SELECT ids, parents, extra FROM segment ORDER BY first"
        for ids, parents, extra in self._connection.execute(query):
            first_parents = array("i")
            first_parents.frombytes(parents)
            further_parents = array("i")
            further_parents.frombytes(extra)
            yield Segment(ids, first_parents, further_parents)

    def list_tips(self) -> list[str]:
        """Return the tips whose whole history is in the database."""
        query = "SELECT value FROM meta WHERE key LIKE 'tip %'"
        return [tip for (tip,) in self._connection.execute(query)]

    def read_path_numbers(self) -> dict[str, int]:
        """Return the number of each path."""
        return dict(self._connection.execute("SELECT name, number FROM path"))

    def list_changes_of_path(self, path: str) -> list[tuple[int, bytes | None, bytes | None]]:
        """Return the commits that changed a path, by number, with its raw blob ids (old, new)."""
        query = (
            "SELECT change.number, old, new FROM change JOIN path ON path.number = path"
            " WHERE name = ? ORDER BY change.number"
        )
        return self._fetch_rows(query, path)

    def list_changes_of_commit(self, number: int) -> list[PathChange]:
        """Return the paths that a commit changed, with their raw blob ids (old, new)."""
        query = (
            "SELECT name, old, new FROM change JOIN path ON path.number = path"
            " WHERE change.number = ?"
        )
        return self._fetch_rows(query, number)

    def _fetch_rows(self, query: str, value: str | int) -> list[Any]:
        """Return the rows of a query for one value. Raises StorageError for a damaged database."""
        try:
            return self._connection.execute(query, (value,)).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            raise self.discard() from None

    # Writing.

    def add_changes(self, rows: Sequence[ChangeRow]) -> None:
        """Add what commits changed."""
        self._connection.executemany("INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?)", rows)

    def add_paths(self, numbers: Mapping[str, int]) -> None:
        """Add the paths that are new among some."""
        rows = ((number, name) for name, number in numbers.items())
        self._connection.executemany("INSERT OR IGNORE INTO path VALUES (?, ?)", rows)

    def add_segment(self, first: int, segment: Segment) -> None:
        """Add commits; ``first`` is the number of the first of them."""
        row = (
            first,
            segment.ids,
            segment.first_parents.tobytes(),
            segment.further_parents.tobytes(),
        )
        self._connection.execute("INSERT INTO segment VALUES (?, ?, ?, ?)", row)

    def add_tips(self, tips: Sequence[str]) -> None:
        """Note tips whose whole history is in the database now."""
        rows = [(f"tip {tip}", tip) for tip in tips]
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    # The file.

    def discard(self) -> StorageError:
        """Remove the damaged file, and return the error that says so."""
        self._connection.close()
        with suppress(OSError):
            os.unlink(self._file)
        return StorageError(
            "the index of changed paths was damaged and is removed", "nothing is lost: run it again"
        )

    @property
    def _file(self) -> str:
        return os.path.join(self._common_folder, STATE, _FILE)

    def _open(self) -> sqlite3.Connection:
        """Return the database of this clone, as it is or made anew."""
        for _ in range(2):
            try:
                os.makedirs(os.path.dirname(self._file), exist_ok=True)
                connection = self._connect(self._file)
                query = "SELECT value FROM meta WHERE key = 'stamp'"
                if connection.execute(query).fetchone() == (self._make_stamp(),):
                    return connection
                connection.close()
                os.unlink(self._file)
            except sqlite3.OperationalError:
                break  # locked for too long, or a folder that cannot be written
            except sqlite3.DatabaseError:
                with suppress(FileNotFoundError):
                    os.unlink(self._file)
            except OSError:
                break
        return self._connect(_IN_MEMORY)

    def _connect(self, name: str) -> sqlite3.Connection:
        """Open a database and give it its tables."""
        if name != _IN_MEMORY:
            create_database_file(name)
        connection = sqlite3.connect(name, timeout=_LOCK_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")
        query = "SELECT 1 FROM sqlite_master WHERE name = 'by_commit'"
        if not connection.execute(query).fetchone():
            connection.executescript(_SCHEMA)
            stamp = self._make_stamp()
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('stamp', ?)", (stamp,))
        return connection

    def _make_stamp(self) -> str:
        """Return what the cache depends on besides the commits."""
        return f"{_FORMAT} {' '.join(sorted(list_shallow_commits(self._common_folder)))}"
