"""Keep the working tree as the code of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import RepositoryError
from gitexp.model.characters import make_plain
from gitexp.model.understood import Understood
from gitexp.record.secrets import ALLOW, allows_secrets
from gitexp.record.write.exclusive import store_together
from gitexp.record.write.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.record.record import Record
    from gitexp.store.snapshots import TakenSnapshot

_HINT = f"git config {ALLOW} true keeps such things"

_NAMED = 3
"""Paths that a snapshot lacks and that are named in the warning."""

_MOST_LACKS = 100
"""Paths that a snapshot lacks and that stand in its event."""


@store_together
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

    Return the event that ties it to an experiment, and the files that are too large for it. What
    else it lacks is one of the warnings. ``overlay`` holds files, by path, that the snapshot has
    with other contents. In a bare repository they are all that it has.
    """
    with record.database.gather():
        taken = _take_snapshot(record, overlay, f"gitexp: snapshot of {name}\n")
        record.keep_commit(taken.commit)
    reasons = [str(lack) for lack in taken.lacks if lack.path not in (overlay or {})]
    if reasons:
        record.warnings.append(f"the snapshot lacks {_join_first(reasons)}")
    too_large = [f"{path} (over 1 MiB and not in git)" for path in taken.left_out]
    lacks = [make_plain(reason) for reason in (*reasons, *too_large)]
    draft = record.draft_event(
        "snapshot",
        (name,),
        at=at,
        commit=taken.commit,
        base=taken.base,
        left_out=len(taken.left_out),
        lacks=lacks[:_MOST_LACKS] or None,
    )
    return draft, taken.left_out


def _take_snapshot(
    record: Record, overlay: Mapping[str, bytes] | None, message: str
) -> TakenSnapshot:
    """Take a snapshot of the working tree without likely secrets. No ref holds it yet."""
    from gitexp.store.snapshots import commit_working_tree, replace_files, store_files

    if overlay and record.repository.worktree is None:
        taken = store_files(record.database, overlay, message)
    else:
        taken = commit_working_tree(record.database, record.store_working_tree(), message)
        if overlay:
            taken = replace_files(record.database, taken, overlay, message)
    return _hide_secrets(record, taken, message)


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


def draft_code(
    record: Record, name: str, at: datetime | None, overlay: Mapping[str, bytes] | None = None
) -> tuple[list[Event], tuple[str, ...]]:
    """Draft the event that ties the code of now to an experiment, as ``draft_snapshot`` does.

    A trial is recorded whether or not its code can be kept. Where git cannot read the working tree,
    that is one of the warnings, and the trial is tied to the commit that it stood on.
    """
    try:
        draft, left_out = draft_snapshot(record, name, at, overlay)
    except RepositoryError as error:
        if record.repository.worktree is None:
            raise
        record.warnings.append(f"recorded, but its code was not kept: {error.message}")
        return draft_base(record, name, at, is_changed=True), ()
    return [draft], left_out


def draft_base(record: Record, name: str, at: datetime | None, *, is_changed: bool) -> list[Event]:
    """Draft the event that ties an experiment to HEAD, none before the first commit.

    ``is_changed``: the working tree differs, so HEAD does not hold its code.
    """
    head = record.repository.find_commit("HEAD")
    if head is None:
        return []
    tie = "base" if is_changed else None
    return [record.draft_event("link", (name,), at=at, commit=head, tie=tie)]


def _join_first(reasons: Sequence[str]) -> str:
    named = "; ".join(reasons[:_NAMED])
    more = len(reasons) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
