"""The story of the demo: a month of trials, most of them failures, one mistake found late."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoryTrial:
    """One trial: when, its id, what it changes, what was written. ``curve`` ends at the accuracy; ``commit`` is a message, if any."""

    at: str
    id: str
    note: str
    change: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    curve: float = 0.0
    commit: str = ""


TRIALS = (
    StoryTrial("2019-06-03 10:12", "plain_gru", "plain_gru acc 0.412\n最初のモデル。GRU 2層。 #rnn", curve=0.412, commit="first notebook"),
    StoryTrial("2019-06-03 15:40", "plain_gru_units512", "plain_gru_units512 acc 0.42\n倍にしてもほぼ同じ。 #rnn", {"UNITS": "512"}, curve=0.42),
    StoryTrial("2019-06-04 09:30", "plain_gru_embedding4", "plain_gru_embedding4 acc 0.398 (途中)\nsmaller embedding, stopped early #rnn", {"UNITS": "256", "EMBEDDING": "4"}, "plain_gru", 0.398),
    StoryTrial("2019-06-05 11:02", "masked_gru", "masked_gru acc 0.531\nmask the padding: +0.12! Everything before learnt the padding. #rnn #mask", {"EMBEDDING": "16", "MASK": "layers.mask_padding(x, lengths)"}, "plain_gru", 0.531, "mask the padding"),
    StoryTrial("2019-06-07 14:20", "masked_gru_drop", "masked_gru_drop acc 0.529\ndropout changes nothing", {"DROP": "0.2"}, curve=0.529),
    StoryTrial("2019-06-10 10:05", "cnn_filter50", "cnn_filter50 acc 0.488\nCNN は速いが精度が出ない。 #cnn", {"ENCODER": "encoder_cnn", "DROP": "0.0"}, "masked_gru", 0.488, "try a CNN"),
    StoryTrial("2019-06-10 16:48", "cnn_filter100", "cnn_filter100 acc 0.493\n#cnn", {"FILTERS": "100"}, curve=0.493),
    StoryTrial("2019-06-12 09:15", "tcn_filter50", "tcn_filter50 acc 0.3くらい？\nTCN。学習が進まない。なぜ？ #tcn", {"ENCODER": "encoder_TCN", "FILTERS": "50"}, "masked_gru", 0.3, "add the TCN encoder"),
    StoryTrial("2019-06-12 13:33", "tcn_level6", "tcn_level6 acc 0.311\ndeeper, no better #tcn", {"LEVELS": "6"}, curve=0.311),
    StoryTrial("2019-06-13 10:44", "tcn_slow", "tcn_slow acc 0.322 (途中)\nsmaller learning rate #tcn", {"LEVELS": "4", "RATE": "0.0003"}, "tcn_filter50", 0.322),
    StoryTrial("2019-06-14 17:20", "tcn_filter10", "tcn_filter10 acc 0.645, still climbing\nfilter size was 50, try 10. kernel and filter were swapped before! So 3 filters of width 50 until now. #tcn", {"RATE": "0.001", "FILTERS": "10", "CONV": "kernel, filters"}, "tcn_filter50", 0.645, "kernel and filters were swapped"),
    StoryTrial("2019-06-17 09:50", "tcn_filter50_fixed", "tcn_filter50_fixed acc 0.731\n取り違えを直して元の 50 に戻す。 #tcn", {"FILTERS": "50"}, curve=0.731),
    StoryTrial("2019-06-18 11:11", "tcn_kernel5", "tcn_kernel5 acc 0.742\n#tcn", {"KERNEL": "5"}, curve=0.742, commit="wider kernel"),
    StoryTrial("2019-06-19 15:05", "tcn_same", "tcn_same acc 0.785\npadding same instead of causal: nothing forbids looking ahead here #tcn", {"CAUSAL": "same"}, curve=0.785),
    StoryTrial("2019-06-21 10:30", "attention", "attention acc 0.61\nself-attention alone is not enough", {"ENCODER": "encoder_attention"}, "tcn_same", 0.61),
    StoryTrial("2019-06-24 09:40", "tcn_drop02", "tcn_drop02 acc 0.812\n#tcn", {"ENCODER": "encoder_TCN", "DROP": "0.2"}, "tcn_same", 0.812, "dropout in the blocks"),
    StoryTrial("2019-06-26 14:14", "tcn_drop05", "tcn_drop05 acc 0.77\n多すぎた。 #tcn", {"DROP": "0.5"}, curve=0.77),
    StoryTrial("2019-06-28 16:00", "tcn_level6_drop02", "tcn_level6_drop02 acc 0.857\nthis month's best. 来月は beam search。 #tcn", {"DROP": "0.2", "LEVELS": "6", "SCRATCH": "print(len(labels))"}, "tcn_drop02", 0.857, "six levels: 0.857"),
)  # fmt: skip

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
        (
            "train.ipynb::create_model",
            "train.ipynb::encoder_TCN",
            "train.ipynb::FILTERS",
            "train.ipynb::KERNEL",
            "layers.py::residual_block",
        ),
    ),
    ("everything", ("train.ipynb", "layers.py")),
)
