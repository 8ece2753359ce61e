"""Read the journal: every entry in time order, whatever it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.fold import make_entry
from gitexp.model.retractions import RETRACTING_KINDS, Retractions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.model.event import Event
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.record.record import Record


def read_retractions(record: Record) -> Retractions:
    """Return what is corrected, retracted or undone in the whole record."""
    events: list[Event] = []
    for kind in RETRACTING_KINDS:
        events += record.index.read_events_of_kind(kind)
    return Retractions(events)


def read_journal(
    record: Record,
    since: float = float("-inf"),
    until: float = float("inf"),
    last: int | None = None,
) -> Iterator[Entry]:
    """Yield the entries from one time to another (seconds since 1970), oldest first.

    ``last`` is how many of them at most, the last ones. The ids are those in use.
    """
    return _make_entries(record, record.index.read_entries(since, until, last))


def read_numbered_entries(record: Record, numbers: Iterable[int]) -> list[Entry]:
    """Return entries by their numbers in the index, oldest first."""
    events = [event for _, event in record.index.read_numbered_events(numbers)]
    return list(_make_entries(record, events))


def read_mentions(record: Record, experiment: Experiment) -> list[Entry]:
    """Return the entries that mention an experiment without being about it, oldest first."""
    names = (experiment.id, *experiment.aliases)
    entries = read_numbered_entries(record, record.index.find_mentions_of(names))
    # An entry may be about it under another name that it had or got.
    return [entry for entry in entries if experiment.id not in entry.experiments]


def _make_entries(record: Record, events: Iterable[Event]) -> Iterator[Entry]:
    """Yield the entries of events, with the ids in use."""
    idents = record.index.read_names()
    retractions = read_retractions(record)
    for event in events:
        entry = make_entry(event, retractions)
        if entry is None:
            continue
        about = dict.fromkeys(idents[name] for name in entry.experiments if name in idents)
        experiments = tuple(about)
        if experiments != entry.experiments:
            entry = entry._replace(experiments=experiments)
        yield entry
