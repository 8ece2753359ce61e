"""Keep the working tree as the code of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.understood import Understood
from gitexp.record.secrets import ALLOW, allows_secrets
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.record.record import Record
    from gitexp.store.snapshots import TakenSnapshot

_HINT = f"git config {ALLOW} true keeps such things"


@hold_lock_of_record
def add_snapshot(record: Record, ident: str) -> Recorded:
    """Keep the working tree as it is now as the code of an experiment."""
    name = record.resolve_id(ident)
    draft, left_out = draft_snapshot(record, name, None)
    record.append_events([draft])
    return Recorded((Understood(name),), left_out)


def draft_snapshot(
    record: Record, name: str, at: datetime | None, overlay: Mapping[str, bytes] | None = None
) -> tuple[Event, tuple[str, ...]]:
    """Take a snapshot of the working tree and keep it alive.

    Return the event that ties it to an experiment, and the files that are too large for it.
    ``overlay`` holds files, by path, that the snapshot has with other contents. In a bare
    repository they are all that it has.
    """
    from gitexp.store.snapshots import replace_files, store_files, take_snapshot

    message = f"gitexp: snapshot of {name}\n"
    if overlay and record.repository.worktree is None:
        taken = store_files(record.database, overlay, message)
    else:
        taken = take_snapshot(record.repository, record.database, message)
        if overlay:
            taken = replace_files(record.database, taken, overlay, message)
    taken = _hide_secrets(record, taken, message)
    record.keep_commit(taken.commit)
    draft = record.draft_event(
        "snapshot",
        (name,),
        at=at,
        commit=taken.commit,
        base=taken.base,
        left_out=len(taken.left_out),
    )
    return draft, taken.left_out


def _hide_secrets(record: Record, taken: TakenSnapshot, message: str) -> TakenSnapshot:
    """Return a snapshot without the likely secrets of the working tree, and warn of them."""
    from gitexp.store.snapshot_secrets import hide_secrets_of_tree
    from gitexp.store.snapshots import replace_tree

    if taken.commit == taken.base or allows_secrets(record.repository):
        return taken
    tree = record.database.read_tree_id(taken.commit)
    clean = hide_secrets_of_tree(record.database, taken.base or None, tree)
    for path in clean.left_out:
        record.warnings.append(
            f"'{path}' is not in the kept code: it is made for secrets ({_HINT})"
        )
    for path in clean.masked:
        record.warnings.append(f"a likely secret in '{path}' is starred in the kept code ({_HINT})")
    return (
        taken if clean.tree == tree else replace_tree(record.database, taken, clean.tree, message)
    )
