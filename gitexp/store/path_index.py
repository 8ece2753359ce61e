"""The index of which commit changed which path: one ``git log --raw`` once, then of new commits
only.

Commits are numbered, parents before children. Merges are listed against their first parent. So the
blob of a path at any commit follows from the numbers alone: the blob of its own change, or else the
blob at its first parent.
"""

from __future__ import annotations

import sqlite3
from array import array
from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.store.discover import is_full_id
from gitexp.store.path_database import PathDatabase, Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.store.path_database import ChangeRow
    from gitexp.store.path_log import CommitChanges, PathChange, Progress
    from gitexp.store.repository import Repository

    BlobChange = tuple[bytes | None, bytes | None]
    """Raw ids of a path's blob before and after; None where the path is absent."""

_NO_PARENT = -1
_ROWS_AT_ONCE = 20_000
"""Rows that are held in memory before they are written: a few MB."""


class PathIndex:
    """Commits reachable from the tips that were asked for, their parents, and the blobs of every
    path.

    ``first_parents`` holds the number of each commit's first parent, or -1; ``merges`` the further
    parents of merges. ``absent`` holds the tips that are not in this clone. The index has no trace
    of them, so it takes them in once they arrive. ``progress`` is called with (commits read,
    commits in all).
    """

    def __init__(self, repository: Repository, progress: Progress | None = None) -> None:
        self._repository = repository
        self._progress = progress
        self._width = 20
        self._ids = b""
        self.first_parents: array[int] = array("i")
        self.merges: dict[int, list[int]] = {}
        self.absent: set[str] = set()
        self._changes: dict[str, dict[int, BlobChange]] = {}
        self._changes_of_last: tuple[int, list[PathChange]] = (-1, [])
        self._blob_tables: dict[str, list[bytes | None]] = {}
        self._steps_walked: dict[str, int] = {}
        self._database = PathDatabase(repository)
        try:
            self._load()
        except sqlite3.DatabaseError:
            self._database.make_anew()
            self._load()

    def __len__(self) -> int:
        return len(self.first_parents)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    # Commits.

    def find_number(self, commit: str) -> int | None:
        """Return the number of a commit (a full id), or None when it is not in the index."""
        try:
            raw_id = bytes.fromhex(commit)
        except ValueError:
            return None
        if len(raw_id) != self._width:
            return None
        start = self._ids.find(raw_id)
        while start >= 0 and start % self._width:
            start = self._ids.find(raw_id, start + 1)
        return start // self._width if start >= 0 else None

    def get_commit(self, number: int) -> str:
        """Return the full id of a commit."""
        return self._ids[number * self._width : (number + 1) * self._width].hex()

    def list_parents(self, number: int) -> tuple[int, ...]:
        """Return the numbers of the parents, first parent first.

        They are none for a root, and at the edge of a shallow clone.
        """
        first = self.first_parents[number]
        return () if first == _NO_PARENT else (first, *self.merges.get(number, ()))

    # Changes and blobs.

    def list_changes(self, path: str) -> dict[int, BlobChange]:
        """Return the commits that changed ``path`` against their first parent, in order of their
        numbers, with the raw ids of its blob (old, new); None where it is absent.
        """
        changes = self._changes.get(path)
        if changes is None:
            size = len(self)
            changes = {
                number: (old, new)
                for number, old, new in self._database.list_changes_of_path(path)
                if number < size  # another process may have taken in more
            }
            self._changes[path] = changes
        return changes

    def list_changed_paths(self, number: int) -> list[PathChange]:
        """Return the paths that a commit changed against its first parent, with raw ids of the
        blobs (old, new).
        """
        last_number, _ = self._changes_of_last
        if last_number != number:  # several rules ask the same of one commit
            self._changes_of_last = number, self._database.list_changes_of_commit(number)
        return self._changes_of_last[1]

    def list_files(self, number: int) -> list[tuple[str, bytes]]:
        """Return all files of a commit, with raw ids of their blobs, as git lists them."""
        listed = self._repository.run_git(
            "ls-tree", "-r", "-z", "--full-tree", self.get_commit(number)
        )
        files = []
        for entry in listed.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            if head.startswith(b"10"):  # a regular file
                _, _, blob = head.split()
                name = path.decode("utf-8", "backslashreplace")
                files.append((name, bytes.fromhex(blob.decode())))
        return files

    def find_blob(self, path: str, number: int) -> bytes | None:
        """Return the raw id of the blob of ``path`` at one commit; None where the path is
        absent.
        """
        table = self._blob_tables.get(path)
        if table is not None:
            return table[number]
        changes = self.list_changes(path)
        steps = 0
        while number >= 0 and number not in changes:
            number = self.first_parents[number]
            steps += 1
        # To walk down is right for a few questions. After as many steps as there are commits a
        # table answers the others.
        self._steps_walked[path] = self._steps_walked.get(path, 0) + steps
        if self._steps_walked[path] > len(self):
            self._blob_tables[path] = self._make_blob_table(path)
        return changes[number][1] if number >= 0 else None

    def find_blob_before(self, path: str, number: int) -> bytes | None:
        """Return the raw id of the blob of ``path`` in the first parent of a commit; None where the
        path or the parent is absent.
        """
        change = self.list_changes(path).get(number)
        if change is not None:
            return change[0]
        parent = self.first_parents[number]
        return self.find_blob(path, parent) if parent >= 0 else None

    def _make_blob_table(self, path: str) -> list[bytes | None]:
        """Return the raw id of the blob of ``path`` at every commit, by number; None where
        absent.
        """
        changes = self.list_changes(path)
        if not changes:
            return [None] * len(self)
        table: list[bytes | None] = []
        add = table.append
        for number, first_parent in enumerate(self.first_parents):
            if number in changes:
                add(changes[number][1])
            else:
                add(table[first_parent] if first_parent >= 0 else None)
        return table

    # Taking in commits.

    def ensure(self, tips: Sequence[str]) -> None:
        """Take in all commits reachable from ``tips`` (full ids), as far as they are in this clone.

        A tip that is not here goes to ``absent``, and ``find_number`` returns None for it. Raises
        RepositoryError when git cannot list the history of a tip that is here, StorageError when
        the database is damaged: it is removed then.
        """
        new_tips = [tip for tip in tips if self.find_number(tip) is None and tip not in self.absent]
        if not new_tips:
            return
        full_ids = [tip for tip in new_tips if is_full_id(tip)]
        try:
            self._take_in(full_ids)
        except sqlite3.OperationalError:
            # The disk is full, or the folder turned read-only. An index in memory does as well.
            self._database.move_to_memory()
            self._load()
            self._take_in(full_ids)
        except sqlite3.DatabaseError:
            raise self._database.discard() from None
        self.absent.update(tip for tip in new_tips if self.find_number(tip) is None)

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
        promised.fetch_history(present, self._database.list_tips(), blobs=False)
        try:
            self._fill(present)
        except RepositoryError:
            raise RepositoryError(
                "this partial clone lacks the folders of some commits, and the remote did not send them",
                "run it again with a connection",
            ) from None

    def _fill(self, tips: list[str]) -> None:
        """Add what is reachable from ``tips`` to the database, in one transaction, and load it."""
        self._database.begin()
        try:
            self._load()
            new_tips = [tip for tip in tips if self.find_number(tip) is None]
            if new_tips:
                self._store(new_tips)
                present = [tip for tip in new_tips if self.find_number(tip) is not None]
                self._database.add_tips(present)
            self._database.commit()
        except BaseException:
            self._database.roll_back()
            self._load()
            raise
        self._blob_tables.clear()
        self._steps_walked.clear()
        self._changes.clear()

    def _store(self, tips: list[str]) -> None:
        """Read new commits from git into the database and into memory."""
        from gitexp.store.path_log import read_log  # mostly there is none

        first_number = len(self)
        path_numbers = self._database.read_path_numbers()
        segment = Segment(b"", array("i"), array("i"))
        raw_ids: list[bytes] = []
        new_numbers: dict[bytes, int] = {}
        rows: list[ChangeRow] = []
        known_tips = self._database.list_tips()
        for commit in read_log(self._repository, tips, known_tips, self._progress):
            raw_id = commit.commit
            if raw_id in new_numbers or self.find_number(raw_id.hex()) is not None:
                continue
            number = first_number + len(raw_ids)
            new_numbers[raw_id] = number
            raw_ids.append(raw_id)
            self._width = len(raw_id)
            self._add_parents(segment, number, commit, new_numbers)
            for path, old, new in commit.changes:
                path_number = path_numbers.setdefault(path, len(path_numbers) + 1)
                rows.append((path_number, number, old, new))
            if len(rows) > _ROWS_AT_ONCE:
                self._database.add_changes(rows)
                rows.clear()
        self._database.add_changes(rows)
        if not raw_ids:
            return
        self._database.add_paths(path_numbers)
        self._database.add_segment(first_number, segment._replace(ids=b"".join(raw_ids)))
        self._load()

    def _add_parents(
        self, segment: Segment, number: int, commit: CommitChanges, new_numbers: dict[bytes, int]
    ) -> None:
        """Add the numbers of a commit's parents, as far as they are in this clone."""
        parents = []
        for raw_id in commit.parents:
            parent = new_numbers.get(raw_id)
            if parent is None:
                parent = self.find_number(raw_id.hex())
            if parent is not None:
                parents.append(parent)
        segment.first_parents.append(parents[0] if parents else _NO_PARENT)
        for parent in parents[1:]:
            segment.further_parents.extend((number, parent))

    def _load(self) -> None:
        """Read commits and parents from the database."""
        ids: list[bytes] = []
        self.first_parents = array("i")
        self.merges = {}
        for segment in self._database.read_segments():
            ids.append(segment.ids)
            self.first_parents.extend(segment.first_parents)
            children = segment.further_parents[::2]
            parents = segment.further_parents[1::2]
            for child, parent in zip(children, parents, strict=True):
                self.merges.setdefault(child, []).append(parent)
        self._ids = b"".join(ids)
        if self.first_parents:
            self._width = len(self._ids) // len(self.first_parents)
