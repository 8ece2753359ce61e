"""Notebooks that lie on the disk as they did at the trial before: their cells may be unsaved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.record.record import Record

_NOTEBOOK = ".ipynb"


def find_unchanged_notebook(record: Record, ident: str) -> str:
    """Return a notebook of an experiment whose whole code is that of the trial before; else "".

    The trial has another id and the same code. So what was changed is perhaps not on the disk.
    """
    newest = record.index.read_newest_summaries(2)
    before = next((summary.version for summary in newest if summary.id != ident), "")
    version = next((summary.version for summary in newest if summary.id == ident), "")
    if not before or not version or record.database.read_commit(before) is None:
        return ""
    tree = record.database.read_tree_id(version)
    if record.database.read_tree_id(before) != tree:
        return ""
    listed = record.repository.run_git("ls-tree", "-r", "-z", "--name-only", tree)
    for name in os.fsdecode(listed).split("\0"):
        if name.endswith(_NOTEBOOK):
            return name
    return ""
