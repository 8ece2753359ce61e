"""Import the versions of experiments that commits hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.import_rows import make_source_key
from gitexp.model.understood import Understood
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.import_result import ImportResult
from gitexp.record.write.imported_metrics import find_said_metrics
from gitexp.record.write.note_writer import NoteWriter
from gitexp.record.write.presumed_parents import descends_from
from gitexp.record.write.values import draft_picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.event import Event
    from gitexp.model.import_rows import PastVersion
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.record.record import Record

KEY_PREFIX = "commit-"
"""What a key begins with under which something of a commit was imported: no row of a table was."""


@hold_lock_of_record
def import_versions(
    record: Record, versions: Iterable[PastVersion], *, dry_run: bool = False
) -> ImportResult:
    """Tie commits to the experiments that their code names, oldest first.

    Experiments that are there already get code, and a parent where nobody said one. A number that
    was said in another way stays as it is.
    """
    history = _HistoryImport(record)
    for version in versions:
        history.take_in(version)
    return history.finish(dry_run=dry_run)


class _HistoryImport:
    """The import of a history under way."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._writer = NoteWriter(record)
        self._sources = record.index.read_sources()
        self._said_metrics = find_said_metrics(record, self._sources, KEY_PREFIX)
        self._parents: dict[str, str] = {}
        self._has_said_parent: set[str] = set()
        for summary in record.read_summaries():
            self._parents[summary.id] = summary.parent
            if summary.parent and not summary.is_parent_presumed:
                self._has_said_parent.add(summary.id)
        self._new = 0
        self._old = 0

    def take_in(self, version: PastVersion) -> None:
        """Take in what is not recorded yet of a version."""
        writer = self._writer
        first = len(writer.drafts)
        parent = writer.idents.get(version.parent, version.parent)
        is_new = version.id not in writer.idents
        ident = writer.open_experiment(version.id, version.at, parent)
        understood = writer.understood.setdefault(ident, Understood(ident))
        if is_new:
            self._parents[ident] = understood.parent = parent
            self._has_said_parent.add(ident)
        elif parent and self._may_say_parent(ident, parent):
            self._add_parent(ident, parent, version)
        self._add_link(ident, version)
        for metric in version.metrics:
            self._add_metric(ident, metric, version)
        for picture in version.pictures:
            self._add_picture(ident, picture, version)
        if len(writer.drafts) > first:
            self._new += 1
        else:
            self._old += 1

    def finish(self, *, dry_run: bool) -> ImportResult:
        """Record what was taken in, except in a dry run, and return the result."""
        writer = self._writer
        if writer.drafts and not dry_run:
            self._record.append_events(writer.drafts, writer.files)
        changed = {name for draft in writer.drafts for name in draft.experiments}
        understood = [each for name, each in writer.understood.items() if name in changed]
        for each in understood:
            latest = {metric.name: metric for metric in each.metrics}
            each.metrics = list(latest.values())
        return ImportResult(self._new, self._old, tuple(understood))

    def _add_link(self, ident: str, version: PastVersion) -> None:
        linked = self._record.index.find_linked_experiments(version.commit)
        if linked.get(ident):
            return
        draft = self._record.draft_event("link", (ident,), at=version.at, commit=version.commit)
        self._add_once(draft, version.id, version.commit)

    def _add_metric(self, ident: str, metric: Metric, version: PastVersion) -> None:
        metric = self._record.metric_aliases.rename(metric)
        if metric.name in self._said_metrics.get(ident, ()):
            return
        key = self._make_key(version.id, version.commit, "metric", metric.name)
        if key in self._sources:
            return
        self._sources[key] = ""
        self._writer.add_metric(ident, metric, version.at)
        drafts = self._writer.drafts
        drafts[-1] = drafts[-1]._replace(source=key)

    def _add_picture(self, ident: str, picture: Picture, version: PastVersion) -> None:
        draft = draft_picture(self._record, ident, picture, version.at)
        if self._add_once(draft, version.id, picture.path):
            self._writer.files[picture.path] = picture.data
            self._writer.understood[ident].images += 1

    def _add_parent(self, ident: str, parent: str, version: PastVersion) -> None:
        self._parents[ident] = parent
        self._has_said_parent.add(ident)
        self._writer.understood[ident].parent = parent
        draft = self._record.draft_event("parent", (ident,), at=version.at, parent=parent)
        self._add_once(draft, version.id, "parent")

    def _may_say_parent(self, ident: str, parent: str) -> bool:
        """Return True where nobody said a parent, and none is its own ancestor by this one."""
        if ident in self._has_said_parent:
            return False
        return not descends_from(parent, ident, self._parents)

    def _add_once(self, draft: Event, *parts: str) -> bool:
        """Add an event unless one of this source is there; return True if it was added."""
        key = self._make_key(*parts)
        if key in self._sources:
            return False
        self._sources[key] = ""
        self._writer.drafts.append(draft._replace(source=key))
        return True

    def _make_key(self, *parts: str) -> str:
        return KEY_PREFIX + make_source_key(*parts)
