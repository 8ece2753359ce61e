"""The record branch's pages: Markdown beside the events, so that a visitor on a forge reads it.

Derived from the record and the code alone: the same record has the same pages. Written when asked
for, not at each recording.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from gitexp.history.absent import find_absent_ids
from gitexp.history.change import CodeChange, compute_change, find_filter_if_any
from gitexp.history.experiment_view import ExperimentPage, ExperimentView
from gitexp.history.stand_in import open_follower
from gitexp.history.topic_page import build_topic_page
from gitexp.model.branch_layout import fits_page_name
from gitexp.record.index.experiment_rows import encode_row
from gitexp.record.read.journal import read_mentions
from gitexp.record.read.settings import read_setting_views
from gitexp.record.read.topics import read_topics
from gitexp.render.pages import (
    format_experiment_page,
    format_front_page,
    format_month_page,
    format_topic_page,
)
from gitexp.store.refs import FRONT_PAGE, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.search_results import TopicPage
    from gitexp.record.record import Record

    Progress = Callable[[int, int], None]
    NamedPage = tuple[str, bytes]
    """A path on the branch and the bytes of the page."""

# Counts how pages look: raised when a page of the same experiment is to be written anew.
_LOOK = 4
_TOPIC_LOOK = 4


class Written(NamedTuple):
    """How many pages were written or taken out, and whose code is not in this clone."""

    pages: int
    absent: tuple[str, ...]


def write_pages(record: Record, progress: Progress | None = None) -> Written:
    """Bring the pages on the record branch up to date in one commit.

    ``progress`` is called with (experiments done, all). A page whose code is not in this clone
    stays as it is. Where something else of it changed, it is written without the code, until a
    clone that has the code writes it.
    """
    paths = [*record.branch.list_names(PAGES), FRONT_PAGE]
    old = {path: record.branch.read(path) for path in paths}
    with open_follower(record) as follower:
        builder = _Builder(record, follower, old)
        new = dict(builder.build(progress))
    changes: dict[str, bytes | None] = {
        path: page for path, page in new.items() if old.get(path) != page
    }
    for path in old.keys() - new.keys() - {FRONT_PAGE}:
        changes[path] = None
    if changes:
        record.branch.append(changes, "pages [skip ci]\n")
        record.refresh()
    return Written(len(changes), builder.absent)


class _Builder:
    """Makes all pages; one that was made of the same before is taken over.

    ``absent``: ids of the experiments whose code is not in this clone.
    """

    def __init__(self, record: Record, follower: Follower, old: Mapping[str, bytes | None]) -> None:
        self._record = record
        self._follower = follower
        self._old = old
        self._experiments = record.read_experiments()
        self._by_id = {experiment.id: experiment for experiment in self._experiments}
        self._children: dict[str, list[str]] = {}
        for experiment in self._experiments:
            self._children.setdefault(experiment.parent, []).append(experiment.id)
        # Not a proposed one: each clone proposes for itself, and all of them write the same pages.
        self._code_filter = find_filter_if_any(record)
        self.absent: tuple[str, ...] = ()
        if self._code_filter is not None:
            versions = [experiment.version for experiment in self._experiments]
            follower.prepare(versions, self._code_filter)
            self.absent = find_absent_ids(follower, self._experiments, self._code_filter)

    def build(self, progress: Progress | None) -> Iterator[NamedPage]:
        """Yield path and bytes of every page."""
        topics = [name for name in sorted(read_topics(self._record)) if fits_page_name(name)]
        yield FRONT_PAGE, format_front_page(self._experiments, topics).encode()
        yield from self._build_months()
        for name in topics:
            yield self._build_topic(name)
        for number, experiment in enumerate(self._experiments):
            if progress is not None:
                progress(number, len(self._experiments))
            yield self._build_experiment(experiment)

    def _build_months(self) -> Iterator[NamedPage]:
        entries = _sort_entries(self._experiments)
        for month, month_entries in groupby(entries, key=lambda entry: entry.at[:7]):
            text = format_month_page(month, list(month_entries), self._by_id)
            yield f"{PAGES}/{month}.md", text.encode()

    def _build_topic(self, name: str) -> NamedPage:
        """Return the page of a topic.

        The sizes of changes are left out where code is not in this clone.
        """
        path = f"{PAGES}/topic/{name}.md"
        page = build_topic_page(self._record, name, self._code_filter, self._follower)
        stamp = self._stamp_topic(page)
        old_page = self._find_old(path, stamp)
        if old_page is not None:
            return path, old_page
        for row in page.items:
            summary = row.summary
            if summary and not {summary.id, summary.parent}.isdisjoint(self.absent):
                stamp = _stamp_without_code(stamp)
                break
        return path, format_topic_page(page).encode() + stamp

    def _build_experiment(self, experiment: Experiment) -> NamedPage:
        path = f"{PAGES}/experiment/{experiment.id}.md"
        parent = self._by_id.get(experiment.parent)
        page = ExperimentPage(
            ExperimentView(experiment, CodeChange()),
            tuple(self._children.get(experiment.id, ())),
            tuple(read_mentions(self._record, experiment)),
        )
        stamp = self._stamp_experiment(page, parent)
        old_page = self._find_old(path, stamp)
        if old_page is not None:
            return path, old_page
        if self._code_filter is not None:
            change = compute_change(self._follower, self._code_filter, experiment, parent)
            page = page._replace(view=ExperimentView(experiment, change))
            if change.is_incomplete:
                stamp = _stamp_without_code(stamp)
        return path, format_experiment_page(page).encode() + stamp

    def _find_old(self, path: str, stamp: bytes) -> bytes | None:
        """Return the page that is there, if it was made of the same."""
        old_page = self._old.get(path)
        return old_page if old_page is not None and old_page.endswith(stamp) else None

    def _stamp_topic(self, page: TopicPage) -> bytes:
        """Return a line that says what a topic's page was made of, but for what code alone says."""
        summaries, entries = page.summaries, page.entries
        parents = [self._by_id[each.parent] for each in summaries if each.parent in self._by_id]
        versions = [parent.version for parent in parents]
        topic = page.topic
        views = read_setting_views(self._record)
        labels = (sorted(views.pinned), sorted(views.labels.items()))
        filtered = (self._code_filter, labels, _TOPIC_LOOK)
        made_of = (topic.name, topic.summary, summaries, versions, entries, filtered)
        return _stamp_line(made_of)

    def _stamp_experiment(self, page: ExperimentPage, parent: Experiment | None) -> bytes:
        """Return a line that says what an experiment's page was made of."""
        around = (*page.children, "", *page.mentioning_names)
        version = parent.version if parent is not None else ""
        row = encode_row(page.view.experiment)
        return _stamp_line((_LOOK, row, version, self._code_filter, around))


def _stamp_without_code(stamp: bytes) -> bytes:
    """Return another line than ``stamp``: a clone that has the code writes the page anew."""
    return stamp.replace(b" -->", b" without code -->")


def _stamp_line(made_of: tuple[object, ...]) -> bytes:
    """Return a line that a reader does not see and that differs where something else did."""
    return f"\n<!-- {hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]} -->\n".encode()


def _sort_entries(experiments: Sequence[Experiment]) -> list[Entry]:
    """Return every entry once, in time order."""
    entries: dict[str, Entry] = {}
    for experiment in experiments:
        entries.update((entry.id, entry) for entry in experiment.entries)
    return sorted(entries.values(), key=lambda entry: (entry.at, entry.id))
