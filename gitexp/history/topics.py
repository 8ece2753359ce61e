"""Topics: what gathers under a name, found anew each time, without touching what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.errors import NotFoundError, UsageError
from gitexp.history.evaluate import Search
from gitexp.history.journal import numbered_entries
from gitexp.model.event import clean_text
from gitexp.model.query import Field, parse_query
from gitexp.model.topic import Topic, fold_topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.history.record import Record
    from gitexp.model.experiment import Entry


def topics(record: Record) -> dict[str, Topic]:
    """Every topic by its name: those that something was said of, those that some text or tag names."""
    found = fold_topics(record.index.events_of_kind("topic"))
    taken = {name for topic in found.values() for name in topic.names}
    tags = (tag for summary in record.summaries() for tag in summary.tags)
    for name in dict.fromkeys((*record.index.topics_named(), *tags)):
        if name not in taken:
            found[name] = Topic(name, {name})
    return found


def find_topic(record: Record, name: str) -> Topic:
    """A topic by a name it has or had. Raises NotFoundError with near names."""
    every = topics(record)
    plain = name.removeprefix("#")
    for topic in every.values():
        if topic.name == plain or plain in topic.names:
            return topic
    from difflib import get_close_matches

    near = get_close_matches(plain, every, 3, 0.5)
    raise NotFoundError(
        f"there is no topic '{plain}'",
        f"did you mean {', '.join(near)}?" if near else f"write #{plain} somewhere, or: git exp topic add {plain}",
    )


def members(record: Record, name: str, within: frozenset[str] = frozenset()) -> tuple[set[str], set[int]]:
    """What gathers under a topic: ids of experiments, numbers of entries. ``within``: topics whose queries ask for this one."""
    topic = find_topic(record, name)
    if topic.name in within:
        return set(), set()

    def gather(wanted: str) -> tuple[set[str], set[int]]:
        try:
            return members(record, wanted, within | {topic.name})
        except NotFoundError:  # its query may have come from elsewhere, or the topic is gone since
            return set(), set()

    search = Search(record, gather)
    experiments: set[str] = set()
    entries = set(record.index.gathered(topic.names))
    for query in [
        *(Field("tag", each) for each in topic.names),
        *(Field("id", glob) for glob in topic.ids),
        *map(parse_query, topic.queries),
    ]:
        experiments.update(key for key in search.keys(query) if isinstance(key, str))
    for text in (part.strip() for match in topic.match for part in match.split("|")):
        entries.update(record.index.holding(text) if text else ())
    known = record.index.names()
    ids = record.index.numbers_of([*topic.pinned, *topic.unpinned])
    for target in topic.pinned:
        experiments.update([known[target]] if target in known else [])
        entries.update([ids[target]] if target in ids else [])
    for target in topic.unpinned:
        experiments.discard(known.get(target, ""))
        entries.discard(ids.get(target, -1))
    return experiments, entries


def topic_entries(record: Record, name: str) -> list[Entry]:
    """The entries that gather under a topic, oldest first."""
    return numbered_entries(record, members(record, name)[1])


def change_topic(record: Record, name: str, *, text: str = "", **fields: Any) -> str:
    """Say something of a topic: a summary, what gathers, what it is called (the fields of a ``topic`` event). Its name.

    Raises UsageError for a name or a query that cannot be one.
    """
    plain = clean_text(name).strip().removeprefix("#")
    if not plain or any(char in plain for char in "[]#\n"):
        raise UsageError(f"'{name}' cannot name a topic", "a few words: encoder, 学習率, data cleaning")
    if query := fields.get("query"):
        parse_query(str(query))
    for key in ("to", "into"):
        if key in fields and fields[key] == plain:
            raise UsageError(f"topic '{plain}' is called so already", "give another name")
    record.append([record.draft("topic", text=clean_text(text), name=plain, **fields)])
    return plain


def pin_targets(record: Record, targets: Sequence[str]) -> list[str]:
    """Ids of the experiments and entries that are to be pinned. Raises NotFoundError."""
    from gitexp.history.corrections import reach_of

    found: list[str] = []
    for target in targets:
        reach = reach_of(record, target)
        found += reach.events or reach.experiments
    return found
