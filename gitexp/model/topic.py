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
    """A topic, and what decides who its members are.

    ``names`` are all that it is or was called; ``summaries`` are the time and the text of each
    summary, the latest in force. Members are what names the topic, entries that hold one of
    ``match`` (texts), experiments that fit ``ids`` (globs) or ``queries``, and ``pinned`` event or
    experiment ids; ``unpinned`` ids are none.
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

    def apply(self, fact: TopicFact) -> None:
        """Take in what a fact says of the members."""
        if fact.match and fact.match not in self.match:
            self.match.append(fact.match)
        if fact.query and fact.query not in self.queries:
            self.queries.append(fact.query)
        for glob in fact.ids or ():
            if glob not in self.ids:
                self.ids.append(glob)
        for target in fact.pin or ():
            self.pinned[target] = None
            self.unpinned.pop(target, None)
        for target in fact.unpin or ():
            self.unpinned[target] = None
            self.pinned.pop(target, None)

    def absorb(self, merged: Topic) -> None:
        """Take over what was said of another topic."""
        self.names |= merged.names
        self.summaries = sorted([*merged.summaries, *self.summaries])
        self.match = _unite(self.match, merged.match)
        self.ids = _unite(self.ids, merged.ids)
        self.queries = _unite(self.queries, merged.queries)
        self.pinned |= merged.pinned
        self.unpinned |= merged.unpinned


def fold_topics(events: Iterable[Event]) -> dict[str, Topic]:
    """Return the topics of which something was said, by the name in use.

    Removed topics are left out. A name that was given away by a rename or a merge leads to the
    topic that has it now.
    """
    fold = _TopicFold()
    for event in sort_by_effect(events):
        if isinstance(event.fact, TopicFact):
            fold.apply(event, event.fact)
    return {name: topic for name, topic in fold.topics.items() if name and not topic.removed}


class _TopicFold:
    """The topics after the events applied so far; ``_leads`` maps names that were given away."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self._leads: dict[str, str] = {}

    def apply(self, event: Event, fact: TopicFact) -> None:
        """Take in one event, the next in the order of effect."""
        topic = self._get_topic(fact.name)
        if fact.removed:
            self.topics[topic.name] = Topic(topic.name, topic.names, removed=True)
            return
        topic.removed = False
        if target := fact.to or fact.into:
            self._lead(topic, target)
            topic = self._get_topic(target)
        if event.text:
            topic.summaries.append((event.at, event.text))
        topic.apply(fact)

    def _get_topic(self, name: str) -> Topic:
        name_in_use = resolve_chain(self._leads, name)
        return self.topics.setdefault(name_in_use, Topic(name_in_use, {name_in_use}))

    def _lead(self, topic: Topic, target: str) -> None:
        """Let the name of a topic lead to another, which takes over what was said of it."""
        name_in_use = resolve_chain(self._leads, target)
        if name_in_use == topic.name:
            self._leads.pop(target, None)  # back to a name that the topic had before
            if target == topic.name:
                return
            name_in_use = target
        self._leads[topic.name] = name_in_use
        self._leads.pop(name_in_use, None)
        del self.topics[topic.name]
        self.topics.setdefault(name_in_use, Topic(name_in_use, {name_in_use})).absorb(topic)


def _unite(first: list[str], second: list[str]) -> list[str]:
    """Return the members of two lists, each once, those of the first list first."""
    return list(dict.fromkeys([*first, *second]))
