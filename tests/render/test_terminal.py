"""Text for the terminal: no line is wider than the terminal, hours are told where they are known."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from hypothesis import given, strategies as st

from gitexp.render.terminal import (
    cut_to_width,
    format_age,
    format_hour,
    format_moment,
    measure_width,
    wrap_text,
)

TEXTS = st.text("ab -基準の。\n", max_size=60)


@given(TEXTS, st.integers(10, 30), st.sampled_from(["", "  "]))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int, indent: str) -> None:
    lines = wrap_text(text, columns + len(indent), indent)
    assert all(measure_width(line) <= columns + len(indent) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text("あの漢字ab、。」「（", max_size=80), st.integers(16, 40))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(
    text: str, columns: int
) -> None:
    lines = wrap_text(text, columns)
    for before, behind in itertools.pairwise(lines):
        # A run of such marks as long as a line has no better place.
        is_run = not set("あの漢字ab") & set(before[-7:] + behind[:7])
        assert behind[0] not in "、。」" or is_run
        assert before[-1] not in "「（" or is_run
        assert not (before[-1] in "ab" and behind[0] in "ab") or before[-10:].isascii()


def test_a_japanese_sentence_breaks_where_a_reader_would() -> None:
    text = "フィルターの幅を半分にした。「過学習」はkernel_sizeのせい？"
    assert wrap_text(text, 26) == [
        "フィルターの幅を半分にし",
        "た。「過学習」は",
        "kernel_sizeのせい？",
    ]


@given(TEXTS, st.integers(1, 30))
def test_a_cut_text_fits(text: str, columns: int) -> None:
    line = text.replace("\n", " ")
    assert measure_width(cut_to_width(line, columns)) <= columns


@pytest.mark.parametrize(
    ("at", "hour", "moment"),
    [
        ("2019-06-23T10:15:00+09:00", "10:15", "2019-06-23 10:15"),
        ("2019-06-23T00:00:00+09:00", "", "2019-06-23"),
        ("2019-06-23T00:00:01+09:00", "00:00", "2019-06-23 00:00"),
    ],
)
def test_an_hour_that_is_not_known_is_not_told(at: str, hour: str, moment: str) -> None:
    assert format_hour(at) == hour
    assert format_moment(at) == moment


def test_a_short_time_of_today_is_the_hour_or_the_day() -> None:
    now = datetime.fromisoformat("2019-06-23T12:00:00+09:00")
    assert format_age("2019-06-23T10:15:00+09:00", now) == "10:15"
    assert format_age("2019-06-23T00:00:00+09:00", now) == "06-23"
    assert format_age("2018-06-23T10:15:00+09:00", now) == "2018-06-23"
