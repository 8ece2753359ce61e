"""What was read from the lines that a training printed, as what a trial gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.capture.log_lines import read_log
from gitexp.model.metric import Metric
from gitexp.record.write.values import TrialValues

if TYPE_CHECKING:
    from gitexp.capture.log_lines import LogReader

OUTPUT = "output"
"""What the series that were printed are called after."""


def collect_values(reader: LogReader, *, is_partial: bool = False) -> TrialValues:
    """Return the metrics that were printed, last and best, and the series. The reader is closed."""
    reader.close()
    metrics: list[Metric] = []
    for metric in reader.list_metrics():
        metrics.append(Metric(metric.name, metric.last, partial=is_partial))
        if metric.best != metric.last:
            metrics.append(Metric(f"{metric.name}_best", metric.best, partial=is_partial))
    printed = reader.list_series()
    return TrialValues(metrics, [(OUTPUT, printed)] if printed else ())


def read_log_text(text: str) -> TrialValues:
    """Return the metrics and series in the lines of a log."""
    return collect_values(read_log(text))


def describe_values(ident: str, values: TrialValues, ending: str = "") -> list[str]:
    """Return ``· tcn_filter10 acc=0.857``, and a line for each source of curves.

    ``ending`` says behind the id how the run ended.
    """
    figures = "".join(f" {metric.name}={metric}" for metric in values.metrics)
    lines = [f"· {ident}{ending}{figures}"]
    for name, series in values.series:
        tags = ", ".join(curve.tag for curve in series)
        lines.append(f"· {ident} curves from {name}: {tags}")
    return lines
