"""What is read from the lines that a run prints."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from gitexp.capture.log_lines import LogReader

KERAS = """\
Epoch 1/3
 10/100 [=>....] - ETA: 1:02 - loss: 0.9 - accuracy: 0.1\r100/100 [====] - 3s 2ms/step - loss: 0.5 - accuracy: 0.71
Epoch 2/3
100/100 [====] - 3s 2ms/step - loss: 0.4 - accuracy: 0.81
Epoch 3/3
100/100 [====] - 3s 2ms/step - loss: 0.3 - accuracy: 0.80
"""


def read(text: str) -> LogReader:
    reader = LogReader()
    reader.feed(text.encode())
    reader.close()
    return reader


def read_metrics(text: str) -> dict[str, str]:
    return {metric.name: metric.last for metric in read(text).list_metrics()}


@pytest.mark.parametrize(
    ("line", "metrics"),
    [
        ("epoch 3 loss 0.31 acc 85.3%", {"loss": "0.31", "acc": "85.3%"}),
        ("step: 100 | train_loss = 3.2 | lr 1e-3", {"train_loss": "3.2"}),
        (
            "{'eval_loss': 0.3, 'eval_f1': 0.7, 'epoch': 1.0}",
            {"eval_loss": "0.3", "eval_f1": "0.7"},
        ),
        (
            "Test set: Average loss: 0.0287, Accuracy: 9905/10000 (99%)",
            {"loss": "0.0287", "Accuracy": "99%"},
        ),
        ("val_bpb:          0.997900", {"val_bpb": "0.997900"}),
        ("[1/5] valLoss=2.5e-3 top1: 71.2", {"valLoss": "2.5e-3", "top1": "71.2"}),
        ("\x1b[32mval/acc\x1b[0m: 0.5", {"val/acc": "0.5"}),
        ("精度: 0.9", {"精度": "0.9"}),
        ("loss: nan", {"loss": "nan"}),
        ("Python 3.11 CUDA: 11.8 http://loss:6006 12:30:01", {}),
        ("peak_vram_mb: 45060.2", {}),
        ("loss 0.5.1 acc 3x score v2", {}),
    ],
)
def test_metrics_of_a_line(line: str, metrics: dict[str, str]) -> None:
    assert read_metrics(line) == metrics


def test_of_a_progress_bar_the_last_value_of_an_epoch_counts() -> None:
    loss, accuracy = read(KERAS).list_series()
    assert (loss.tag, loss.steps, loss.values) == ("loss", (1, 2, 3), (0.5, 0.4, 0.3))
    assert accuracy.values == (0.71, 0.81, 0.80)
    last = {metric.name: (metric.last, metric.best) for metric in read(KERAS).list_metrics()}
    assert last == {"loss": ("0.3", "0.3"), "accuracy": ("0.80", "0.81")}


def test_what_diverged_is_kept_as_a_gap() -> None:
    (series,) = read("step 1 loss 1\nstep 2 loss inf\nstep 3 loss nan\n").list_series()
    assert list(series.values) == [1, None, None]
    (metric,) = read("loss 1\nloss nan\n").list_metrics()
    assert (metric.last, metric.best) == ("nan", "1")


def test_numbers_that_come_again_are_series_whatever_their_name() -> None:
    text = "".join(f"epoch {epoch} lr: {1 / epoch}\n" for epoch in (1, 2, 4))
    (series,) = read(text).list_series()
    assert series.tag == "lr"
    assert read_metrics(text) == {}


@given(st.integers(1, 9))
def test_output_may_come_in_any_pieces(size: int) -> None:
    reader = LogReader()
    data = (KERAS + "精度: 0.9").encode()
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    reader.close()
    whole = read(KERAS + "精度: 0.9")
    assert reader.list_metrics() == whole.list_metrics()
    assert reader.list_series() == whole.list_series()


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    reader = LogReader()
    reader.feed(data)
    reader.close()
    reader.list_metrics()
    reader.list_series()
