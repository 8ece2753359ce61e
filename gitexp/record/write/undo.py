"""Take back what a recording verb understood; the text that it was given stays in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError
from gitexp.model.event.facts import LinkFact, NewFact, PinFact, UndoFact
from gitexp.record.index.event_file import read_event
from gitexp.record.read.journal import read_retractions
from gitexp.record.record import list_experiments_of
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.store.refs import LOG

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record


@hold_lock_of_record
def undo_last_command(record: Record) -> list[Event]:
    """Take back the last recording command of this clone that still counts; return its events.

    Where it began the active experiment, the parent becomes active again. Raises NotFoundError when
    there is nothing left.
    """
    events = find_last_command(record)
    ids = [event.id for event in events]
    active = record.active
    record.append_events([record.draft_event("undo", list_experiments_of(events), events=ids)])
    with record.warn_of_failure(
        "the active experiment is still the one taken back", "git exp use ID"
    ):
        activate_parent(record, events, active)
    return events


def find_last_command(record: Record) -> list[Event]:
    """Return the events that ``undo_last_command`` would take back.

    Raises NotFoundError when there is nothing left.
    """
    retractions = read_retractions(record)
    for command in _read_commands(record):
        events = [event for event in command if not retractions.is_undone(event.id)]
        if any(_is_given(event) for event in events):
            return events
    raise NotFoundError(
        "there is nothing to undo in this clone",
        "git exp correct and git exp retract work on any record",
    )


def _is_given(event: Event) -> bool:
    """Return True for what a command of a person recorded, not reconciling or an undo."""
    match event.fact:
        case LinkFact() as link:
            return bool(link.said)
        case UndoFact() as undo:
            return bool(undo.forgets)
        case PinFact() as pin:
            return not pin.automatic
    return True


def activate_parent(record: Record, events: Sequence[Event], active: str) -> None:
    """Make the nearest ancestor active, where the beginning of the active one was taken back."""
    idents = record.index.read_names()
    parents = {}
    for event in events:
        if isinstance(event.fact, NewFact):
            parents[event.experiments[0]] = event.fact.parent or ""
    name = active
    while name in parents and name not in idents:
        name = parents.pop(name)
    if name != active:
        record.active = idents.get(name, "")


def _read_commands(record: Record) -> Iterator[list[Event]]:
    """Yield the events of each command of this clone, newest first.

    Each command recorded one commit of the record branch.
    """
    for commit, parent in _list_commits(record):
        events = _read_new_events(record, parent, commit)
        own_events = [event for event in events if event.replica == record.replica]
        if own_events:
            yield sorted(own_events, key=lambda event: event.lamport)


def _list_commits(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the commits of the record branch that have one parent, with that parent, newest first.

    Those of one clone come in the order in which it made them. A commit that joins two records is no
    command, and both its sides are gone through.
    """
    commit = record.branch.tip
    while commit is not None:
        details = record.database.read_commit(commit)
        if details is None or not details.parents:
            return
        if len(details.parents) > 1:
            break
        yield commit, details.parents[0]
        commit = details.parents[0]
    if commit is not None:
        options = ("--no-merges", "--topo-order", "--parents")
        for line in record.repository.run_git("rev-list", *options, commit).decode().splitlines():
            name, *parents = line.split()
            if parents:
                yield name, parents[0]


def _read_new_events(record: Record, parent: str, commit: str) -> list[Event]:
    """Return the events that a commit of the record branch added to its parent."""
    events = []
    for file in record.branch.list_files_since(parent, commit, LOG):
        if file.present:
            data = record.database.read_blob(file.blob)
            events.append(read_event(data, file.path))
    return events
