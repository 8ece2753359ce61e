"""The record branch's pages: rendered Markdown beside the events, so that a visitor on a forge reads the record.

Derived from the record and the code alone: the same record has the same pages. Written when asked for, not at each recording.
"""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from gitexp.follow.follower import Follower
from gitexp.history.absent import absent_ids
from gitexp.history.deltas import compute_delta_against
from gitexp.history.topic_page import build_topic_page
from gitexp.model.layout import fits_page_name
from gitexp.record.index.rows import encode_row
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.read.journal import list_mentioning_ids
from gitexp.record.read.topics import read_topics
from gitexp.render.pages import experiment_page, front_page, month_page
from gitexp.render.pages import topic_page as topic_text
from gitexp.store.refs import FRONT_PAGE, PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.filter import CodeFilter
    from gitexp.model.results import TopicPage
    from gitexp.record.record import Record

# Counts what pages look like: raised when a page of the same experiment is to be written anew.
LOOK = 3


class Written(NamedTuple):
    """How many pages were written or taken out, and the ids of the experiments whose code is not in this clone."""

    pages: int
    absent: tuple[str, ...]


def write_pages(record: Record, progress: Callable[[int, int], None] | None = None) -> Written:
    """Bring the pages on the record branch up to date in one commit.

    ``progress`` is told how many experiments are done of all. A page whose code is not in this clone stays as it is;
    where something else of it changed, it is written without the code, until a clone that has it writes it.
    """
    old = {
        path: record.branch.read(path) for path in [*record.branch.list_names(PAGES), FRONT_PAGE]
    }
    absent: list[str] = []
    new = dict(_pages(record, old, absent, progress))
    changes: dict[str, bytes | None] = {
        path: data for path, data in new.items() if old.get(path) != data
    }
    changes |= {path: None for path in old.keys() - new.keys() if path != FRONT_PAGE}
    if changes:
        record.branch.append(changes, "pages [skip ci]\n")
        record.refresh()
    return Written(len(changes), tuple(absent))


def _pages(
    record: Record,
    old: Mapping[str, bytes | None],
    absent: list[str],
    progress: Callable[[int, int], None] | None,
) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every page; ``absent`` takes the ids of experiments whose code is not in this clone."""
    experiments = record.read_experiments()
    known = {experiment.id: experiment for experiment in experiments}
    names = [name for name in sorted(read_topics(record)) if fits_page_name(name)]
    yield FRONT_PAGE, front_page(experiments, names).encode()
    for month, entries in groupby(_journal(experiments), key=lambda entry: entry.at[:7]):
        yield f"{PAGES}/{month}.md", month_page(month, list(entries), known).encode()
    choice = find_filter(record) if read_filters(record) else None
    children: dict[str, list[str]] = {}
    for experiment in experiments:
        children.setdefault(experiment.parent, []).append(experiment.id)
    with Follower(record.repository) as follower:
        if choice is not None:
            follower.prepare((experiment.version for experiment in experiments), choice)
            absent.extend(absent_ids(follower, experiments))
        for name in names:
            path = f"{PAGES}/topic/{name}.md"
            page = build_topic_page(record, name, follower=follower)
            stamp = _topic_stamp(page, known, choice)
            yield path, _unless_kept(old.get(path), stamp, _topic_page(page, stamp, absent))
        for number, experiment in enumerate(experiments):
            if progress is not None:
                progress(number, len(experiments))
            path = f"{PAGES}/experiment/{experiment.id}.md"
            parent = known.get(experiment.parent)
            spoken = list_mentioning_ids(record, experiment)
            stamp = _stamp(
                experiment, parent, choice, (*children.get(experiment.id, ()), "", *spoken)
            )
            before = old.get(path)
            if before is not None and before.endswith(stamp):
                yield path, before
                continue
            delta, remark = None, ""
            if choice is not None:
                change = compute_delta_against(follower, choice, experiment, parent)
                delta, remark = change.delta, _WITHOUT_CODE if change.absent else change.title
                stamp = _stamp_without_code(stamp) if change.lacking else stamp
            yield (
                path,
                experiment_page(
                    experiment, children.get(experiment.id, ()), spoken, delta, remark
                ).encode()
                + stamp,
            )


def _topic_page(page: TopicPage, stamp: bytes, absent: Collection[str]) -> bytes:
    """Return the page of a topic; the sizes of changes are left out where code is not in this clone."""
    shown = [item.summary for item in page.items if item.summary is not None]
    lacking = any(one.id in absent or one.parent in absent for one in shown)
    return topic_text(page).encode() + (_stamp_without_code(stamp) if lacking else stamp)


def _topic_stamp(
    page: TopicPage, known: Mapping[str, Experiment], choice: CodeFilter | None
) -> bytes:
    """Return a line that says what a topic's page was made of, but for what code alone says."""
    summaries = [item.summary for item in page.items if item.summary is not None]
    parents = [known[one.parent].version for one in summaries if one.parent in known]
    entries = [item.entry for item in page.items if item.entry is not None]
    return _stamp_line((page.topic.name, page.topic.summary, summaries, parents, entries, choice))


def _unless_kept(before: bytes | None, stamp: bytes, page: bytes) -> bytes:
    """Return the page that is there, where it was made of the same; else the new one."""
    return before if before is not None and before.endswith(stamp) else page


_WITHOUT_CODE = "This page was written in a clone that does not have its code."


def _stamp_without_code(stamp: bytes) -> bytes:
    """Return another line than ``stamp``: a clone that has the code writes the page anew."""
    return stamp.replace(b" -->", b" without code -->")


def _stamp(
    experiment: Experiment,
    parent: Experiment | None,
    choice: CodeFilter | None,
    around: Sequence[str],
) -> bytes:
    """Return a line that says what an experiment's page was made of."""
    return _stamp_line(
        (LOOK, encode_row(experiment), parent.version if parent else "", choice, around)
    )


def _stamp_line(made_of: tuple[object, ...]) -> bytes:
    """Return a line that a reader does not see and that differs where something else did."""
    return f"\n<!-- {hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]} -->\n".encode()


def _journal(experiments: Sequence[Experiment]) -> list[Entry]:
    """Every entry once, in time order."""
    entries = {entry.id: entry for experiment in experiments for entry in experiment.entries}
    return sorted(entries.values(), key=lambda entry: (entry.at, entry.id))
