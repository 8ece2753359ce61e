"""Values for ``--json``: one schema for every reading verb (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Entry, Experiment, Image, Snapshot
    from gitexp.model.filter import CodeFilter
    from gitexp.model.metric import Metric


def experiment_values(experiment: Experiment, branch: str) -> dict[str, Any]:
    """An experiment."""
    return {
        "id": experiment.id,
        "at": experiment.at,
        "parent": experiment.parent or None,
        "metrics": [metric_values(metric) for metric in experiment.metrics],
        "tags": list(experiment.tags),
        "entries": [entry_values(entry) for entry in experiment.entries],
        "images": [image_values(image, branch) for image in experiment.images],
        "series": [
            {
                "name": item.name,
                "tags": list(item.tags),
                "at": item.at,
                "object": f"{branch}:{item.path}",
            }
            for item in experiment.curves
        ],
        "links": list(experiment.links),
        "snapshots": [snapshot_values(snapshot) for snapshot in experiment.snapshots],
        "aliases": list(experiment.aliases),
    }


def entry_values(entry: Entry) -> dict[str, Any]:
    """An entry; ``targets`` are the ids of what it corrects or takes back."""
    return {
        "id": entry.id,
        "at": entry.at,
        "kind": entry.kind,
        "text": entry.text,
        "experiments": list(entry.experiments),
        "targets": list(entry.targets),
        "corrected": entry.corrected,
        "retracted": entry.retracted,
    }


def metric_values(metric: Metric) -> dict[str, Any]:
    """A metric; ``value`` is the number as it was typed, ``number`` what to sort by (null for nan and inf)."""
    number = metric.number
    finite = number == number and abs(number) != float("inf")  # noqa: PLR0124 - nan is the one that differs from itself
    return {
        "name": metric.name,
        "value": metric.value,
        "number": number if finite else None,
        "about": metric.about,
        "partial": metric.partial,
        "was": list(metric.was),
    }


def image_values(image: Image, branch: str) -> dict[str, Any]:
    """An image; ``git show <object>`` prints its bytes."""
    return {
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "at": image.at,
        "object": f"{branch}:{image.path}",
    }


def snapshot_values(snapshot: Snapshot) -> dict[str, Any]:
    """A kept working tree."""
    return {
        "commit": snapshot.commit,
        "base": snapshot.base or None,
        "at": snapshot.at,
        "left_out": snapshot.left_out,
    }


def filter_values(choice: CodeFilter) -> dict[str, Any]:
    """A saved filter."""
    return {
        "name": choice.name,
        "rules": [str(rule) for rule in choice.rules],
        "anchor": choice.anchor or None,
        "stop": list(choice.stop),
        "also": list(choice.also),
        "depth": choice.depth,
    }


def excerpt_values(excerpt: Excerpt) -> dict[str, Any]:
    """An excerpt: of each file the kept spans (1-based, inclusive) with their lines, and how many lines are hidden."""
    return {
        "files": [
            {
                "path": part.path,
                "hidden": part.hidden_count,
                "spans": [
                    {
                        "start": span.start + 1,
                        "stop": span.stop,
                        "lines": list(part.lines[span.start : span.stop]),
                    }
                    for span in part.spans
                ],
                "guesses": [
                    {"start": span.start + 1, "stop": span.stop}
                    for span in excerpt.guesses.get(part.path, ())
                ],
            }
            for part in excerpt.files
        ],
        "missing": [{"rule": str(item.rule), "reason": item.reason} for item in excerpt.missing],
        "hidden": excerpt.hidden_count,
    }


def delta_values(delta: Delta) -> dict[str, Any]:
    """A delta: counts, and the unified diff as text."""
    return {"added": delta.added, "removed": delta.removed, "diff": delta.format_unified()}
