"""Event files: what TensorBoard's own writer wrote is read, and what is torn up to there."""

from __future__ import annotations

import io
import math
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, strategies as st
from PIL import Image
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.util.tensor_util import make_tensor_proto

from gitexp.capture.curve_choice import choose_curves, group_into_plots, measure_curves
from gitexp.capture.curve_picture import LARGEST_PICTURE, DrawnPlot, draw_plots, smooth
from gitexp.capture.event_messages import parse_event
from gitexp.capture.event_records import compute_checksum, split_records
from gitexp.capture.tensorboard import LoggedCurve, read_event_log
from gitexp.model.series import Series, build_series, thin_series
from gitexp.model.ticks import choose_ticks
from tests.event_files import (
    START,
    make_restart,
    make_summary,
    write_events,
    write_scalars,
    write_simple_values,
)

if TYPE_CHECKING:
    from pathlib import Path


@given(st.binary(max_size=50))
def test_the_checksum_is_that_of_tensorboard(data: bytes) -> None:
    assert compute_checksum(data) == masked_crc32c(data)


@given(st.binary(max_size=80))
def test_a_record_of_anything_is_read_or_refused(data: bytes) -> None:
    try:
        parse_event(data)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize("write", [write_scalars, write_simple_values])
def test_both_kinds_of_scalars(tmp_path: Path, write: object) -> None:
    assert callable(write)
    values = [1.0, math.nan, -math.inf, 0.25, math.inf, -2.5]
    write(tmp_path / "logs/学習", {"損失/val": values, "x" * 200: [1.5]})
    log = read_event_log(tmp_path / "logs")
    assert list(log.curves) == ["学習/損失/val", f"学習/{'x' * 200}"]
    curve = log.curves["学習/損失/val"]
    assert (curve.run, curve.tag, curve.steps) == ("学習", "損失/val", [0, 1, 2, 3, 4, 5])
    assert list(map(str, curve.values)) == list(map(str, values))
    assert log.losses == []


def test_steps_are_signed_and_large(tmp_path: Path) -> None:
    steps = [-1, 0, 127, 128, 2**40]
    write_events(tmp_path, [make_summary(step, tag="a", simple_value=1) for step in steps])
    assert read_event_log(tmp_path).curves["a"].steps == steps


def test_a_run_that_began_again_voids_what_lay_behind(tmp_path: Path) -> None:
    before = [make_summary(step, tag="loss", simple_value=9) for step in range(10)]
    after = [make_summary(step, tag="loss", simple_value=1) for step in range(5, 7)]
    write_events(tmp_path, [*before, make_restart(5), *after])
    points = read_event_log(tmp_path).curves["loss"].get_points()
    assert points == dict.fromkeys(map(float, range(5)), 9.0) | {5.0: 1.0, 6.0: 1.0}


def test_pictures_and_texts_are_those_logged_last(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (5, 4)).save(picture, "PNG")
    png = picture.getvalue()
    as_image = Summary.Image(height=4, width=5, encoded_image_string=png)
    text = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    images = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="images"))
    events = [
        make_summary(1, tag="old", image=as_image),
        make_summary(
            2, tag="new", tensor=make_tensor_proto([b"5", b"4", b"", png]), metadata=images
        ),
        make_summary(3, tag="new", tensor=make_tensor_proto([b"5", b"4", png])),
        make_summary(1, tag="memo/text_summary", tensor=make_tensor_proto([b"a"]), metadata=text),
        make_summary(4, tag="memo/text_summary", tensor=make_tensor_proto(["層 b".encode()])),
        make_summary(4, tag="histogram", tensor=make_tensor_proto([[1.0, 2.0], [3.0, 4.0]])),
    ]
    write_events(tmp_path, events)
    log = read_event_log(tmp_path)
    assert log.images == {"old": (1, png), "new": (3, png)}
    assert log.texts == {"memo": (4, "層 b".encode())}
    assert log.curves == {}


def test_a_torn_file_is_read_to_its_last_whole_record(tmp_path: Path) -> None:
    file = write_simple_values(tmp_path, {"loss": [5, 4, 3, 2, 1]})
    data = file.read_bytes()
    whole = 0
    for size in range(len(data)):
        file.write_bytes(data[:size])
        log = read_event_log(tmp_path)
        values = log.curves["loss"].values if log.curves else []
        assert values == [5, 4, 3, 2, 1][: len(values)]
        assert len(values) in (whole, whole + 1)
        whole = len(values)
        is_torn = len(split_records(data[:size]).records) < len(split_records(data).records)
        ends_in_record = bool(split_records(data[:size]).damage)
        assert bool(log.losses) == (is_torn and ends_in_record)
    assert whole == 4


def test_a_damaged_byte_loses_what_is_behind_and_nothing_else(tmp_path: Path) -> None:
    file = write_simple_values(tmp_path, {"loss": [5, 4, 3, 2, 1]})
    data = file.read_bytes()
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        log = read_event_log(tmp_path)
        values = log.curves["loss"].values if log.curves else []
        assert values == [5, 4, 3, 2, 1][: len(values)]
        assert len(values) < 5
        assert len(log.losses) == 1


def test_a_record_that_is_no_event_is_passed_over(tmp_path: Path) -> None:
    file = write_simple_values(tmp_path, {"loss": [5]})
    garbage = b"\xff" * 9
    length = struct.pack("<Q", len(garbage))
    record = length + struct.pack("<I", compute_checksum(length)) + garbage
    record += struct.pack("<I", compute_checksum(garbage))
    file.write_bytes(file.read_bytes() + record)
    log = read_event_log(tmp_path)
    assert log.curves["loss"].values == [5]
    assert log.losses == [f"{file.name}: 1 records are no events"]


def make_curves(*names: str) -> dict[str, LoggedCurve]:
    curves = {}
    for name in names:
        run, _, tag = name.rpartition(":")
        curve = LoggedCurve(run, tag, [0, 1, 2], [START, START + 1, START + 2], [1, 0.25, 0.5])
        curves[curve.name] = curve
    return curves


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["train:epoch_loss", "validation:epoch_loss", "train:lr"], ["validation/epoch_loss"]),
        (["Loss/train", "Loss/val", "Acc/val"], ["Loss/val", "Acc/val"]),
        (["検証:精度", "学習:精度"], ["検証/精度"]),
        (["loss", "grad_norm"], ["loss"]),
        (["lr"], []),
    ],
)
def test_metrics_are_those_of_the_validation(names: list[str], chosen: list[str]) -> None:
    curves = make_curves(*names)
    assert [curve.name for curve in choose_curves(curves, "")] == chosen


def test_a_pattern_chooses_other_metrics_and_the_best_is_the_lowest_loss() -> None:
    curves = make_curves("F1 (macro)", "train:loss")
    chosen = choose_curves(curves, "loss|F1")
    metrics = [(metric.name, metric.value) for metric in measure_curves(chosen)]
    assert metrics == [
        ("F1_macro", "0.5"),
        ("F1_macro_best", "1"),
        ("train/loss", "0.5"),
        ("train/loss_best", "0.25"),
    ]


@pytest.mark.parametrize(
    ("names", "plots"),
    [
        (["Loss/train", "Loss/val"], [("loss", ("train", "val"))]),
        (["loss", "val_loss"], [("loss", ("loss", "val"))]),
        (
            ["a:lr", "train:epoch_loss", "validation:epoch_loss"],
            [("epoch_loss", ("train", "validation")), ("lr", ("a",))],
        ),
        (["a:loss", "b:loss"], [("loss", ("a", "b"))]),
    ],
)
def test_train_and_validation_are_in_one_plot(
    names: list[str], plots: list[tuple[str, tuple[str, ...]]]
) -> None:
    made = group_into_plots(make_curves(*names).values())
    assert [(plot.title, plot.labels) for plot in made] == plots


def test_smoothing_is_that_of_tensorboard() -> None:
    assert smooth([1, 2, None, 3], 0.5) == pytest.approx([1, 5 / 3, None, 17 / 7])
    assert smooth([2, 2, 2]) == [2, 2, 2]


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_and_inside(low: float, width: float) -> None:
    assume(width > abs(low) * 1e-9)  # else neighbouring floats are the whole axis
    ticks = choose_ticks(low, low + width, 4)
    assert 1 <= len(ticks) <= 6
    assert all(low - width * 1e-3 <= tick <= low + width * 1.001 for tick in ticks)


def test_a_picture_of_noise_is_small_enough() -> None:
    noise = {float(step): math.sin(step * step) for step in range(3000)}
    series = [build_series(f"{n}", {x: y + n for x, y in noise.items()}) for n in range(6)]
    plot = DrawnPlot("学習 " * 30, series, [f"長い名前 {n}" * 9 for n in range(6)])
    data = draw_plots([plot] * 9)
    assert len(data) <= LARGEST_PICTURE
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (960, 900)


@pytest.mark.parametrize("word", ["nan", "inf", "-inf"])
def test_a_picture_marks_what_is_no_number(word: str) -> None:
    points = dict.fromkeys(map(float, range(20)), 1.0)
    with_word = build_series("loss", points | {10.0: float(word)})
    assert count_red(draw_plots([DrawnPlot("loss", [build_series("loss", points)], ["a"])])) == 0
    assert count_red(draw_plots([DrawnPlot("loss", [with_word], ["a"])])) > 50
    only = build_series("loss", {0.0: float(word)})
    assert count_red(draw_plots([DrawnPlot("loss", [only], ["a"])])) > 50


def count_red(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        pixels = image.convert("RGB")
    colours = pixels.getcolors(1 << 20) or []
    count = 0
    for number, colour in colours:
        assert isinstance(colour, tuple)
        red, green, blue = colour
        count += number if red > 150 and green < 60 and blue < 60 else 0
    return count


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_both_extremes_outlive_thinning(highest: int, lowest: int) -> None:
    values: list[float | None] = [0.5] * 10_000
    values[lowest] = -7.0
    values[highest] = 7.0
    short = thin_series(Series("loss", tuple(map(float, range(10_000))), tuple(values)), 500)
    assert len(short.steps) == 500
    assert list(short.steps) == sorted(set(short.steps))
    assert short.values[short.steps.index(highest)] == 7.0
    if lowest != highest:
        assert short.values[short.steps.index(lowest)] == -7.0
