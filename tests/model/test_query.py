"""The query grammar: what is read is written the same, what cannot be read is pointed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitexp.errors import UsageError
from gitexp.model.query import AllOf, AnyOf, Field, Measured, Not, Query, Text, format_query, parse_query, texts_in

TEXTS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and "\0" not in text)
FIELDS = st.one_of(
    st.builds(Field, st.sampled_from(["id", "parent", "tag", "topic", "has"]), TEXTS),
    st.builds(Field, st.sampled_from(["before", "after", "since", "on"]), st.sampled_from(["2019", "2019-6", "2019-06-23", "3d", "today"])),
    st.builds(Field, st.just("corrected"), st.sampled_from(["yes", "no"])),
)
MEASURES = st.builds(
    Measured,
    st.sampled_from(["acc", "val_loss", "精度", "val/acc", "f1"]),
    st.sampled_from([">", ">=", "<", "<=", "=", "!="]),
    st.sampled_from(["0.8", "80%", "-1", ".5", "1e-3"]),
)


def several(inner: st.SearchStrategy[Query], kind: type[AllOf] | type[AnyOf]) -> st.SearchStrategy[Query]:
    return st.lists(inner, min_size=2, max_size=3).map(lambda parts: kind(tuple(parts)))


QUERIES: st.SearchStrategy[Query] = st.recursive(
    st.one_of(st.builds(Text, TEXTS), FIELDS, MEASURES),
    lambda inner: st.one_of(several(inner, AllOf), several(inner, AnyOf), st.builds(Not, inner)),
    max_leaves=8,
)


@given(QUERIES)
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
        ("dropout", Text("dropout")),
        ('"filter size" acc>0.8', AllOf((Text("filter size"), Measured("acc", ">", "0.8")))),
        ("a or b c", AnyOf((Text("a"), AllOf((Text("b"), Text("c")))))),
        ("(a or b) and not c", AllOf((AnyOf((Text("a"), Text("b"))), Not(Text("c"))))),
        ("-tag:rnn #tcn", AllOf((Not(Field("tag", "rnn")), Field("tag", "tcn")))),
        ("acc >= 80% ID:tcn_*", AllOf((Measured("acc", ">=", "80%"), Field("id", "tcn_*")))),
        ("before:2019/07/01 since:2w", AllOf((Field("before", "2019-07-01"), Field("since", "2w")))),
        ("（マスク or 語彙）　acc＞０．８", AllOf((AnyOf((Text("マスク"), Text("語彙"))), Measured("acc", ">", "0.8")))),
        ("「学習 率」 topic：エンコーダ", AllOf((Text("学習 率"), Field("topic", "エンコーダ")))),
        ("self-attention", Text("self-attention")),
        ("has:image corrected:yes", AllOf((Field("has", "image"), Field("corrected", "yes")))),
        ("order android", AllOf((Text("order"), Text("android")))),
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
    assert texts_in(parse_query("a (b or not c) -d acc>1")) == ("a", "b")
