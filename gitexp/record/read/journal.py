"""The journal: every entry in time order, whatever it is about."""

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
    """What holds in the whole record."""
    return Retractions(
        event for kind in RETRACTING_KINDS for event in record.index.read_events_of_kind(kind)
    )


def read_journal(
    record: Record,
    since: float = float("-inf"),
    until: float = float("inf"),
    last: int | None = None,
) -> Iterator[Entry]:
    """Every entry from one time to another (seconds since 1970), or the ``last`` of them, oldest first. Ids are those in use."""
    return _entries(record, record.index.read_entries(since, until, last))


def read_numbered_entries(record: Record, numbers: Iterable[int]) -> list[Entry]:
    """Entries by their numbers in the index, oldest first."""
    return list(
        _entries(record, (event for _, event in record.index.read_numbered_events(numbers)))
    )


def read_mentions(record: Record, experiment: Experiment) -> list[Entry]:
    """The entries that mention an experiment without being about it, oldest first."""
    found = read_numbered_entries(
        record, record.index.find_mentions_of((experiment.id, *experiment.aliases))
    )
    return [
        entry for entry in found if experiment.id not in entry.experiments
    ]  # about it under a name that it had or got


def _entries(record: Record, events: Iterable[Event]) -> Iterator[Entry]:
    names = record.index.read_names()
    holds = read_retractions(record)
    for event in events:
        entry = make_entry(event, holds)
        if entry is not None:
            about = tuple(dict.fromkeys(names[name] for name in entry.experiments if name in names))
            yield entry if about == entry.experiments else entry._replace(experiments=about)
