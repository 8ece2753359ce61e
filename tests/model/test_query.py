"""The query grammar: what is read is written the same, what cannot be read is pointed at."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from gitexp.errors import UsageError
from gitexp.model.query import parse_query
from gitexp.model.query_terms import (
    AllQuery,
    AnyQuery,
    FieldTerm,
    MetricTerm,
    NotQuery,
    Query,
    TextTerm,
    format_query,
    list_texts,
)

TEXTS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and "\0" not in text)
FIELDS = st.one_of(
    st.builds(FieldTerm, st.sampled_from(["id", "parent", "tag", "topic", "has"]), TEXTS),
    st.builds(
        FieldTerm,
        st.sampled_from(["before", "after", "since", "on"]),
        st.sampled_from(["2019", "2019-6", "2019-06-23", "3d", "today"]),
    ),
    st.builds(FieldTerm, st.just("corrected"), st.sampled_from(["yes", "no"])),
)
MEASURES = st.builds(
    MetricTerm,
    st.sampled_from(["acc", "val_loss", "精度", "val/acc", "f1"]),
    st.sampled_from([">", ">=", "<", "<=", "=", "!="]),
    st.sampled_from(["0.8", "80%", "-1", ".5", "1e-3"]),
)


def several(
    inner: st.SearchStrategy[Query], kind: type[AllQuery] | type[AnyQuery]
) -> st.SearchStrategy[Query]:
    return st.lists(inner, min_size=2, max_size=3).map(lambda parts: kind(tuple(parts)))


QUERIES: st.SearchStrategy[Query] = st.recursive(
    st.one_of(st.builds(TextTerm, TEXTS), FIELDS, MEASURES),
    lambda inner: st.one_of(
        several(inner, AllQuery), several(inner, AnyQuery), st.builds(NotQuery, inner)
    ),
    max_leaves=8,
)


@given(QUERIES)
@example(TextTerm("「今日」 ＂"))
def test_what_is_written_is_read(query: Query) -> None:
    assert parse_query(format_query(query)) == query


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_an_error_that_points_inside(text: str) -> None:
    try:
        query = parse_query(text)
    except UsageError as error:
        assert error.message.startswith("query, column ")
        column = int(error.message.split()[2].rstrip(":"))
        assert 1 <= column <= len(text) + 1
    else:
        assert parse_query(format_query(query)) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("dropout", TextTerm("dropout")),
        (
            '"filter size" acc>0.8',
            AllQuery((TextTerm("filter size"), MetricTerm("acc", ">", "0.8"))),
        ),
        ("a or b c", AnyQuery((TextTerm("a"), AllQuery((TextTerm("b"), TextTerm("c")))))),
        (
            "(a or b) and not c",
            AllQuery((AnyQuery((TextTerm("a"), TextTerm("b"))), NotQuery(TextTerm("c")))),
        ),
        ("-tag:rnn #tcn", AllQuery((NotQuery(FieldTerm("tag", "rnn")), FieldTerm("tag", "tcn")))),
        (
            "acc >= 80% ID:tcn_*",
            AllQuery((MetricTerm("acc", ">=", "80%"), FieldTerm("id", "tcn_*"))),
        ),
        (
            "before:2019/07/01 since:2w",
            AllQuery((FieldTerm("before", "2019-07-01"), FieldTerm("since", "2w"))),
        ),
        (
            "（マスク or 語彙）　acc＞０．８",
            AllQuery(
                (AnyQuery((TextTerm("マスク"), TextTerm("語彙"))), MetricTerm("acc", ">", "0.8"))
            ),
        ),
        (
            "「学習 率」 topic：エンコーダ",
            AllQuery((TextTerm("学習 率"), FieldTerm("topic", "エンコーダ"))),
        ),
        ("self-attention", TextTerm("self-attention")),
        (
            "has:image corrected:yes",
            AllQuery((FieldTerm("has", "image"), FieldTerm("corrected", "yes"))),
        ),
        ("order android", AllQuery((TextTerm("order"), TextTerm("android")))),
    ],
)
def test_the_grammar(text: str, query: Query) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "missing"),
        ("a or", 5, "missing"),
        ("(a b", 1, "not closed"),
        ("a )", 3, "bracket too many"),
        ('x "open', 3, "quote is not closed"),
        ("acc>high", 5, "wants a number"),
        ("tag:x colour:red", 7, "there is no field 'colour'"),
        ("before:soon", 8, "wants a day"),
        ("語彙 and (or", 9, "missing"),
        ("corrected:maybe", 11, "yes or no"),
        ("(" * 300, 102, "too many brackets"),
    ],
)
def test_errors_point_at_a_column(text: str, column: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_query(text)
    assert caught.value.message.startswith(f"query, column {column}: ")
    assert words in caught.value.message


def test_only_what_is_wanted_is_marked() -> None:
    assert list_texts(parse_query("a (b or not c) -d acc>1")) == ("a", "b")
