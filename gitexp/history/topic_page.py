"""One topic's page: its experiments with the settings that differ, and its entries, in time order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.history.change import compute_change
from gitexp.history.stand_in import open_follower
from gitexp.history.table import compute_table
from gitexp.model.experiment import read_timestamp
from gitexp.model.query import parse_query
from gitexp.model.query_terms import list_texts
from gitexp.model.search_results import TopicPage, TopicRow
from gitexp.record.read.journal import read_numbered_entries
from gitexp.record.read.settings import read_setting_views
from gitexp.record.read.topics import find_members, find_topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Image, Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.model.topic import Topic
    from gitexp.record.record import Record


def build_topic_page(
    record: Record,
    name: str,
    code_filter: CodeFilter | None,
    follower: Follower | None = None,
) -> TopicPage:
    """Return all that gathers under a topic.

    ``code_filter``: of which code settings and changes are shown; none are without it.
    ``follower``: one that lives longer, if there is any. Raises NotFoundError.
    """
    if follower is None:
        with open_follower(record) as new_follower:
            return build_topic_page(record, name, code_filter, new_follower)
    topic = find_topic(record, name)
    idents, numbers = find_members(record, topic.name)
    all_summaries = record.read_summaries()
    summaries = [summary for summary in all_summaries if summary.id in idents]
    sizes = _read_change_sizes(record, follower, summaries, code_filter)
    titles, settings = _read_settings(record, follower, summaries, code_filter)
    rows = []
    for summary in summaries:
        values = settings.get(summary.id, ())
        size = sizes.get(summary.id, "")
        image = _find_newest_image(record, summary)
        rows.append(TopicRow(summary.at, summary, size, settings=values, image=image))
    about: set[str] = set()
    for entry in read_numbered_entries(record, numbers):
        rows.append(TopicRow(entry.at, entry=entry))
        about.update(entry.experiments)
    rows.sort(key=_sort_key)
    names = {summary.id: summary.names for summary in all_summaries if summary.id in about}
    filter_name = code_filter.name if code_filter is not None else ""
    searched = _list_searched_texts(topic)
    return TopicPage(topic, tuple(rows), titles, searched, names, filter_name)


def _list_searched_texts(topic: Topic) -> tuple[str, ...]:
    """Return the texts by which entries gather under a topic."""
    texts = []
    for name in sorted(topic.names):
        texts += [f"#{name}", f"[[{name}]]"]
    for match in topic.match:
        texts += [words.strip() for words in match.split("|") if words.strip()]
    for query in topic.queries:
        texts += list_texts(parse_query(query))
    return tuple(dict.fromkeys(texts))


def _find_newest_image(record: Record, summary: Summary) -> Image | None:
    if not summary.images:
        return None
    experiment = record.index.read_experiment(summary.id)
    return experiment.images[-1] if experiment is not None and experiment.images else None


def _read_settings(
    record: Record,
    follower: Follower,
    summaries: Sequence[Summary],
    code_filter: CodeFilter | None,
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return the titles of the settings that differ, and by id the values of an experiment."""
    if code_filter is None or not summaries:
        return (), {}
    table = compute_table(record, code_filter, summaries, read_setting_views(record), follower)
    values = {}
    for row in table.rows:
        cells = [row.format_setting(column.name) for column in table.columns]
        values[row.summary.id] = tuple(cells)
    return tuple(column.title for column in table.columns), values


def _sort_key(row: TopicRow) -> tuple[float, bool]:
    """Return what sorts by time; an experiment stands before the entries of its moment."""
    return read_timestamp(row.at), row.entry is not None


def _read_change_sizes(
    record: Record,
    follower: Follower,
    summaries: Sequence[Summary],
    code_filter: CodeFilter | None,
) -> dict[str, str]:
    """Return by id how much each experiment changed against its parent, in a few words.

    One without a delta is left out; all are where there is no filter.
    """
    if code_filter is None:
        return {}
    pairs = []
    for summary in summaries:
        if summary.parent and summary.version:
            experiment = record.index.read_experiment(summary.id)
            parent = record.index.read_experiment(summary.parent)
            pairs.append((experiment, parent))
    versions = []
    for pair in pairs:
        versions += [experiment.version for experiment in pair if experiment is not None]
    follower.prepare(versions, code_filter)
    sizes = {}
    for experiment, parent in pairs:
        if experiment is not None:
            change = compute_change(follower, code_filter, experiment, parent)
            sizes[experiment.id] = change.summary
    return {ident: size for ident, size in sizes.items() if size}
