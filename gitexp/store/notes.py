"""The projection for plain git: ``git log --notes=gitexp`` shows short lines beside the commits that experiments are tied to.

Written with a 2/38 fan-out of our own: libgit2 never fans notes out (measured: 10,000 notes 280 s against 18 s) and its
``create_note`` loses concurrent writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import StorageError
from gitexp.store.database import Signature, read_clock
from gitexp.store.refs import NOTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.store.database import Database

_ATTEMPTS = 100


def write_notes(database: Database, lines: Mapping[str, Iterable[str]]) -> str:
    """Set the note of each commit to its lines, sorted and unique; no lines remove it. Return the ref's commit.

    Raises StorageError when it cannot be written, RepositoryError when notes that are there cannot be read.
    """
    blobs: dict[str, str | None] = {}
    for commit, own in lines.items():
        text = "".join(f"{line}\n" for line in sorted(set(own)))
        blobs[f"{commit[:2]}/{commit[2:]}"] = database.write_blob(text.encode()) if text else None
    for _ in range(_ATTEMPTS):
        tip = database.read_ref(NOTES)
        tree = database.write_tree(database.read_tree_id(tip) if tip else None, blobs)
        if tip and tree == database.read_tree_id(tip):
            return tip
        who = Signature("gitexp", "gitexp@invalid", *read_clock())
        commit = database.write_commit(tree, (tip,) if tip else (), "gitexp: notes\n", who)
        if database.move_ref(NOTES, tip, commit, "gitexp: notes"):
            return commit
    raise StorageError(
        f"others changed '{NOTES}' {_ATTEMPTS} times while it was written",
        "the record itself is safe; run any 'git exp' command again",
    )
