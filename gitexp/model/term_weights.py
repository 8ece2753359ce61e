"""Words of a text and parts of an id, for counting what recurs. No model of language."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# Letters of the alphabet, runs of katakana, runs of kanji. Hiragana is mostly grammar.
_WORD = re.compile(r"[a-z][a-z]{2,}|[ァ-ヶー]{2,}|[一-龯々]{2,}")
_PART = re.compile(r"[a-z]{2,}|[ァ-ヶー]{2,}|[一-龯々]{2,}|\d+")
_COMMON = frozenset(
    """
    the and for but not was are with that this than then from have has had its all too more less
    only just same also can did does one two out into over under now new old try tried again still
    very much what when where which while will would there here these those they them their after
    before because between about acc accuracy loss val metric nothing something rest say
    """.split()  # noqa: SIM905 - words, not strings
)


def split_words(text: str) -> set[str]:
    """Return the words of a text that may mean something."""
    return set(_WORD.findall(fold_text(text))) - _COMMON


def split_id(ident: str) -> set[str]:
    """Return the parts of an id: its letters and its numbers."""
    return set(_PART.findall(fold_text(ident)))


def weigh_rarity(sets: Iterable[Collection[str]]) -> dict[str, float]:
    """Return the weight of each term: how much it says that a set holds the term.

    It is the logarithm of how many sets there are for one set that holds the term.
    K. Spärck Jones, A statistical interpretation of term specificity, 1972.
    """
    counts: Counter[str] = Counter()
    total = 0
    for terms in sets:
        counts.update(terms)
        total += 1
    return {term: math.log((1 + total) / count) for term, count in counts.items()}


def measure_overlap(
    left: Collection[str], right: Collection[str], weights: Mapping[str, float]
) -> float:
    """Return how much two sets have in common, 0 to 1. Rare terms count more."""
    if not left or not right:
        return 0.0
    shared = _sum_weights((term for term in left if term in right), weights)
    size = math.sqrt(_sum_weights(left, weights) * _sum_weights(right, weights))
    return shared / size if size else 0.0


def _sum_weights(terms: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in terms)
