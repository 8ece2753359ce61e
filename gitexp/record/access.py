"""What a record is made of, opened when it is needed: git objects, the branch, the index."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError, RepositoryError
from gitexp.store.refs import get_branch_ref, read_ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.record.index.fill import Index
    from gitexp.store.branch import RecordBranch
    from gitexp.store.database import Database
    from gitexp.store.promised import Promised
    from gitexp.store.repository import Repository


class RecordAccess:
    """Access to the record of one repository.

    Nothing is opened before it is needed: reading an index that is up to date needs no libgit2.
    """

    def __init__(
        self, repository: Repository, progress: Callable[[int], None] | None = None
    ) -> None:
        """Open nothing yet. ``progress`` is called with the number of events read so far."""
        self.repository = repository
        self._progress = progress
        self.warnings: list[str] = []
        """What failed or was mended besides, a line each, for whoever opened the record."""

    @cached_property
    def database(self) -> Database:
        """The git objects, for writing."""
        from gitexp.store.database import Database

        return Database(self.repository)

    @cached_property
    def promised(self) -> Promised:
        """Fetches what a partial clone lacks."""
        from gitexp.store.promised import Promised

        return Promised(self.repository)

    @cached_property
    def branch(self) -> RecordBranch:
        """The record branch."""
        from gitexp.store.branch import RecordBranch

        return RecordBranch(self.repository, self.database)

    @property
    def branch_name(self) -> str:
        """Short name of the record branch."""
        return get_branch_ref(self.repository).removeprefix("refs/heads/")

    @property
    def is_begun(self) -> bool:
        """True if the repository has a record; libgit2 is not loaded to see it."""
        return read_ref(self.repository, get_branch_ref(self.repository)) is not None

    @cached_property
    def index(self) -> Index:
        """The index, brought up to date once. Raises RepositoryError when there is no record here."""
        from gitexp.record.index.fill import Index

        index = Index(self.repository.state_dir)
        try:
            self._fill(index)
        except sqlite3.DatabaseError as error:
            return self._replace_index(index, error)
        return index

    def refresh(self) -> None:
        """Bring the index up to date with the branch."""
        index = self.index
        try:
            self._fill(index)
        except sqlite3.DatabaseError as error:
            self.index = self._replace_index(index, error)

    def close(self) -> None:
        """Close the index and the database, if they were opened. All refs are moved."""
        if "database" in self.__dict__:
            self.database.release_objects()
        for name in ("index", "database"):
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()

    @contextmanager
    def warn_of_failure(self, failure: str, remedy: str) -> Iterator[None]:
        """Take a step that follows a recording: an error in it becomes one of the warnings.

        It is recorded by then. An error would make the user record it twice.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - nothing takes back what is recorded
            # Not the hint: it says that nothing was recorded.
            message = error.message if isinstance(error, GitExpError) else str(error)
            cause = message or type(error).__name__
            self.warnings.append(f"recorded, but {failure}: {cause} ({remedy})")

    def fetch_history(self, tip: str, local_tip: str = "") -> None:
        """Fetch what a partial clone lacks of the record from ``local_tip`` to ``tip``.

        libgit2 reads the record, and fetches nothing by itself.
        """
        local_tips = [local_tip] if local_tip else []
        self.promised.fetch_history([tip], local_tips, blobs=True)

    def _fill(self, index: Index) -> None:
        ref = get_branch_ref(self.repository)
        tip = read_ref(self.repository, ref)
        if tip is None and index.tip:
            self._bring_back_branch(index.tip)
            tip = read_ref(self.repository, ref)
        if tip is None:
            raise RepositoryError(
                "nothing is recorded in this repository yet", "run 'git exp init'"
            )
        if index.tip != tip:
            self.fetch_history(tip, index.tip)
            self.branch.check_format(tip)
            self._put_back_lost_events(index.tip)
            index.fill_up_to(self.branch, tip, self.database.read_blob, self._progress)

    def _bring_back_branch(self, last_tip: str) -> None:
        from gitexp.store.setback import bring_back_branch

        warning = bring_back_branch(self.database, self.branch, last_tip)
        self.warnings += [warning] if warning else []

    def _put_back_lost_events(self, last_tip: str) -> None:
        from gitexp.store.setback import put_back_lost_events, put_back_taken_out

        for put_back in (put_back_lost_events, put_back_taken_out):
            warning = put_back(self.repository, self.database, self.branch, last_tip)
            self.warnings += [warning] if warning else []

    def _replace_index(self, index: Index, error: sqlite3.DatabaseError) -> Index:
        """Return an index in place of one that failed: made anew, in memory where that fails too.

        One that another process holds is sound: then ``error`` is raised again.
        """
        from gitexp.record.index.file import discard_index, is_busy
        from gitexp.record.index.fill import Index

        if is_busy(error):
            raise error
        index.close()
        try:
            discard_index(self.repository.state_dir)
            new_index = Index(self.repository.state_dir)
            self._fill(new_index)
        except (OSError, sqlite3.DatabaseError):
            new_index = Index(None)  # the disk is full or broken
            self._fill(new_index)
        return new_index
