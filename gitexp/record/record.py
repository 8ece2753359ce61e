"""The record of one repository: open it, read it, append to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gitexp.errors import GitExpError, NotFoundError, RepositoryError
from gitexp.store.lock import hold_lock, make_write_error
from gitexp.store.refs import ACTIVE_DIR, NOTES, REPLICA_FILE, get_branch_ref, read_ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.record.index.fill import Index
    from gitexp.store.branch import RecordBranch
    from gitexp.store.database import Database
    from gitexp.store.promised import Promised
    from gitexp.store.repository import Repository


def read_local_time() -> datetime:
    """The time now, with the local offset."""
    from datetime import datetime

    return datetime.now().astimezone()


class Record:
    """The record of one repository. Nothing is opened before it is needed: reading an up-to-date index needs no libgit2.

    ``known`` holds the summaries of the tip last read: one for the records that several threads have of one repository.
    """

    def __init__(
        self,
        repository: Repository,
        clock: Callable[[], datetime] = read_local_time,
        progress: Callable[[int], None] | None = None,
        known: dict[str, list[Summary]] | None = None,
    ) -> None:
        self.repository = repository
        self.clock = clock
        self._progress = progress
        self._holds_lock = False
        self._known = {} if known is None else known
        self.warnings: list[str] = []
        """What failed although it was recorded, a line each, for whoever opened the record."""

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

    @cached_property
    def index(self) -> Index:
        """The index, brought up to date once. Raises RepositoryError when there is no record here."""
        from gitexp.record.index.fill import Index

        index = Index(self.repository.state_dir)
        try:
            self._advance(index)
        except sqlite3.DatabaseError as error:
            return self._replace_index(index, error)
        return index

    def look_back(self, until: float) -> None:
        """Read from now on the record as it was believed at an earlier time (seconds since 1970)."""
        self.index.look_back(until)
        self._known = {}

    def close(self) -> None:
        """Close the index, if it was opened."""
        index = self.__dict__.pop("index", None)
        if index is not None:
            index.close()

    def _replace_index(self, index: Index, error: sqlite3.DatabaseError) -> Index:
        """Return an index in place of one that failed: made anew, in memory where that fails too."""
        from gitexp.record.index.file import discard_index, is_busy
        from gitexp.record.index.fill import Index

        if is_busy(error):
            raise error
        index.close()
        try:
            discard_index(self.repository.state_dir)
            new_index = Index(self.repository.state_dir)
            self._advance(new_index)
        except (OSError, sqlite3.DatabaseError):
            new_index = Index(None)  # the disk is full or broken
            self._advance(new_index)
        return new_index

    def refresh(self) -> None:
        """Bring the index up to date with the branch."""
        index = self.index
        try:
            self._advance(index)
        except sqlite3.DatabaseError as error:
            self.index = self._replace_index(index, error)

    def _advance(self, index: Index) -> None:
        tip = read_ref(self.repository, get_branch_ref(self.repository))
        if tip is None:
            raise RepositoryError(
                "nothing is recorded in this repository yet", "run 'git exp init'"
            )
        if index.tip != tip:
            self.bring(tip, index.tip)
            self.branch.check_format(tip)
            index.fill_up_to(self.branch, tip, self.database.read_blob, self._progress)

    def bring(self, tip: str, known: str = "") -> None:
        """Fetch what a partial clone lacks of the record between two commits: libgit2, which reads it, fetches nothing."""
        self.promised.fetch_history([tip], [known] if known else [], blobs=True)

    @cached_property
    def replica(self) -> str:
        """Id of this clone, made at first use."""
        path = self.repository.state_dir / REPLICA_FILE
        ident = _read_replica(path)
        if ident:
            return ident
        with self.hold():  # another process may be making one just now
            return _read_replica(path) or _make_replica(path)

    @property
    def branch_name(self) -> str:
        """Short name of the record branch."""
        return get_branch_ref(self.repository).removeprefix("refs/heads/")

    # Reading.

    def read_experiments(self) -> list[Experiment]:
        """Every experiment, oldest first."""
        return list(self.index.read_experiments())

    def read_summaries(self) -> list[Summary]:
        """What tables show of every experiment, oldest first; read once as long as the record stays as it is."""
        tip = self.index.tip
        found = self._known.get(tip)
        if found is None:
            found = self.index.read_summaries()
            self._known.clear()
            self._known[tip] = found
        return list(found)

    def read_experiment(self, text: str) -> Experiment:
        """The experiment that an id, an alias or an unambiguous prefix names. Raises NotFoundError or AmbiguousError."""
        found = self.index.read_experiment(self.resolve_id(text))
        if found is None:
            raise NotFoundError(f"there is no experiment '{text}'", "'git exp' lists them")
        return found

    def resolve_id(self, text: str) -> str:
        """The id in use that ``text`` means."""
        from gitexp.model.ids import find_id

        known = self.index.read_names()
        if text in known:
            return known[text]
        targets = {name: ident for name, ident in known.items() if name.startswith(text)}
        if text and len(set(targets.values())) == 1:
            return next(iter(targets.values()))
        return known[find_id(text, known)]

    # Appending.

    def draft_event(
        self,
        kind: str,
        experiments: Iterable[str] = (),
        *,
        at: datetime | None = None,
        text: str = "",
        **fields: Any,
    ) -> Event:
        """An event that is not yet in the record. Raises UsageError for what no record can hold."""
        from gitexp.model.event import draft_event

        when = (at or self.clock()).isoformat(timespec="seconds")
        return draft_event(kind, when, experiments, fields, text)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the write lock of this clone, on the tip that is read under it.

        What is chosen or checked inside (an id that is free, say) still holds when it is written.
        Inside another ``hold`` of the same record this does nothing.
        """
        if self._holds_lock:
            yield
            return
        with hold_lock(self.repository):
            self._holds_lock = True
            try:
                self.refresh()
                yield
            finally:
                self._holds_lock = False

    def append_events(
        self, drafts: Sequence[Event], files: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        """Append events, and the files they name, in one commit on the record branch; then renew what derives from it.

        Raises StorageError when it cannot be written; then nothing of it is in the record.
        """
        from gitexp.model.event import encode_event

        with self.hold():
            first = self.index.lamport + 1
            signed = [
                event.sign(first + number, self.replica, self.branch.author)
                for number, event in enumerate(drafts)
            ]
            content = {**(files or {}), **{event.path: encode_event(event) for event in signed}}
            self.branch.append(content, _message(signed))
            self._renew_derived()
        return signed

    def _renew_derived(self) -> None:
        """Renew what derives from the branch, which has moved."""
        if self.database.unconfirmed:
            self.warnings.append(
                f"recorded, but the disk did not confirm it: {self.database.unconfirmed}"
            )
        with self.warn_of_failure(
            "the index was not brought up to date", "the next command makes it anew"
        ):
            self._renew_index()
            with self.warn_of_failure(
                "the notes were not written", "the next recording writes them"
            ):
                self._project_notes()

    def _renew_index(self) -> None:
        try:
            self._advance(self.index)
        except Exception:
            self.close()  # whoever needs it next opens it again, and finds out what is wrong
            raise

    @contextmanager
    def warn_of_failure(self, failure: str, remedy: str) -> Iterator[None]:
        """Take a step that follows a recording: an error in it becomes one of the warnings.

        It is recorded by then. An error would make the user record it twice.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - nothing takes back what is recorded
            # Not the hint: it says that nothing was recorded.
            cause = error.message if isinstance(error, GitExpError) else str(error)
            cause = cause or type(error).__name__
            self.warnings.append(f"recorded, but {failure}: {cause} ({remedy})")

    def keep_commit(self, commit: str) -> None:
        """Keep a commit alive that no branch may hold: a snapshot, the anchor of a filter."""
        from gitexp.store.snapshots import keep_commit

        with self.hold():
            keep_commit(self.database, self.replica, commit)

    def _project_notes(self) -> None:
        """Write the notes of commits whose experiments changed, and of those left over.

        All of them are written where the ref is not as we left it: deleted, or fetched from another clone.
        """
        from gitexp.store.notes import write_notes

        tip = self.database.read_ref(NOTES)
        if tip is None or tip != self.index.notes_tip:
            self.index.mark_all_notes_stale()
        commits = self.index.list_stale_notes()
        if not commits:
            return
        if tip is not None:
            self.promised.fetch_history([tip], blobs=False)
        tip = write_notes(self.database, {commit: self._note_lines(commit) for commit in commits})
        self.index.mark_notes_written(commits, tip)

    def _note_lines(self, commit: str) -> list[str]:
        """``exp tcn_filter10 acc=0.645``; with ``+changes`` where the trial ran on changes on top of the commit."""
        lines = []
        for name, exact in self.index.find_linked_experiments(commit).items():
            row = self.index.read_experiment(name)
            metrics = "".join(f" {metric.name}={metric}" for metric in row.metrics) if row else ""
            lines.append(f"exp {name}{metrics}{'' if exact else ' +changes'}")
        return lines

    # The active experiment of a worktree.

    def read_active_in(self, git_dir: Path) -> str:
        """Id of the experiment in use in the worktree whose git folder this is, "" when none is."""
        try:
            name = self._active_file(git_dir).read_text(encoding="utf-8").strip()
        except OSError:
            return ""
        return self.index.read_names().get(name, "") if name else ""

    def _active_file(self, git_dir: Path) -> Path:
        name = "main" if git_dir.resolve() == self.repository.common_dir.resolve() else git_dir.name
        return self.repository.state_dir / ACTIVE_DIR / name

    @property
    def active(self) -> str:
        """Id of the experiment in use in this worktree, "" when none is."""
        return self.read_active_in(self.repository.git_dir)

    @active.setter
    def active(self, ident: str) -> None:
        from gitexp.store.atomic import write_atomically

        path = self._active_file(self.repository.git_dir)
        try:
            write_atomically(path, f"{ident}\n".encode())
        except OSError as error:
            raise make_write_error(path, error) from None


def _read_replica(path: Path) -> str:
    """Return the id of this clone, "" before there is one."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _make_replica(path: Path) -> str:
    """Make the id of this clone and write it. Raises StorageError."""
    from gitexp.model.ids import make_replica_id
    from gitexp.store.atomic import write_atomically

    ident = make_replica_id(os.urandom(16))
    try:
        write_atomically(path, f"{ident}\n".encode("ascii"))
    except OSError as error:
        raise make_write_error(path, error) from None
    return ident


def _message(signed: Sequence[Event]) -> str:
    """Subject of a commit on the record branch: what was recorded, short. Forges skip their CI for it."""
    names = list(dict.fromkeys(name for event in signed for name in event.experiments))
    kinds = "+".join(dict.fromkeys(event.kind for event in signed))
    shown = " ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"{kinds} {shown}".strip() + " [skip ci]\n"
