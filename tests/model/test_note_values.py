"""Values as people write them behind an id: read as they are meant, or said."""

from __future__ import annotations

import pytest

from gitexp.model.note_syntax import Vocabulary, read_blocks
from gitexp.model.note_unread import find_unread

KNOWN = ("gru_7", "gru_8", "exp012", "exp013")


def read_note(text: str) -> tuple[dict[str, dict[str, str]], bool]:
    """Return the metrics of a note by id, ``~`` for unsure and ``…`` for partial, and what is said."""
    blocks = read_blocks(text, KNOWN)
    metrics: dict[str, dict[str, str]] = {}
    for block in blocks:
        if block.reading is None:
            continue
        values = metrics.setdefault(block.reading.experiment, {})
        for metric in block.reading.metrics:
            unsure = "~" if metric.about else ""
            values[metric.name] = f"{unsure}{metric.value}{'…' if metric.partial else ''}"
    unread = find_unread(blocks, Vocabulary(KNOWN), has_subject=False)
    return metrics, bool(unread)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("gru_9 mse 1.2×10^-3", {"mse": "1.2e-3"}),
        ("gru_9 mse 1.2 x 10⁻³, r2 .94", {"mse": "1.2e-3", "r2": ".94"}),
        ("gru_9 acc ≈ 0.7", {"acc": "~0.7"}),
        ("gru_9 acc だいたい0.7", {"acc": "~0.7"}),
        ("gru_9 acc 0.7前後", {"acc": "~0.7"}),
        ("gru_9 acc 0.7弱", {"acc": "~0.7"}),
        ("gru_9 acc 0.7台", {"acc": "~0.7"}),
        ("gru_9 acc 0.7 弱い学習率で", {"acc": "0.7"}),
        ("gru_9 acc 0.7(未完)", {"acc": "0.7…"}),
        ("gru_9 acc 0.7 (killed)", {"acc": "0.7…"}),
        ("gru_9 acc: OOM", {"acc": "N/A"}),
        ("gru_9 acc: 計測中", {"acc": "N/A"}),
        ("gru_9 reward -132.5 ± 20", {"reward": "-132.5"}),
        ("gru_9 corr -0.3", {"corr": "-0.3"}),
        ("gru_9 acc 0.71 (+0.02)", {"acc": "0.71"}),
        ("gru_9 acc 0.71 [0.69, 0.73]", {"acc": "0.71"}),
    ],
)
def test_values_are_read_as_they_are_meant(text: str, metrics: dict[str, str]) -> None:
    assert read_note(text) == ({"gru_9": metrics}, False)


@pytest.mark.parametrize(
    "text",
    [
        "gru_9 acc +0.03",
        "gru_9 acc -0.02",
        "gru_9 acc < 0.5",
        "gru_9 acc 0.5以下",
        "gru_9 acc 0.9を超えた",
        "gru_9 acc 7割",
        "gru_9 acc 0.69 だったのが 0.71",
        "gru_9 acc 前回0.69 今回0.71",
        "gru_9 acc train 0.9 val 0.7",
        "gru_9 acc train/val 0.9/0.7",
        "gru_9 FID↓ 12.3 IS↑ 8.1",
        "gru_9 acc: see below",
        "gru_9,acc,0.71",
        "exp012 public 0.71 private 0.70",
        "exp012 fold0 0.81 fold1 0.79",
        "gru_9 reached 0.5 acc",
        "2024-01-08 gru_9 acc 0.5",
        "2024-01-08 10:33 gru_9: acc 0.5",
    ],
)
def test_a_value_that_is_not_read_is_said(text: str) -> None:
    assert read_note(text) == ({}, True)


@pytest.mark.parametrize(
    "text",
    [
        "gru_7 より良い",
        "resnet50 を試す",
        "2024-01-08 10:33:05 INFO epoch 1 loss 0.3",
        "acc < 0.5 なら止める",
    ],
)
def test_what_says_no_result_is_not_said(text: str) -> None:
    assert read_note(text) == ({}, False)
