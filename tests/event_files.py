"""Event files as TensorBoard's own writer makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary import Writer
from tensorboard.summary.writer.event_file_writer import EventFileWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

START = 1_560_000_000.0
"""Seconds since 1970 of the first step in files of simple values."""


def write_scalars(folder: Path, values_by_tag: Mapping[str, Sequence[float]]) -> Path:
    """Write an event file of TensorFlow 2 (tensors), by step, and return its path."""
    writer = Writer(str(folder))
    for tag, values in values_by_tag.items():
        for step, value in enumerate(values):
            writer.add_scalar(tag, value, step)
    writer.close()
    return find_event_file(folder)


def write_simple_values(
    folder: Path, values_by_tag: Mapping[str, Sequence[float]], seconds: float = 10
) -> Path:
    """Write an event file as PyTorch does, ``seconds`` between two steps, and return its path."""
    events = []
    for tag, values in values_by_tag.items():
        for step, value in enumerate(values):
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            wall_time = START + step * seconds
            events.append(Event(wall_time=wall_time, step=step, summary=summary))
    return write_events(folder, events)


def make_restart(step: int) -> Any:
    """Return the event of a run that begins again at a step."""
    return Event(wall_time=START, step=step, session_log=SessionLog(status=SessionLog.START))


def make_summary(step: int, **fields: Any) -> Any:
    """Return an event with one value, given by the fields of ``Summary.Value``."""
    return Event(wall_time=START, step=step, summary=Summary(value=[Summary.Value(**fields)]))


def write_events(folder: Path, events: Sequence[Any]) -> Path:
    """Write events into a file of a folder, and return its path."""
    writer = EventFileWriter(str(folder))
    for event in events:
        writer.add_event(event)
    writer.close()
    return find_event_file(folder)


def find_event_file(folder: Path) -> Path:
    """Return the one event file in a folder."""
    (file,) = folder.glob("*tfevents*")
    return file
