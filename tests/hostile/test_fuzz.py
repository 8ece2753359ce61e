"""Bytes at random where a file of a known form is read: a value or a refusal, never a crash."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings, strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto

from gitexp.capture.diary import read_diary
from gitexp.capture.event_messages import parse_event
from gitexp.capture.event_records import compute_checksum
from gitexp.capture.tensorboard import read_event_log
from gitexp.errors import GitExpError
from gitexp.excerpt.source import read_source
from gitexp.model.filter import parse_rule
from gitexp.model.query import parse_query
from gitexp.model.series import build_series, decode_series, encode_series, thin_series
from tests.project import NOTEBOOK_CELLS, notebook

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = notebook(NOTEBOOK_CELLS).encode()
DIARY = "### 2019/06/23\n\ntcn_1 acc 0.857\n後で考える\n\n### 2019/06/24\nfixed\n".encode()
PIECES = (b"\xff", b"\x00", b'"\\ud83d"', b"null", b"[", b"{}", b"1e999", b"###", b"0000/99/99")


@st.composite
def mutate(draw: st.DrawFn, data: bytes) -> bytes:
    """Return bytes with some pieces replaced."""
    mutated = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(mutated)))
        width = draw(st.integers(0, 30))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        mutated[start : start + width] = piece
    return bytes(mutated)


@given(mutate(NOTEBOOK))
def test_a_notebook(data: bytes) -> None:
    try:
        source = read_source("train.ipynb", data)
    except GitExpError as error:
        assert error.message
        return
    "\n".join(source.lines).encode()
    assert source.units is not None


@given(st.text(max_size=60))
def test_a_rule(text: str) -> None:
    try:
        rule = parse_rule(text)
    except GitExpError:
        return
    assert parse_rule(str(rule)) == rule


@given(st.text(max_size=60))
def test_a_query(text: str) -> None:
    try:
        parse_query(text)
    except GitExpError as error:
        assert error.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=mutate(DIARY))
def test_a_diary(tmp_path: Path, data: bytes) -> None:
    page = tmp_path / "log.md"
    page.write_bytes(data)
    try:
        read_diary(page)
    except GitExpError as error:
        assert error.message


# Event files of TensorBoard.

TEXTS = st.sampled_from(["loss", "", "\x1b[2J", "a/b", "あ"]) | st.text(max_size=6)
FLOATS = st.floats(width=32)
TENSORS = st.builds(
    TensorProto,
    dtype=st.sampled_from([0, 1, 2, 3, 7, 9, 17, 19, 23]),
    float_val=st.lists(FLOATS, max_size=2),
    tensor_content=st.binary(max_size=9),
    string_val=st.lists(st.binary(max_size=9), max_size=4),
)
METADATA = st.builds(
    SummaryMetadata,
    plugin_data=st.builds(
        SummaryMetadata.PluginData,
        plugin_name=st.sampled_from(["scalars", "images", "text", "hparams"]) | TEXTS,
    ),
)
VALUES = st.one_of(
    st.builds(Summary.Value, tag=TEXTS, simple_value=FLOATS),
    st.builds(Summary.Value, tag=TEXTS, tensor=TENSORS, metadata=METADATA),
    st.builds(
        Summary.Value,
        tag=TEXTS,
        image=st.builds(Summary.Image, encoded_image_string=st.binary(max_size=9)),
    ),
)
EVENTS = st.builds(
    Event,
    wall_time=st.floats(),
    step=st.integers(-(2**63), 2**63 - 1),
    summary=st.builds(Summary, value=st.lists(VALUES, max_size=3)),
).map(lambda event: event.SerializeToString())


def frame(record: bytes) -> bytes:
    """Return a record as it stands in a file, with checksums that are right."""
    length = struct.pack("<Q", len(record))
    sums = [struct.pack("<I", compute_checksum(data)) for data in (length, record)]
    return length + sums[0] + record + sums[1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(EVENTS | EVENTS.flatmap(mutate) | st.binary(max_size=40), max_size=4),
    tail=st.binary(max_size=40),
    cut=st.integers(0, 60),
)
def test_a_file_of_tensorboard(tmp_path: Path, records: list[bytes], tail: bytes, cut: int) -> None:
    events = tmp_path / "events.out.tfevents.1"
    data = b"".join(map(frame, records)) + tail
    events.write_bytes(data[: len(data) - cut])  # the run was killed
    log = read_event_log(events)
    assert log.losses or cut or not tail
    for name, points in log.list_points().items():
        name.encode()
        series = thin_series(build_series(name, points))
        assert decode_series(encode_series([series]))
    for curve in log.curves.values():
        curve.get_points_by_time(0.0)


@given(record=EVENTS)
def test_a_record_that_tensorboard_wrote_is_an_event(record: bytes) -> None:
    assert len(parse_event(record).values) == len(Event.FromString(record).summary.value)
