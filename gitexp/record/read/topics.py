"""Read topics: what gathers under a name, found anew each time, without touching any text."""

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
    from gitexp.model.query_terms import Query
    from gitexp.record.record import Record


def read_topics(record: Record) -> dict[str, Topic]:
    """Return every topic by its name: those of topic events, and those that a text or tag names."""
    topics = fold_topics(record.index.read_events_of_kind("topic"))
    names_in_use: set[str] = set()
    for topic in topics.values():
        names_in_use.update(topic.names)
    named = dict.fromkeys(record.index.count_named_topics())
    for summary in record.read_summaries():
        named.update(dict.fromkeys(summary.tags))
    for name in named:
        if name not in names_in_use:
            topics[name] = Topic(name, {name})
    return topics


def find_topic(record: Record, name: str) -> Topic:
    """Return a topic by a name that it has or had. Raises NotFoundError with near names."""
    topics = read_topics(record)
    plain_name = name.removeprefix("#")
    for topic in topics.values():
        if plain_name == topic.name or plain_name in topic.names:
            return topic
    from difflib import get_close_matches

    near_names = get_close_matches(plain_name, topics, 3, 0.5)
    if near_names:
        hint = f"did you mean {', '.join(near_names)}?"
    else:
        hint = f"write #{plain_name} somewhere, or: git exp topic add {plain_name}"
    raise NotFoundError(f"there is no topic '{plain_name}'", hint)


def find_members(
    record: Record, name: str, within: frozenset[str] = frozenset()
) -> tuple[set[str], set[int]]:
    """Return what gathers under a topic: ids of experiments, numbers of entries.

    ``within``: topics whose queries ask for this one; they are not asked again. Raises
    NotFoundError.
    """
    topic = find_topic(record, name)
    if topic.name in within:
        return set(), set()

    def find_inner_members(inner_name: str) -> tuple[set[str], set[int]]:
        try:
            return find_members(record, inner_name, within | {topic.name})
        except NotFoundError:  # the query may come from another clone, or the topic is gone since
            return set(), set()

    evaluator = QueryEvaluator(record, find_inner_members)
    experiments: set[str] = set()
    for query in _list_queries(topic):
        keys = evaluator.find_keys(query)
        experiments.update(key for key in keys if isinstance(key, str))
    entries = _find_entries(record, topic)
    _apply_pins(record, topic, experiments, entries)
    return experiments, entries


def read_topic_entries(record: Record, name: str) -> list[Entry]:
    """Return the entries that gather under a topic, oldest first."""
    _, entries = find_members(record, name)
    return read_numbered_entries(record, entries)


def _list_queries(topic: Topic) -> list[Query]:
    """Return the queries whose experiments gather under a topic."""
    queries: list[Query] = [FieldTerm("tag", name) for name in topic.names]
    queries += [FieldTerm("id", glob) for glob in topic.ids]
    queries += map(parse_query, topic.queries)
    return queries


def _find_entries(record: Record, topic: Topic) -> set[int]:
    """Return the entries that name a topic, or hold one of its words."""
    entries = set(record.index.find_topic_entries(topic.names))
    for match in topic.match:
        for alternative in match.split("|"):
            words = alternative.strip()
            if words:
                entries.update(record.index.find_numbers_with(words))
    return entries


def _apply_pins(record: Record, topic: Topic, experiments: set[str], entries: set[int]) -> None:
    """Add what was pinned to a topic by hand, take out what was kept out of it."""
    idents = record.index.read_names()
    numbers = record.index.find_numbers_of([*topic.pinned, *topic.unpinned])
    for target in topic.pinned:
        if target in idents:
            experiments.add(idents[target])
        if target in numbers:
            entries.add(numbers[target])
    for target in topic.unpinned:
        experiments.discard(idents.get(target, ""))
        entries.discard(numbers.get(target, -1))
