"""Series as a plot: plain SVG, readable without colour, its numbers beside each curve."""

from __future__ import annotations

import itertools
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.series import Series, thin_series
from gitexp.model.ticks import choose_ticks
from gitexp.render.short_ids import shorten_ids
from gitexp.render.terminal import cut_middle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.history.lineup import Curve

# M. Okabe, K. Ito, Color Universal Design, 2008: told apart by colour-blind readers. Black is left
# to the axes.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
# Where the colours are used up, the next curves are dashed.
_DASHES = ("", "6 3", "2 3")
# Pixels: of the drawing, of the margins around the frame, between two labels.
_WIDTH, _HEIGHT = 440, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 148, 22, 22
_LABEL_HEIGHT = 12
# A line as of the curve before its label, in pixels, and the columns of a label.
_SAMPLE, _LABEL_COLUMNS = 14, 20
# Points of a curve: about one for each pixel of the frame.
_MOST_POINTS = 400
# The free space above and below the curves, as a share of their range.
_MARGIN_SHARE = 0.04


class _Scale(NamedTuple):
    """The numbers at the edges of the frame."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def place(self, step: float, value: float) -> tuple[float, float]:
        """Return where a point is in the drawing, in pixels from its upper left corner."""
        x_share = (step - self.x_low) / (self.x_high - self.x_low)
        y_share = (value - self.y_low) / (self.y_high - self.y_low)
        frame = _FRAME
        x = frame.left + x_share * (frame.right - frame.left)
        return x, frame.bottom - y_share * (frame.bottom - frame.top)


class _Frame(NamedTuple):
    """The pixels of the frame's edges."""

    left: int
    top: int
    right: int
    bottom: int


_FRAME = _Frame(_LEFT, _TOP, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM)


def draw_plot(tag: str, curves: Sequence[Curve]) -> str:
    """Return an SVG of the series of several experiments under one tag; "" where none has a value.

    The name of a curve stands at its right end; its number chooses its colour. A curve is a ``polyline``
    with ``data-label``, ``data-steps`` and ``data-values``. The ``svg`` has the frame in pixels in
    ``data-frame`` (left top right bottom) and its range in ``data-range`` (x0 y0 x1 y1).
    """
    drawn = [
        curve._replace(series=thin_series(curve.series, _MOST_POINTS))
        for curve in curves
        if any(value is not None for value in curve.series.values)
    ]
    if not drawn:
        return ""
    scale = _choose_scale(drawn)
    parts = [_open_drawing(tag, drawn, scale), *_draw_ticks(scale)]
    for curve in drawn:
        parts += [_draw_line(curve, run, scale) for run in _find_runs(curve.series)]
    parts += _draw_labels(drawn, scale)
    return "".join([*parts, "</svg>"])


def _choose_scale(curves: Sequence[Curve]) -> _Scale:
    """Return a scale at which all points of all curves are inside."""
    steps: list[float] = []
    values: list[float] = []
    for curve in curves:
        for step, value in zip(curve.series.steps, curve.series.values, strict=True):
            if value is not None:
                steps.append(step)
                values.append(value)
    x_low, x_high = _widen(min(steps), max(steps), 0)
    y_low, y_high = _widen(min(values), max(values), _MARGIN_SHARE)
    return _Scale(x_low, x_high, y_low, y_high)


def _widen(low: float, high: float, share: float) -> tuple[float, float]:
    """Return a range that is wider by a share on both sides, and never empty."""
    if low == high:
        room = abs(low) / 2 or 1.0
        return low - room, high + room
    room = (high - low) * share
    return low - room, high + room


def _open_drawing(tag: str, curves: Sequence[Curve], scale: _Scale) -> str:
    """Return the beginning of the SVG with the title."""
    title = f"{tag}: {', '.join(curve.label for curve in curves)}"
    frame = " ".join(map(str, _FRAME))
    x_low, x_high, y_low, y_high = scale
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
        f' data-frame="{frame}" data-range="{x_low:g} {y_low:.9g} {x_high:g} {y_high:.9g}">'
        f'<text class="plot-title" x="{_LEFT}" y="16">{escape(tag)}</text>'
    )


def _draw_ticks(scale: _Scale) -> list[str]:
    """Return the numbers at both axes, and a line across the frame for each value."""
    frame = _FRAME
    parts = []
    for value in choose_ticks(scale.y_low, scale.y_high):
        _, y = scale.place(scale.x_low, value)
        parts.append(
            f'<line class="plot-grid" x1="{frame.left}" x2="{frame.right}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="plot-tick" text-anchor="end" x="{frame.left - 6}" '
            f'y="{y + 4:.1f}">{value:g}</text>'
        )
    for step in choose_ticks(scale.x_low, scale.x_high):
        x, _ = scale.place(step, scale.y_low)
        parts.append(
            f'<text class="plot-tick" text-anchor="middle" x="{x:.1f}" '
            f'y="{frame.bottom + 16}">{step:g}</text>'
        )
    return parts


def _draw_line(curve: Curve, run: range, scale: _Scale) -> str:
    """Return a part of a curve without gaps; ``run``: the indexes of its points."""
    series = curve.series
    points = [(series.steps[index], float(series.values[index] or 0)) for index in run]
    places = [scale.place(step, value) for step, value in points]
    steps = " ".join(f"{step:g}" for step, _ in points)
    values = " ".join(f"{value:.6g}" for _, value in points)
    coordinates = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return (
        f'<polyline class="plot-curve" fill="none" stroke="{_choose_colour(curve.number)}" '
        f'stroke-width="1.6"{_write_dash(curve.number)} data-label="{escape(curve.label)}" '
        f'data-steps="{steps}" data-values="{values}" points="{coordinates}"/>'
    )


def _choose_colour(number: int) -> str:
    return COLOURS[(number - 1) % len(COLOURS)]


def _write_dash(number: int) -> str:
    """Return the attribute of a dashed line where the colours are used up; "" for a whole line."""
    dash = _DASHES[(number - 1) // len(COLOURS) % len(_DASHES)]
    return f' stroke-dasharray="{dash}"' if dash else ""


def _draw_labels(curves: Sequence[Curve], scale: _Scale) -> list[str]:
    """Return the name of each curve behind a piece of its line, at the height of its last point."""
    heights = []
    for curve in curves:
        _, y = scale.place(*_find_last_point(curve.series))
        heights.append(y)
    labels = shorten_ids(curve.label for curve in curves)
    parts = []
    left = _FRAME.right + 4
    for curve, y in zip(curves, _spread(heights), strict=True):
        parts.append(
            f'<line class="plot-sample" stroke="{_choose_colour(curve.number)}" stroke-width="2.4"'
            f'{_write_dash(curve.number)} x1="{left}" x2="{left + _SAMPLE}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="plot-label" x="{left + _SAMPLE + 4}" y="{y + 4:.1f}">'
            f"{escape(cut_middle(labels[curve.label], _LABEL_COLUMNS))}</text>"
        )
    return parts


def _find_last_point(series: Series) -> tuple[float, float]:
    """Return the last point that has a number."""
    points = zip(reversed(series.steps), reversed(series.values), strict=True)
    return next((step, value) for step, value in points if value is not None)


def _spread(heights: Sequence[float]) -> list[float]:
    """Return heights of labels near the given ones at which they do not cover each other.

    Labels that are too close are pushed down, then up from the bottom of the frame.
    """
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    spread = list(heights)
    for above, below in itertools.pairwise(order):
        spread[below] = max(spread[below], spread[above] + _LABEL_HEIGHT)
    limit: float = _FRAME.bottom
    for index in reversed(order):
        spread[index] = max(_FRAME.top, min(spread[index], limit))
        limit = spread[index] - _LABEL_HEIGHT
    return spread


def _find_runs(series: Series) -> list[range]:
    """Return the indexes of points in a row that have a number.

    Nan and infinities leave a gap.
    """
    runs: list[range] = []
    start = None
    for index, value in enumerate((*series.values, None)):
        if value is not None:
            start = index if start is None else start
        elif start is not None:
            runs.append(range(start, index))
            start = None
    return runs
