"""What a recording verb answers, and what it does once all is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.model.note_unread import UnreadLine
    from gitexp.model.understood import Understood
    from gitexp.record.record import Record


class Recorded(NamedTuple):
    """What was understood of each experiment, and the files that are too large for the snapshot.

    ``unread``: lines of the note that look like an id or a metric and were not read.
    """

    understood: tuple[Understood, ...]
    left_out: tuple[str, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


def activate_recorded(record: Record, ident: str) -> None:
    """Make an experiment the active one after it was recorded: a failure is one of the warnings."""
    with record.warn_of_failure(f"'{ident}' is not the active experiment", f"git exp use {ident}"):
        record.active = ident
