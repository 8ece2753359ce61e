"""The index of which commit changed which path: one ``git log --raw`` once, then only of new commits.

Commits are numbered, parents before children. Merges are listed against their first parent, so that the blob of a path at any
commit follows from the numbers alone: that of its own change, or else that of its first parent.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gitexp.errors import RepositoryError, StorageError
from gitexp.store.discover import OID
from gitexp.store.repository import STATE, STAY_LOCAL, STAY_LOCAL_ENV

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitexp.store.repository import Repository

    Progress = Callable[[int, int], None]

_FORMAT = "2"
_FILE = "paths.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (first INTEGER PRIMARY KEY, ids BLOB, parents BLOB, extra BLOB);
CREATE TABLE IF NOT EXISTS path (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS change (path INTEGER, number INTEGER, old BLOB, new BLOB, PRIMARY KEY (path, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_commit ON change (number);
"""


class PathIndex:
    """Commits reachable from the tips that were asked for, their parents, and the blobs of every path.

    ``first_parents`` holds the number of each commit's first parent, or -1; ``merges`` the further parents of merges.
    ``absent`` holds the tips that are not in this clone: of the index they leave no trace, so it takes them in once they arrive.

    Kept in ``<state_dir>/paths.sqlite``, a cache that may be deleted; in memory where that cannot be written.
    ``progress`` is called with (commits read, commits in all).
    """

    def __init__(self, repository: Repository, progress: Progress | None = None) -> None:
        self._repository = repository
        self._progress = progress
        self._width = 20
        self._ids = b""
        self._segments = 0
        self.first_parents: array[int] = array("i")
        self.merges: dict[int, list[int]] = {}
        self._blobs: dict[str, list[bytes | None]] = {}
        self._walked: dict[str, int] = {}
        self._last: tuple[int, list[_Change]] = (-1, [])
        self._changes: dict[str, dict[int, tuple[bytes | None, bytes | None]]] = {}
        self.absent: set[str] = set()
        self._database = self._open()

    def __len__(self) -> int:
        return len(self.first_parents)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def find_number(self, commit: str) -> int | None:
        """Number of a commit (a full id), or None when it is not in the index."""
        try:
            raw = bytes.fromhex(commit)
        except ValueError:
            return None
        at = self._ids.find(raw)
        while at >= 0 and at % self._width:
            at = self._ids.find(raw, at + 1)
        return at // self._width if at >= 0 and len(raw) == self._width else None

    def get_commit(self, number: int) -> str:
        """Full id of a commit."""
        return self._ids[number * self._width : (number + 1) * self._width].hex()

    def list_parents(self, number: int) -> tuple[int, ...]:
        """Numbers of the parents, first parent first; empty for a root or the edge of a shallow clone."""
        first = self.first_parents[number]
        return () if first < 0 else (first, *self.merges.get(number, ()))

    def list_changes(self, path: str) -> dict[int, tuple[bytes | None, bytes | None]]:
        """Commits that changed ``path`` against their first parent: number to raw ids of the blobs (old, new); None where absent.

        In order of their numbers.
        """
        known = self._changes.get(path)
        if known is None:
            query = "SELECT number, old, new FROM change WHERE path = (SELECT number FROM path WHERE name = ?) ORDER BY number"
            size = len(self)
            known = {
                number: (old, new) for number, old, new in self._rows(query, path) if number < size
            }
            self._changes[path] = known
        return known

    def list_changed_paths(self, number: int) -> list[tuple[str, bytes | None, bytes | None]]:
        """Paths that a commit changed against its first parent, with raw ids of the blobs (old, new)."""
        if self._last[0] != number:  # several rules ask the same of one commit
            query = "SELECT name, old, new FROM change JOIN path ON path.number = path WHERE change.number = ?"
            self._last = number, self._rows(query, number)
        return self._last[1]

    def list_files(self, number: int) -> list[tuple[str, bytes]]:
        """All files of a commit, with raw ids of their blobs, as git lists them."""
        listed = self._repository.run_git(
            "ls-tree", "-r", "-z", "--full-tree", self.get_commit(number)
        ).split(b"\0")
        found = []
        for entry in listed:
            head, _, name = entry.partition(b"\t")
            if head.startswith(b"10"):
                found.append(
                    (
                        name.decode("utf-8", "backslashreplace"),
                        bytes.fromhex(head.split()[2].decode()),
                    )
                )
        return found

    def _table(self, path: str) -> list[bytes | None]:
        """Raw id of the blob of ``path`` at every commit, by number; None where the path is absent."""
        changes = self.list_changes(path)
        if not changes:
            return [None] * len(self)
        found: list[bytes | None] = []
        add = found.append
        for number, first in enumerate(self.first_parents):
            if number in changes:
                add(changes[number][1])
            else:
                add(found[first] if first >= 0 else None)
        return found

    def find_blob(self, path: str, number: int) -> bytes | None:
        """Raw id of the blob of ``path`` at one commit; None where the path is absent."""
        known = self._blobs.get(path)
        if known is not None:
            return known[number]
        changes = self.list_changes(path)
        first = self.first_parents
        steps = 0
        while number >= 0 and number not in changes:
            number = first[number]
            steps += 1
        # Walking down is right for a few questions; after as many steps as there are commits a table answers the rest.
        self._walked[path] = self._walked.get(path, 0) + steps
        if self._walked[path] > len(self):
            self._blobs[path] = self._table(path)
        return changes[number][1] if number >= 0 else None

    def find_blob_before(self, path: str, number: int) -> bytes | None:
        """Raw id of the blob of ``path`` in the first parent of a commit; None where the path or the parent is absent."""
        changed = self.list_changes(path).get(number)
        if changed is not None:
            return changed[0]
        parent = self.first_parents[number]
        return self.find_blob(path, parent) if parent >= 0 else None

    def ensure(self, tips: Sequence[str]) -> None:
        """Make all commits reachable from ``tips`` (full ids) known, as far as they are in this clone.

        A tip that is not goes to ``absent``, and ``number`` says None of it. Raises RepositoryError when git cannot list the
        history of a tip that is here, StorageError when the database is damaged: it is removed then.
        """
        wanted = [tip for tip in tips if self.find_number(tip) is None and tip not in self.absent]
        if not wanted:
            return
        asked = [tip for tip in wanted if OID.fullmatch(tip)]
        try:
            self._take_in(asked)
        except sqlite3.OperationalError:
            # A full disk or a folder that turned read-only: what we know is worth more in memory than an error.
            self._database = self._connect(":memory:")
            self._load()
            self._take_in(asked)
        except sqlite3.DatabaseError:
            raise self._removed() from None
        self.absent.update(tip for tip in wanted if self.find_number(tip) is None)

    def _take_in(self, tips: list[str]) -> None:
        """Fill the database; in a partial clone that lacks trees these are fetched first."""
        try:
            self._fill(tips)
            return
        except RepositoryError:
            from gitexp.store.promised import Promised, list_present_commits

            present = list_present_commits(self._repository, tips)
            promised = Promised(self._repository)
            if not promised.remotes and present:
                raise
        promised.fetch_history(present, self._tips(), blobs=False)
        try:
            self._fill(present)
        except RepositoryError:
            raise RepositoryError(
                "this partial clone lacks the folders of some commits, and the remote did not send them",
                "run it again with a connection",
            ) from None

    def _fill(self, tips: list[str]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._load()
            missing = [tip for tip in tips if self.find_number(tip) is None]
            if missing:
                self._store(missing, self._tips())
                stored = [
                    (f"tip {tip}", tip) for tip in missing if self.find_number(tip) is not None
                ]
                self._database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", stored)
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._load()
            raise
        self._blobs.clear()
        self._walked.clear()
        self._changes.clear()

    def _tips(self) -> list[str]:
        """Return the tips whose whole history is in the database."""
        return [
            tip
            for (tip,) in self._database.execute("SELECT value FROM meta WHERE key LIKE 'tip %'")
        ]

    def _rows(self, query: str, value: str | int) -> list[Any]:
        """Return the rows of a query for one value. Raises StorageError when the database is damaged."""
        try:
            return self._database.execute(query, (value,)).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            raise self._removed() from None

    def _removed(self) -> StorageError:
        """Remove the damaged database, and return the error that says so."""
        self._database.close()
        with suppress(OSError):
            os.unlink(os.path.join(self._repository.common_folder, STATE, _FILE))
        return StorageError(
            "the index of changed paths was damaged and is removed", "nothing is lost: run it again"
        )

    def _store(self, tips: list[str], known: list[str]) -> None:
        """Read new commits from git into the database and into memory."""
        begin = len(self)
        paths = dict(self._database.execute("SELECT name, number FROM path"))
        ids: list[bytes] = []
        numbers: dict[bytes, int] = {}
        parents: array[int] = array("i")
        extra: array[int] = array("i")
        rows: list[tuple[int, int, bytes | None, bytes | None]] = []
        for commit, above, changed in _log(self._repository, tips, known, self._progress):
            if commit in numbers or self.find_number(commit.hex()) is not None:
                continue
            number = begin + len(ids)
            numbers[commit] = number
            ids.append(commit)
            self._width = len(commit)
            resolved = [
                found
                for parent in above
                if (found := numbers.get(parent, self._raw_number(parent))) is not None
            ]
            parents.append(resolved[0] if resolved else -1)
            for parent_number in resolved[1:]:
                extra.extend((number, parent_number))
            for name, old, new in changed:
                rows.append((paths.setdefault(name, len(paths) + 1), number, old, new))
            if len(rows) > 20000:
                self._flush(rows)
        self._flush(rows)
        if not ids:
            return
        self._database.executemany(
            "INSERT OR IGNORE INTO path VALUES (?, ?)",
            ((number, name) for name, number in paths.items()),
        )
        self._database.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?)",
            (begin, b"".join(ids), parents.tobytes(), extra.tobytes()),
        )
        self._load()

    def _flush(self, rows: list[tuple[int, int, bytes | None, bytes | None]]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?)", rows)
        rows.clear()

    def _raw_number(self, commit: bytes) -> int | None:
        return self.find_number(commit.hex())

    def _load(self) -> None:
        """Read commits and parents from the database."""
        ids: list[bytes] = []
        self.first_parents = array("i")
        self.merges = {}
        for first, part, parents, extra in self._database.execute(
            "SELECT first, ids, parents, extra FROM segment ORDER BY first"
        ):
            ids.append(part)
            self.first_parents.frombytes(parents)
            del first
            pairs = array("i")
            pairs.frombytes(extra)
            for child, parent in zip(pairs[::2], pairs[1::2], strict=True):
                self.merges.setdefault(child, []).append(parent)
        self._ids = b"".join(ids)
        if self.first_parents:
            self._width = len(self._ids) // len(self.first_parents)

    def _open(self) -> sqlite3.Connection:
        """The database of this clone, made anew when it is of another format, of another shallow edge, or damaged."""
        folder = os.path.join(self._repository.common_folder, STATE)
        file = os.path.join(folder, _FILE)
        for _ in range(2):
            try:
                os.makedirs(folder, exist_ok=True)
                database = self._connect(file)
                stamp = database.execute("SELECT value FROM meta WHERE key = 'stamp'").fetchone()
                if stamp == (self._stamp(),):
                    self._database = database
                    self._load()
                    return database
                database.close()
                os.unlink(file)
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    break
                break
            except sqlite3.DatabaseError:
                with suppress(FileNotFoundError):
                    os.unlink(file)
            except OSError:
                break
        return self._connect(":memory:")

    def _connect(self, name: str) -> sqlite3.Connection:
        database = sqlite3.connect(name, timeout=60, isolation_level=None)
        database.execute("PRAGMA synchronous = OFF")
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'by_commit'").fetchone():
            database.executescript(_SCHEMA)
            database.execute("INSERT OR IGNORE INTO meta VALUES ('stamp', ?)", (self._stamp(),))
        return database

    def _stamp(self) -> str:
        """What the cache depends on besides the commits: its format and the edge of a shallow clone."""
        return f"{_FORMAT} {' '.join(sorted(list_shallow_commits(self._repository)))}"


def list_shallow_commits(repository: Repository) -> frozenset[str]:
    """Commits whose parents a shallow clone lacks."""
    try:
        with open(os.path.join(repository.common_folder, "shallow"), encoding="ascii") as file:
            return frozenset(file.read().split())
    except OSError:
        return frozenset()


_Change = tuple[str, bytes | None, bytes | None]


def _log(
    repository: Repository, tips: list[str], known: list[str], progress: Progress | None
) -> Iterator[tuple[bytes, list[bytes], list[_Change]]]:
    """New commits, parents first: raw id, raw ids of parents, changes against the first parent."""
    wanted = "".join(f"{tip}\n" for tip in tips) + "".join(f"^{tip}\n" for tip in known)
    total = 0
    if progress is not None:
        count = repository.try_git(
            "rev-list", "--count", "--ignore-missing", "--stdin", data=wanted.encode()
        )
        total = int(count.stdout or b"0")
    process = repository.start(
        *STAY_LOCAL,
        "-c", "log.showRoot=true", "-c", "diff.renames=false", "-c", "core.quotePath=false", "log", "--raw", "--no-abbrev", "--no-renames",
        "--diff-merges=first-parent", "--ignore-submodules=all", "-z", "--format=%x01%H %P", "--date-order", "--reverse",
        "--ignore-missing", "--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "--stdin", "--",
        env=STAY_LOCAL_ENV,
    )  # fmt: skip
    process.stdin.write(wanted.encode())
    process.stdin.close()
    done = 0
    for commit in _records(process.stdout.read1):
        yield commit
        done += 1
        if progress is not None and done % 200 == 0:
            progress(done, max(total, done))
    if process.wait() != 0:
        raise RepositoryError(
            "git log could not list the history",
            "run 'git fsck': objects may be missing or damaged",
        )
    if progress is not None and total:
        progress(max(total, done), max(total, done))


def _records(read: Callable[[int], bytes]) -> Iterator[tuple[bytes, list[bytes], list[_Change]]]:
    """Take the stream of ``git log --raw -z`` apart."""
    rest = b""
    current: tuple[bytes, list[bytes], list[_Change]] | None = None
    status = b""
    while chunk := read(1 << 18):
        pieces = (rest + chunk).split(b"\0")
        rest = pieces.pop()
        for piece in pieces:
            if status:
                if current is not None and (change := _change(status, piece)):
                    current[2].append(change)
                status = b""
            elif piece[:1] == b":" or piece[:2] == b"\n:":
                status = piece.lstrip(b"\n")
            else:
                at = piece.find(b"\1")
                if at >= 0:
                    if current is not None:
                        yield current
                    current = _start(piece[at + 1 :])
    if rest.find(b"\1") >= 0:
        if current is not None:
            yield current
        current = _start(rest[rest.find(b"\1") + 1 :])
    if current is not None:
        yield current


def _start(words: bytes) -> tuple[bytes, list[bytes], list[_Change]]:
    names = [bytes.fromhex(word.decode()) for word in words.split()]
    return names[0], names[1:], []


def _change(status: bytes, path: bytes) -> _Change | None:
    """One change; None when neither side is a plain file (links and submodules hold no code)."""
    was, mode, old, new, _ = status[1:].split(b" ")
    before = None if was[:2] != b"10" else bytes.fromhex(old.decode())
    after = None if mode[:2] != b"10" else bytes.fromhex(new.decode())
    if before == after:
        return None
    return path.decode("utf-8", "backslashreplace"), before, after
