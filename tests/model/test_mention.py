"""Ids in running text: whole words, whatever stands around them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from gitexp.model.mention import KnownIds

KNOWN = KnownIds(["tcn_1", "tcn_1-b", "gru.9", "x-", "基準", "基準_X", "実験1", "tcn実験", "5層"])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("tcn_1より良い。gru.9.", ["tcn_1", "gru.9"]),
        ("tcn_10 tcn_1x atcn_1 tcn_1-2 gru.99", []),
        ("tcn_1->tcn_1-b", ["tcn_1", "tcn_1-b"]),
        ("**tcn_1** _tcn_1_ `tcn_1`", ["tcn_1"] * 3),
        ("x- x", ["x-"]),
        ("基準_Xは基準より", ["基準_X", "基準"]),
        ("実験1と実験12、実験1-2", ["実験1"]),
        ("tcn実験tcn_1", ["tcn実験", "tcn_1"]),
        ("atcn実験 15層 5層", ["5層"]),
        ("", []),
    ],
)
def test_what_a_text_mentions(text: str, ids: list[str]) -> None:
    assert [text[start:stop] for start, stop in KNOWN.find_spans(text)] == ids
    assert KNOWN.find_ids(text) == set(ids)


@given(
    st.lists(st.text("a1_-.基準", min_size=1, max_size=4), max_size=6),
    st.text("a1_-.基準 、", max_size=30),
)
def test_spans_are_known_ids_in_order(names: list[str], text: str) -> None:
    known = KnownIds(names)
    spans = list(known.find_spans(text))
    assert all(text[start:stop] in names for start, stop in spans)
    assert all(stop <= start for (_, stop), (start, _) in pairwise(spans))
    assert known.find_ids(text) == {text[start:stop] for start, stop in spans}


@given(
    st.sampled_from(["tcn_1", "基準_X", "gru.9"]),
    st.sampled_from([" ", "、", "(", "」", "\n", ""]),
    st.sampled_from([" ", "。", ")", "は", ""]),
)
def test_an_id_between_marks_is_found(name: str, before: str, after: str) -> None:
    assert KNOWN.find_ids(f"{before}{name}{after}") == {name}
