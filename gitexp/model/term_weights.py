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
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
# Words that say nothing of what was tried: of any text, of any record, and of any plan.
_COMMON = frozenset(
    """
    the and for but not was are with that this than then from have has had its all too more less
    only just same also can did does done one two out into over under now new old try tried again
    still very much what when where which while will would there here these those they them their
    after before because between about nothing something rest say said says
    you your our who why how any some most many few both each every other another such even ever
    never always maybe perhaps probably seems seem looks look like get gets got getting give gives
    make makes made take takes took use used uses using want need needs should could may might must
    been being were being isn doesn didn don won cannot without within until since through around
    during against off down back next last first second third once twice time times day days today
    yesterday tomorrow week far well bit lot little really quite rather almost already yet however
    though although instead better worse best worst good bad nice high higher low lower up big small
    larger smaller thing things way part end start started run runs running ran test tests results
    result change changed changes changing work works worked let see seen saw show shows know think
    thought idea ideas check note todo fix fixed wrong right
    acc accuracy loss val metric score value values epoch epochs
    """.split()  # noqa: SIM905 - words, not strings
)
_COMMON_JAPANESE = frozenset(
    """
    今日 昨日 明日 今回 前回 次回 今度 最初 最後 以前 以後 以外 場合 結果 必要 可能 問題 方法 時間
    自分 部分 全部 全体 同様 変更 追加 確認 実験 試行 テスト モデル
    """.split()  # noqa: SIM905 - words, not strings
)


def split_words(text: str) -> set[str]:
    """Return the words of a text that may mean something; those of addresses do not."""
    return set(_WORD.findall(_ADDRESS.sub(" ", fold_text(text)))) - _COMMON - _COMMON_JAPANESE


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
