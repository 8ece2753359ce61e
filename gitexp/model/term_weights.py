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
    the and for but not was are with that this than then from have has had its all too more less only just same also can did does
    one two out into over under now new old try tried again still very much what when where which while will would there here
    these those they them their after before because between about acc accuracy loss val metric nothing something rest say
    """.split()  # noqa: SIM905 - words, not strings
)


def split_words(text: str) -> set[str]:
    """The words of a text that may mean something."""
    return set(_WORD.findall(fold_text(text))) - _COMMON


def split_id(ident: str) -> set[str]:
    """The parts of an id: its letters and its numbers."""
    return set(_PART.findall(fold_text(ident)))


def weigh_rarity(sets: Iterable[Collection[str]]) -> dict[str, float]:
    """How much it says that a set holds an item: the logarithm of how many sets there are for one that does.

    K. Spärck Jones, A statistical interpretation of term specificity, 1972.
    """
    counts: Counter[str] = Counter()
    total = 0
    for items in sets:
        counts.update(items)
        total += 1
    return {item: math.log((1 + total) / count) for item, count in counts.items()}


def measure_overlap(
    one: Collection[str], other: Collection[str], weights: Mapping[str, float]
) -> float:
    """How much two sets have in common, rare items counting more: 0 to 1."""
    if not one or not other:
        return 0.0
    shared = sum(weights.get(item, 0.0) for item in one if item in other)
    total = math.sqrt(
        sum(weights.get(item, 0.0) for item in one) * sum(weights.get(item, 0.0) for item in other)
    )
    return shared / total if total else 0.0
