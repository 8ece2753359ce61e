"""The one patience diff, in the two ways that it compares lines."""

from __future__ import annotations

import difflib
import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from gitexp.excerpt.lines import thresholds
from gitexp.excerpt.lines.align import align_lines, match_equal_lines
from gitexp.excerpt.lines.layout import make_line_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LINES = ["", "}", "    return a", "def f(a):", "x = 'a'", "y = 1", "z = 2", "  end", "i += 1"]


def make_text(chance: random.Random, longest: int) -> list[str]:
    """Return up to ``longest`` lines, some of them unique, many of them not."""
    size = chance.randint(0, longest)
    text = []
    for _ in range(size):
        line = chance.choice(LINES)
        if chance.random() < 0.4:
            line = f"{line} {chance.randrange(30)}"
        text.append(line)
    return text


def edit_text(chance: random.Random, text: Sequence[str]) -> list[str]:
    """Return the text with lines inserted, deleted and moved."""
    edited = list(text)
    for _ in range(chance.randint(0, 6)):
        place = chance.randint(0, len(edited))
        block = edited[place : place + chance.randint(1, 5)]
        kind = chance.choice(["insert", "delete", "move"])
        if kind != "insert":
            del edited[place : place + len(block)]
        if kind == "move":
            place = chance.randint(0, len(edited))
            edited[place:place] = block
        if kind == "insert":
            edited[place:place] = make_text(chance, 5)
    return edited


def make_versions(chance: random.Random) -> tuple[list[str], list[str]]:
    """Return two versions of a text; of five pairs one has nothing to do with each other."""
    old = make_text(chance, 40)
    new = make_text(chance, 40) if chance.random() < 0.2 else edit_text(chance, old)
    return old, new


def format_text(chance: random.Random, text: Sequence[str]) -> list[str]:
    """Return the text as a formatter leaves it: other indentation and quotes."""
    return [" " * chance.randrange(5) + line.replace("'", '"').strip() for line in text]


def make_chance() -> random.Random:
    """Return a source of chance; its seed is printed."""
    seed = random.randrange(10**9)
    print("seed", seed)
    return random.Random(seed)


def check_partners(
    left: Sequence[str],
    right: Sequence[str],
    partners: Sequence[int],
    make_key: Callable[[str], str],
) -> list[tuple[set[str], set[str]]]:
    """Check that partners are the same lines, in order.

    Return the keys of both sides between each two pairs of partners.
    """
    left_keys = [make_key(line) for line in left]
    right_keys = [make_key(line) for line in right]
    matched = [(line, partner) for line, partner in enumerate(partners) if partner >= 0]
    assert len(partners) == len(left)
    for line, partner in matched:
        assert left_keys[line] == right_keys[partner]
    gaps = []
    ends = [(-1, -1), *matched, (len(left), len(right))]
    for (line, partner), (next_line, next_partner) in pairwise(ends):
        assert line < next_line
        assert partner < next_partner
        between = left_keys[line + 1 : next_line], right_keys[partner + 1 : next_partner]
        gaps.append((set(between[0]), set(between[1])))
    return gaps


@pytest.mark.parametrize("pairs", [0, 1, 4, 40])
def test_partners_are_the_same_lines_in_order(monkeypatch: pytest.MonkeyPatch, pairs: int) -> None:
    monkeypatch.setattr(thresholds, "DELTA_PAIRS", pairs)
    monkeypatch.setattr(thresholds, "FOLLOWING_PAIRS", pairs)
    chance = make_chance()
    for _ in range(200):
        old, new = make_versions(chance)
        check_partners(old, new, match_equal_lines(old, new), str)
        formatted = format_text(chance, new)
        check_partners(formatted, old, align_lines(formatted, old), make_line_key)


def test_between_partners_nothing_is_the_same() -> None:
    chance = make_chance()
    for _ in range(300):
        old, new = make_versions(chance)
        formatted = format_text(chance, new)
        gaps = check_partners(old, new, match_equal_lines(old, new), str)
        gaps += check_partners(formatted, old, align_lines(formatted, old), make_line_key)
        assert all(left.isdisjoint(right) for left, right in gaps)


def test_a_formatter_leaves_every_line_its_partner() -> None:
    chance = make_chance()
    for _ in range(50):
        old = make_text(chance, 40)
        assert align_lines(format_text(chance, old), old) == list(range(len(old)))


def test_following_keeps_to_the_only_line_of_its_kind_and_a_delta_to_the_longer_run() -> None:
    before, after = ["a", "a", "only"], ["only", "a", "a"]
    assert align_lines(after, before) == [2, -1, -1]
    assert match_equal_lines(before, after) == [1, 2, -1]


def test_a_blank_line_is_no_anchor_for_following() -> None:
    assert align_lines(["", "a", "a"], ["a", "a", ""]) == [-1, 0, 1]


def test_an_anchor_occurs_once_on_both_sides() -> None:
    assert align_lines(["p", "only", "a", "a", "q"], ["r", "a", "only", "s"]) == [-1, 2, -1, -1, -1]


def test_what_is_too_large_for_difflib_and_has_no_anchor_stays_without_partners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thresholds, "DELTA_PAIRS", 15)
    monkeypatch.setattr(thresholds, "FOLLOWING_PAIRS", 15)
    old, new = ["a", "b", "a", "b"], ["b", "a", "b", "a"]
    assert match_equal_lines(old, new) == [-1, -1, -1, -1]
    assert align_lines(old, new) == [-1, -1, -1, -1]
    old_around, new_around = ["p", *old, "only", "q"], ["r", *new, "only", "s"]
    assert match_equal_lines(old_around, new_around) == [-1, -1, -1, -1, -1, 5, -1]
    assert align_lines(old_around, new_around) == [-1, -1, -1, -1, -1, 5, -1]


def test_following_looks_for_anchors_in_gaps_of_any_size_and_a_delta_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thresholds, "DELTA_PAIRS", 3)
    monkeypatch.setattr(thresholds, "FOLLOWING_PAIRS", 3)
    old, new = ["p", "x", "q", "only", "x"], ["r", "x", "s", "only", "x", "t"]
    assert align_lines(old, new) == [-1, 1, -1, 3, 4]
    assert match_equal_lines(old, new) == [-1, -1, -1, 3, 4]


def test_long_repetitive_text_is_split_before_difflib_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    class CountingMatcher(difflib.SequenceMatcher[str]):
        def __init__(self, junk: None, left: list[str], right: list[str], autojunk: bool) -> None:
            compared.append(len(left) * len(right))
            super().__init__(junk, left, right, autojunk)

    monkeypatch.setattr(difflib, "SequenceMatcher", CountingMatcher)
    old = [f"x{number % 7}" if number % 50 else f"unique {number}" for number in range(30_000)]
    inserted = [*old[:100], "changed", *old[101:15_000], "more", *old[15_000:29_900]]
    new = [*inserted, *reversed(old[29_900:])]
    partners = match_equal_lines(old, new)
    assert 0 < max(compared) <= thresholds.DELTA_PAIRS
    assert partners.count(-1) < 150
    compared.clear()
    assert align_lines(new, old).count(-1) < 150
    assert 0 < max(compared) <= thresholds.FOLLOWING_PAIRS
