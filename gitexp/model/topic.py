"""Topics: names under which entries and experiments gather, folded from what was said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitexp.model.event import sort_by_effect
from gitexp.model.event.facts import TopicFact
from gitexp.model.ids import resolve_chain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.event import Event


@dataclass(slots=True)
class Topic:
    """A topic. ``summaries``: time and text of each summary, the latest in force. ``names``: all that it is or was called.

    Members: what names it, what holds one of ``match`` (texts), experiments that fit ``ids`` (globs) or ``queries``, and ``pinned``
    event or experiment ids; less ``unpinned`` ones.
    """

    name: str
    names: set[str] = field(default_factory=set)
    summaries: list[tuple[str, str]] = field(default_factory=list)
    match: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    pinned: dict[str, None] = field(default_factory=dict)
    unpinned: dict[str, None] = field(default_factory=dict)
    removed: bool = False

    @property
    def summary(self) -> str:
        """The summary in force, "" when none was written."""
        return self.summaries[-1][1] if self.summaries else ""


def fold_topics(events: Iterable[Event]) -> dict[str, Topic]:
    """Every topic that something was said of, by the name in use; removed ones are gone.

    A name that was given away by a rename or a merge leads to the topic that has it now.
    """
    topics: dict[str, Topic] = {}
    led: dict[str, str] = {}

    def named(name: str) -> Topic:
        name = resolve_chain(led, name)
        return topics.setdefault(name, Topic(name, {name}))

    for event in sort_by_effect(events):
        fact = event.fact
        if not isinstance(fact, TopicFact):
            continue
        topic = named(fact.name)
        if fact.removed:
            topics[topic.name] = Topic(topic.name, topic.names, removed=True)
            continue
        topic.removed = False
        if target := fact.to or fact.into:
            _join(topics, led, topic, target)
            topic = named(target)
        if event.text:
            topic.summaries.append((event.at, event.text))
        for known, value in ((topic.match, fact.match), (topic.queries, fact.query)):
            if value and value not in known:
                known.append(value)
        topic.ids += [glob for glob in fact.ids or () if glob not in topic.ids]
        for target in fact.pin or ():
            topic.pinned[target] = None
            topic.unpinned.pop(target, None)
        for target in fact.unpin or ():
            topic.unpinned[target] = None
            topic.pinned.pop(target, None)
    return {name: topic for name, topic in topics.items() if name and not topic.removed}


def _join(topics: dict[str, Topic], led: dict[str, str], topic: Topic, target: str) -> None:
    """Let one topic's name lead to another, which takes over what was said of it."""
    other = resolve_chain(led, target)
    if other == topic.name:
        led.pop(target, None)  # back to a name it had before
        if target == topic.name:
            return
        other = target
    led[topic.name] = other
    led.pop(other, None)
    del topics[topic.name]
    into = topics.setdefault(other, Topic(other, {other}))
    into.names |= topic.names
    into.summaries = sorted([*topic.summaries, *into.summaries])
    for mine, theirs in (
        (into.match, topic.match),
        (into.ids, topic.ids),
        (into.queries, topic.queries),
    ):
        mine += [item for item in theirs if item not in mine]
    into.pinned |= topic.pinned
    into.unpinned |= topic.unpinned
