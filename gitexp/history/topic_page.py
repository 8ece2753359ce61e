"""One topic's page: its experiments and entries in time order, each experiment with what it changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gitexp.follow.follower import Follower
from gitexp.history.deltas import compute_delta_against
from gitexp.model.results import TopicPage, TopicRow
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.record.read.journal import read_numbered_entries
from gitexp.record.read.topics import find_members, find_topic

if TYPE_CHECKING:
    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record


def build_topic_page(
    record: Record, name: str, filter_name: str = "", follower: Follower | None = None
) -> TopicPage:
    """Everything under a topic; ``follower`` is one that lives longer, if there is any. Raises NotFoundError."""
    topic = find_topic(record, name)
    experiments, numbers = find_members(record, topic.name)
    chosen = [summary for summary in record.read_summaries() if summary.id in experiments]
    if follower is not None:
        sizes = _sizes(record, follower, chosen, filter_name)
    else:
        with Follower(record.repository) as own:
            sizes = _sizes(record, own, chosen, filter_name)
    items = [TopicRow(summary.at, summary, sizes.get(summary.id, "")) for summary in chosen]
    items += [TopicRow(entry.at, entry=entry) for entry in read_numbered_entries(record, numbers)]
    return TopicPage(
        topic,
        tuple(
            sorted(
                items,
                key=lambda item: (
                    datetime.fromisoformat(item.at).timestamp(),
                    item.entry is not None,
                ),
            )
        ),
    )


def _sizes(
    record: Record, follower: Follower, summaries: list[Summary], filter_name: str
) -> dict[str, str]:
    """How much each experiment changed against its parent, in a few words; nothing where no filter is saved."""
    if not filter_name and not read_filters(record):
        return {}
    choice = find_filter(record, filter_name)
    pairs = [
        (record.index.read_experiment(one.id), record.index.read_experiment(one.parent))
        for one in summaries
        if one.parent and one.version
    ]
    follower.prepare((version.version for pair in pairs for version in pair if version), choice)
    found = {
        one.id: compute_delta_against(follower, choice, one, parent).delta
        for one, parent in pairs
        if one
    }
    return {name: delta.summary for name, delta in found.items() if delta}
