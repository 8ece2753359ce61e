"""Series: numbers over the steps of a run, as a training loop writes them."""

from __future__ import annotations

import json
import math
from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any

from gitexp.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORDS = ("nan", "inf", "-inf")
POINTS = 2000
"""Points kept of one series: twice the pixels of any plot."""


class Series:
    """Numbers under one ``tag`` (``loss``, ``val/acc``), by step, steps rising.

    None stands for nan and infinities; ``words`` says by step which of them it was: ``nan``,
    ``inf``, ``-inf``. Records of earlier versions do not say it, so two series may be equal without.
    """

    __slots__ = ("steps", "tag", "values", "words")

    def __init__(
        self,
        tag: str,
        steps: tuple[float, ...],
        values: tuple[float | None, ...],
        words: Mapping[float, str] | None = None,
    ) -> None:
        """Hold as many values as steps."""
        self.tag = tag
        self.steps = steps
        self.values = values
        self.words = words or {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Series):
            return NotImplemented
        return (self.tag, self.steps, self.values) == (other.tag, other.steps, other.values)

    def __hash__(self) -> int:
        return hash((self.tag, self.steps, self.values))

    def __repr__(self) -> str:
        return f"Series({self.tag!r}, {self.steps!r}, {self.values!r}, {self.words!r})"

    @property
    def is_diverged(self) -> bool:
        """True where the last value is no number."""
        return bool(self.values) and self.values[-1] is None


def build_series(tag: str, points: Mapping[float, float]) -> Series:
    """Return the series of some points, values by step."""
    steps = sorted(points)
    values: list[float | None] = []
    words = {}
    for step in steps:
        value = points[step]
        is_number = math.isfinite(value)
        values.append(value if is_number else None)
        if not is_number:
            words[step] = str(value)
    return Series(tag, tuple(steps), tuple(values), words)


def encode_series(series: Iterable[Series]) -> bytes:
    """Return series as canonical JSON: ``{"loss": {"step": [...], "value": [...]}}``.

    A value that is no number is a text: ``"nan"``, ``"inf"``, ``"-inf"``.
    """
    content = {}
    for curve in series:
        values: list[float | str | None] = list(curve.values)
        for index, step in enumerate(curve.steps):
            if values[index] is None:
                values[index] = curve.words.get(step)
        content[curve.tag] = {"step": list(map(_shorten_step, curve.steps)), "value": values}
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
    words = {}
    for step, value in zip(steps, columns["value"], strict=True):
        if value in _WORDS:
            words[step] = str(value)
    return Series(tag, steps, values, words)


def thin_series(series: Series, points: int = POINTS) -> Series:
    """Return at most ``points`` of the series, chosen so that its plot looks the same.

    The first, the last, the largest and the smallest point stay. Largest-Triangle-Three-Buckets:
    S. Steinarsson, Downsampling Time Series for Visual Representation, 2013.
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
    _keep_points(chosen, _find_needed(series))
    return Series(
        series.tag,
        tuple(x[index] for index in chosen),
        tuple(series.values[index] for index in chosen),
        {step: series.words[step] for step in map(x.__getitem__, chosen) if step in series.words},
    )


def _find_needed(series: Series) -> list[int]:
    """Return the indices that outlive thinning: of the extremes, and of the first gap.

    So the step at which a run diverged is never lost.
    """
    finite = [index for index, value in enumerate(series.values) if value is not None]
    needed = []
    if finite:
        by_value = [value for value in series.values if value is not None]
        needed.append(finite[by_value.index(max(by_value))])
        needed.append(finite[by_value.index(min(by_value))])
    if len(finite) < len(series.values):
        is_diverged = series.is_diverged
        needed.append(_find_divergence(series) if is_diverged else series.values.index(None))
    return needed


def _keep_points(chosen: list[int], needed: list[int]) -> None:
    """Put each needed index that is missing in the place of the nearest chosen one that is not."""
    fixed = {chosen[0], chosen[-1], *needed}
    for index in needed:
        place = bisect_left(chosen, index)
        if chosen[place] == index:
            continue
        spare = [chosen_index for chosen_index in chosen if chosen_index not in fixed]
        if spare:
            chosen.remove(min(spare, key=lambda spare_index: abs(spare_index - index)))
            insort(chosen, index)


def _find_divergence(series: Series) -> int:
    """Return the index from which on no value of the series is a number."""
    index = len(series.values)
    while index and series.values[index - 1] is None:
        index -= 1
    return index


def _shorten_step(step: float) -> float | int:
    return int(step) if step == int(step) else step


def _read_value(value: object) -> float | None:
    if value is None:
        return None
    number = float(str(value))
    return number if math.isfinite(number) else None
