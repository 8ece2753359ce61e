"""The text of an entry below a head that shows id and metrics already."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from gitexp.model.metric import Metric
from gitexp.model.telling import find_first_sentence, strip_head

ACC = Metric("acc", "0.86")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tcn_1 acc 0.86\nkernel 5", "kernel 5"),
        ("tcn_1: acc=0.86, still climbing", "still climbing"),
        ("tcn_1 acc 0.86", ""),
        ("tcn_1 acc 0.86くらい？\n学習が進まない", "学習が進まない"),
        ("tcn_1 acc 0.86 (途中)\nstopped", "stopped"),
        ("tcn_1 acc 0.86 (5 epochs)", "(5 epochs)"),
        ("tcn_1 acc 0.86, loss 0.3", "loss 0.3"),
        ("tcn_1 acc 0.85 before the fix", "acc 0.85 before the fix"),
        ("tcn_1 acc 0.861", "acc 0.861"),
        ("tcn_10 acc 0.86", "tcn_10 acc 0.86"),
        ("tcn_1_wide acc 0.86", "tcn_1_wide acc 0.86"),
        ("acc 0.86 at last", "at last"),
        ("tcn_1 acc 0.86\nhttps://gist.example/a1\nkernel 5", "kernel 5"),
        ("tcn_1\nsee https://gist.example/a1", "see https://gist.example/a1"),
        ("tcn_1 acc 0.86\nhttps://gist.example/a1", "https://gist.example/a1"),
        ("```\nhttps://gist.example/a1\n```", "```\nhttps://gist.example/a1\n```"),
    ],
)
def test_the_text_does_not_repeat_its_head(text: str, told: str) -> None:
    assert strip_head(text, ["tcn_1"], [ACC]) == told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tcn_1 acc 0.86\nkernel 5. Then more words.", "kernel 5. Then more words."),
        ("tcn_1 acc 0.86, loss 0.3 (途中)\nhttps://x.example/1\n#tcn\nA new mask! It helps.", "A new mask!"),
        ("tcn_1 acc 0.86, still climbing\nfilter size was 50", "still climbing"),
        ("TCN。学習が進まない。なぜ？ #tcn", "TCN。学習が進まない。"),
        ("取り違えを直して元の 50 に戻す。 #tcn", "取り違えを直して元の 50 に戻す。"),
        ("倍にしてもほぼ同じ #rnn [[大きさ]]", "倍にしてもほぼ同じ"),
        ("## What I learnt\n\n- masks, e.g. of padding, help. Sizes do not.", "What I learnt"),
        ("- masks, e.g. of padding, help. Sizes do not.", "masks, e.g. of padding, help."),
        ("tcn_1 acc n/a", ""),
        ("tcn_1 acc 0.86 (途中)", ""),
        ("![](loss.png)\n#tcn", ""),
        ("| a | b |\n|---|---|\nthe table says it", "the table says it"),
        ("version 3.11 is slower. So back.", "version 3.11 is slower."),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_sentence_that_says_something(text: str, sentence: str) -> None:
    assert find_first_sentence(text, ["tcn_1"]) == sentence


def test_a_former_id_is_no_part_of_the_text_either() -> None:
    names = ["tcn_wide", "tcn", "tcn_1"]
    assert strip_head("tcn_1 acc 0.86\nkernel 5", names, [ACC]) == "kernel 5"
    assert find_first_sentence("tcn: kernel 5 helps", names) == "kernel 5 helps"
    assert strip_head("tcn_10 helps", names) == "tcn_10 helps"


@given(st.text(), st.text(max_size=5))
def test_any_text_keeps_its_words(text: str, ident: str) -> None:
    told = strip_head(text, [ident])
    assert told in text or "://" in text
    assert find_first_sentence(text, [ident]) in text


@pytest.mark.timeout(30)
def test_a_line_without_spaces_is_read_in_linear_time() -> None:
    line = "日本語の長い文章" * 40_000
    assert find_first_sentence(line, ["tcn_1"]) == line


def test_a_word_behind_a_value_is_shown_whole() -> None:
    shown = (Metric("acc", "0.987"),)
    assert strip_head("gru_5 acc 0.987 位置の違い", ("gru_5",), shown) == "位置の違い"
