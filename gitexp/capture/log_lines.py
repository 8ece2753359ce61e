"""Metrics and series from the lines that a run prints."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from gitexp.model.metric import Metric
from gitexp.model.metric_names import METRIC_NAMES, is_lower_better
from gitexp.model.series import Series, build_series

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf|NaN|Inf)\b"
_PAIR = re.compile(
    rf"""(?<![\w./:-])["']?(?P<name>[^\W\d][\w./@-]*)["']?
         (?P<sign>\s*[:=]\s*|\s+)
         (?:\d+/\d+\s*\(\s*)?  # 9905/10000 (99%)
         (?P<value>{_NUMBER})(?P<percent>%?)(?![\w./:-]*[\w/:])""",
    re.VERBOSE,
)
_STEP = re.compile(r"(?i)\b(?:epoch|step|iter(?:ation)?|global_step)s?\s*[\[:=#]?\s*(?P<step>\d+)")
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_METRICS = frozenset(METRIC_NAMES)
"""Words of a name that make one number under it a metric. Other names are series alone."""

_NO_METRICS = frozenset(
    (
        *("epoch", "epochs", "step", "steps", "iter", "iteration", "iterations", "global_step"),
        *("batch", "batches", "eta", "time", "elapsed", "sec", "secs", "seconds", "s", "ms", "it"),
        *("seed", "size", "port", "pid", "gpu", "rank", "line", "total", "num"),
    )
)

_LEAST_POINTS = 3
"""Points that a series has at least: two numbers under one name may be two things."""

_MOST_POINTS = 100_000
_MOST_NAMES = 200
_LONGEST_LINE = 4000


class LoggedMetric(NamedTuple):
    """A metric as a run printed it: the last value, and the best. A percentage keeps its sign."""

    name: str
    last: str
    best: str


class LogReader:
    """Reads what a run prints, in pieces as they come.

    A line ends with a line feed or, as those of progress bars do, with a carriage return.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._step: float | None = None
        self._points: dict[str, dict[float, float]] = {}
        self._texts: dict[str, dict[str, float]] = {}

    def feed(self, data: bytes) -> None:
        """Take in the next bytes of the output."""
        text = self._rest + self._decoder.decode(data)
        *lines, self._rest = re.split(r"[\r\n]", text)
        self._rest = self._rest[-_LONGEST_LINE:]
        for line in lines:
            self._read_line(line[:_LONGEST_LINE])

    def close(self) -> None:
        """Take in the last line, which may have no end."""
        self._read_line(self._rest)
        self._rest = ""

    def list_metrics(self) -> list[LoggedMetric]:
        """Return the metrics in the order in which they were first printed."""
        metrics = []
        for name, texts in self._texts.items():
            if not is_metric_name(name):
                continue
            last = list(texts)[-1]
            finite = [text for text, number in texts.items() if abs(number) < float("inf")]
            choose = min if is_lower_better(name) else max
            best = choose(finite, key=texts.__getitem__, default=last)
            metrics.append(LoggedMetric(name, last, best))
        return metrics

    def list_series(self) -> list[Series]:
        """Return the numbers that came again and again, by step."""
        series = []
        for name, points in self._points.items():
            if len(points) >= _LEAST_POINTS:
                series.append(build_series(name, points))
        return series

    def _read_line(self, line: str) -> None:
        line = _ESCAPE.sub("", line)
        step = _STEP.search(line)
        if step is not None:
            self._step = float(step["step"])
        for match in _PAIR.finditer(line):
            name = match["name"].rstrip(".-")
            has_sign = bool(match["sign"].strip())
            if name.lower() in _NO_METRICS or not (has_sign or is_metric_name(name)):
                continue
            self._keep(name, match["value"], match["percent"])

    def _keep(self, name: str, value: str, percent: str) -> None:
        points = self._points.get(name)
        if points is None:
            if len(self._points) >= _MOST_NAMES:
                return
            points = self._points[name] = {}
            self._texts[name] = {}
        number = float(value) / (100 if percent else 1)
        text = f"{value}{percent}"
        texts = self._texts[name]
        texts.pop(text, None)  # the last value is the last key
        texts[text] = number
        if len(texts) > _MOST_POINTS:
            del texts[next(iter(texts))]
        # Of the many values that a progress bar shows within an epoch the last one counts.
        step = self._step if self._step is not None else float(len(points) + 1)
        if step in points or len(points) < _MOST_POINTS:
            points[step] = number


def read_log(text: str) -> LogReader:
    """Return a reader that has read a text to its end."""
    reader = LogReader()
    reader.feed(text.encode("utf-8", "replace"))
    reader.close()
    return reader


def read_printed(text: str) -> tuple[list[Metric], list[Series]]:
    """Return the metrics and curves in a text that was printed."""
    reader = read_log(text)
    metrics = [Metric(metric.name, metric.last) for metric in reader.list_metrics()]
    return metrics, reader.list_series()


def is_metric_name(name: str) -> bool:
    """Return True if a word of a name says that the number under it is a metric: ``val_acc``."""
    words = re.split(r"[_/.@-]|(?<=[a-z])(?=[A-Z])", name)
    return any(word.lower() in _METRICS for word in (*words, name))
