"""Series: numbers over the steps of a run, as a training loop writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable

# Points kept of one series: twice the pixels of any plot.
POINTS = 2000


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under one ``tag`` (``loss``, ``val/acc``), by step, steps rising. None stands for nan and infinities."""

    tag: str
    steps: tuple[float, ...]
    values: tuple[float | None, ...]


def encode_series(series: Iterable[Series]) -> bytes:
    """Canonical JSON: ``{"loss": {"step": [...], "value": [...]}}``."""
    content = {
        one.tag: {"step": [_short(step) for step in one.steps], "value": list(one.values)}
        for one in series
    }
    return (
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    ).encode()


def decode_series(data: bytes) -> tuple[Series, ...]:
    """What ``encode_series`` wrote. Raises ContentError for anything else: a remote may have sent it."""
    try:
        content = json.loads(data)
        found = [
            Series(tag, tuple(map(float, one["step"])), tuple(map(_number, one["value"])))
            for tag, one in content.items()
        ]
        if any(len(one.steps) != len(one.values) for one in found):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ContentError("a stored series cannot be read") from None
    return tuple(found)


def thin_series(series: Series, points: int = POINTS) -> Series:
    """At most ``points`` of the series, chosen so that its plot looks the same; first and last stay.

    Largest-Triangle-Three-Buckets: S. Steinarsson, Downsampling Time Series for Visual Representation, 2013.
    """
    count = len(series.steps)
    if count <= points:
        return series
    x, y = series.steps, [0.0 if value is None else value for value in series.values]
    width = (count - 2) / (points - 2)
    kept = [0]
    for bucket in range(points - 2):
        start, stop = int(bucket * width) + 1, int((bucket + 1) * width) + 1
        after = range(stop, min(int((bucket + 2) * width) + 1, count))
        mean_x, mean_y = (
            sum(x[i] for i in after) / len(after),
            sum(y[i] for i in after) / len(after),
        )
        last = kept[-1]
        kept.append(
            max(
                range(start, stop),
                key=lambda i: abs(
                    (x[last] - mean_x) * (y[i] - y[last]) - (x[last] - x[i]) * (mean_y - y[last])
                ),
            )
        )
    kept.append(count - 1)
    return Series(series.tag, tuple(x[i] for i in kept), tuple(series.values[i] for i in kept))


def _short(step: float) -> float | int:
    return int(step) if step == int(step) else step


def _number(value: object) -> float | None:
    if value is None:
        return None
    number = float(str(value))
    return number if abs(number) < float("inf") else None
