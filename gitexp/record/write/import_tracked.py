"""Import the runs of a tracker's store. A run is known by its origin, not by its name."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.model.import_rows import Complaint, make_source_key
from gitexp.model.understood import Understood
from gitexp.record.secrets import refuse_secrets
from gitexp.record.write.configs import draft_config
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.import_history import KEY_PREFIX as HISTORY_PREFIX
from gitexp.record.write.import_result import ImportResult
from gitexp.record.write.imported_metrics import find_said_metrics
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.row_commits import find_nearest_run
from gitexp.record.write.values import TrialValues, draft_metric, draft_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.model.import_rows import TrackedRun
    from gitexp.model.metric import Metric
    from gitexp.record.record import Record

    Progress = Callable[[int, int], None]

KEY_PREFIX = "run-"
"""What a key begins with under which something of a tracked run was imported."""


@hold_lock_of_record
def import_tracked_runs(
    record: Record, runs: Sequence[TrackedRun], progress: Progress, *, dry_run: bool = False
) -> ImportResult:
    """Take in runs, an experiment each, the oldest first.

    Of a run that was imported before only what is new in it comes. A run whose name is that of an
    experiment from a diary, from a history or from a table with its time is that experiment; any
    other experiment is another run, and the new one becomes ``name-2``. ``progress`` is called with
    (runs taken in, runs in all).
    """
    imported = _TrackedImport(record, runs)
    ordered = sorted(runs, key=lambda run: (run.at is None, run.at.timestamp() if run.at else 0))
    for number, run in enumerate(ordered, 1):
        imported.take_in(run)
        progress(number, len(ordered))
    return imported.finish(dry_run=dry_run)


class _TrackedImport:
    """The import of tracked runs under way."""

    def __init__(self, record: Record, runs: Sequence[TrackedRun]) -> None:
        self._record = record
        self._now = record.clock()
        self._writer = NoteWriter(record)
        self._sources = record.index.read_sources()
        self._said_metrics = find_said_metrics(record, self._sources, KEY_PREFIX)
        names = Counter(run.name for run in runs if run.origin)
        self._shared_names = {name for name, number in names.items() if number > 1}
        self._idents_by_origin: dict[str, str] = {}
        # Experiments that are a tracked run already, and when the row was that others came from.
        self._taken: set[str] = set()
        self._row_times: dict[str, float] = {}
        self._read_earlier_imports(runs)
        self._idents_by_commit: dict[str, str] = {}
        self._new = 0
        self._old = 0
        self._grown = 0
        self._complaints: list[Complaint] = []
        self._absent: list[TrackedRun] = []
        self._kept_commits: list[str] = []

    def take_in(self, run: TrackedRun) -> None:
        """Take in what is not recorded yet of a run."""
        try:
            refuse_secrets(self._record.repository, run.text)
        except ContentError as error:
            self._complaints.append(Complaint(run.file, 0, f"{run.name}: {error.message}"))
            return
        first = len(self._writer.drafts)
        is_known = run.origin in self._idents_by_origin
        at = run.at or self._now
        commit = self._find_commit(run)
        ident = self._idents_by_origin.get(run.origin) or self._open(run, at, commit)
        if commit:
            self._idents_by_commit.setdefault(commit, ident)
            self._add_link(ident, run, commit, at)
        if not is_known:
            self._add_text(ident, run, at)
        self._add_values(ident, run, at)
        if not is_known:
            self._new += 1
        elif len(self._writer.drafts) > first:
            self._grown += 1
        else:
            self._old += 1

    def finish(self, *, dry_run: bool) -> ImportResult:
        """Record what was taken in, except in a dry run, and return the result."""
        writer = self._writer
        if writer.drafts and not dry_run:
            for commit in self._kept_commits:
                self._record.keep_commit(commit)
            self._record.append_events(writer.drafts, writer.files)
        if self._absent:
            self._complaints.append(_describe_absent(self._absent))
        return ImportResult(
            self._new,
            self._old,
            tuple(writer.understood.values()),
            tuple(self._complaints),
            grown=self._grown,
        )

    def _open(self, run: TrackedRun, at: datetime, commit: str) -> str:
        """Return the experiment of a run, which may begin here."""
        writer = self._writer
        name = self._choose_id(run)
        parent = self._idents_by_origin.get(run.parent_origin, "")
        if not parent and commit:
            parent = find_nearest_run(self._record, commit, name, self._idents_by_commit)
        is_new = name not in writer.idents
        ident = writer.open_experiment(name, at, parent)
        understood = writer.understood.setdefault(ident, Understood(ident))
        if is_new:
            understood.parent = parent
        self._idents_by_origin[run.origin] = ident
        self._taken.add(ident)
        return ident

    def _choose_id(self, run: TrackedRun) -> str:
        """Return the id for a run: its name, unless that is another run."""
        idents = self._writer.idents
        ident = idents.get(run.name)
        if ident is None:
            return run.name
        row_time = self._row_times.get(ident)
        is_other_row = row_time is not None and (
            run.at is None or int(run.at.timestamp()) != int(row_time)
        )
        if ident not in self._taken and run.name not in self._shared_names and not is_other_row:
            return ident
        numbered = (f"{run.name}-{number}" for number in count(2))
        return next(name for name in numbered if name not in idents)

    def _add_text(self, ident: str, run: TrackedRun, at: datetime) -> None:
        """Add the entry of a run, by which the run is known again."""
        drafts = self._writer.drafts
        first = len(drafts)
        self._writer.add_note_event(run.text, (ident,), at)
        drafts[first] = drafts[first]._replace(source=_make_key(run.origin))

    def _add_link(self, ident: str, run: TrackedRun, commit: str, at: datetime) -> None:
        fields = {"tie": "base"} if run.is_on_changes else {}
        draft = self._record.draft_event("link", (ident,), at=at, commit=commit, **fields)
        if self._add_once(draft, run.origin, "link", commit) and run.keeps_commit:
            self._kept_commits.append(commit)

    def _add_values(self, ident: str, run: TrackedRun, at: datetime) -> None:
        understood = self._writer.understood.get(ident) or Understood(ident)
        for metric in run.metrics:
            renamed = self._record.metric_aliases.rename(metric)
            if renamed.name not in self._said_metrics.get(ident, ()):
                self._add_metric(understood, renamed, run, at)
        for tag in run.tags:
            draft = self._record.draft_event("tag", (ident,), at=at, add=[tag], remove=[])
            if self._add_once(draft, run.origin, "tag", tag):
                understood.tags[tag] = None
        if run.settings:
            self._add_once(
                draft_config(self._record, ident, run.settings, at), run.origin, "config"
            )
        series = [(run.origin.partition(" ")[0], run.series)] if run.series else []
        values = TrialValues(series=series, pictures=run.pictures)
        drafts, contents = draft_values(self._record, ident, values, at)
        for draft in drafts:
            path: str = vars(draft.fact)["path"]
            if self._add_once(draft, run.origin, path):
                self._writer.files[path] = contents[path]
                understood.images += draft.kind == "image"
        has_changed = understood.metrics or understood.tags or understood.images
        if has_changed:
            self._writer.understood.setdefault(ident, understood)

    def _add_metric(
        self, understood: Understood, metric: Metric, run: TrackedRun, at: datetime
    ) -> None:
        draft = draft_metric(self._record, understood.experiment, metric, at)
        # Part of the key is whether the run has ended: then its last value is no longer partial.
        if self._add_once(draft, run.origin, "metric", metric.name, metric.value, metric.partial):
            understood.metrics.append(metric)

    def _add_once(self, draft: Event, *parts: object) -> bool:
        """Add an event unless one of this source is there; return True if it was added."""
        key = _make_key(*parts)
        if key in self._sources:
            return False
        self._sources[key] = ""
        self._writer.drafts.append(draft._replace(source=key))
        return True

    def _find_commit(self, run: TrackedRun) -> str:
        """Return the full id of the commit of a run, "" where it is not in this clone."""
        if not run.commit:
            return ""
        commit = self._record.repository.find_commit(run.commit)
        if commit is None:
            self._absent.append(run)
        return commit or ""

    def _read_earlier_imports(self, runs: Sequence[TrackedRun]) -> None:
        """Learn which experiment each run is that was imported before, and what others are."""
        origins = {_make_key(run.origin): run.origin for run in runs}
        origins_by_event = {self._sources.get(key, ""): name for key, name in origins.items()}
        keys_by_event = {ident: key for key, ident in self._sources.items()}
        idents = self._writer.idents
        index = self._record.index
        numbers = index.find_numbers_of(keys_by_event)
        for _, event in index.read_numbered_events(numbers.values()):
            key = keys_by_event.get(event.id, "")
            for experiment in event.experiments:
                ident = idents.get(experiment, experiment)
                if event.id in origins_by_event:
                    self._idents_by_origin[origins_by_event[event.id]] = ident
                if key.startswith(KEY_PREFIX):
                    self._taken.add(ident)
                elif not key.startswith(HISTORY_PREFIX) and not event.passage:
                    self._row_times.setdefault(ident, event.when.timestamp())


def _make_key(*parts: object) -> str:
    return KEY_PREFIX + make_source_key(*parts)


def _describe_absent(absent: Sequence[TrackedRun]) -> Complaint:
    first = absent[0]
    more = f", nor are those of {len(absent) - 1} more runs" if len(absent) > 1 else ""
    problem = f"commit '{first.commit[:9]}' is not in this clone{more}: they come without code"
    return Complaint(first.file, 0, problem)
