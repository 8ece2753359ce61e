"""Experiments as JSON arrays: how the index keeps them ready to be shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gitexp.model.branch_layout import AttachmentPath
from gitexp.model.experiment import (
    Beginning,
    Curves,
    Entry,
    Experiment,
    Image,
    ParentChange,
    Snapshot,
    Summary,
)
from gitexp.model.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable


def encode_row(experiment: Experiment) -> str:
    """Return the row of an experiment: all that is known of it."""
    return _dump(
        (
            experiment.id,
            experiment.at,
            experiment.parent,
            _list_metric_values(experiment.metrics),
            experiment.tags,
            [_list_entry_values(entry) for entry in experiment.entries],
            [_list_image_values(image) for image in experiment.images],
            experiment.links,
            [_list_snapshot_values(snapshot) for snapshot in experiment.snapshots],
            experiment.aliases,
            [_list_curve_values(curves) for curves in experiment.curves],
            experiment.lamport,
            experiment.same_code,
            experiment.bases,
            experiment.is_parent_presumed,
            experiment.parents,
            experiment.said_version,
            experiment.beginnings,
        )
    )


def decode_row(row: str) -> Experiment:
    """Return the experiment of a row that ``encode_row`` made."""
    ident, at, parent, metrics, tags, entries, images, *others = json.loads(row)
    links, snapshots, aliases, curves, lamport, same_code, bases, *later = others
    is_presumed, parents, said_version, beginnings = later
    return Experiment(
        ident,
        at,
        parent,
        _make_metrics(metrics),
        tuple(tags),
        tuple([_make_entry(*values) for values in entries]),
        tuple([_make_image(*values) for values in images]),
        tuple(links),
        tuple([_make_snapshot(*values) for values in snapshots]),
        tuple(aliases),
        tuple([_make_curves(*values) for values in curves]),
        lamport,
        tuple(same_code),
        tuple(bases),
        is_presumed,
        tuple([ParentChange(*values) for values in parents]),
        said_version,
        tuple([Beginning(*values) for values in beginnings]),
    )


def encode_summary(summary: Summary) -> str:
    """Return the row of a summary."""
    return _dump(
        (
            summary.id,
            summary.at,
            summary.parent,
            _list_metric_values(summary.metrics),
            summary.tags,
            summary.aliases,
            summary.words,
            summary.images,
            summary.entries,
            summary.corrected,
            summary.version,
            summary.curves,
            summary.is_parent_presumed,
            summary.beginnings,
        )
    )


def decode_summaries(rows: Iterable[str]) -> list[Summary]:
    """Return the summaries of rows that ``encode_summary`` made.

    They are read as one JSON text, which is twice as fast.
    """
    all_values = json.loads(f"[{','.join(rows)}]")
    return [
        Summary(ident, at, parent, _make_metrics(metrics), tuple(tags), tuple(aliases), *counts)
        for ident, at, parent, metrics, tags, aliases, *counts in all_values
    ]


def _list_metric_values(metrics: Iterable[Metric]) -> list[tuple[Any, ...]]:
    return [
        (metric.name, metric.value, metric.about, metric.partial, metric.was, metric.doubted)
        for metric in metrics
    ]


def _make_metrics(all_values: list[Any]) -> tuple[Metric, ...]:
    return tuple(
        [
            Metric(name, value, is_about, is_partial, tuple(earlier_values), is_doubted)
            for name, value, is_about, is_partial, earlier_values, is_doubted in all_values
        ]
    )


def _list_entry_values(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.id,
        entry.at,
        entry.text,
        entry.experiments,
        entry.kind,
        entry.targets,
        entry.corrected,
        entry.retracted,
    )


def _make_entry(
    ident: str,
    at: str,
    text: str,
    experiments: list[str],
    kind: str,
    targets: list[str],
    *flags: bool,
) -> Entry:
    return Entry(ident, at, text, tuple(experiments), kind, tuple(targets), *flags)


def _list_image_values(image: Image) -> tuple[Any, ...]:
    return (image.path, image.name, image.width, image.height, image.at)


def _make_image(path: str, name: str, width: int, height: int, at: str) -> Image:
    return Image(AttachmentPath(path), name, width, height, at)


def _list_snapshot_values(snapshot: Snapshot) -> tuple[Any, ...]:
    return (snapshot.commit, snapshot.base, snapshot.at, snapshot.left_out, snapshot.lacks)


def _make_snapshot(commit: str, base: str, at: str, left_out: int, lacks: list[str]) -> Snapshot:
    return Snapshot(commit, base, at, left_out, tuple(lacks))


def _list_curve_values(curves: Curves) -> tuple[Any, ...]:
    return (curves.path, curves.name, curves.tags, curves.at)


def _make_curves(path: str, name: str, tags: list[str], at: str) -> Curves:
    return Curves(AttachmentPath(path), name, tuple(tags), at)


def _dump(values: tuple[Any, ...]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
