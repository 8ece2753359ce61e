"""An experiment as one JSON array: how the index keeps it ready to be shown."""

from __future__ import annotations

import json

from gitexp.model.experiment import Entry, Experiment, Image, Snapshot
from gitexp.model.metric import Metric


def encode_row(state: Experiment) -> str:
    """An experiment as one JSON array."""
    values = (
        state.id,
        state.at,
        state.parent,
        [(item.name, item.value, item.about, item.partial) for item in state.metrics],
        state.tags,
        [(item.id, item.at, item.text, item.experiments) for item in state.entries],
        [(item.path, item.name, item.width, item.height, item.at) for item in state.images],
        state.links,
        [(item.commit, item.base, item.at, item.left_out) for item in state.snapshots],
        state.aliases,
    )
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def decode_row(row: str) -> Experiment:
    """The experiment of a row that encode_row made."""
    ident, at, parent, metrics, tags, entries, images, links, snapshots, aliases = json.loads(row)
    return Experiment(
        ident,
        at,
        parent,
        tuple(Metric(*item) for item in metrics),
        tuple(tags),
        tuple(Entry(key, when, text, tuple(names)) for key, when, text, names in entries),
        tuple(Image(*item) for item in images),
        tuple(links),
        tuple(Snapshot(*item) for item in snapshots),
        tuple(aliases),
    )
