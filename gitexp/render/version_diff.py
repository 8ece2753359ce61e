"""Two versions for the terminal: what changed in the code and in the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.history.absent import describe_absent_code, describe_pinned_code
from gitexp.render.code import SAME_CODE, format_delta, format_hidden_count, format_missing_rule
from gitexp.render.show import format_metric_changes
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.history.version_diff import Comparison
    from gitexp.render.terminal import TextStyle


def format_comparison(comparison: Comparison, style: TextStyle) -> list[str]:
    """Return which versions are compared, with their metrics, then what changed in the code."""
    older, newer = comparison.older, comparison.newer
    head = f"{older.label} → {newer.label}"
    metrics = format_metric_changes(older.metrics, newer.metrics)
    lines = [make_safe(f"{head}   {metrics}" if metrics else head)]
    if comparison.absent:
        absent = describe_absent_code(comparison.absent)
        lines.append(make_safe(f"{absent} ({comparison.remedy})"))
    if comparison.pinned:
        lines.append(make_safe(describe_pinned_code(comparison.pinned)))
    if comparison.delta is not None and not comparison.delta.is_same:
        lines += format_delta(comparison.delta, style)
    pair = comparison.pair
    if pair is None:
        return lines
    lines += _format_missing(older.label, pair.older)
    lines += _format_missing(newer.label, pair.newer)
    if pair.reason:
        lines.append(make_safe(pair.reason))
    if comparison.delta is not None and comparison.delta.is_same:
        lines.append(SAME_CODE)
    if pair.newer.hidden_count:
        lines.append(format_hidden_count(pair.newer.hidden_count))
    return lines


def _format_missing(label: str, excerpt: Excerpt) -> list[str]:
    """Return the rules that found nothing in a version."""
    return [f"{make_safe(label)}: {format_missing_rule(missing)}" for missing in excerpt.missing]
