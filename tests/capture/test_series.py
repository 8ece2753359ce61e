"""Series of a run: read from CSV, JSON Lines and real event files; kept and thinned without loss of shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from gitexp.capture.series import read_series, read_series_file
from gitexp.errors import ContentError, GitExpError, UsageError
from gitexp.model.series import (
    Series,
    build_series,
    decode_series,
    encode_series,
    thin_series,
)

if TYPE_CHECKING:
    from pathlib import Path

VALUES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
PRINTABLE = st.characters(exclude_categories=("C", "Z"), include_characters=" ")


def make_series(tag: str, points: dict[int, float | None]) -> Series:
    steps = sorted(points)
    return Series(tag, tuple(float(step) for step in steps), tuple(points[step] for step in steps))


SERIES = st.builds(
    make_series,
    st.text(PRINTABLE, min_size=1, max_size=12),
    st.dictionaries(st.integers(0, 10_000), VALUES, min_size=1, max_size=40),
)


def by_tag(all_series: tuple[Series, ...]) -> dict[str, Series]:
    return {series.tag: series for series in all_series}


@given(st.lists(SERIES, unique_by=lambda series: series.tag, max_size=4))
def test_what_is_written_is_read(series: list[Series]) -> None:
    assert by_tag(decode_series(encode_series(series))) == by_tag(tuple(series))
    assert encode_series(series) == encode_series(reversed(series))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"a": 1}',
        b'{"a": {"step": [1], "value": []}}',
        b'{"a": {"step": ["x"], "value": [1]}}',
        b"[" * 9999,
    ],
)
def test_what_nobody_wrote_is_refused(data: bytes) -> None:
    with pytest.raises(ContentError):
        decode_series(data)


def test_a_spike_outlives_thinning() -> None:
    values = [math.exp(-step / 30_000) for step in range(100_000)]
    values[61_803] = 7.0
    series = Series("loss", tuple(map(float, range(100_000))), tuple(values))
    short = thin_series(series)
    assert len(short.steps) == len(short.values) == 2000
    assert (short.steps[0], short.steps[-1]) == (0.0, 99_999.0)
    assert short.values[short.steps.index(61_803.0)] == 7.0
    assert all(
        series.values[int(step)] == value
        for step, value in zip(short.steps, short.values, strict=True)
    )
    assert thin_series(short) == short


def test_a_table_of_numbers(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(
        "\ufeffepoch, loss ,val/acc,名前,time\n1,2.5,0.1,あ,9\n0,3,nan,い,8\n2,,inf,う,7\n",
        encoding="utf-8",
    )
    found = by_tag(read_series(file))
    assert found == {
        "loss": Series("loss", (0.0, 1.0), (3.0, 2.5)),
        "val/acc": Series("val/acc", (0.0, 1.0, 2.0), (None, 0.1, None)),
    }


def test_lines_of_json(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(
        '{"loss": 1, "note": "始め", "step": 10}\n\n{"loss": 0.5, "step": 20, "ok": true}\n',
        encoding="utf-8",
    )
    assert read_series(file) == (Series("loss", (10.0, 20.0), (1.0, 0.5)),)
    file.write_text('{"loss": 1}\n{"loss": \n', encoding="utf-8")
    with pytest.raises(ContentError, match=r"log\.jsonl:2"):
        read_series(file)


def test_what_the_page_of_tensorboard_downloads(tmp_path: Path) -> None:
    table = tmp_path / "run-train-tag-epoch_loss.csv"
    table.write_text("Wall time,Step,Value\n1560000000.1,0,2.5\n1560000001.1,1,1.5\n")
    array = tmp_path / "run-train-tag-epoch_loss.json"
    array.write_text("[[1560000000.1, 0, 2.5], [1560000001.1, 1, 1.5]]")
    assert (
        read_series(table) == read_series(array) == (Series("epoch_loss", (0.0, 1.0), (2.5, 1.5)),)
    )


def test_real_event_files(tmp_path: Path) -> None:
    writer = pytest.importorskip(
        "tensorboard.summary", reason="needs the extra 'tensorboard'"
    ).Writer
    for run in ("train", "validation"):
        out = writer(str(tmp_path / "logs" / run))
        for step in range(50):
            out.add_scalar("損失", 1 / (step + 1) if step != 7 else float("nan"), step)
        out.close()
    found = by_tag(read_series(tmp_path / "logs"))
    assert set(found) == {"train/損失", "validation/損失"}
    one = found["train/損失"]
    assert one.steps == tuple(map(float, range(50)))
    assert one.values[7] is None
    assert one.values[1] == pytest.approx(0.5)
    (file,) = (tmp_path / "logs/train").glob("*tfevents*")
    assert [each.tag for each in read_series(file)] == ["損失"]
    cut = tmp_path / "events.out.tfevents.cut"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])  # the run is still writing
    assert 0 < len(read_series(cut)[0].steps) < 50


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("missing.csv", None, UsageError),
        ("words.csv", b"a,b\nx,y\n", ContentError),
        ("empty.csv", b"", ContentError),
        ("nul.csv", b"a,b\n\x00,\x00\n", ContentError),
        ("run.txt", b"1 2", UsageError),
        ("deep.json", b"[" * 99999, ContentError),
        ("events.out.tfevents.9", b"\x00\xff" * 99, GitExpError),
    ],
)
def test_what_is_no_series_is_said_in_one_line(
    tmp_path: Path, name: str, data: bytes | None, error: type[GitExpError]
) -> None:
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(error) as caught:
        read_series(file)
    assert name in caught.value.message


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "history.json",
            '{"loss": [0.7, 0.5], "val_acc": [0.5, 0.6]}',
            {"loss": (0.7, 0.5), "val_acc": (0.5, 0.6)},
        ),
        ("h.json", '{"history": {"損失": [3, 2]}, "params": {"epochs": 2}}', {"損失": (3.0, 2.0)}),
        (
            "r.json",
            '{"train": {"loss": [1, 2]}, "val": {"loss": [3, 4]}}',
            {"train/loss": (1.0, 2.0), "val/loss": (3.0, 4.0)},
        ),
        (
            "rows.json",
            '[{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": 0.5}]',
            {"loss": (0.7, 0.5)},
        ),
        ("loss.json", "[3, 2, 1.5]", {"loss": (3.0, 2.0, 1.5)}),
        ("lr.json", "[[0, 0.1], [10, 0.01]]", {"lr": (0.1, 0.01)}),
        (
            "trainer_state.json",
            '{"global_step": 20, "log_history": [{"step": 10, "loss": 0.7},\n'
            '{"step": 10, "eval_loss": 0.6}, {"step": 20, "loss": 0.4}]}',
            {"loss": (0.7, 0.4), "eval_loss": (0.6,)},
        ),
        (
            "german.csv",
            "Epoche;step;loss\n1;1;0,7\n1;2;0,5\n",
            {"loss": (0.7, 0.5), "Epoche": (1.0, 1.0)},
        ),
        ("tabs.csv", "step\tloss\n1\t0.7\n2\t0.5\n", {"loss": (0.7, 0.5)}),
        (
            "metrics.csv",
            "epoch,step,train_loss,val_loss\n0,9,0.5,\n0,9,,0.6\n1,19,0.4,\n",
            {"train_loss": (0.5, 0.4), "val_loss": (0.6,), "epoch": (0.0, 1.0)},
        ),
    ],
)
def test_what_trainers_write(
    tmp_path: Path, name: str, text: str, expected: dict[str, tuple[float, ...]]
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    found = {series.tag: series.values for series in read_series(file)}
    assert found == expected


def test_utf_16_from_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "損失.csv"
    file.write_bytes("step\t損失\n1\t0,5\n2\t0,25\n".encode("utf-16"))
    assert read_series(file) == (Series("損失", (1.0, 2.0), (0.5, 0.25)),)


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text('{"step": 1, "loss": 2, "note": "a\u2028b\u0085c"}\n', encoding="utf-8")
    assert read_series(file) == (Series("loss", (1.0,), (2.0,)),)


def test_a_run_that_diverged_says_so_after_storing_and_thinning(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    numbers = [*(f"{step},{1 / (step + 1)}" for step in range(5000)), "5000,nan", "5001,-inf"]
    file.write_text("step,loss\n" + "\n".join(numbers), encoding="utf-8")
    (series,) = read_series(file)
    assert series.words == {5000.0: "nan", 5001.0: "-inf"}
    assert series.is_diverged
    (stored,) = decode_series(encode_series([thin_series(series)]))
    assert stored.words == {5000.0: "nan", 5001.0: "-inf"}
    assert stored.values[-2:] == (None, None)
    in_the_middle = build_series(
        "loss", {float(i): math.inf if i == 2501 else 1.0 for i in range(5000)}
    )
    assert thin_series(in_the_middle).words == {2501.0: "inf"}
    assert not in_the_middle.is_diverged


def test_records_of_earlier_versions_have_no_word_for_a_gap() -> None:
    (series,) = decode_series(b'{"loss":{"step":[0,1],"value":[1.5,null]}}')
    assert (series.values, series.words) == ((1.5, None), {})
    assert encode_series([series]) == b'{"loss":{"step":[0,1],"value":[1.5,null]}}\n'


@pytest.mark.parametrize("cut", [-3, -40])
def test_a_torn_event_file_says_what_is_lost(tmp_path: Path, cut: int) -> None:
    file = write_event_file(tmp_path)
    assert read_series_file(tmp_path).losses == []
    file.write_bytes(file.read_bytes()[:cut])
    (loss,) = read_series_file(file).losses
    assert "cut off" in loss


def test_a_damaged_event_file_says_what_is_lost(tmp_path: Path) -> None:
    file = write_event_file(tmp_path)
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle] ^= 0xFF
    file.write_bytes(data)
    (series,) = read_series(file)
    (loss,) = read_series_file(tmp_path).losses
    # The first record of a file names its version.
    assert f" {len(series.steps) + 1} records" in loss
    assert len(series.steps) < 50


def write_event_file(folder: Path) -> Path:
    writer = pytest.importorskip(
        "tensorboard.summary", reason="needs the extra 'tensorboard'"
    ).Writer
    out = writer(str(folder))
    for step in range(50):
        out.add_scalar("loss", 1 / (step + 1), step)
    out.close()
    (file,) = folder.glob("*tfevents*")
    return file
