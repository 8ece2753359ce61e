"""Part the trials that clones gave the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError, UsageError
from gitexp.model.ids import check_new_id
from gitexp.model.parting import Partings
from gitexp.record.local_files import read_active_name
from gitexp.record.write.exclusive import hold_lock_of_record
from gitexp.record.write.recorded import activate_recorded

if TYPE_CHECKING:
    from gitexp.model.experiment import Beginning, Experiment
    from gitexp.record.record import Record


class PartedExperiment(NamedTuple):
    """The trial of ``author`` had the id ``ident`` as others had; now it has ``new_ident``."""

    ident: str
    new_ident: str
    author: str


@hold_lock_of_record
def part_experiment(record: Record, ident: str, to: str, beginning: str) -> PartedExperiment:
    """Give the trial that began with an event an id of its own.

    ``beginning`` is the beginning of the event's id. All that its clone said of the old id goes
    along. Raises UsageError where one clone alone began the experiment, or where the new id is taken.
    """
    experiment = record.read_experiment(ident)
    new_ident = check_new_id(to)
    if new_ident in record.index.read_names():
        raise UsageError(f"experiment '{new_ident}' is there already", "take another id")
    chosen = _find_beginning(experiment, beginning)
    names = (experiment.id, *experiment.aliases)
    was_active = record.active == experiment.id
    record.append_events([record.draft_event("part", names, clone=chosen.clone, to=new_ident)])
    if was_active and chosen.clone == record.replica:
        activate_recorded(record, new_ident)
    return PartedExperiment(experiment.id, new_ident, chosen.author)


def hear_of_partings(record: Record) -> None:
    """Record that this clone heard that others parted its trials.

    From then on it means the rest by the old id. Until then it went on with its own trial under it.
    """
    if Partings(record.index.read_events_of_kind("part")).list_unheard(record.replica):
        _hear_under_lock(record)


@hold_lock_of_record
def _hear_under_lock(record: Record) -> None:
    partings = Partings(record.index.read_events_of_kind("part"))
    unheard = partings.list_unheard(record.replica)
    drafts = [
        record.draft_event("part", (side.name,), clone=record.replica, to=new_ident)
        for side, new_ident in unheard.items()
    ]
    active = read_active_name(record.repository, record.repository.git_dir)
    record.append_events(drafts)
    for side, new_ident in unheard.items():
        if side.name == active:
            activate_recorded(record, new_ident)


def _find_beginning(experiment: Experiment, prefix: str) -> Beginning:
    """Return the beginning whose event's id begins with ``prefix``."""
    name = experiment.id
    if not experiment.beginnings:
        raise UsageError(
            f"'{name}' was begun in one clone alone", f"rename it: git exp rename {name} NEW_ID"
        )
    fitting = [each for each in experiment.beginnings if each.id.startswith(prefix)]
    if len(fitting) != 1:
        listed = ", ".join(each.id for each in experiment.beginnings)
        raise NotFoundError(f"'{prefix}' is no beginning of '{name}'", f"they are {listed}")
    return fitting[0]
