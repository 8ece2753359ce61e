"""One experiment as every view prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.history.change import compute_parent_change
from gitexp.record.read.journal import read_mentions
from gitexp.record.read.runs import read_runs

if TYPE_CHECKING:
    from gitexp.follow.follower import Follower
    from gitexp.history.change import CodeChange
    from gitexp.model.experiment import Entry, Experiment
    from gitexp.model.filter import CodeFilter
    from gitexp.record.read.runs import CommandRun
    from gitexp.record.record import Record


class ExperimentView(NamedTuple):
    """An experiment, and what it changed in the code.

    ``change`` is against the parent, or against the column that a line-up compares with.
    """

    experiment: Experiment
    change: CodeChange

    @property
    def id(self) -> str:
        """The id of the experiment."""
        return self.experiment.id


class ExperimentPage(NamedTuple):
    """All that is said of one experiment.

    ``children``: ids of the experiments that changed it further, oldest first. ``mentions``:
    entries that name it and are about others, oldest first. ``runs``: the commands that were run
    for it, in the order in which they ended.
    """

    view: ExperimentView
    children: tuple[str, ...]
    mentions: tuple[Entry, ...]
    runs: tuple[CommandRun, ...] = ()

    @property
    def mentioning_names(self) -> tuple[str, ...]:
        """The ids of the experiments whose entries name it, each once, oldest first.

        For an entry about none, its day: ``2019-06-23``.
        """
        names: dict[str, None] = {}
        for entry in self.mentions:
            about = entry.experiments or (entry.at[:10],)
            names.update(dict.fromkeys(about))
        return tuple(names)


def build_experiment_page(
    record: Record, follower: Follower, experiment: Experiment, code_filter: CodeFilter | None
) -> ExperimentPage:
    """Return all that is said of an experiment; its change is against its parent."""
    change = compute_parent_change(record, follower, experiment, code_filter)
    children = [
        summary.id for summary in record.read_summaries() if summary.parent == experiment.id
    ]
    return ExperimentPage(
        ExperimentView(experiment, change),
        tuple(children),
        tuple(read_mentions(record, experiment)),
        tuple(read_runs(record, experiment.id)),
    )
