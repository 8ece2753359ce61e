"""What a TensorBoard log holds, as what a trial gave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.errors import UsageError
from gitexp.record.write.values import TrialValues

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from gitexp.capture.tensorboard import EventLog, LoggedCurve
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series

METRICS_SETTING = "gitexp.tbMetrics"

_POINTS = 500
"""Points kept of a curve: as many as a plot has pixels."""


def compile_tags(text: str, source: str) -> re.Pattern[str]:
    """Return a pattern for tags, which an option or a setting holds. Raises UsageError."""
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(f"{source} is no regular expression: {error}", "'loss|acc'") from None


def collect_scalars(
    log: EventLog, metrics_pattern: str, folder: Path, *, is_time: bool = False
) -> TrialValues:
    """Return the metrics, the curves and a picture of the curves of a log.

    With ``is_time`` the curves have the seconds since the log began in place of the steps.
    """
    from gitexp.capture.curve_choice import choose_curves, measure_curves
    from gitexp.model.series import thin_series

    if not log.curves:
        return TrialValues()
    metrics = measure_curves(choose_curves(log.curves, metrics_pattern))
    full = _build_series(log.curves.values(), is_time=is_time)
    thinned = [thin_series(series, _POINTS) for series in full.values()]
    name = f"{folder.resolve().name} curves.png"
    picture = _draw_curves(log, full, name, is_time=is_time)
    return TrialValues(metrics, [(folder.name, thinned)], [picture])


def _build_series(curves: Collection[LoggedCurve], *, is_time: bool) -> dict[str, Series]:
    from gitexp.model.series import build_series

    start = min((min(curve.times) for curve in curves), default=0.0)
    series = {}
    for curve in curves:
        points = curve.get_points_by_time(start) if is_time else curve.get_points()
        series[curve.name] = build_series(curve.name, points)
    return series


def _draw_curves(log: EventLog, series: dict[str, Series], name: str, *, is_time: bool) -> Picture:
    from gitexp.capture.curve_choice import group_into_plots
    from gitexp.capture.curve_picture import DrawnPlot, draw_plots
    from gitexp.capture.picture import check_picture

    plots = []
    for plot in group_into_plots(log.curves.values()):
        lines = [series[curve.name] for curve in plot.curves]
        plots.append(DrawnPlot(plot.title, lines, plot.labels))
    return check_picture(name, name, draw_plots(plots, is_time=is_time))
