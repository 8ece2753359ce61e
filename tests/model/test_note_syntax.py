"""Text in blocks: what opens an experiment, what belongs to it, and that no letter is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from gitexp.model.metric_names import METRIC_NAMES
from gitexp.model.metric_syntax import read_metrics, select_names
from gitexp.model.note_marks import drop_images, read_images, read_tags, read_topics
from gitexp.model.note_syntax import Vocabulary, read_blocks
from gitexp.model.note_unread import find_unread

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
        ("> new_1 acc 0.5", ["new_1"]),
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
        ("acc 未測定", ["acc=N/A"]),
        ("loss 測定不能", ["loss=N/A"]),
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


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        # Japanese has no spaces
        ("plain_gru_1は acc 0.65まで伸びた", ["plain_gru_1 acc=0.65"]),
        ("new_5は acc 0.65まで伸びた", ["new_5 acc=0.65"]),
        ("基準_GRUは acc 0.4", ["基準_GRU acc=0.4"]),
        ("2.7時間くらい回した所 acc 0.297", []),
        ("学習率0.01で acc 0.3", []),
        ("plain_gru_1は良い", []),
        # metrics below the id
        ("new_1\nacc 0.048\nloss 0.3\nwords", ["new_1 acc=0.048 loss=0.3"]),
        ("- new_1\n  - acc: 0.9", ["new_1 acc=0.9"]),
        ("new_1 acc 0.9\nloss 0.3\nacc 0.2", ["new_1 acc=0.9 loss=0.3"]),
        ("new_1\n\nacc 0.5", []),
        # a number alone
        ("plain_gru_9 0.811", ["plain_gru_9 acc=0.811"]),
        ("plain_gru_9: 81.1%", ["plain_gru_9 acc=81.1%"]),
        ("tcn 5 layers", []),
        ("other_9 0.8", []),
        # a plain word as a paragraph of its own
        ("convdec: acc 0.20", ["convdec acc=0.20"]),
        ("text\nconvdec: acc 0.20", []),
        ("the acc 0.5", []),
        # Markdown and org
        ("## new_1 acc 0.5", ["new_1 acc=0.5"]),
        ("**new_1** acc 0.5", ["new_1 acc=0.5"]),
        ("**new_1:** acc 0.5", ["new_1 acc=0.5"]),
        ("__new_1__ acc 0.5", ["new_1 acc=0.5"]),
        ("`new_1` acc 0.5", ["new_1 acc=0.5"]),
        ("[[new_1]] acc 0.5", ["new_1 acc=0.5"]),
        ("new_1: **acc 0.5**", ["new_1 acc=0.5"]),
        ("## new_1\n- **Acc:** `0.5`", ["new_1 Acc=0.5"]),
        ("- [x] new_1: acc 0.5", ["new_1 acc=0.5"]),
        ("DONE new_1 acc 0.5", ["new_1 acc=0.5"]),
        ("1. new_1 acc 0.5", ["new_1 acc=0.5"]),
        ("**** TODO new_1 acc 0.5", ["new_1 acc=0.5"]),
        ("> - new_1 acc 0.5", ["new_1 acc=0.5"]),
        # what stands between
        ("new_1 (acc=0.9, loss=0.3)", ["new_1 acc=0.9 loss=0.3"]),
        ("new_1 -> acc 0.9", ["new_1 acc=0.9"]),
        ("new_1 | acc 0.9", ["new_1 acc=0.9"]),
        ("learning-rate decay: 0.5", []),
        # what was tried, then the result
        ("* exp005: wider -> CV: 0.757", ["exp005 CV=0.757"]),
        ("exp005 => CV:0.751 / LB: 0.743", ["exp005 CV=0.751 LB=0.743"]),
        ("exp005: CV: 0.756(10 foldsの平均) LB: 0.742", ["exp005 CV=0.756 LB=0.742"]),
        ("exp005: 3model(30Mrow) => CV 0.757(1model)途中", ["exp005 CV=0.757"]),
        ("exp005のモデル提出 CV:0.757(10fold), LB: 0.743", ["exp005 CV=0.757 LB=0.743"]),
        ("exp005: mixup => CV: 0.75 -> LB: 0.73", ["exp005 CV=0.75 LB=0.73"]),
        ("exp005: lr=0.3 & cat CV: (a: 0.78) -> LB: 0.793", ["exp005 lr=0.3 LB=0.793"]),
        ("exp005: exp004 + mixup, CV: 0.7785", ["exp005 CV=0.7785"]),
        ("plain_gru_9: only 5 layers -> 0.7605", ["plain_gru_9 acc=0.7605"]),
        ("exp005: from 0.70 to -> 0.7605", []),  # of no family: 0.7605 of what?
        ("plain_gru_9: dropout を足す", ["plain_gru_9"]),
        ("plain_gru_9 => dropout", ["plain_gru_9"]),
        ("exp005: dropout を足す", []),
        ("plain_gru_1から幅を変えた -> acc 0.7", []),  # another trial, which comes from it
        ("plain_gru_1に比べて悪い -> acc: 0.5", []),
        ("the model: wider -> acc: 0.5", []),
        ("new_1 の結果: acc=0.84, loss=0.2", ["new_1 acc=0.84 loss=0.2"]),
        ("new_1 から -> acc=0.84", []),
        ("new_1 PSNR 31.2dB SSIM 0.92", ["new_1 PSNR=31.2 SSIM=0.92"]),
        ("new_1 acc +1.2 pts, R@1 0.3", ["new_1 acc=+1.2 R@1=0.3"]),
        ("user_id-Encoder(key=user_id): len=39291", []),
        ("exp_a: size=12", []),
        ("dropout0.5 -> CV: 0.77", []),
    ],
)
def test_the_forms_of_a_head(text: str, opened: list[str]) -> None:
    blocks = read_blocks(text, KNOWN, find_usual_metric=lambda: "acc")
    heads = [block.reading for block in blocks if block.reading]
    assert [
        " ".join([head.experiment, *(f"{metric.name}={metric}" for metric in head.metrics)])
        for head in heads
    ] == opened


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("new_1 acc 0,85", [1]),
        ("plain_gru_1 acc 0.5\nresnet50 | 0.92", [2]),
        ("plain_gru_1 acc 0.5 とても良い。val_loss は 0.3", [1]),
        ("plain_gru_1 acc 0.5\nwords\nacc 0.6", [3]),
        ("plain_gru_1 acc 0.5\nlr=0.1 にした", [2]),
        ("plain_gru_1 acc 0.5\n3 epoch で 0.4 まで", []),
        ("plain_gru_1 acc 0.5\n```\nnew_2 acc 0,5\n```", []),
        ("acc 0.5 and nothing else", []),
        ("plain_gru_1 acc 0.5\n\ngru_7で試したら acc 0.62", [3]),
        ("plain_gru_1 acc 0.5\n\nlstm_3の結果は精度 0.71", [3]),
        ("plain_gru_1 acc 0.5\n\n前回の結果は良かった", []),
        ("new_1の検証精度 0.712", []),
        ("３時間回して acc 0.4", [1]),
        ("tried new_1 and acc 0.4", [1]),
        ("new_1 acc 0.8; new_2 acc 0.7", [1]),
        ("new_1 acc 0.8 -> 0.9", []),
        ("new_1 acc 0.8 vs 0.79 before", []),
        ("new_1 PSNR 31.2dB SSIM 0.92", []),
    ],
)
def test_what_looks_like_a_result_and_was_not_read_is_named(text: str, lines: list[int]) -> None:
    blocks = read_blocks(text, KNOWN)
    unread = find_unread(blocks, Vocabulary(KNOWN), has_subject=True)
    assert [row.line for row in unread] == lines


def test_pictures_as_obsidian_embeds_them_are_no_topics() -> None:
    text = "![[loss.png]] and ![[a b.JPG|300]] of [[encoder]], not ![[notes]]"
    assert read_images(text) == ("loss.png", "a b.JPG")
    assert read_topics(text) == ("encoder",)
    assert drop_images("![[loss.png]] learns\nloss.png\nlast") == " learns\nlast"


LETTERS = st.sampled_from(["acc", "ACC", "ＡＣＣ", "ac**c", "wın rate", "win-rate", "loſs", "精度"])
SIGNS = st.sampled_from([" ", "=", ": ", " is ", "は"])
RESULTS = st.sampled_from(["0.8", "80%", "約0.5", "n/a", "0.7 -> 0.8", "0.8くらい", "0.5 (途中)"])
LINES = st.tuples(st.sampled_from(["", "tcn_10 ", "gru_7: "]), LETTERS, SIGNS, RESULTS).map("".join)


@given(st.lists(LINES | PIECES, max_size=5).map("\n".join))
def test_the_names_that_stand_in_a_text_are_all_it_needs(text: str) -> None:
    few = select_names(text, METRIC_NAMES)
    blocks = read_blocks(text, KNOWN)
    assert read_blocks(text, KNOWN, few) == blocks
    assert read_metrics(text, few) == read_metrics(text)
    unread = find_unread(blocks, Vocabulary(KNOWN), has_subject=True)
    assert find_unread(blocks, Vocabulary(KNOWN, few), has_subject=True) == unread


def test_a_name_that_stands_nowhere_is_left_out() -> None:
    assert select_names("dropout of 0.3", METRIC_NAMES) == []
    assert select_names("val Win Rate 0.3, acc", METRIC_NAMES) == ["acc", "win_rate"]
