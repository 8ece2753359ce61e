"""The grammar of metrics: what is a name, what is a value, and what only looks like one."""

from __future__ import annotations

import pytest

from gitexp.errors import UsageError
from gitexp.model.metric import Metric
from gitexp.model.metric_aliases import read_metric_aliases
from gitexp.model.metric_names import METRIC_NAMES, is_lower_better
from gitexp.model.metric_syntax import (
    find_assignments,
    make_widths_plain,
    parse_metric,
    parse_value,
    read_leading_metrics,
)


def read(text: str) -> list[str]:
    """Return the metrics behind an id as ``name=value``."""
    reading = read_leading_metrics(make_widths_plain(text), METRIC_NAMES)
    return [f"{metric.name}={metric}" for metric in reading.metrics]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("val_bpb=0.99", ["val_bpb=0.99"]),
        ("recall@10=0.3", ["recall@10=0.3"]),
        ("recall@10: 0.3", ["recall@10=0.3"]),
        ("mAP50(B)=0.4", ["mAP50(B)=0.4"]),
        ("val/loss=0.2 lr=1e-3", ["val/loss=0.2", "lr=1e-3"]),
        ("optimizer=adam acc=0.9", ["acc=0.9"]),
        ("BLEU-4 23.1", ["BLEU-4=23.1"]),
        ("recall-5 0.8", ["recall-5=0.8"]),
        ("acc1 0.9", ["acc1=0.9"]),
        ("acc0.85", ["acc=0.85"]),
        ("loss -0.5", ["loss=-0.5"]),
        ("loss-0.5", []),
        ("mAP@.5:.95 0.4", ["mAP@.5:.95=0.4"]),
        ("val acc 0.8 test_acc 0.7", ["val_acc=0.8", "test_acc=0.7"]),
        ("best val acc 0.93", ["best_val_acc=0.93"]),
        ("ROUGE-L 0.3", ["ROUGE-L=0.3"]),
        ("精度85%", ["精度=85%"]),
        ("検証精度は0.8", ["検証精度=0.8"]),
        ("学習率は1e-3でacc=0.9", []),
    ],
)
def test_names(text: str, metrics: list[str]) -> None:
    assert read(text) == metrics


@pytest.mark.parametrize("name", METRIC_NAMES)
def test_each_common_name_needs_no_sign(name: str) -> None:
    assert read(f"{name} 0.5") == [f"{name}=0.5"]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("acc 0.8 -> 0.9", ["acc=0.9"]),
        ("acc 0.8→0.85→0.9", ["acc=0.9"]),
        ("acc 0.8から0.9に", ["acc=0.9"]),
        ("acc 0.8から下がった", []),
        ("acc 0.8 to 0.9", []),
        ("acc 0.8-0.9", []),
        ("acc 3/10", []),
        ("time=10:30", []),
        ("size=50x50", []),
        ("acc 0.9±0.01 loss 0.2", ["acc=0.9", "loss=0.2"]),
        ("psnr 31.2dB", ["psnr=31.2"]),
        ("acc N/A", ["acc=N/A"]),
        ("acc なし", ["acc=N/A"]),
        ("acc NaN loss: -inf", ["acc=nan", "loss=-inf"]),
        ("loss 発散", ["loss=diverged"]),
        ("loss diverged at epoch 3", ["loss=diverged"]),
    ],
)
def test_values(text: str, metrics: list[str]) -> None:
    assert read(text) == metrics


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("acc 0.9位", ["acc=~0.9"]),
        ("acc 0.987 位置の間違い", ["acc=0.987"]),
        ("acc 0.9 about", ["acc=~0.9"]),
        ("acc 0.9 about the same", ["acc=0.9"]),
        ("acc 0.9 途中で止めた", ["acc=0.9…"]),
        ("acc 0.9 途中で学習率を下げた", ["acc=0.9"]),
        ("acc 0.9 途中", ["acc=0.9…"]),
        ("acc 0.9 stopped early", ["acc=0.9…"]),
        ("acc 0.9 stopped improving", ["acc=0.9"]),
        ("acc 0.9 (stopped at epoch 3) loss 0.2", ["acc=0.9…", "loss=0.2"]),
        ("acc 0.9 so far", ["acc=0.9…"]),
        ("acc 0.9 so far the best", ["acc=0.9"]),
    ],
)
def test_words_that_qualify_a_number_only_where_they_belong_to_it(
    text: str, metrics: list[str]
) -> None:
    assert read(text) == metrics


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("recall@10=0.55", Metric("recall@10", "0.55")),
        ("metrics/mAP50(B)=0.4", Metric("metrics/mAP50(B)", "0.4")),
        ("精度＝８５％", Metric("精度", "85%")),
        ("acc=~0.3", Metric("acc", "0.3", about=True)),
        ("acc=n/a", Metric("acc", "N/A")),
        ("loss=Diverged", Metric("loss", "diverged")),
    ],
)
def test_a_metric_given_to_a_verb(text: str, metric: Metric) -> None:
    assert parse_metric(text) == metric


@pytest.mark.parametrize("text", ["acc", "acc=", "acc=0,85", "acc=fast", "=0.5", "acc=0.5x", "1=2"])
def test_what_is_no_metric_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a metric"):
        parse_metric(text)


def test_values_without_a_number_are_no_results() -> None:
    for value in ("N/A", "nan", "inf", "-inf", "diverged"):
        metric = Metric("acc", value)
        assert not metric.is_finite
        assert not metric.sure
        assert str(metric) == value


def test_a_cell_is_a_value_or_text() -> None:
    assert [parse_value(text) for text in ("0.5", "85 %", "nan", "0.5 or so", "adam", "")] == [
        "0.5",
        "85%",
        "nan",
        "",
        "",
        "",
    ]


def test_assignments_in_a_text() -> None:
    found = find_assignments("it was acc=0.2, val/loss=1.5 and no x=y")
    assert [(metric.name, metric.value) for metric in found] == [
        ("acc", "0.2"),
        ("val/loss", "1.5"),
    ]


@pytest.mark.parametrize("name", ["val_loss", "WER", "test/perplexity", "val_bpb", "損失", "FID"])
def test_lower_is_better(name: str) -> None:
    assert is_lower_better(name)


@pytest.mark.parametrize("name", ["acc", "per_class_acc", "certainty", "mAP50(B)", "r2", "精度"])
def test_higher_is_better(name: str) -> None:
    assert not is_lower_better(name)


def test_names_that_are_said_to_be_one() -> None:
    aliases = read_metric_aliases("accuracy=acc, 精度=acc")
    metrics = (Metric("Accuracy", "0.5"), Metric("loss", "1"), Metric("acc", "0.6"))
    assert aliases.unite(metrics) == (Metric("acc", "0.6"), Metric("loss", "1"))
    with pytest.raises(UsageError, match="metricAlias"):
        read_metric_aliases("accuracy")


@pytest.mark.parametrize("text", ["acc 0.5 ", "a(b)", "acc ", "- ", "0.8 -> ", "val "])
def test_a_long_line_ends_at_once(text: str) -> None:
    """A pattern that tries all ways through blanks would take hours for this."""
    read(text + " " * 100_000)
    read(text * 20_000)
    assert find_assignments(text * 20_000 + "=x") == []
