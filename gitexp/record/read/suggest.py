"""Suggest topics: words and parts of ids that recur across experiments.

They are counted; no model of language is asked.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.normalise import fold_text
from gitexp.model.note_marks import drop_images
from gitexp.model.term_weights import split_id, split_words
from gitexp.record.read.topics import read_topics

if TYPE_CHECKING:
    from gitexp.record.record import Record

_LARGEST_SHARE = 0.6
"""A word in more than this share of all experiments tells none of them apart."""

_FEWEST = 3
"""Experiments that a word is in at least, and entries: fewer may be chance."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that recurs, with the experiments it recurs in, oldest first.

    ``in_ids``: it is a part of their ids.
    """

    word: str
    experiments: tuple[str, ...]
    in_ids: bool


class _Term(NamedTuple):
    """A word, counted in ids or in texts."""

    word: str
    in_ids: bool


class _Occurrences:
    """The experiments that each term is in, and how many entries each word is in."""

    def __init__(self) -> None:
        self.experiments: dict[_Term, set[str]] = defaultdict(set)
        self.entry_count: dict[str, int] = defaultdict(int)


def suggest_topics(record: Record, count: int = 12) -> list[Suggestion]:
    """Return the words that best set some experiments apart from the rest, at most ``count``.

    A word is in at least three experiments, not in most, and no topic yet. Its score is the number
    of experiments that hold it times the information in holding it (as in TF-IDF: K. Spärck Jones,
    1972). Parts of ids come first: a person chose them as names.
    """
    idents = [summary.id for summary in record.read_summaries()]
    order = {ident: number for number, ident in enumerate(idents)}
    topic_names: set[str] = set()
    for topic in read_topics(record).values():
        topic_names.update(fold_text(name) for name in topic.names)
    occurrences = _count_terms(record, idents)
    scored: list[tuple[float, _Term]] = []
    for term, experiments in occurrences.experiments.items():
        share = len(experiments) / max(1, len(idents))
        is_rare = len(experiments) < _FEWEST
        is_common = share > _LARGEST_SHARE
        if is_rare or is_common or term.word in topic_names:
            continue
        if term.in_ids or _recurs_in_texts(term.word, occurrences):
            scored.append((len(experiments) * math.log(1 / share), term))
    scored.sort(key=_sort_key)
    suggestions = []
    for _, term in scored[:count]:
        experiments = occurrences.experiments[term]
        oldest_first = sorted(experiments, key=order.__getitem__)
        suggestions.append(Suggestion(term.word, tuple(oldest_first), term.in_ids))
    return suggestions


def _sort_key(scored: tuple[float, _Term]) -> tuple[bool, float, str]:
    score, term = scored
    return not term.in_ids, -score, term.word


def _count_terms(record: Record, idents: list[str]) -> _Occurrences:
    """Count the parts of ids and the words of entries."""
    occurrences = _Occurrences()
    for ident in idents:
        for word in split_id(ident):
            if not word.isdigit():
                occurrences.experiments[_Term(word, in_ids=True)].add(ident)
    ident_of = record.index.read_names()
    for event in record.index.read_entries():
        about = [ident_of[name] for name in event.experiments if name in ident_of]
        if not about:
            continue
        for word in split_words(drop_images(event.text)):
            occurrences.experiments[_Term(word, in_ids=False)].update(about)
            occurrences.entry_count[word] += 1
    return occurrences


def _recurs_in_texts(word: str, occurrences: _Occurrences) -> bool:
    """Return True if a word is in several entries, and in no id.

    One entry about many experiments is no recurrence.
    """
    is_in_ids = _Term(word, in_ids=True) in occurrences.experiments
    return not is_in_ids and occurrences.entry_count[word] >= _FEWEST
