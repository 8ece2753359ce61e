"""Series as a plot: plain SVG, readable without colour, its numbers kept beside each curve for whoever points at it."""

from __future__ import annotations

import itertools
import math
from html import escape
from typing import TYPE_CHECKING

from gitexp.model.series import Series, thin_series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# M. Okabe, K. Ito, Color Universal Design, 2008: told apart by colour-blind readers. Black is left to the axes.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("", "6 3", "2 3")
_WIDTH, _HEIGHT = 480, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 26, 26, 28
_LABEL = 12
_POINTS = 400


def plot(tag: str, curves: Sequence[tuple[int, str, Series]]) -> str:
    """An SVG of several experiments' series under one tag. A curve comes with its number, which stands at its right end and chooses
    its colour, and with a label.

    A curve is a ``polyline`` with ``data-label``, ``data-steps`` and ``data-values``; the ``svg`` has the plot's frame in pixels in
    ``data-frame`` (left top right bottom) and its range in ``data-range`` (x0 y0 x1 y1). Empty where no curve has a value.
    """
    drawn = [
        (number, label, thin_series(one, _POINTS))
        for number, label, one in curves
        if any(value is not None for value in one.values)
    ]
    points = [
        (step, value)
        for *_, series in drawn
        for step, value in zip(series.steps, series.values, strict=True)
        if value is not None
    ]
    if not points:
        return ""
    x0, x1 = _padded(min(x for x, _ in points), max(x for x, _ in points), 0)
    y0, y1 = _padded(min(y for _, y in points), max(y for _, y in points), 0.04)
    frame = (_LEFT, _TOP, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM)

    def at(step: float, value: float) -> tuple[float, float]:
        left, top, right, bottom = frame
        return left + (step - x0) / (x1 - x0) * (right - left), bottom - (value - y0) / (
            y1 - y0
        ) * (bottom - top)

    title = f"{tag}: {', '.join(label for _, label, _ in drawn)}"
    parts = [
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
        f' data-frame="{" ".join(map(str, frame))}" data-range="{x0:g} {y0:.9g} {x1:g} {y1:.9g}">',
        f'<text class="plot-title" x="{_LEFT}" y="16">{escape(tag)}</text>',
    ]
    for value in ticks(y0, y1):
        _, y = at(x0, value)
        parts.append(
            f'<line class="plot-grid" x1="{frame[0]}" x2="{frame[2]}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(
            f'<text class="plot-tick" text-anchor="end" x="{frame[0] - 6}" y="{y + 4:.1f}">{value:g}</text>'
        )
    for value in ticks(x0, x1):
        x, _ = at(value, y0)
        parts.append(
            f'<text class="plot-tick" text-anchor="middle" x="{x:.1f}" y="{frame[3] + 18}">{value:g}</text>'
        )
    for number, label, series in drawn:
        parts += [_curve(number, label, series, stretch, at) for stretch in _stretches(series)]
    heights = _apart([at(*_last(series))[1] for *_, series in drawn], frame[1], frame[3])
    for (number, _, _), y in zip(drawn, heights, strict=True):
        parts.append(
            f'<text class="plot-label" fill="{_colour(number)}" x="{frame[2] + 5}" y="{y + 4:.1f}">{number}</text>'
        )
    return "".join([*parts, "</svg>"])


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About ``count`` round numbers (1, 2, 5 times a power of ten) from ``low`` to ``high``."""
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _curve(
    number: int,
    label: str,
    series: Series,
    stretch: range,
    at: Callable[[float, float], tuple[float, float]],
) -> str:
    values = [(series.steps[i], float(series.values[i] or 0)) for i in stretch]
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in values))
    dash = _DASHES[(number - 1) // len(COLOURS) % len(_DASHES)]
    return (
        f'<polyline class="plot-curve" fill="none" stroke="{_colour(number)}" stroke-width="1.6"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
        + f' data-label="{escape(label)}" data-steps="{" ".join(f"{step:g}" for step, _ in values)}"'
        f' data-values="{" ".join(f"{value:.6g}" for _, value in values)}" points="{places}"/>'
    )


def _colour(number: int) -> str:
    return COLOURS[(number - 1) % len(COLOURS)]


def _last(series: Series) -> tuple[float, float]:
    """The last point that has a number."""
    return next(
        (step, value)
        for step, value in zip(reversed(series.steps), reversed(series.values), strict=True)
        if value is not None
    )


def _apart(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights of labels near ``places`` that do not cover each other: pushed down where too close, then up from the bottom."""
    order = sorted(range(len(places)), key=lambda number: places[number])
    found = list(places)
    for above, below in itertools.pairwise(order):
        found[below] = max(found[below], found[above] + _LABEL)
    limit = bottom
    for number in reversed(order):
        found[number] = max(top, min(found[number], limit))
        limit = found[number] - _LABEL
    return found


def _stretches(series: Series) -> list[range]:
    """Runs of steps that have a number: nan and infinities leave a gap."""
    found: list[range] = []
    start = None
    for number, value in enumerate((*series.values, None)):
        if value is None:
            if start is not None:
                found.append(range(start, number))
            start = None
        elif start is None:
            start = number
    return found


def _padded(low: float, high: float, share: float) -> tuple[float, float]:
    if low == high:
        room = abs(low) / 2 or 1.0
        return low - room, high + room
    return low - (high - low) * share, high + (high - low) * share
