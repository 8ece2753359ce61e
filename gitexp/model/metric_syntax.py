"""Metrics as a person writes them behind an id: ``acc 0.857, loss: 0.3 (stopped)``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.metric import NUMBER, Metric

if TYPE_CHECKING:
    from collections.abc import Collection

METRIC_NAMES = (
    "acc",
    "accuracy",
    "val_acc",
    "loss",
    "val_loss",
    "f1",
    "bleu",
    "auc",
    "precision",
    "recall",
    "cer",
    "wer",
    "mae",
    "rmse",
)
"""Words that name a metric in free text."""

# Characters that a Japanese input method types instead of plain ones, one for one.
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN = str.maketrans(_FULL_WIDTH | {"　": " ", "−": "-"})

_UNSURE_AFTER = re.compile(r"\s*(?:くらい|ぐらい|位|about|[?？])+", re.IGNORECASE)
_UNSURE_BEFORE = r"(?:~|～|約|about|ca\.)\s*"
_PARTIAL = re.compile(
    r"\s*(?:[(（]\s*)?(?:途中|partial|stopped|so far|still running)", re.IGNORECASE
)
_NO_VALUE = re.compile(r"(?:n\s*/\s*a|none|nan|なし|不明|[-–—?？])(?!\w)", re.IGNORECASE)


class MetricReading(NamedTuple):
    """The metrics at the beginning of a text.

    ``is_named`` is True where a metric is named at all: ``acc N/A`` names one without a value.
    """

    metrics: tuple[Metric, ...]
    is_named: bool


def make_widths_plain(text: str) -> str:
    """Return the text with full-width characters as plain ones, each at its place."""
    return text.translate(_PLAIN)


def read_metrics(text: str, names: Collection[str] = METRIC_NAMES) -> tuple[Metric, ...]:
    """Return the metrics at the beginning of ``text``, up to the first word that is none."""
    return read_leading_metrics(make_widths_plain(text), names).metrics


def read_leading_metrics(text: str, names: Collection[str]) -> MetricReading:
    """Read the metrics at the beginning of a text of plain widths."""
    patterns = _compile_patterns(tuple(names))
    metrics: list[Metric] = []
    position = 0
    is_named = False
    while name := patterns.name.match(text, position):
        number = patterns.number.match(text, name.end())
        if number is not None:
            metric, position = _read_value(text, name["name"], number)
            metrics.append(metric)
            is_named = True
        elif no_value := _NO_VALUE.match(text, name.end()):
            position = no_value.end()
            is_named = True
        else:
            break
    return MetricReading(tuple(metrics), is_named)


def _read_value(text: str, name: str, number: re.Match[str]) -> tuple[Metric, int]:
    """Return the metric with this number and the place in the text behind what qualifies it."""
    value = number["value"].rstrip(".") + number["percent"].strip()
    unsure_after = _UNSURE_AFTER.match(text, number.end())
    stop = unsure_after.end() if unsure_after else number.end()
    is_unsure = bool(number["before"]) or unsure_after is not None
    is_partial = _PARTIAL.match(text, stop) is not None
    return Metric(name, value, is_unsure, is_partial), stop


class _Patterns(NamedTuple):
    """What names a metric, and the number behind the name."""

    name: re.Pattern[str]
    number: re.Pattern[str]


@lru_cache(maxsize=8)
def _compile_patterns(names: tuple[str, ...]) -> _Patterns:
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    words = "|".join(longest_first)
    return _Patterns(
        re.compile(
            rf"[\s,、:;/]*(?P<name>{words})(?![A-Za-z_])\s*[=:]?\s*",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?P<before>{_UNSURE_BEFORE})?"
            rf"(?P<value>{NUMBER})(?![.,]?[0-9]|\.?[A-Za-z_])"
            r"(?P<percent>(?:\s*%)?)",
            re.IGNORECASE,
        ),
    )
