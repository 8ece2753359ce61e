"""The story of the demo: a month of trials, most of them failures, one mistake found late."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoryTrial:
    """One trial: its time in Japan, its id, its parent if it is not the trial before.

    ``change`` are values of the code that differ from the trial before. ``note`` is written hours
    later. ``curve`` is the accuracy at which the drawn curve ends. ``commit`` is the message, ""
    where nothing is committed.
    """

    at: str
    id: str
    note: str
    curve: float
    change: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    commit: str = ""


TRIALS = (
    StoryTrial(
        at="2019-06-03 10:12",
        id="plain_gru",
        note=("plain_gru acc 0.412\n最初のモデル。GRU 2層。 #rnn"),
        curve=0.412,
        commit="first notebook",
    ),
    StoryTrial(
        at="2019-06-03 15:40",
        id="plain_gru_units512",
        change={"UNITS": "512"},
        note=("plain_gru_units512 acc 0.42\n倍にしてもほぼ同じ。 #rnn"),
        curve=0.42,
    ),
    StoryTrial(
        at="2019-06-04 09:30",
        id="plain_gru_embedding4",
        parent="plain_gru",
        change={"UNITS": "256", "EMBEDDING": "4"},
        note=("plain_gru_embedding4 acc 0.398 (途中)\nsmaller embedding, stopped early #rnn"),
        curve=0.398,
    ),
    StoryTrial(
        at="2019-06-05 11:02",
        id="masked_gru",
        parent="plain_gru",
        change={"EMBEDDING": "16", "MASK": "layers.mask_padding(x, lengths)"},
        note=(
            "masked_gru acc 0.531\n"
            "mask the padding: +0.12! Everything before learnt the padding. #rnn #mask"
        ),
        curve=0.531,
        commit="mask the padding",
    ),
    StoryTrial(
        at="2019-06-07 14:20",
        id="masked_gru_drop",
        change={"DROP": "0.2"},
        note=("masked_gru_drop acc 0.529\ndropout changes nothing"),
        curve=0.529,
    ),
    StoryTrial(
        at="2019-06-10 10:05",
        id="cnn_filter50",
        parent="masked_gru",
        change={"ENCODER": "encoder_cnn", "DROP": "0.0"},
        note=("cnn_filter50 acc 0.488\nCNN は速いが精度が出ない。 #cnn"),
        curve=0.488,
        commit="try a CNN",
    ),
    StoryTrial(
        at="2019-06-10 16:48",
        id="cnn_filter100",
        change={"FILTERS": "100"},
        note=("cnn_filter100 acc 0.493\n#cnn"),
        curve=0.493,
    ),
    StoryTrial(
        at="2019-06-12 09:15",
        id="tcn_filter50",
        parent="masked_gru",
        change={"ENCODER": "encoder_TCN", "FILTERS": "50"},
        note=("tcn_filter50 acc 0.3くらい？\nTCN。学習が進まない。なぜ？ #tcn"),
        curve=0.3,
        commit="add the TCN encoder",
    ),
    StoryTrial(
        at="2019-06-12 13:33",
        id="tcn_level6",
        change={"LEVELS": "6"},
        note=("tcn_level6 acc 0.311\ndeeper, no better #tcn"),
        curve=0.311,
    ),
    StoryTrial(
        at="2019-06-13 10:44",
        id="tcn_slow",
        parent="tcn_filter50",
        change={"LEVELS": "4", "RATE": "0.0003"},
        note=("tcn_slow acc 0.322 (途中)\nsmaller learning rate #tcn"),
        curve=0.322,
    ),
    StoryTrial(
        at="2019-06-14 17:20",
        id="tcn_filter10",
        parent="tcn_filter50",
        change={"RATE": "0.001", "FILTERS": "10", "CONV": "kernel, filters"},
        note=(
            "tcn_filter10 acc 0.645, still climbing\n"
            "filter size was 50, try 10. kernel and filter were swapped before! So 3 "
            "filters of width 50 until now. #tcn"
        ),
        curve=0.645,
        commit="kernel and filters were swapped",
    ),
    StoryTrial(
        at="2019-06-17 09:50",
        id="tcn_filter50_fixed",
        change={"FILTERS": "50"},
        note=("tcn_filter50_fixed acc 0.731\n取り違えを直して元の 50 に戻す。 #tcn"),
        curve=0.731,
    ),
    StoryTrial(
        at="2019-06-18 11:11",
        id="tcn_kernel5",
        change={"KERNEL": "5"},
        note=("tcn_kernel5 acc 0.742\n#tcn"),
        curve=0.742,
        commit="wider kernel",
    ),
    StoryTrial(
        at="2019-06-19 15:05",
        id="tcn_same",
        change={"CAUSAL": "same"},
        note=(
            "tcn_same acc 0.785\n"
            "padding same instead of causal: nothing forbids looking ahead here #tcn"
        ),
        curve=0.785,
    ),
    StoryTrial(
        at="2019-06-21 10:30",
        id="attention",
        parent="tcn_same",
        change={"ENCODER": "encoder_attention"},
        note=("attention acc 0.61\nself-attention alone is not enough"),
        curve=0.61,
    ),
    StoryTrial(
        at="2019-06-24 09:40",
        id="tcn_drop02",
        parent="tcn_same",
        change={"ENCODER": "encoder_TCN", "DROP": "0.2"},
        note=("tcn_drop02 acc 0.812\n#tcn"),
        curve=0.812,
        commit="dropout in the blocks",
    ),
    StoryTrial(
        at="2019-06-26 14:14",
        id="tcn_drop05",
        change={"DROP": "0.5"},
        note=("tcn_drop05 acc 0.77\n多すぎた。 #tcn"),
        curve=0.77,
    ),
    StoryTrial(
        at="2019-06-28 16:00",
        id="tcn_level6_drop02",
        parent="tcn_drop02",
        change={"DROP": "0.2", "LEVELS": "6", "SCRATCH": "print(len(labels))"},
        note=("tcn_level6_drop02 acc 0.857\nthis month's best. 来月は beam search。 #tcn"),
        curve=0.857,
        commit="six levels: 0.857",
    ),
)

DIARY = (
    ("2019-06-04 18:00", (), "今日のまとめ: GRU の大きさでは何も変わらない。データを見ること。"),
    (
        "2019-06-17 10:20",
        ("tcn_filter50", "tcn_level6", "tcn_slow"),
        "These three rest on the swapped arguments: their numbers say nothing about TCN.",
    ),
    (
        "2019-06-28 18:30",
        (),
        "What mattered this month: mask, the swap, padding same. Not: sizes. #summary",
    ),
)

FILTERS = (
    (
        "model",
        ("train.ipynb@create_model",),
    ),
    ("everything", ("train.ipynb", "layers.py")),
)
