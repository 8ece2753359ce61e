"""Labels of ids: short where ids agree, whole where they differ."""

from __future__ import annotations

import re

from hypothesis import given, strategies as st

from gitexp.render.short_ids import shorten_ids

WORDS = st.sampled_from(["convencdec_", "enc256x13", "dec128x", "plain_gru_", "5", "7", "基準の"])
IDS = st.lists(st.lists(WORDS, min_size=1, max_size=7).map("".join), min_size=1, max_size=30)


def test_what_ids_share_is_shortened_in_the_middle() -> None:
    ids = ["convencdec_enc256x13dec128x5", "convencdec_enc256x13dec128x7"]
    assert list(shorten_ids(ids).values()) == ["conv…ec128x5", "conv…ec128x7"]


def test_where_ids_differ_they_are_whole() -> None:
    ids = ["convencdec_enc256x13dec128x5", "convencdec_plain_gru_kerasembedding4", "tcn"]
    labels = shorten_ids(ids)
    assert labels[ids[0]] == ids[0]
    assert labels[ids[1]] == ids[1]
    assert labels["tcn"] == "tcn"


def test_an_id_alone_is_whole() -> None:
    ident = "convencdec_enc256x13dec128x5"
    assert shorten_ids([ident]) == {ident: ident}


def test_ids_that_part_twice_keep_both_places() -> None:
    first, second = "a_long_beginning_of_ids_", "_and_a_long_middle_of_ids_"
    ids = [f"{first}{left}{second}{right}" for left in "12" for right in "xy"]
    assert list(shorten_ids(ids).values()) == [
        f"a_lo…f_ids_{left}_an…f_ids_{right}" for left in "12" for right in "xy"
    ]


@given(IDS)
def test_no_two_ids_have_the_same_label(ids: list[str]) -> None:
    labels = shorten_ids(ids)
    assert set(labels) == set(ids)
    assert len(set(labels.values())) == len(labels)
    for ident, label in labels.items():
        pattern = ".+".join(re.escape(piece) for piece in label.split("…"))
        assert re.fullmatch(pattern, ident), "a label is its id with pieces left out"
