"""Say afterwards what an experiment came from, which commit holds its code, or that it was none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError, UsageError
from gitexp.model.event.facts import UndoFact
from gitexp.record.read.journal import read_retractions
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.undo import activate_parent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.model.event import Event
    from gitexp.record.record import Record


class Forgotten(NamedTuple):
    """What was forgotten of an experiment.

    ``events``: those that no longer count. ``children``: the experiments that name it as parent.
    """

    experiment: str
    events: tuple[Event, ...]
    children: tuple[str, ...]


@hold_lock_of_record
def say_parent(record: Record, ident: str, parent: str) -> tuple[str, str]:
    """Say which experiment another one changed a part of; "" for none. Return both ids.

    Raises UsageError where the experiment would descend from itself.
    """
    name = record.resolve_id(ident)
    parent_name = record.resolve_id(parent) if parent else ""
    if parent_name:
        _check_no_circle(record, name, parent_name)
    record.append_events([record.draft_event("parent", (name,), parent=parent_name)])
    return name, parent_name


@hold_lock_of_record
def link_commit(record: Record, ident: str, revision: str) -> tuple[str, str]:
    """Tie an experiment to the commit that holds its code. Return its id and that of the commit.

    Raises NotFoundError for what names no commit.
    """
    name = record.resolve_id(ident)
    commit = record.repository.find_commit(revision)
    if commit is None:
        raise NotFoundError(f"there is no commit '{revision}'", "git log names the commits")
    record.append_events([record.draft_event("link", (name,), commit=commit, said=True)])
    return name, commit


@hold_lock_of_record
def forget_experiment(record: Record, ident: str) -> Forgotten:
    """Let an experiment be none: what was understood of it no longer counts, its text stays.

    Where it was the active one, its parent becomes active.
    """
    name = record.resolve_id(ident)
    children = [each.id for each in record.read_summaries() if each.parent == name]
    # Its former names too: a rename that no longer counts parts them.
    names = (name, *record.read_experiment(name).aliases)
    events = _find_events_of(record, names)
    active = record.active
    taken_back = [event.id for event in events if len(event.experiments) == 1]
    draft = record.draft_event("undo", names, events=taken_back, forgets=True)
    record.append_events([draft])
    with record.warn_of_failure(
        "the active experiment is still the one forgotten", "git exp use ID"
    ):
        activate_parent(record, events, active)
    return Forgotten(name, tuple(events), tuple(children))


def _find_events_of(record: Record, names: Sequence[str]) -> list[Event]:
    """Return the events that count for an experiment, under any of its names."""
    numbers = record.index.find_numbers_about(names)
    retractions = read_retractions(record)
    events = []
    for _, event in record.index.read_numbered_events(numbers):
        if not isinstance(event.fact, UndoFact) and not retractions.is_undone(event.id):
            events.append(event)
    return events


def _check_no_circle(record: Record, name: str, parent: str) -> None:
    if name == parent:
        raise UsageError(f"'{name}' cannot be its own parent", "git exp parent ID PARENT")
    parents = {summary.id: summary.parent for summary in record.read_summaries()}
    line = [name]
    ancestor = parent
    while ancestor and ancestor not in line:
        line.append(ancestor)
        ancestor = parents.get(ancestor, "")
    if ancestor == name:
        raise UsageError(
            f"'{name}' would descend from itself: {' ← '.join([*line, name])}",
            f"say first what '{line[-1]}' came from: git exp parent {line[-1]} ID",
        )
