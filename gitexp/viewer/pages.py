"""The record branch's pages: rendered Markdown beside the events, so that a visitor on a forge reads the record.

Derived from the record and the code alone: the same record has the same pages. Written when asked for, not at each recording.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

from gitexp.history.deltas import delta_against, prepare
from gitexp.history.filters import filters, find_filter
from gitexp.history.follow import Follower
from gitexp.history.journal import mentioned_by
from gitexp.history.rows import encode_row
from gitexp.history.topic_page import topic_page
from gitexp.history.topics import topics
from gitexp.model.layout import fits_page_name
from gitexp.render.pages import experiment_page, front_page, month_page
from gitexp.render.pages import topic_page as topic_text
from gitexp.store.refs import FRONT_PAGE, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gitexp.history.record import Record
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.filter import Filter

# Counts what pages look like: raised when a page of the same experiment is to be written anew.
LOOK = 3


def write_pages(record: Record, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring the pages on the record branch up to date in one commit; how many were written or taken out.

    ``progress`` is told how many experiments are done of all. A page whose code is not in this clone stays as it is.
    """
    old = {path: record.branch.read(path) for path in [*record.branch.names(PAGES), FRONT_PAGE]}
    new = dict(_pages(record, old, progress))
    changes: dict[str, bytes | None] = {path: data for path, data in new.items() if old.get(path) != data}
    changes |= {path: None for path in old.keys() - new.keys() if path != FRONT_PAGE}
    if changes:
        record.branch.append(changes, "pages [skip ci]\n")
        record.refresh()
    return len(changes)


def _pages(record: Record, old: Mapping[str, bytes | None], progress: Callable[[int, int], None] | None) -> Iterator[tuple[str, bytes]]:
    experiments = record.experiments()
    known = {experiment.id: experiment for experiment in experiments}
    names = [name for name in sorted(topics(record)) if fits_page_name(name)]
    yield FRONT_PAGE, front_page(experiments, names).encode()
    for name in names:
        yield f"{PAGES}/topic/{name}.md", topic_text(topic_page(record, name)).encode()
    for month, entries in groupby(_journal(experiments), key=lambda entry: entry.at[:7]):
        yield f"{PAGES}/{month}.md", month_page(month, list(entries), known).encode()
    choice = find_filter(record) if filters(record) else None
    children: dict[str, list[str]] = {}
    for experiment in experiments:
        children.setdefault(experiment.parent, []).append(experiment.id)
    with Follower(record.repository) as follower:
        prepare(follower, (experiment.version for experiment in experiments) if choice else ())
        for number, experiment in enumerate(experiments):
            if progress is not None:
                progress(number, len(experiments))
            path = f"{PAGES}/experiment/{experiment.id}.md"
            parent = known.get(experiment.parent)
            spoken = mentioned_by(record, experiment)
            stamp = _stamp(experiment, parent, choice, (*children.get(experiment.id, ()), "", *spoken))
            before = old.get(path)
            if before is not None and before.endswith(stamp):
                yield path, before
                continue
            delta, remark = None, ""
            if choice is not None:
                change = delta_against(follower, choice, experiment, parent)
                delta, remark = change.delta, change.title
            yield path, experiment_page(experiment, children.get(experiment.id, ()), spoken, delta, remark).encode() + stamp


def _stamp(experiment: Experiment, parent: Experiment | None, choice: Filter | None, around: Sequence[str]) -> bytes:
    """A line that a reader does not see and that says what the page was made of."""
    made_of = (LOOK, encode_row(experiment), parent.version if parent else "", choice, around)
    return f"\n<!-- {hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]} -->\n".encode()


def _journal(experiments: Sequence[Experiment]) -> list[Entry]:
    """Every entry once, in time order."""
    entries = {entry.id: entry for experiment in experiments for entry in experiment.entries}
    return sorted(entries.values(), key=lambda entry: (entry.at, entry.id))
