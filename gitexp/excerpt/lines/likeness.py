"""How alike two pieces of code are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# ASCII's white space but the line feed.
_BLANKS = " \t\r\x0b\x0c\x1c\x1d\x1e\x1f"
# Comments and long strings, passed over; and strings of one line. A quote after a letter is an apostrophe.
_LITERAL = (
    r"""(?s:\"{3}.*?\"{3}|'{3}.*?'{3}|/\*.*?\*/)|\#[^\n]*|//[^\n]*"""
    r"""|(?P<string>(?<!\w)[bBfFrRuU]{0,2}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
)
_TOKEN = re.compile(r"\w+|[^\w\s]")


def strip_layout(lines: Iterable[str]) -> str:
    """The text without any white space but that inside strings: equal for two pieces that differ in layout only."""
    text = "\n".join(lines)
    if "'" in text or '"' in text:
        text = re.sub(_LITERAL, _kept, text)
    return "".join(text.split())


def _kept(found: re.Match[str]) -> str:
    """A string with its blanks turned into what is no white space."""
    return (
        found.group().replace(" ", "\0").replace("\t", "\1")
        if found.group("string")
        else found.group()
    )


def normalise_style(text: str) -> str:
    """The text as likeness sees it: what formatters and changes of naming style do to every line makes no two lines strangers."""
    return text.replace('"', "'").lower()


def count_token_pairs(lines: Sequence[str], name: str = "") -> Counter[tuple[str, str]]:
    """Pairs of neighbouring tokens with their counts.

    ``name`` (the code's own) stands as ``?``, so that a renaming alone costs nothing; neither does another quote or another case.
    """
    found = _TOKEN.findall(normalise_style("\n".join(lines)))
    if name:
        name = name.lower()
        found = ["?" if token == name else token for token in found]
    pairs = Counter(pairwise(found))
    if len(found) == 1:
        pairs[found[0], ""] += 1
    return pairs


def measure_containment(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of the smaller piece of code is in the larger, 0 to 1."""
    return max(measure_coverage(one, other), measure_coverage(other, one))


def measure_coverage(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of ``other`` is in ``one``, 0 to 1."""
    first, second = count_token_pairs(one), count_token_pairs(other)
    return (first & second).total() / max(1, second.total())


def measure_likeness(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    """Dice's coefficient of two multisets: 0 (nothing shared) to 1 (the same)."""
    total = one.total() + other.total()
    if total == 0:
        return 1.0
    small, large = (one, other) if len(one) < len(other) else (other, one)
    return 2 * sum(map(min, small.values(), map(large.get, small, repeat(0)))) / total


def measure_similarity(
    one: Sequence[str], other: Sequence[str], names: tuple[str, str] = ("", "")
) -> float:
    """Likeness of two pieces of code, 0 to 1; ``names`` are the names that each gives itself."""
    return measure_likeness(count_token_pairs(one, names[0]), count_token_pairs(other, names[1]))


def count_long_lines(lines: Iterable[str]) -> Counter[str]:
    """Lines that tell something about a file, without white space."""
    text = "\n".join(lines)
    if text.isascii():  # at once: many whole files are compared where a file is new
        for blank in _BLANKS:
            text = text.replace(blank, "")
        keys = text.split("\n")
    else:
        keys = ["".join(line.split()) for line in text.split("\n")]
    return Counter([key for key in keys if len(key) > 12])


def measure_shared_share(one: Counter[str], other: Counter[str]) -> float:
    """Share of the larger multiset of lines that both hold, 0 to 1."""
    largest = max(one.total(), other.total())
    if largest == 0:
        return 0.0
    return sum(map(min, one.values(), map(other.get, one, repeat(0)))) / largest
