"""Bytes at random where a file of a known form is read: a value or a refusal, never a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitexp.capture.diary import read_diary
from gitexp.capture.tensorboard import read_event_log
from gitexp.errors import GitExpError
from gitexp.excerpt.source import read_source
from gitexp.model.filter import parse_rule
from gitexp.model.query import parse_query
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


@pytest.mark.filterwarnings("ignore")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_a_file_of_tensorboard(tmp_path: Path, data: bytes) -> None:
    events = tmp_path / "events.out.tfevents.1"
    events.write_bytes(data)
    lines = read_event_log(events).losses
    assert lines or not data
