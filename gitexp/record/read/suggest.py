"""Topics that offer themselves: words and parts of ids that recur across experiments. Counting, no model of language."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.model.term_weights import split_id, split_words
from gitexp.record.read.topics import read_topics

if TYPE_CHECKING:
    from gitexp.record.record import Record

# A word in more than this share of all experiments tells none of them apart.
_EVERYWHERE = 0.6
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that recurs, with the experiments it recurs in, oldest first. ``in_ids``: it is a part of their ids."""

    word: str
    experiments: tuple[str, ...]
    in_ids: bool


def suggest_topics(record: Record, count: int = 12) -> list[Suggestion]:
    """The words that best set some experiments apart from the rest: in at least three, not in most, no topic yet.

    Scored by how many experiments hold it times the information in holding it (as in TF-IDF: K. Spärck Jones, 1972).
    """
    summaries = record.read_summaries()
    order = {summary.id: number for number, summary in enumerate(summaries)}
    known = record.index.read_names()
    taken = {fold_text(name) for topic in read_topics(record).values() for name in topic.names}
    places: dict[tuple[str, bool], set[str]] = defaultdict(set)
    entries: dict[str, int] = defaultdict(int)
    for summary in summaries:
        for part in split_id(summary.id):
            if not part.isdigit():
                places[part, True].add(summary.id)
    for event in record.index.read_entries():
        about = [known[name] for name in event.experiments if name in known]
        for word in split_words(event.text) if about else ():
            places[word, False].update(about)
            entries[word] += 1
    found = []
    for (word, in_ids), experiments in places.items():
        share = len(experiments) / max(1, len(order))
        if len(experiments) < _LEAST or share > _EVERYWHERE or word in taken:
            continue
        # One entry about many experiments is no recurrence.
        if in_ids or ((word, True) not in places and entries[word] >= _LEAST):
            found.append((len(experiments) * math.log(1 / share), word, in_ids, experiments))
    found.sort(key=lambda item: (-item[0], item[1]))
    return [
        Suggestion(word, tuple(sorted(experiments, key=order.__getitem__)), in_ids)
        for _, word, in_ids, experiments in found[:count]
    ]
