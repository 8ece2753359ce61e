"""The progress of a metric as a plot of characters, and as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gitexp.render.terminal import cut_to_width, make_safe, measure_width, pad_to_width, paint

if TYPE_CHECKING:
    from gitexp.record.read.progress import Progress, Trial

HEIGHT = 12
"""Rows of the plot: with its axis and its legend it fits on a terminal of 24 lines."""

_MOST_LABEL = 12
_LEAST_PLOT = 10
# What stands where several trials fall on one place: the later in this list wins.
_SIGNS = {"plain": "·", "unsure": "○", "corrected": "✗", "best": "●"}
_LINE = "─"
_LEGEND = "· trial   ● best when it came   ○ unsure   ✗ corrected   ─ best so far"

_CROWD = 6
"""Trials a column. With more of them points would cover the plot and say nothing."""
_RANGE, _HALF = "·", "│"
_CROWD_LEGEND = "· lowest, highest  │ middle half  ● best when it came  ✗ corrected  ─ best so far"


class _Scale(NamedTuple):
    """Places of values on a plot: the row of a value counts from the top."""

    lowest: float
    highest: float
    width: int
    trial_count: int

    def find_row(self, value: float) -> int:
        span = self.highest - self.lowest
        share = (value - self.lowest) / span if span else 0.5
        return round((1 - share) * (HEIGHT - 1))

    def find_column(self, number: int) -> int:
        return number * (self.width - 1) // max(1, self.trial_count - 1)


def format_progress(progress: Progress, columns: int, *, colour: bool = False) -> list[str]:
    """Return the plot, ``columns`` wide: a point for each trial in time order, the best as a line."""
    trials = progress.trials
    values = [trial.metric.number for trial in trials]
    labels = [_format_number(max(values)), _format_number(min(values))]
    margin = max(measure_width(label) for label in labels) + 1
    plot_width = max(_LEAST_PLOT, columns - margin - 1)
    scale = _Scale(min(values), max(values), min(plot_width, 2 * len(trials)), len(trials))
    is_crowd = len(trials) > _CROWD * scale.width
    grid = _draw_crowd(progress, scale) if is_crowd else _draw_points(progress, scale)
    lines = [cut_to_width(make_safe(_describe(progress)), columns)]
    best = paint(_SIGNS["best"], "1", colour=colour)
    for number, row in enumerate(grid):
        label = {0: labels[0], HEIGHT - 1: labels[1]}.get(number, "")
        text = "".join(row).rstrip().replace(_SIGNS["best"], best)
        lines.append(f"{pad_to_width(label, margin, right=True)}│{text}")
    lines.append(" " * margin + "└" + "─" * scale.width)
    days = _describe_days(trials, scale.width)
    lines.append(cut_to_width(" " * (margin + 1) + days, columns))
    lines.append(cut_to_width(_CROWD_LEGEND if is_crowd else _LEGEND, columns))
    return lines


def serialize_progress(progress: Progress) -> dict[str, Any]:
    """Return the progress as JSON has it."""
    return {
        "metric": progress.metric,
        "better": "lower" if progress.is_lower_better else "higher",
        "best": progress.best.summary.id if progress.best else None,
        "without": progress.others,
        "trials": [
            {
                "id": trial.summary.id,
                "at": trial.summary.at,
                "value": trial.metric.number,
                "best": trial.is_best,
                "sure": trial.is_sure,
                "corrected": trial.summary.corrected,
                "parent": trial.summary.parent or None,
                "tags": list(trial.summary.tags),
                "note": trial.summary.words,
            }
            for trial in progress.trials
        ],
    }


def _draw_points(progress: Progress, scale: _Scale) -> list[list[str]]:
    """Return the rows of a plot with a sign for each trial."""
    grid = _draw_best_line(progress, scale)
    for number, trial in enumerate(progress.trials):
        column = scale.find_column(number)
        row = scale.find_row(trial.metric.number)
        grid[row][column] = _choose_sign(trial, grid[row][column])
    return grid


def _draw_crowd(progress: Progress, scale: _Scale) -> list[list[str]]:
    """Return the rows of a plot that says of each column where its trials lie.

    The lowest, the highest and the middle half are drawn, and each trial that was the best when it
    came or is corrected.
    """
    grid = _draw_best_line(progress, scale)
    trials_by_column: dict[int, list[Trial]] = {}
    for number, trial in enumerate(progress.trials):
        trials_by_column.setdefault(scale.find_column(number), []).append(trial)
    for column, trials in trials_by_column.items():
        rows = sorted(scale.find_row(trial.metric.number) for trial in trials)
        quarter = len(rows) // 4
        for row in range(rows[quarter], rows[-1 - quarter] + 1):
            grid[row][column] = _HALF
        for row in (rows[0], rows[-1]):
            if grid[row][column] == " ":
                grid[row][column] = _RANGE
        for trial in trials:
            if trial.is_best or trial.summary.corrected:
                row = scale.find_row(trial.metric.number)
                grid[row][column] = _choose_sign(trial, grid[row][column])
    return grid


def _draw_best_line(progress: Progress, scale: _Scale) -> list[list[str]]:
    """Return the rows of a plot that holds nothing but the best so far."""
    grid = [[" "] * scale.width for _ in range(HEIGHT)]
    best_row = None
    last_column = 0
    for number, trial in enumerate(progress.trials):
        column = scale.find_column(number)
        if best_row is not None:
            for place in range(last_column, column + 1):
                if grid[best_row][place] == " ":
                    grid[best_row][place] = _LINE
        if trial.is_best:
            best_row = scale.find_row(trial.metric.number)
        last_column = column
    return grid


def _choose_sign(trial: Trial, before: str) -> str:
    if trial.is_best:
        sign = _SIGNS["best"]
    elif trial.summary.corrected:
        sign = _SIGNS["corrected"]
    elif not trial.is_sure:
        sign = _SIGNS["unsure"]
    else:
        sign = _SIGNS["plain"]
    order = list(_SIGNS.values())
    if before in order and order.index(before) > order.index(sign):
        return before
    return sign


def _describe(progress: Progress) -> str:
    direction = "lower" if progress.is_lower_better else "higher"
    count = len(progress.trials)
    text = f"{progress.metric} of {count} trial{'' if count == 1 else 's'}, {direction} is better"
    if progress.best is not None:
        text += f"   best: {progress.best.summary.id} {progress.best.metric}"
    if progress.others:
        text += f"   ({progress.others} without it)"
    return text


def _describe_days(trials: tuple[Trial, ...], columns: int) -> str:
    first, last = trials[0].summary.at[:10], trials[-1].summary.at[:10]
    if first == last or columns < measure_width(first) + measure_width(last) + 2:
        return first if first == last else f"{first} to {last}"
    return pad_to_width(first, columns - measure_width(last)) + last


def _format_number(value: float) -> str:
    return f"{value:.4g}"[:_MOST_LABEL]
