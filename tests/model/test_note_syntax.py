"""Text in blocks: what opens an experiment, what belongs to it, and that no letter is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitexp.model.metric_syntax import read_metrics
from gitexp.model.note_marks import read_images, read_tags, read_topics
from gitexp.model.note_syntax import read_blocks

KNOWN = ("plain_gru_1", "plain_gru_2", "tcn", "基準_GRU")
PIECES = st.sampled_from(
    [
        *(
            "plain_gru_1 acc 0.5",
            "new_1 acc 0.4",
            "new_1",
            "tcn",
            "word",
            "## head",
            "```",
            "~~~~",
            "| a_1 acc 0.5 |",
            "",
            " ",
            "\t",
        ),
        *(
            "基準_GRU　acc ０．５",
            "    x_1 acc 0.5",
            "- a_b: acc=1",
            "\u2028",
            "text\x0bmore",
            "plain_gru_9",
        ),
    ]
)


@given(st.lists(PIECES, max_size=12).map("\n".join) | st.text(max_size=80))
def test_the_blocks_are_the_text(text: str) -> None:
    blocks = read_blocks(text, KNOWN)
    assert "".join(block.text for block in blocks) == text
    assert all(block.reading is not None or block.text.startswith("#") for block in blocks[1:])


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("plain_gru_7\nwords", ["plain_gru_7"]),  # made like two that are known
        ("plain_gru_7 is better", []),
        ("other_7\nwords", []),
        ("tcn\nwords", ["tcn"]),
        ("tcn: learns\nwords", ["tcn"]),
        ("tcn learns\nwords", []),  # a mention
        ("tcnx learns", []),
        ("acc 0.5", []),
        ("new_1 acc N/A", ["new_1"]),
        ("new_1 acc なし", ["new_1"]),
        ("Results: acc 0.5", []),
        ("new_1（なぜ？）acc 0.5", ["new_1"]),
        ("```\nnew_1 acc 0.5\n```\nnew_2 acc 0.5", ["new_2"]),
        ("~~~\n```\nnew_1 acc 0.5\n~~~", []),
        ("| new_1 acc 0.5 |", []),
        ("        new_1 acc 0.5", []),
        ("> new_1 acc 0.5", []),
        ("2019-06-23 acc 0.9", []),  # neither a date nor a number is an id
        ("20 acc 0.4", []),
        ("0.5 acc 0.6", []),
        ("top-5 acc 0.9", []),  # nor is a kind of metric or a part of a trial
        ("top1 acc 0.9", []),
        ("epoch10 acc 0.5", []),
        ("fold_2: acc 0.5", []),
        ("top5cnn acc 0.5", ["top5cnn"]),
        ("new_1 acc 0.5\n# まとめ\n続き", ["new_1"]),
    ],
)
def test_what_opens_an_experiment(text: str, opened: list[str]) -> None:
    assert [
        block.reading.experiment for block in read_blocks(text, KNOWN) if block.reading
    ] == opened


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("acc 85.7 %", ["acc=85.7%"]),
        ("acc ８５．７ ％", ["acc=85.7%"]),
        ("acc 0,85", []),  # rather unread than 0
        ("loss 1,234", []),
        ("acc 0.857,", ["acc=0.857"]),
        ("acc 0.857,loss 0.3", ["acc=0.857", "loss=0.3"]),
        ("acc 0.857.", ["acc=0.857"]),
        ("val_acc: 0.8 / loss: 0.3", ["val_acc=0.8", "loss=0.3"]),
        ("acc 0.8；loss −0.5", ["acc=0.8", "loss=-0.5"]),
        ("acc ~0.3", ["acc=~0.3"]),
        ("acc 0.82（途中）", ["acc=0.82…"]),
    ],
)
def test_the_values_behind_an_id(text: str, metrics: list[str]) -> None:
    assert [f"{metric.name}={metric}" for metric in read_metrics(text)] == metrics


def test_what_follows_belongs_to_it_until_the_next_or_a_heading() -> None:
    text = "before\nnew_1 acc 0.5\none\n\ntwo\nnew_2 loss 1\n## 見出し\nafter"
    assert [block.text for block in read_blocks(text, ())] == [
        "before\n",
        "new_1 acc 0.5\none\n\ntwo\n",
        "new_2 loss 1\n",
        "## 見出し\nafter",
    ]


def test_tags_topics_and_pictures_are_not_read_in_code() -> None:
    text = "#one （#二つ [[学習 率]] `#no [[no]]` http://x/#no [x](#no)「#三」\n```\n#no [[no]] ![](no.png)\n```\n"
    text += '![](a b.png) ![](loss (1).png) ![x](t.png  "a title") ![x](http://x/no.png)\n~/pics/損失.JPG\n'
    assert read_tags(text) == ("one", "二つ", "三")
    assert read_topics(text) == ("学習 率",)
    assert read_images(text) == ("a b.png", "loss (1).png", "t.png", "~/pics/損失.JPG")
