"""Excerpts: spans, and what the rules of a filter leave of a version."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.cut import (
    Excerpt,
    MissingRule,
    RuleSpans,
    Span,
    build_excerpt,
    combine_spans,
)
from gitexp.excerpt.resolve import resolve_rule
from gitexp.model.filter import parse_rule
from tests.excerpt.sources import cut_rule, script

if TYPE_CHECKING:
    from collections.abc import Iterable


def make_span(start: int, size: int) -> Span:
    """Return a span of so many lines."""
    return Span(start, start + size)


SPANS = st.lists(st.builds(make_span, st.integers(0, 30), st.integers(0, 8)), max_size=6)
TRAIN = script("""
    import os

    # how wide
    WIDTH = 3


    class Net:
        def run(self):
            return WIDTH


    def create_model():
        return Net()
""")
LETTERS = script("a = 1\nb = 2\nc = 3\n", "b.py")


def list_numbers(spans: Iterable[Span]) -> set[int]:
    """Return the numbers of the lines of some spans."""
    numbers: set[int] = set()
    for span in spans:
        numbers.update(range(span.start, span.stop))
    return numbers


@settings(derandomize=True, max_examples=300, deadline=None)
@given(SPANS, SPANS)
def test_spans_are_combined_as_sets_of_lines(included: list[Span], hidden: list[Span]) -> None:
    result = combine_spans(included, hidden)
    assert list_numbers(result) == list_numbers(included) - list_numbers(hidden)
    assert combine_spans(result) == result
    assert combine_spans(reversed(included), reversed(hidden)) == result
    assert combine_spans([*result, *included], hidden) == result


@settings(derandomize=True, max_examples=300, deadline=None)
@given(SPANS, SPANS)
def test_combined_spans_are_not_empty_and_do_not_touch(
    included: list[Span], hidden: list[Span]
) -> None:
    result = combine_spans(included, hidden)
    assert all(span.start < span.stop for span in result)
    assert all(span.stop < next_span.start for span, next_span in pairwise(result))


# Rules


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("train.py", list(TRAIN.lines)),
        ("train.py:3-4", ["# how wide", "WIDTH = 3"]),
        ("train.py::WIDTH", ["# how wide", "WIDTH = 3"]),
        ("train.py::Net.run", ["    def run(self):", "        return WIDTH"]),
    ],
)
def test_a_rule_chooses_lines(rule: str, lines: list[str]) -> None:
    assert cut_rule(TRAIN, rule) == lines


def test_an_empty_file_has_no_spans() -> None:
    assert resolve_rule(script("", "empty.txt"), parse_rule("empty.txt")) == ()


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("train.py:5-99", "write 5-13"),
        ("train.py:50-99", "check the path and the version"),
    ],
)
def test_a_range_beyond_the_end_says_how_many_lines_there_are(rule: str, hint: str) -> None:
    with pytest.raises(UsageError, match="has 13 lines") as caught:
        cut_rule(TRAIN, rule)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("create_modle", "near: create_model"),
        ("zzz", "see what it defines, or write path:10-40"),
        ("mod", "near: create_model"),
    ],
)
def test_an_unknown_symbol_names_near_ones(name: str, hint: str) -> None:
    with pytest.raises(NotFoundError, match=f"does not define '{name}'") as caught:
        cut_rule(TRAIN, f"train.py::{name}")
    assert caught.value.hint == hint


def test_reach_is_not_resolved_in_one_source() -> None:
    with pytest.raises(ValueError, match="reach"):
        cut_rule(TRAIN, "train.py@Net")


# Excerpts


def cut_filter(*rules: str, missing: tuple[str, ...] = ()) -> Excerpt:
    """Return what some rules leave; those in ``missing`` find nothing."""
    sources = {"train.py": TRAIN, "b.py": LETTERS}
    results: list[RuleSpans | MissingRule] = []
    for text in rules:
        rule = parse_rule(text)
        if text in missing:
            results.append(MissingRule(rule, "not here in this version"))
        else:
            spans = resolve_rule(sources[rule.path], rule)
            results.append(RuleSpans(rule, {rule.path: spans}))
    return build_excerpt(sources, results)


def test_files_stand_in_the_order_of_the_rules_and_hidden_lines_are_counted() -> None:
    excerpt = cut_filter("b.py:2-3", "train.py::WIDTH", "!b.py:3", "b.py:1")
    assert excerpt.text == (
        ("b.py", ("a = 1", "b = 2")),
        ("train.py", ("# how wide", "WIDTH = 3")),
    )
    assert excerpt.hidden_count == 1 + 11
    assert list(excerpt.files[1].kept_numbers) == [2, 3]


def test_a_file_with_hide_rules_alone_keeps_the_rest() -> None:
    excerpt = cut_filter("train.py:1", "!b.py:2")
    assert excerpt.text == (("train.py", ("import os",)), ("b.py", ("a = 1", "c = 3")))
    assert cut_filter("!b.py:2", "b.py:1-2").text == (("b.py", ("a = 1",)),)


def test_a_hidden_file_has_no_text_and_is_counted() -> None:
    excerpt = cut_filter("!b.py")
    assert excerpt.text == ()
    assert excerpt.hidden_count == 3


def test_a_lost_include_rule_does_not_turn_hiding_into_showing() -> None:
    excerpt = cut_filter("b.py:1", "!b.py:2", missing=("b.py:1",))
    assert excerpt.text == ()
    assert [str(missing.rule) for missing in excerpt.missing] == ["b.py:1"]


def test_a_rule_hides_lines_of_a_file_that_another_rule_reached() -> None:
    spans = {"train.py": (Span(0, 1),), "b.py": (Span(0, 2),)}
    reached = RuleSpans(parse_rule("train.py@Net"), spans)
    hidden = RuleSpans(parse_rule("!b.py:2"), {"b.py": (Span(1, 2),)})
    excerpt = build_excerpt({"train.py": TRAIN, "b.py": LETTERS}, [reached, hidden])
    assert excerpt.text == (("train.py", ("import os",)), ("b.py", ("a = 1",)))


def test_guessed_lines_are_numbered_from_0() -> None:
    excerpt = Excerpt((), guesses={"b.py": (Span(0, 2), Span(4, 5))})
    assert excerpt.list_guessed_lines("b.py") == {0, 1, 4}
    assert excerpt.list_guessed_lines("train.py") == set()
