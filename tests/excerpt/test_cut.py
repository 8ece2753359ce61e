from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.cut import (
    Excerpt,
    MissingRule,
    RuleSpans,
    Span,
    build_excerpt,
    combine_spans,
    resolve_rule,
)
from gitexp.model.filter import parse_rule
from tests.excerpt.sources import script

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source

SPANS = st.lists(
    st.builds(lambda start, size: Span(start, start + size), st.integers(0, 30), st.integers(0, 8)),
    max_size=6,
)
SOURCE = script("""
    import os

    # how wide
    WIDTH = 3


    class Net:
        def run(self):
            return WIDTH


    def create_model():
        return Net()
""")


def members(spans: object) -> set[int]:
    return {line for span in spans for line in range(span.start, span.stop)}  # type: ignore[attr-defined]  # any iterable of spans


@settings(derandomize=True, max_examples=300)
@given(SPANS, SPANS)
def test_combine_is_set_difference_in_normal_form(included: list[Span], hidden: list[Span]) -> None:
    result = combine_spans(included, hidden)
    assert members(result) == members(included) - members(hidden)
    assert all(one.stop < two.start for one, two in itertools.pairwise(result))
    assert all(span.start < span.stop for span in result)
    assert combine_spans(result) == result
    assert combine_spans(reversed(included), reversed(hidden)) == result
    assert combine_spans([*result, *included], hidden) == result


def lines(source: Source, rule: str) -> list[str]:
    return [
        line
        for span in resolve_rule(source, parse_rule(rule))
        for line in source.lines[span.start : span.stop]
    ]


def test_resolve_each_kind() -> None:
    assert lines(SOURCE, "train.py") == list(SOURCE.lines)
    assert lines(SOURCE, "train.py:3-4") == ["# how wide", "WIDTH = 3"]
    assert lines(SOURCE, "train.py::WIDTH") == ["# how wide", "WIDTH = 3"]
    assert lines(SOURCE, "train.py::Net.run") == ["    def run(self):", "        return WIDTH"]
    assert resolve_rule(script("", "empty.txt"), parse_rule("empty.txt")) == ()


def test_resolve_says_what_is_wrong() -> None:
    with pytest.raises(UsageError, match="has 13 lines") as caught:
        lines(SOURCE, "train.py:5-99")
    assert caught.value.hint == "write 5-13"
    with pytest.raises(NotFoundError, match="does not define 'create_modle'") as near:
        lines(SOURCE, "train.py::create_modle")
    assert near.value.hint == "near: create_model"
    with pytest.raises(ValueError, match="reach"):
        lines(SOURCE, "train.py@Net")


def excerpt(*rules: str, missing: tuple[str, ...] = ()) -> Excerpt:
    other = script("a = 1\nb = 2\nc = 3\n", "b.py")
    sources = {"train.py": SOURCE, "b.py": other}
    results: list[RuleSpans | MissingRule] = []
    for text in rules:
        rule = parse_rule(text)
        if text in missing:
            results.append(MissingRule(rule, "not here in this version"))
        else:
            results.append(RuleSpans(rule, {rule.path: resolve_rule(sources[rule.path], rule)}))
    return build_excerpt(sources, results)


def test_build_orders_subtracts_and_counts() -> None:
    result = excerpt("b.py:2-3", "train.py::WIDTH", "!b.py:3", "b.py:1")
    assert result.text == (("b.py", ("a = 1", "b = 2")), ("train.py", ("# how wide", "WIDTH = 3")))
    assert result.hidden_count == 1 + 11


def test_hide_alone_keeps_the_rest_of_the_file() -> None:
    assert excerpt("train.py:1", "!b.py:2").text == (
        ("train.py", ("import os",)),
        ("b.py", ("a = 1", "c = 3")),
    )
    assert excerpt("!b.py:2", "b.py:1-2").text == (("b.py", ("a = 1",)),)
    assert excerpt("!b.py").text == ()
    assert excerpt("!b.py").hidden_count == 3


def test_a_lost_include_rule_does_not_turn_hiding_into_showing() -> None:
    result = excerpt("b.py:1", "!b.py:2", missing=("b.py:1",))
    assert result.text == ()
    assert [str(item.rule) for item in result.missing] == ["b.py:1"]


def test_hiding_in_a_file_that_another_rule_reached() -> None:
    other = script("a = 1\nb = 2\nc = 3\n", "b.py")
    reached = RuleSpans(
        parse_rule("train.py@Net"), {"train.py": (Span(0, 1),), "b.py": (Span(0, 2),)}
    )
    hide = RuleSpans(parse_rule("!b.py:2"), {"b.py": (Span(1, 2),)})
    assert build_excerpt({"train.py": SOURCE, "b.py": other}, [reached, hide]).text == (
        ("train.py", ("import os",)),
        ("b.py", ("a = 1",)),
    )
