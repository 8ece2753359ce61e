"""Values for ``--json``: the contract of each type, documented in docs/json.md.

One function a type. ``branch`` is the name of the record branch, where pictures and series lie.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.delta.patch import make_patch
from gitexp.excerpt.delta.reading_delta import Edit, Fold, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.reading_delta import (
        DefinitionChange,
        Entry as DeltaEntry,
        ReadingDelta,
    )
    from gitexp.history.change import CodeChange
    from gitexp.history.experiment_view import ExperimentPage, ExperimentView
    from gitexp.history.lineage import Lineage
    from gitexp.history.lineup import Lineup
    from gitexp.history.log import StepView
    from gitexp.history.version_diff import Comparison
    from gitexp.model.experiment import (
        Curves,
        Entry,
        Experiment,
        Image,
        ParentChange,
        Snapshot,
    )
    from gitexp.model.filter import CodeFilter
    from gitexp.model.metric import Metric
    from gitexp.model.search_results import Hit, SimilarExperiment, TopicPage, TopicRow
    from gitexp.model.topic import Topic
    from gitexp.record.read.runs import CommandRun


def serialize_experiment(experiment: Experiment, branch: str) -> dict[str, Any]:
    """Return an experiment."""
    return {
        "id": experiment.id,
        "at": experiment.at,
        "parent": experiment.parent or None,
        "parent_presumed": experiment.is_parent_presumed,
        "parents": [_serialize_parent(change) for change in experiment.parents],
        "metrics": [serialize_metric(metric) for metric in experiment.metrics],
        "tags": list(experiment.tags),
        "entries": [serialize_entry(entry) for entry in experiment.entries],
        "images": [serialize_image(image, branch) for image in experiment.images],
        "series": [_serialize_curves(curves, branch) for curves in experiment.curves],
        "links": list(experiment.links),
        "snapshots": [serialize_snapshot(snapshot) for snapshot in experiment.snapshots],
        "aliases": list(experiment.aliases),
        "beginnings": [beginning._asdict() for beginning in experiment.beginnings],
    }


def serialize_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry; ``targets`` are the ids of what it corrects or takes back."""
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


def serialize_metric(metric: Metric) -> dict[str, Any]:
    """Return a metric.

    ``value`` is the number as it was typed; ``number`` is what to sort by, None for nan and inf.
    """
    return {
        "name": metric.name,
        "value": metric.value,
        "number": metric.number if math.isfinite(metric.number) else None,
        "about": metric.about,
        "partial": metric.partial,
        "was": list(metric.was),
    }


def serialize_image(image: Image, branch: str) -> dict[str, Any]:
    """Return an image; ``git show <object>`` prints its bytes."""
    return {
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "at": image.at,
        "object": f"{branch}:{image.path}",
    }


def _serialize_parent(change: ParentChange) -> dict[str, Any]:
    return {
        "parent": change.parent or None,
        "at": change.at,
        "presumed": change.is_presumed,
    }


def _serialize_curves(curves: Curves, branch: str) -> dict[str, Any]:
    return {
        "name": curves.name,
        "tags": list(curves.tags),
        "at": curves.at,
        "object": f"{branch}:{curves.path}",
    }


def serialize_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return a kept working tree."""
    return {
        "commit": snapshot.commit,
        "base": snapshot.base or None,
        "at": snapshot.at,
        "left_out": snapshot.left_out,
        "lacks": list(snapshot.lacks),
    }


def serialize_filter(code_filter: CodeFilter) -> dict[str, Any]:
    """Return a saved filter."""
    return {
        "name": code_filter.name,
        "rules": [str(rule) for rule in code_filter.rules],
        "anchor": code_filter.anchor or None,
        "stop": list(code_filter.stop),
        "also": list(code_filter.also),
        "depth": code_filter.depth,
    }


def serialize_excerpt(excerpt: Excerpt) -> dict[str, Any]:
    """Return an excerpt: the kept spans of each file, and how many lines are hidden."""
    missing = [{"rule": str(rule.rule), "reason": rule.reason} for rule in excerpt.missing]
    return {
        "files": [_serialize_file(file, excerpt) for file in excerpt.files],
        "missing": missing,
        "hidden": excerpt.hidden_count,
    }


def _serialize_file(file: FileExcerpt, excerpt: Excerpt) -> dict[str, Any]:
    """Return a file of an excerpt. Numbers of lines count from 1, both ends included."""
    spans = []
    for start, stop in file.spans:
        spans.append({"start": start + 1, "stop": stop, "lines": list(file.lines[start:stop])})
    guesses = [
        {"start": start + 1, "stop": stop} for start, stop in excerpt.guesses.get(file.path, ())
    ]
    return {"path": file.path, "hidden": file.hidden_count, "spans": spans, "guesses": guesses}


_DELTA_FIELDS = ("added", "removed", "diff", "changed", "summary", "definitions", "folds")


def serialize_delta(delta: ReadingDelta, *, whitespace: bool = False) -> dict[str, Any]:
    """Return a delta: counts, the unified diff as text, and what is shown of it to be read.

    With ``whitespace`` the diff shows changed white space too.
    """
    patch = make_patch(delta, whitespace=whitespace)
    return {
        "added": patch.added_count,
        "removed": patch.removed_count,
        "diff": patch.format_unified(),
        "changed": delta.changed_count,
        "summary": delta.summary,
        "definitions": [_serialize_definition(change) for change in delta.changes],
        "folds": [_serialize_fold(fold) for fold in delta.folds],
    }


def _serialize_definition(change: DefinitionChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "name": change.name,
        "change": change.kind,
        "signature": change.signature or None,
        "old_path": change.old_path,
        "old_name": change.old_name,
        "size": change.size,
        "entries": [_serialize_delta_entry(entry) for entry in change.entries],
    }


def _serialize_delta_entry(entry: DeltaEntry) -> dict[str, Any]:
    """Return an entry; its rows as sign and segments, each with its mark: same, cut or add."""
    if isinstance(entry, Setting):
        return {
            "setting": entry.name,
            "old": entry.old,
            "new": entry.new,
            "times": entry.times,
        }
    if isinstance(entry, Fold):
        return _serialize_fold(entry)
    rows = []
    for row in entry.rows:
        segments = [[segment.mark, segment.text] for segment in row.segments]
        rows.append({"sign": row.tag, "segments": segments})
    return {"rows": rows, "times": entry.times if isinstance(entry, Edit) else 1}


def _serialize_fold(fold: Fold) -> dict[str, Any]:
    """Return a fold: why, how many lines, and the lines with their signs."""
    return {
        "fold": fold.kind,
        "size": fold.size,
        "names": [name for name, _ in fold.names],
        "old": fold.text or None,
        "new": fold.new_text or None,
        "lines": [plain.line.tag + plain.line.text for plain in fold.lines],
    }


def _serialize_change(change: CodeChange) -> dict[str, Any]:
    """Return a delta or None, and the ids of the experiments whose code it lacks.

    ``pinned``: ids of those for whose code a pinned excerpt stands in.
    """
    delta = serialize_delta(change.delta) if change.delta is not None else None
    return {"delta": delta, "absent": list(change.absent), "pinned": list(change.pinned)}


def serialize_view(view: ExperimentView, branch: str) -> dict[str, Any]:
    """Return an experiment with what it changed."""
    return {**serialize_experiment(view.experiment, branch), **_serialize_change(view.change)}


def serialize_page(page: ExperimentPage, branch: str) -> dict[str, Any]:
    """Return all that is said of one experiment."""
    return {
        **serialize_view(page.view, branch),
        "filter": page.view.change.filter or None,
        "mentions": [serialize_entry(entry) for entry in page.mentions],
        "runs": [_serialize_run(run) for run in page.runs],
    }


def _serialize_run(run: CommandRun) -> dict[str, Any]:
    return {
        "at": run.at,
        "command": list(run.command),
        "seconds": run.seconds,
        "exit_code": None if run.signal else run.exit_code,
        "signal": run.signal or None,
    }


def serialize_lineup(lineup: Lineup, branch: str) -> list[dict[str, Any]]:
    """Return the columns of a line-up, each with its base and its values of what differs.

    ``against`` is the id of what a column is compared with. ``settings`` are texts by full name: ""
    where the code has no such setting; None stands for all where there is no code to read.
    """
    columns = []
    for index, view in enumerate(lineup.columns):
        settings: dict[str, str | None] | None = {
            row.name: row.cells[index] for row in lineup.settings
        }
        if all(row.cells[index] is None for row in lineup.settings):
            settings = None
        against = view.change.origin or None
        columns.append({**serialize_view(view, branch), "against": against, "settings": settings})
    return columns


def serialize_lineage(lineage: Lineage, branch: str) -> list[dict[str, Any]]:
    """Return the generations of a lineage; the excerpt stands where the code is shown whole."""
    rows = []
    for view in lineage.generations:
        excerpt = view.change.first_excerpt
        values = serialize_view(view, branch)
        values["excerpt"] = serialize_excerpt(excerpt) if excerpt is not None else None
        rows.append(values)
    return rows


def serialize_step(step: StepView, *, whitespace: bool = False) -> dict[str, Any]:
    """Return a step of a history."""
    return {
        "commit": step.commit,
        "time": step.at,
        "title": step.title,
        "experiments": [experiment.id for experiment in step.experiments],
        "kinds": list(step.kinds),
        "confidence": round(step.confidence, 3),
        **serialize_delta(step.delta, whitespace=whitespace),
        "excerpt": serialize_excerpt(step.excerpt),
    }


def serialize_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return two versions and their delta; its values are None where they cannot be compared."""
    delta: dict[str, Any] = dict.fromkeys(_DELTA_FIELDS)
    if comparison.delta is not None:
        delta = serialize_delta(comparison.delta)
    return {
        "before": comparison.older.commit,
        "after": comparison.newer.commit,
        "absent": list(comparison.absent),
        "pinned": list(comparison.pinned),
        **delta,
    }


def serialize_topic(topic: Topic) -> dict[str, Any]:
    """Return a topic, without what gathers under it."""
    return {
        "name": topic.name,
        "also": sorted(topic.names - {topic.name}),
        "summary": topic.summary or None,
        "match": topic.match,
        "ids": topic.ids,
        "queries": topic.queries,
    }


def serialize_topic_page(page: TopicPage) -> dict[str, Any]:
    """Return a topic with what gathers under it, oldest first."""
    items = [_serialize_topic_row(row, page.columns) for row in page.items]
    return {**serialize_topic(page.topic), "items": items}


def _serialize_topic_row(row: TopicRow, titles: Sequence[str]) -> dict[str, Any]:
    """Return an entry, or an experiment with the size of its change and the settings that differ."""
    if row.entry is not None:
        return serialize_entry(row.entry)
    ident = row.summary.id if row.summary is not None else None
    settings = dict(zip(titles, row.settings, strict=True)) if row.settings else {}
    return {"experiment": ident, "at": row.at, "delta": row.delta or None, "settings": settings}


def serialize_hit(hit: Hit) -> dict[str, Any]:
    """Return an experiment, or None for none, with its entries that hold a searched text."""
    return {
        "experiment": hit.summary.id if hit.summary is not None else None,
        "at": hit.at,
        "entries": [serialize_entry(entry) for entry in hit.entries],
    }


def serialize_similar(similar: SimilarExperiment) -> dict[str, Any]:
    """Return an experiment that is like another one; ``score`` is 0 to 1."""
    return {
        "experiment": similar.summary.id,
        "score": similar.score,
        "reason": similar.reason,
    }
