"""Taking back what a recording command understood; the text it was given stays in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.model.event.facts import NewFact
from gitexp.record.index.event_file import read_event
from gitexp.record.read.journal import read_retractions
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.store.refs import LOG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record

# Made by reconciling or by this verb itself, not by a command that a person gave.
_NOT_GIVEN = ("link", "undo")


@hold_lock_of_record
def undo_last_command(record: Record) -> list[Event]:
    """Take back the last recording command of this clone that still counts; its events.

    Where it made the active experiment, the parent becomes active again. Raises NotFoundError when there is nothing left.
    """
    events = find_last_command(record)
    names = tuple(dict.fromkeys(name for event in events for name in event.experiments))
    active = record.active
    record.append_events([record.draft_event("undo", names, events=[event.id for event in events])])
    with record.warn_of_failure(
        "the active experiment is still the one taken back", "git exp use ID"
    ):
        _activate_parent(record, events, active)
    return events


def _activate_parent(record: Record, events: Sequence[Event], active: str) -> None:
    """Make the parent active, where the beginning of the active experiment was taken back."""
    known = record.index.read_names()
    for event in events:
        fact = event.fact
        if isinstance(fact, NewFact) and active in event.experiments and active not in known:
            record.active = known.get(fact.parent or "", "")


def find_last_command(record: Record) -> list[Event]:
    """What ``undo`` would take back: the events of the last recording command of this clone that still count.

    Raises NotFoundError when there is nothing left.
    """
    holds = read_retractions(record)
    for command in _commands(record):
        events = [event for event in command if not holds.is_undone(event.id)]
        if any(event.kind not in _NOT_GIVEN for event in events):
            return events
    raise NotFoundError(
        "there is nothing to undo in this clone",
        "git exp correct and git exp retract work on any record",
    )


def _commands(record: Record) -> Iterator[list[Event]]:
    """What each command of this clone recorded, newest first: one commit of the record branch each."""
    commit = record.branch.tip
    while commit is not None:
        found = record.database.read_commit(commit)
        parent = found[1][0] if found and found[1] else None
        if parent is None:
            return
        files = [item for item in record.branch.list_files_since(parent, commit, LOG) if item[2]]
        events = [read_event(record.database.read_blob(blob), path) for path, blob, _ in files]
        if mine := [event for event in events if event.replica == record.replica]:
            yield sorted(mine, key=lambda event: event.lamport)
        commit = parent
