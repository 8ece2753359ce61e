"""Values for ``--json``: one schema for every reading verb (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitexp.model.experiment import Experiment, Image, Snapshot
    from gitexp.model.filter import Filter
    from gitexp.model.metric import Metric


def experiment_values(experiment: Experiment, branch: str) -> dict[str, Any]:
    """An experiment."""
    return {
        "id": experiment.id,
        "at": experiment.at,
        "parent": experiment.parent or None,
        "metrics": [metric_values(metric) for metric in experiment.metrics],
        "tags": list(experiment.tags),
        "entries": [
            {"id": entry.id, "at": entry.at, "text": entry.text, "experiments": list(entry.experiments)} for entry in experiment.entries
        ],
        "images": [image_values(image, branch) for image in experiment.images],
        "links": list(experiment.links),
        "snapshots": [snapshot_values(snapshot) for snapshot in experiment.snapshots],
        "aliases": list(experiment.aliases),
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
    }


def image_values(image: Image, branch: str) -> dict[str, Any]:
    """An image; ``git show <object>`` prints its bytes."""
    return {"name": image.name, "width": image.width, "height": image.height, "at": image.at, "object": f"{branch}:{image.path}"}


def snapshot_values(snapshot: Snapshot) -> dict[str, Any]:
    """A kept working tree."""
    return {"commit": snapshot.commit, "base": snapshot.base or None, "at": snapshot.at, "left_out": snapshot.left_out}


def filter_values(choice: Filter) -> dict[str, Any]:
    """A saved filter."""
    return {
        "name": choice.name,
        "rules": [str(rule) for rule in choice.rules],
        "anchor": choice.anchor or None,
        "stop": list(choice.stop),
        "also": list(choice.also),
        "depth": choice.depth,
    }
