"""Keep the working tree as the code of an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.understood import Understood
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gitexp.model.event import Event
    from gitexp.record.record import Record


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
    ``overlay`` holds files, by path, that the snapshot has with other contents.
    """
    from gitexp.store.snapshots import replace_files, take_snapshot

    message = f"gitexp: snapshot of {name}\n"
    taken = take_snapshot(record.repository, record.database, message)
    if overlay:
        taken = replace_files(record.database, taken, overlay, message)
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
