"""Reading the event files that TensorBoard writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Points = dict[float, float]
"""The values of a series by step; nan and infinities among them."""


def read_scalars(path: Path) -> dict[str, Points]:
    """Return the scalars of an event file, or of all event files below a folder, by tag.

    Below a folder the folder of a run is part of the tag. Raises UsageError without the package.
    """
    try:
        from tensorboard.backend.event_processing.event_accumulator import (
            SCALARS,
            TENSORS,
            EventAccumulator,
        )
    except ImportError:
        raise UsageError(
            "reading TensorBoard's files needs its package", "pip install 'gitexp[tensorboard]'"
        ) from None
    series: dict[str, Points] = {}
    for source in _list_sources(path):
        run = "" if source == path else f"{source.relative_to(path).as_posix()}/"
        size_guidance = {SCALARS: 0, TENSORS: 0}
        events = EventAccumulator(str(source), size_guidance=size_guidance).Reload()
        tags = events.Tags()
        for tag in tags[SCALARS]:
            series[run + tag] = {
                float(event.step): float(event.value) for event in events.Scalars(tag)
            }
        for tag in tags[TENSORS]:
            if points := _read_scalar_tensors(events.Tensors(tag)):
                series[run + tag] = points
    return series


def _list_sources(path: Path) -> Iterator[Path]:
    """Yield each folder with event files once; the path itself where it is a file."""
    if not path.is_dir():
        yield path
        return
    files = sorted(path.rglob("*tfevents*"))
    yield from dict.fromkeys(file.parent for file in files)


def _read_scalar_tensors(events: list[Any]) -> Points:
    """Return the values of tensors that hold a single number each; none of any other tensors."""
    from tensorboard.util import tensor_util

    points: Points = {}
    for event in events:
        value = tensor_util.make_ndarray(event.tensor_proto)
        if value.size != 1 or value.dtype.kind not in "fiu":
            return {}
        points[float(event.step)] = float(value)
    return points
