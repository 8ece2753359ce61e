"""Series: numbers over the steps of a run, as a training loop writes them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitexp.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

POINTS = 2000
"""Points kept of one series: twice the pixels of any plot."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under one ``tag`` (``loss``, ``val/acc``), by step, steps rising.

    None stands for nan and infinities.
    """

    tag: str
    steps: tuple[float, ...]
    values: tuple[float | None, ...]


def encode_series(series: Iterable[Series]) -> bytes:
    """Return series as canonical JSON: ``{"loss": {"step": [...], "value": [...]}}``."""
    content = {
        curve.tag: {"step": list(map(_shorten_step, curve.steps)), "value": list(curve.values)}
        for curve in series
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def decode_series(data: bytes) -> tuple[Series, ...]:
    """Read what ``encode_series`` wrote.

    Raises ContentError for anything else: a remote may have sent it.
    """
    try:
        content = json.loads(data)
        return tuple(_decode_curve(tag, columns) for tag, columns in content.items())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ContentError("a stored series cannot be read") from None


def _decode_curve(tag: str, columns: Mapping[str, Any]) -> Series:
    steps = tuple(map(float, columns["step"]))
    values = tuple(map(_read_value, columns["value"]))
    if len(steps) != len(values):
        raise ValueError("a step without a value")
    return Series(tag, steps, values)


def thin_series(series: Series, points: int = POINTS) -> Series:
    """Return at most ``points`` of the series, chosen so that its plot looks the same.

    The first and the last point stay. Largest-Triangle-Three-Buckets: S. Steinarsson, Downsampling
    Time Series for Visual Representation, 2013.
    """
    count = len(series.steps)
    if count <= points:
        return series
    x = series.steps
    y = [0.0 if value is None else value for value in series.values]
    width = (count - 2) / (points - 2)
    chosen = [0]
    for bucket in range(points - 2):
        start = int(bucket * width) + 1
        stop = int((bucket + 1) * width) + 1
        next_stop = min(int((bucket + 2) * width) + 1, count)
        next_bucket = range(stop, next_stop)
        mean_x = sum(x[index] for index in next_bucket) / len(next_bucket)
        mean_y = sum(y[index] for index in next_bucket) / len(next_bucket)
        last_x, last_y = x[chosen[-1]], y[chosen[-1]]
        areas = [
            abs((last_x - mean_x) * (y[index] - last_y) - (last_x - x[index]) * (mean_y - last_y))
            for index in range(start, stop)
        ]
        chosen.append(start + areas.index(max(areas)))
    chosen.append(count - 1)
    return Series(
        series.tag,
        tuple(x[index] for index in chosen),
        tuple(series.values[index] for index in chosen),
    )


def _shorten_step(step: float) -> float | int:
    return int(step) if step == int(step) else step


def _read_value(value: object) -> float | None:
    if value is None:
        return None
    number = float(str(value))
    return number if math.isfinite(number) else None
