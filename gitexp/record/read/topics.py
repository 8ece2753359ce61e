"""Topics: what gathers under a name, found anew each time, without touching what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.model.query import parse_query
from gitexp.model.query_terms import FieldTerm
from gitexp.model.topic import Topic, fold_topics
from gitexp.record.read.evaluate import QueryEvaluator
from gitexp.record.read.journal import read_numbered_entries

if TYPE_CHECKING:
    from gitexp.model.experiment import Entry
    from gitexp.record.record import Record


def read_topics(record: Record) -> dict[str, Topic]:
    """Every topic by its name: those that something was said of, those that some text or tag names."""
    found = fold_topics(record.index.read_events_of_kind("topic"))
    taken = {name for topic in found.values() for name in topic.names}
    tags = (tag for summary in record.read_summaries() for tag in summary.tags)
    for name in dict.fromkeys((*record.index.count_named_topics(), *tags)):
        if name not in taken:
            found[name] = Topic(name, {name})
    return found


def find_topic(record: Record, name: str) -> Topic:
    """A topic by a name it has or had. Raises NotFoundError with near names."""
    every = read_topics(record)
    plain = name.removeprefix("#")
    for topic in every.values():
        if topic.name == plain or plain in topic.names:
            return topic
    from difflib import get_close_matches

    near = get_close_matches(plain, every, 3, 0.5)
    raise NotFoundError(
        f"there is no topic '{plain}'",
        f"did you mean {', '.join(near)}?"
        if near
        else f"write #{plain} somewhere, or: git exp topic add {plain}",
    )


def find_members(
    record: Record, name: str, within: frozenset[str] = frozenset()
) -> tuple[set[str], set[int]]:
    """What gathers under a topic: ids of experiments, numbers of entries. ``within``: topics whose queries ask for this one."""
    topic = find_topic(record, name)
    if topic.name in within:
        return set(), set()

    def gather(wanted: str) -> tuple[set[str], set[int]]:
        try:
            return find_members(record, wanted, within | {topic.name})
        except NotFoundError:  # its query may have come from elsewhere, or the topic is gone since
            return set(), set()

    search = QueryEvaluator(record, gather)
    experiments: set[str] = set()
    entries = set(record.index.find_topic_entries(topic.names))
    for query in [
        *(FieldTerm("tag", each) for each in topic.names),
        *(FieldTerm("id", glob) for glob in topic.ids),
        *map(parse_query, topic.queries),
    ]:
        experiments.update(key for key in search.find_keys(query) if isinstance(key, str))
    for text in (part.strip() for match in topic.match for part in match.split("|")):
        entries.update(record.index.find_numbers_with(text) if text else ())
    known = record.index.read_names()
    ids = record.index.find_numbers_of([*topic.pinned, *topic.unpinned])
    for target in topic.pinned:
        experiments.update([known[target]] if target in known else [])
        entries.update([ids[target]] if target in ids else [])
    for target in topic.unpinned:
        experiments.discard(known.get(target, ""))
        entries.discard(ids.get(target, -1))
    return experiments, entries


def read_topic_entries(record: Record, name: str) -> list[Entry]:
    """The entries that gather under a topic, oldest first."""
    return read_numbered_entries(record, find_members(record, name)[1])
