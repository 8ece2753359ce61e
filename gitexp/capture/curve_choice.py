"""Which of many logged curves are metrics, and which belong into one plot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.capture.numbers import find_best, format_number
from gitexp.model.metric import METRIC_NAME, Metric
from gitexp.model.metric_names import METRIC_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.capture.tensorboard import LoggedCurve

_TRAINING = frozenset(("train", "training", "学習", "訓練"))
_VALIDATION = frozenset(
    ("val", "valid", "validation", "eval", "evaluation", "test", "dev", "holdout", "検証", "テスト")
)
_UNIMPORTANT = frozenset(("epoch",))  # Keras: epoch_loss
_METRICS = frozenset(METRIC_NAMES)
_WORD = re.compile(r"[^\W_]+")


class Plot(NamedTuple):
    """The curves that TensorBoard shows in one plot: of one tag, train and validation together."""

    title: str
    curves: tuple[LoggedCurve, ...]
    labels: tuple[str, ...]


def choose_curves(curves: Mapping[str, LoggedCurve], pattern: str) -> list[LoggedCurve]:
    """Return the curves whose values become metrics.

    They are those whose name ``pattern`` finds. Without a pattern they are those of the validation
    that look like a metric, and where nothing is of a validation all that look like one.
    """
    if pattern:
        return [curve for name, curve in curves.items() if re.search(pattern, name)]
    metrics = [curve for curve in curves.values() if looks_like_metric(curve)]
    validation = [curve for curve in metrics if is_validation(curve)]
    return validation or metrics


def measure_curves(curves: Iterable[LoggedCurve]) -> list[Metric]:
    """Return the last value of each curve, and the best where it is another."""
    metrics = []
    for curve in curves:
        name = make_metric_name(curve.name)
        points = curve.get_points()
        last = format_number(points[max(points)])
        metrics.append(Metric(name, last))
        best = find_best(curve.name, points.values())
        if best is not None and format_number(best) != last:
            metrics.append(Metric(f"{name}_best", format_number(best)))
    return metrics


def make_metric_name(name: str) -> str:
    """Return the name of a curve as a metric can have it: ``val/F1 score`` is ``val/F1_score``."""
    if re.fullmatch(METRIC_NAME, name):
        return name
    plain = re.sub(r"[^\w./@+%-]+", "_", name).strip("_./@+%-")
    return plain if re.fullmatch(METRIC_NAME, plain) else f"metric_{plain}"[:100]


def looks_like_metric(curve: LoggedCurve) -> bool:
    """Return True for a tag with a word that names a metric: acc, loss, f1, 精度."""
    words = _read_words(curve.tag)
    return not _METRICS.isdisjoint((*words, "_".join(words)))


def is_validation(curve: LoggedCurve) -> bool:
    """Return True for a curve whose run or tag names a validation or a test."""
    return not _VALIDATION.isdisjoint(_read_words(curve.name))


def group_into_plots(curves: Iterable[LoggedCurve]) -> list[Plot]:
    """Return the plots of some curves, those of metrics with a validation first."""
    by_quantity: dict[str, list[LoggedCurve]] = {}
    for curve in curves:
        by_quantity.setdefault(_name_quantity(curve.tag), []).append(curve)
    plots = [_make_plot(quantity, group) for quantity, group in by_quantity.items()]
    return sorted(plots, key=_rank_plot)


def _make_plot(quantity: str, curves: list[LoggedCurve]) -> Plot:
    tags = {curve.tag for curve in curves}
    title = curves[0].tag if len(tags) == 1 else quantity
    labels = [_name_line(curve, has_one_tag=len(tags) == 1) for curve in curves]
    if len(set(labels)) < len(labels):
        labels = [curve.name for curve in curves]
    return Plot(title, tuple(curves), tuple(labels))


def _name_line(curve: LoggedCurve, *, has_one_tag: bool) -> str:
    """Return what tells a curve from the others of its plot: ``train`` of ``Loss/train``."""
    if has_one_tag:
        return curve.run or curve.tag
    parts = [word for word in _read_words(curve.tag) if word in _TRAINING | _VALIDATION]
    name = " ".join(parts) or curve.tag
    return f"{curve.run} {name}" if curve.run else name


def _rank_plot(plot: Plot) -> tuple[bool, bool]:
    has_metric = any(looks_like_metric(curve) for curve in plot.curves)
    has_validation = any(is_validation(curve) for curve in plot.curves)
    return not has_metric, not has_validation


def _name_quantity(tag: str) -> str:
    """Return a tag without the words for train and validation: ``loss`` of ``val_loss``."""
    passed_over = _TRAINING | _VALIDATION | _UNIMPORTANT
    words = [word for word in _read_words(tag) if word not in passed_over]
    return " ".join(words) or tag


def _read_words(name: str) -> list[str]:
    return _WORD.findall(name.lower())
