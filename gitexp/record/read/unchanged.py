"""Notebooks that lie on the disk as they did at the trial before: their cells may be unsaved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.record.record import Record

_NOTEBOOK = ".ipynb"


def find_unchanged_notebook(record: Record, ident: str) -> str:
    """Return a notebook of an experiment whose whole code is that of its parent; else "".

    The trial has another id and the same code. So what was changed is perhaps not on the disk.
    """
    experiment = record.read_experiment(ident)
    if not experiment.parent or not experiment.snapshots:
        return ""
    parent = record.read_experiment(experiment.parent)
    if not parent.snapshots:
        return ""
    tree = record.database.read_tree_id(experiment.snapshots[-1].commit)
    before = parent.snapshots[-1].commit
    if record.database.read_commit(before) is None or record.database.read_tree_id(before) != tree:
        return ""
    listed = record.repository.run_git("ls-tree", "-r", "-z", "--name-only", tree)
    for name in os.fsdecode(listed).split("\0"):
        if name.endswith(_NOTEBOOK):
            return name
    return ""
