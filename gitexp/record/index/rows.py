"""Experiments as JSON arrays: how the index keeps them ready to be shown."""

from __future__ import annotations

import json
from typing import Any

from gitexp.model.experiment import Curves, Entry, Experiment, Image, Snapshot, Summary
from gitexp.model.layout import AttachmentPath
from gitexp.model.metric import Metric


def encode_row(state: Experiment) -> str:
    """An experiment, whole."""
    return _dump(
        (
            state.id,
            state.at,
            state.parent,
            [_metric(item) for item in state.metrics],
            state.tags,
            [
                (
                    item.id,
                    item.at,
                    item.text,
                    item.experiments,
                    item.kind,
                    item.targets,
                    item.corrected,
                    item.retracted,
                )
                for item in state.entries
            ],
            [(item.path, item.name, item.width, item.height, item.at) for item in state.images],
            state.links,
            [(item.commit, item.base, item.at, item.left_out) for item in state.snapshots],
            state.aliases,
            [(item.path, item.name, item.tags, item.at) for item in state.curves],
        )
    )


def decode_row(row: str) -> Experiment:
    """The experiment of a row that encode_row made."""
    ident, at, parent, metrics, tags, entries, images, links, snapshots, aliases, curves = (
        json.loads(row)
    )
    return Experiment(
        ident,
        at,
        parent,
        _metrics(metrics),
        tuple(tags),
        tuple(
            Entry(key, when, text, tuple(names), kind, tuple(targets), corrected, retracted)
            for key, when, text, names, kind, targets, corrected, retracted in entries
        ),
        tuple([_image(*item) for item in images]),
        tuple(links),
        tuple(Snapshot(*item) for item in snapshots),
        tuple(aliases),
        tuple([_curves(*item) for item in curves]),
    )


def _image(path: str, name: str, width: int, height: int, at: str) -> Image:
    return Image(AttachmentPath(path), name, width, height, at)


def _curves(path: str, name: str, tags: list[str], at: str) -> Curves:
    return Curves(AttachmentPath(path), name, tuple(tags), at)


def encode_summary(state: Summary) -> str:
    """What tables show of an experiment."""
    metrics = [_metric(item) for item in state.metrics]
    rest = (state.words, state.images, state.entries, state.corrected, state.version, state.curves)
    return _dump((state.id, state.at, state.parent, metrics, state.tags, state.aliases, *rest))


def decode_summaries(rows: list[str]) -> list[Summary]:
    """The summaries of rows that encode_summary made; read as one JSON text, which is twice as fast."""
    return [
        Summary(ident, at, parent, _metrics(metrics), tuple(tags), tuple(aliases), *rest)
        for ident, at, parent, metrics, tags, aliases, *rest in json.loads(f"[{','.join(rows)}]")
    ]


def _metric(item: Metric) -> tuple[Any, ...]:
    return (item.name, item.value, item.about, item.partial, item.was)


def _metrics(items: list[Any]) -> tuple[Metric, ...]:
    return tuple(
        Metric(name, value, about, partial, tuple(was))
        for name, value, about, partial, was in items
    )


def _dump(values: tuple[Any, ...]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
