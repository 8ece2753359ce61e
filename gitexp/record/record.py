"""The record of one repository: open it, read it, append to it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gitexp.errors import NotFoundError
from gitexp.record.access import RecordAccess
from gitexp.record.local_files import (
    make_clone_id,
    read_active_name,
    read_clone_id,
    write_active_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gitexp.model.event import Event
    from gitexp.model.experiment import Experiment, Summary
    from gitexp.model.metric_aliases import MetricAliases
    from gitexp.store.repository import Repository
    from gitexp.store.snapshots import WorkingTree


def read_local_time() -> datetime:
    """Return the time now, with the local offset."""
    from datetime import datetime

    return datetime.now().astimezone()


class Record(RecordAccess):
    """The record of one repository."""

    def __init__(
        self,
        repository: Repository,
        clock: Callable[[], datetime] = read_local_time,
        progress: Callable[[int], None] | None = None,
        summaries_by_tip: dict[str, list[Summary]] | None = None,
    ) -> None:
        """Open nothing yet. ``progress`` is called with the number of events read so far.

        ``summaries_by_tip`` holds the summaries at the tip last read. The records that several
        threads have of one repository share it.
        """
        super().__init__(repository, progress)
        self.clock = clock
        self.read_settings: Callable[[], Mapping[str, Mapping[str, tuple[str, ...]]]] = dict
        """Returns the values of settings in the code, by experiment and name.

        A record cuts no code: who opens one for searching puts a reader here.
        """
        self._holds_lock = False
        self._stores_together = False
        self._commits_to_keep: list[str] = []
        self._working_tree: WorkingTree | None = None
        self._summaries_by_tip = {} if summaries_by_tip is None else summaries_by_tip

    @cached_property
    def replica(self) -> str:
        """Id of this clone, made at first use."""
        ident = read_clone_id(self.repository)
        if ident:
            return ident
        with self.hold():  # another process may be making one just now
            return read_clone_id(self.repository) or make_clone_id(self.repository)

    # Reading.

    def look_back(self, until: float) -> None:
        """Read from now on the record as it was believed at ``until`` (seconds since 1970)."""
        self.index.look_back(until)
        self._summaries_by_tip = {}

    def read_experiments(self) -> list[Experiment]:
        """Return every experiment, oldest first."""
        return [self._unite_metrics(experiment) for experiment in self.index.read_experiments()]

    def read_summaries(self) -> list[Summary]:
        """Return the summary of every experiment, oldest first.

        They are read once as long as the record stays as it is.
        """
        tip = self.index.tip
        summaries = self._summaries_by_tip.get(tip)
        if summaries is None:
            summaries = self.index.read_summaries()
            if aliases := self.metric_aliases:
                summaries = [
                    summary._replace(metrics=aliases.unite(summary.metrics))
                    for summary in summaries
                ]
            self._summaries_by_tip.clear()
            self._summaries_by_tip[tip] = summaries
        return list(summaries)

    def read_experiment(self, text: str) -> Experiment:
        """Return the experiment that ``text`` means. Raises NotFoundError or AmbiguousError."""
        experiment = self.index.read_experiment(self.resolve_id(text))
        if experiment is None:
            raise NotFoundError(f"there is no experiment '{text}'", "'git exp' lists them")
        return self._unite_metrics(experiment)

    @cached_property
    def metric_aliases(self) -> MetricAliases:
        """Names of metrics that config ``gitexp.metricAlias`` says to be one."""
        from gitexp.model.metric_aliases import MetricAliases, read_metric_aliases

        text = self.repository.settings.get("gitexp.metricalias")
        return read_metric_aliases(text) if text else MetricAliases()

    def _unite_metrics(self, experiment: Experiment) -> Experiment:
        if not self.metric_aliases:
            return experiment
        return experiment._replace(metrics=self.metric_aliases.unite(experiment.metrics))

    def resolve_id(self, text: str) -> str:
        """Return the id in use of the experiment that ``text`` means.

        ``text`` is an id, an alias, or a beginning that the names of one experiment alone have.
        ``#5`` is the fifth experiment that was begun, ``-3`` the third from the last. What no
        experiment is called is a commit (``HEAD``, ``HEAD~2``, an id, a tag), and means the
        experiment that is tied to it. Raises NotFoundError or AmbiguousError.
        """
        ident = self.find_named(text)
        if ident:
            return ident
        from gitexp.model.ids import find_id
        from gitexp.record.commit_experiment import find_experiment_of_commit

        commit = self.repository.find_commit(text)
        if commit is not None:
            return find_experiment_of_commit(self.index, text, commit)
        names = self.index.read_names()
        return names[find_id(text, names)]

    def find_named(self, text: str) -> str:
        """Return the id in use of the experiment that has this name or number, "" for none.

        Raises NotFoundError for a number that is not in the list, and AmbiguousError.
        """
        from gitexp.model.ids import find_candidates, find_id, normalise_name

        names = self.index.read_names()
        name = normalise_name(text)
        if name in names:
            return names[name]
        if name[:1] in ("#", "-") and name[1:].isdecimal():
            return self._find_by_number(name)
        if name == "HEAD":
            return ""  # it is the commit, even where an id begins so
        candidates = {names[candidate] for candidate in find_candidates(name, names)}
        if len(candidates) > 1:
            return names[find_id(name, names)]
        return candidates.pop() if candidates else ""

    def _find_by_number(self, text: str) -> str:
        """Return the id of ``#5`` or ``-3`` in the list, oldest first. Raises NotFoundError."""
        ids = [summary.id for summary in self.read_summaries()]
        number = int(text[1:])
        if not 1 <= number <= len(ids):
            count = f"{len(ids)} experiment{'' if len(ids) == 1 else 's'}"
            raise NotFoundError(f"there is no experiment {text}", f"the record has {count}")
        return ids[number - 1] if text[0] == "#" else ids[-number]

    # Appending.

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the write lock of this clone, on the tip that is read under it.

        What is chosen or checked inside (an id that is free, say) still holds when it is written.
        Inside another ``hold`` of the same record this does nothing.
        """
        if self._holds_lock:
            yield
            return
        from gitexp.store.lock import hold_lock  # a verb that only reads takes no lock

        with hold_lock(self.repository):
            self._holds_lock = True
            self._working_tree = None
            try:
                self.refresh()
                yield
            finally:
                self._holds_lock = False
                if "database" in vars(self):  # else nothing was written
                    self.database.release_objects()

    @property
    def holds_lock(self) -> bool:
        """Return True inside ``hold``."""
        return self._holds_lock

    def draft_event(
        self,
        kind: str,
        experiments: Iterable[str] = (),
        *,
        at: datetime | None = None,
        text: str = "",
        **fields: Any,
    ) -> Event:
        """Return an event that is not yet in the record, of now where no ``at`` is given.

        Raises UsageError for what no record can hold.
        """
        from gitexp.model.event import draft_event

        moment = at or self.clock()
        return draft_event(kind, moment.isoformat(timespec="seconds"), experiments, fields, text)

    def append_events(
        self, drafts: Sequence[Event], files: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        """Append events in one commit on the record branch and return them as they were signed.

        ``files`` are what the events name, by their path on the branch. What derives from the
        branch is renewed then. Raises StorageError when the commit cannot be written, ContentError
        for a text that looks like a secret; then nothing of it is in the record.
        """
        from gitexp.model.event import encode_event
        from gitexp.record.folder_copy import copy_to_folder
        from gitexp.record.secrets import refuse_secrets

        for draft in drafts:
            if draft.text:
                refuse_secrets(self.repository, draft.text)
        with self.hold():
            with self.database.gather():
                signed = self._sign(drafts)
                content = dict(files or {})
                for event in signed:
                    content[event.path] = encode_event(event)
                self._append_files(content, _make_message(signed))
            with self.warn_of_failure(
                "it was not copied to the folder", "the next recording takes it along"
            ):
                copy_to_folder(self.repository, self.replica)
        return signed

    def _append_files(self, files: Mapping[str, bytes], message: str) -> None:
        """Add files to the branch in one commit, and renew what derives from it."""
        from gitexp.record.derived import DerivedAhead

        derived = DerivedAhead(self)

        def prepare_move(old_tip: str, new_tip: str) -> None:
            derived.make(old_tip, new_tip)
            self._keep_commits()

        try:
            self.branch.append(files, message, prepare_move)
        except BaseException:
            derived.take_back()
            raise
        self._warn_where_unconfirmed()
        if not derived.accept():
            self.renew_derived()

    def store_working_tree(self) -> WorkingTree:
        """Store the working tree and return it, once as long as the lock is held.

        Raises RepositoryError where there is none, and where git cannot read it.
        """
        from gitexp.store.refs import KEEP
        from gitexp.store.snapshots import store_working_tree

        if self._working_tree is None or not self._holds_lock:
            keep_ref = KEEP + self.replica if self._holds_lock else ""
            self._working_tree = store_working_tree(
                self.repository, self.database, keep_ref=keep_ref
            )
        return self._working_tree

    def keep_commit(self, commit: str) -> None:
        """Keep a commit alive that no branch may hold: a snapshot, the anchor of a filter.

        Inside ``store_together`` it is kept just before it is recorded.
        """
        with self.hold():
            self._commits_to_keep.append(commit)
            if not self._stores_together:
                self._keep_commits()

    def _keep_commits(self) -> None:
        if not self._commits_to_keep:
            return
        from gitexp.store.snapshots import keep_commit

        for commit in self._commits_to_keep:
            keep_commit(self.database, self.replica, commit)
        self._commits_to_keep.clear()

    @contextmanager
    def store_together(self) -> Iterator[None]:
        """Hold the lock, and store what is kept and recorded inside as one pack.

        git sees nothing of it before that.
        """
        if self._stores_together:
            yield
            return
        with self.hold(), self.database.gather():
            self._stores_together = True
            try:
                yield
                self._keep_commits()
            finally:
                self._stores_together = False
                self._commits_to_keep.clear()

    def _sign(self, drafts: Sequence[Event]) -> list[Event]:
        author = self.branch.author
        first_turn = self.index.lamport + 1
        return [
            draft.sign(turn, self.replica, author) for turn, draft in enumerate(drafts, first_turn)
        ]

    def renew_derived(self) -> None:
        """Renew the index and the notes after the branch has moved."""
        self._warn_where_unconfirmed()
        with self.warn_of_failure(
            "the index was not brought up to date", "the next command makes it anew"
        ):
            self._renew_index()
            with self.warn_of_failure(
                "the notes were not written", "the next recording writes them"
            ):
                self._renew_notes()

    def _warn_where_unconfirmed(self) -> None:
        if self.database.unconfirmed:
            self.warnings.append(
                f"recorded, but the disk did not confirm it: {self.database.unconfirmed}"
            )
            self.database.unconfirmed = ""

    def _renew_index(self) -> None:
        try:
            self._fill(self.index)
        except Exception:
            self.close()  # whoever needs it next opens it again, and finds out what is wrong
            raise

    def _renew_notes(self) -> None:
        from gitexp.record.commit_notes import write_stale_notes

        write_stale_notes(self.index, self.database, self.promised)

    # The active experiment of a worktree.

    @property
    def active(self) -> str:
        """Id of the experiment in use in this worktree, "" when none is."""
        return self.read_active_in(self.repository.git_dir)

    @active.setter
    def active(self, ident: str) -> None:
        write_active_name(self.repository, ident)

    def read_active_in(self, git_dir: Path) -> str:
        """Return the id of the experiment in use in a worktree, "" when none is.

        ``git_dir`` is the git folder of the worktree.
        """
        name = read_active_name(self.repository, git_dir)
        return self.index.read_names().get(name, "") if name else ""


def list_experiments_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the names of the experiments that some events are about, each once and in order."""
    names: dict[str, None] = {}
    for event in events:
        names.update(dict.fromkeys(event.experiments))
    return tuple(names)


def _make_message(signed: Sequence[Event]) -> str:
    """Return the message of the commit that records some events: what was recorded, short.

    Forges skip their CI for it.
    """
    kinds = "+".join(dict.fromkeys(event.kind for event in signed))
    names = list_experiments_of(signed)
    subject = f"{kinds} {' '.join(names[:3])}"
    if len(names) > 3:
        subject += f" and {len(names) - 3} more"
    return f"{subject.strip()} [skip ci]\n"
