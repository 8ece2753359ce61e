"""A picture of logged curves, as TensorBoard shows them.

Each plot has the curves of one quantity: as they were logged in pale, smoothed on top of that.
Everything is drawn twice as large and then made smaller, so that lines are smooth. Letters and lines
are large: a thumbnail has a third of the width.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.series import Series, thin_series
from gitexp.model.ticks import choose_ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image as PillowImage
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont as BitmapFont

    Font = FreeTypeFont | BitmapFont

SMOOTHING = 0.6
"""Weight of what was before, as TensorBoard's slider has it at first."""

MOST_PLOTS = 4
LARGEST_PICTURE = 60_000  # bytes

_SCALE = 2
_WIDTH = 960
_HEIGHTS = {1: 600, 2: 480, 3: 900, 4: 900}
_FONT_SIZE = 27  # a third of it, 9 px, can be read in a thumbnail
_LINE_WIDTH = 4
_COLUMNS_OF_MARKS = 40
_POINTS_OF_LINE = 500
_MOST_LEGEND_LINES = 5
_COLOURS = ("#ff7043", "#0077bb", "#009988", "#ee3377", "#737373", "#cc3311")
_BACKGROUND, _INK, _GRID, _ALARM = "#ffffff", "#303030", "#dddddd", "#c00000"
_PALE = 0.28
_COLOUR_COUNTS = (128, 48, 16)

# Fonts that have Japanese, on Linux, macOS and Windows. Pillow's own has none.
_WIDE_FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansJP-Regular.ttf", "NotoSansJP-Regular.otf"),
    *("ipagp.ttf", "ipag.ttf", "TakaoPGothic.ttf", "wqy-microhei.ttc", "DroidSansFallback.ttf"),
    *(
        "Hiragino Sans GB.ttc",
        "ヒラギノ角ゴシック W3.ttc",
        "YuGothR.ttc",
        "meiryo.ttc",
        "msgothic.ttc",
    ),
)


class DrawnPlot(NamedTuple):
    """A plot to be drawn: a title, its series, and the label of each in the legend."""

    title: str
    series: Sequence[Series]
    labels: Sequence[str]


class _Box(NamedTuple):
    """A rectangle in pixels; y goes downwards."""

    left: float
    top: float
    right: float
    bottom: float


class _Range(NamedTuple):
    """The numbers that an axis shows."""

    low: float
    high: float

    def place(self, value: float, start: float, stop: float) -> float:
        return start + (value - self.low) / (self.high - self.low) * (stop - start)


def draw_plots(plots: Sequence[DrawnPlot], *, is_time: bool = False) -> bytes:
    """Return a PNG of at most 60 kB with the first four plots.

    ``is_time``: the steps are seconds.
    """
    from PIL import Image, ImageDraw

    shown = plots[:MOST_PLOTS]
    size = (_WIDTH * _SCALE, _HEIGHTS[len(shown)] * _SCALE)
    image = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(image)
    columns = 1 if len(shown) == 1 else 2
    rows = math.ceil(len(shown) / columns)
    width, height = size[0] / columns, size[1] / rows
    for index, plot in enumerate(shown):
        row, column = divmod(index, columns)
        box = _Box(column * width, row * height, (column + 1) * width, (row + 1) * height)
        _PlotDrawing(draw, plot, box, is_time=is_time).draw()
    small = image.resize((_WIDTH, _HEIGHTS[len(shown)]), Image.Resampling.LANCZOS)
    return _encode(small)


def smooth(values: Sequence[float | None], weight: float = SMOOTHING) -> list[float | None]:
    """Return the running mean that TensorBoard draws, None where a value is no number.

    The mean is divided by the sum of its weights, so that it does not begin at 0.
    """
    smoothed: list[float | None] = []
    last = 0.0
    count = 0
    is_constant = len({value for value in values if value is not None}) == 1
    for value in values:
        if value is None or is_constant:
            smoothed.append(value)
            continue
        last = last * weight + (1 - weight) * value
        count += 1
        smoothed.append(last / (1 - weight**count))
    return smoothed


def _smooth_series(series: Series) -> Series:
    """Return the smoothed line: of all points, and only then thinned."""
    line = Series(series.tag, series.steps, tuple(smooth(series.values)), series.words)
    return thin_series(line, _POINTS_OF_LINE)


class _PlotDrawing:
    """A plot on its way into a picture."""

    def __init__(self, draw: ImageDraw, plot: DrawnPlot, box: _Box, *, is_time: bool) -> None:
        self._draw = draw
        self._plot = plot
        self._is_time = is_time
        self._font = _load_font(plot.title + "".join(plot.labels))
        self._smoothed = [_smooth_series(series) for series in plot.series]
        self._x_range = _find_range([series.steps for series in plot.series], margin=0)
        self._y_range = _find_range([line.values for line in self._smoothed], margin=0.06)
        self._letter = _FONT_SIZE * _SCALE
        self._y_ticks = choose_ticks(self._y_range.low, self._y_range.high, 4)
        tick_width = max(self._measure(format_tick(tick)) for tick in self._y_ticks)
        legend_lines = min(len(plot.series), _MOST_LEGEND_LINES + 1)
        self._box = box
        self._inside = _Box(
            box.left + tick_width + self._letter * 0.9,
            box.top + self._letter * (1.7 + 1.15 * legend_lines),
            box.right - self._letter * 0.9,
            box.bottom - self._letter * 1.9,
        )

    def draw(self) -> None:
        """Draw the title, the legend, the axes and the curves."""
        self._draw_axes()
        for index, series in enumerate(self._plot.series):
            colour = _COLOURS[index % len(_COLOURS)]
            self._draw_line(thin_series(series, _POINTS_OF_LINE), _mix(colour), 2)
        for index, line in enumerate(self._smoothed):
            self._draw_line(line, _COLOURS[index % len(_COLOURS)], _LINE_WIDTH)
        for series in self._plot.series:
            self._draw_gaps(series)
        self._draw_head()

    def _draw_axes(self) -> None:
        inside, letter = self._inside, self._letter
        for tick in self._y_ticks:
            y = self._y_range.place(tick, inside.bottom, inside.top)
            self._draw.line((inside.left, y, inside.right, y), _GRID, _SCALE)
            label_end = (inside.left - letter * 0.3, y)
            self._write(label_end, format_tick(tick), "rm")
        format_step: Callable[[float], str] = format_seconds if self._is_time else format_tick
        for tick in choose_ticks(self._x_range.low, self._x_range.high, 4):
            x = self._x_range.place(tick, inside.left, inside.right)
            self._draw.line((x, inside.top, x, inside.bottom), _GRID, _SCALE)
            text = format_step(tick)
            half = self._measure(text) / 2
            x = min(max(x, self._box.left + half), self._box.right - half)
            self._write((x, inside.bottom + letter * 0.3), text, "ma")
        self._draw.rectangle(inside, outline=_INK, width=_SCALE)

    def _draw_line(self, series: Series, colour: str, width: int) -> None:
        """Draw a line, broken where a value is no number; a point alone is a dot."""
        piece: list[tuple[float, float]] = []
        for step, value in zip(series.steps, series.values, strict=True):
            if value is not None:
                piece.append(self._place(step, value))
                continue
            self._draw_piece(piece, colour, width)
            piece = []
        self._draw_piece(piece, colour, width)

    def _draw_piece(self, piece: list[tuple[float, float]], colour: str, width: int) -> None:
        if len(piece) == 1:
            ((x, y),) = piece
            radius = _SCALE * (width + 1)
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
        elif piece:
            self._draw.line(piece, colour, width * _SCALE, joint="curve")

    def _draw_gaps(self, series: Series) -> None:
        """Mark values that are no numbers: inf at the top, -inf and nan at the bottom."""
        inside = self._inside
        size = self._letter * 0.35
        column_width = (inside.right - inside.left) / _COLUMNS_OF_MARKS
        marked: set[tuple[int, str]] = set()
        for step, value in zip(series.steps, series.values, strict=True):
            if value is not None:
                continue
            word = series.words.get(step, "nan")
            x = self._x_range.place(step, inside.left, inside.right)
            column = (int(x / column_width), word)
            if column in marked:
                continue
            marked.add(column)
            if word == "nan":
                y = inside.bottom - size * 1.5
                self._draw.line((x - size, y - size, x + size, y + size), _ALARM, 2 * _SCALE)
                self._draw.line((x - size, y + size, x + size, y - size), _ALARM, 2 * _SCALE)
            else:
                edge, inwards = (inside.top, 1) if word == "inf" else (inside.bottom, -1)
                base = edge + inwards * 2 * size
                self._draw.polygon([(x, edge), (x - size, base), (x + size, base)], _ALARM)

    def _draw_head(self) -> None:
        letter = self._letter
        left = self._box.left + letter * 0.6
        room = self._box.right - letter * 0.6 - left
        y = self._box.top + letter * 0.9
        self._write((left, y), self._cut(self._plot.title, room), "lm", bold=True)
        for index, label in enumerate(self._plot.labels):
            y += letter * 1.15
            if index == _MOST_LEGEND_LINES:
                hidden = len(self._plot.labels) - index
                self._write((left, y), f"and {hidden} more", "lm")
                return
            colour = _COLOURS[index % len(_COLOURS)]
            self._draw.line((left, y, left + letter, y), colour, _LINE_WIDTH * _SCALE * 2)
            text, alarm = _describe_end(label, self._plot.series[index])
            start = left + letter * 1.4
            text = self._cut(text, room - letter * 1.4 - self._measure(alarm))
            self._write((start, y), text, "lm")
            self._write((start + self._measure(text), y), alarm, "lm", _ALARM)

    def _place(self, step: float, value: float) -> tuple[float, float]:
        inside = self._inside
        x = self._x_range.place(step, inside.left, inside.right)
        y = self._y_range.place(value, inside.bottom, inside.top)
        return x, min(max(y, inside.top), inside.bottom)

    def _write(
        self,
        place: tuple[float, float],
        text: str,
        anchor: str,
        colour: str = _INK,
        *,
        bold: bool = False,
    ) -> None:
        stroke = 1 if bold else 0
        self._draw.text(place, text, colour, self._font, anchor, stroke_width=stroke)

    def _measure(self, text: str) -> float:
        return self._draw.textlength(text, self._font)

    def _cut(self, text: str, room: float) -> str:
        """Return a text with its middle left out where it is too wide."""
        if self._measure(text) <= room:
            return text
        for length in range(len(text) - 1, 1, -1):
            half = length // 2
            shorter = f"{text[: length - half]}…{text[-half:]}"
            if self._measure(shorter) <= room:
                return shorter
        return "…"


def _describe_end(label: str, series: Series) -> tuple[str, str]:
    """Return the label with the last value, and a word of alarm where values are no numbers."""
    last = series.values[-1]
    end = f"  {last:.4g}" if last is not None else ""
    words = " ".join(dict.fromkeys(series.words.values()))
    return f"{label}{end}", f"  {words}" if words else ""


def _find_range(rows: Sequence[Sequence[float | None]], margin: float) -> _Range:
    numbers: list[float] = []
    for row in rows:
        numbers.extend(number for number in row if number is not None)
    if not numbers:
        return _Range(0, 1)
    low, high = min(numbers), max(numbers)
    if low == high:
        around = abs(low) * 0.1 or 0.5
        return _Range(low - around, high + around)
    space = (high - low) * margin
    return _Range(low - space, high + space)


def format_tick(value: float) -> str:
    """Return a number for an axis: ``12k`` for 12,000."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size <= abs(value) < size * 1000:
            return f"{value / size:.4g}{unit}"
    return f"{value:.4g}"


def format_seconds(seconds: float) -> str:
    """Return a time for an axis: ``90 s``, ``5 min``, ``2.5 h``."""
    if abs(seconds) >= 7200:
        return f"{seconds / 3600:.3g} h"
    if abs(seconds) >= 180:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s"


def _mix(colour: str) -> str:
    """Return a colour mixed with white."""
    mixed = []
    for start in (1, 3, 5):
        channel = int(colour[start : start + 2], 16)
        mixed.append(round(255 - (255 - channel) * _PALE))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _load_font(text: str) -> Font:
    """Return a font that has the letters of a text, as far as this machine has one."""
    from PIL import ImageFont

    size = _FONT_SIZE * _SCALE
    if any(ord(letter) > 0x2FF and letter != "…" for letter in text):
        for name in _WIDE_FONTS:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return ImageFont.load_default(size)


def _encode(image: PillowImage) -> bytes:
    """Return a PNG with as many colours as fit into the limit."""
    from PIL import Image

    data = b""
    for colours in _COLOUR_COUNTS:
        few = image.quantize(colours, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        few.save(stream, "PNG", optimize=True)
        data = stream.getvalue()
        if len(data) <= LARGEST_PICTURE:
            break
    return data
