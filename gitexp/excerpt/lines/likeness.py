"""How alike two pieces of code are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, TypeVar

from gitexp.excerpt.lines import thresholds
from gitexp.excerpt.lines.layout import normalise_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# ASCII's white space but the line feed.
_BLANKS = " \t\r\x0b\x0c\x1c\x1d\x1e\x1f"
_Key = TypeVar("_Key")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def count_token_pairs(lines: Sequence[str], name: str = "") -> Counter[tuple[str, str]]:
    """Return the pairs of neighbouring tokens with their counts, whatever their case and quotes.

    ``name`` is the code's own name. It stands as ``?``, so that a renaming alone costs nothing.
    A text of one token has a pair of that token and "".

    >>> count_token_pairs(["def f(x):"], name="f")
    Counter({('def', '?'): 1, ('?', '('): 1, ('(', 'x'): 1, ('x', ')'): 1, (')', ':'): 1})
    """
    tokens = _TOKEN.findall(normalise_style("\n".join(lines)))
    if name:
        name = name.lower()
        tokens = ["?" if token == name else token for token in tokens]
    pairs = Counter(pairwise(tokens))
    if len(tokens) == 1:
        pairs[tokens[0], ""] += 1
    return pairs


def measure_containment(code: Sequence[str], other_code: Sequence[str]) -> float:
    """Return how much of the smaller piece of code is in the larger, 0 to 1."""
    return max(measure_coverage(code, other_code), measure_coverage(other_code, code))


def measure_coverage(container: Sequence[str], code: Sequence[str]) -> float:
    """Return how much of ``code`` is in ``container``, 0 to 1."""
    container_pairs, code_pairs = count_token_pairs(container), count_token_pairs(code)
    return (container_pairs & code_pairs).total() / max(1, code_pairs.total())


def measure_likeness(
    pairs: Counter[tuple[str, str]], other_pairs: Counter[tuple[str, str]]
) -> float:
    """Return Dice's coefficient of two multisets: 0 (nothing shared) to 1 (the same)."""
    total = pairs.total() + other_pairs.total()
    if total == 0:
        return 1.0
    return 2 * _count_shared(pairs, other_pairs) / total


def measure_similarity(
    code: Sequence[str], other_code: Sequence[str], names: tuple[str, str] = ("", "")
) -> float:
    """Return the likeness of two pieces of code, 0 to 1; ``names`` are their own names."""
    name, other_name = names
    return measure_likeness(
        count_token_pairs(code, name), count_token_pairs(other_code, other_name)
    )


def count_long_lines(lines: Iterable[str]) -> Counter[str]:
    """Return the lines that say something about a file, without white space, with their counts."""
    text = "\n".join(lines)
    if text.isascii():
        # All lines at once: where a file is new, many whole files are compared.
        for blank in _BLANKS:
            text = text.replace(blank, "")
        keys = text.split("\n")
    else:
        keys = ["".join(line.split()) for line in text.split("\n")]
    return Counter([key for key in keys if len(key) > thresholds.LONG_LINE])


def measure_shared_share(lines: Counter[str], other_lines: Counter[str]) -> float:
    """Return the share of the larger multiset of lines that both hold, 0 to 1."""
    largest = max(lines.total(), other_lines.total())
    if largest == 0:
        return 0.0
    return _count_shared(lines, other_lines) / largest


def _count_shared(counts: Counter[_Key], other_counts: Counter[_Key]) -> int:
    """Return the size of what two multisets share."""
    small, large = counts, other_counts
    if len(large) < len(small):
        small, large = large, small
    # The loop runs in C. ``&`` builds a counter first and takes up to 1.4 times as long.
    return sum(map(min, small.values(), map(large.get, small, repeat(0))))
