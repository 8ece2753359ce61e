"""One experiment as every view prints it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gitexp.history.change import compute_parent_change
from gitexp.model.config_fence import OPENING
from gitexp.record.read.journal import read_mentions
from gitexp.record.read.runs import read_configs, read_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    for it, in the order in which they ended. ``parent_settings``: the settings that the script of the
    parent gave, by name, where a note has those of this one.
    """

    view: ExperimentView
    children: tuple[str, ...]
    mentions: tuple[Entry, ...]
    runs: tuple[CommandRun, ...] = ()
    parent_settings: Mapping[str, str] = MappingProxyType({})

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
        _read_parent_settings(record, experiment),
    )


def _read_parent_settings(record: Record, experiment: Experiment) -> Mapping[str, str]:
    has_settings = any(OPENING in entry.text for entry in experiment.entries)
    if not has_settings or not experiment.parent:
        return {}
    return read_configs(record).get(experiment.parent, {})
