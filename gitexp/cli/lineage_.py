"""``git exp lineage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import FILTER, JSON
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.table import Options, Verb, argument
from gitexp.follow.follower import Follower
from gitexp.history.absent import absent_line
from gitexp.history.deltas import absent_in, compute_delta_against, list_lineage
from gitexp.record.read.filters import find_filter
from gitexp.render.lineage import lineage_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gitexp.cli.env import Env
    from gitexp.history.deltas import ExperimentDelta
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record


class LineageOptions(Options):
    """The table of ``lineage``."""

    ident: str = argument("[ID]", required=False)
    filter_name: str = FILTER
    as_json: bool = JSON


def run(env: Env, options: LineageOptions) -> None:
    """Show how an experiment (default: the active one) came about.

    The code of its first ancestor is shown in full, then what each experiment after it changed.
    """
    record = open_record(env, reading=True)
    ident = name_experiment(record, options.ident, "git exp lineage ID")
    experiments = list_lineage(record, record.read_experiment(ident))
    changes = _compute_deltas(record, options.filter_name, experiments)
    if options.as_json:
        env.print_json(_list_values(record, experiments, changes))
        return
    steps = [
        (experiment, change.delta, change.whole, change.reason)
        for experiment, change in zip(experiments, changes, strict=True)
    ]
    lines = lineage_lines(steps, env.columns, colour=env.colours)
    absent = absent_in(changes)
    if absent:
        lines += ["", absent_line(record.repository, absent)]
    env.print("\n".join(lines))


def _compute_deltas(
    record: Record, filter_name: str, experiments: Sequence[Experiment]
) -> list[ExperimentDelta]:
    """Return the delta of each experiment against the one before."""
    code_filter = find_filter(record, filter_name)
    origins = [None, *experiments[:-1]]
    with Follower(record.repository) as follower:
        versions = [experiment.version for experiment in experiments]
        follower.prepare(versions, code_filter)
        return [
            compute_delta_against(follower, code_filter, experiment, origin)
            for experiment, origin in zip(experiments, origins, strict=True)
        ]


def _list_values(
    record: Record, experiments: Sequence[Experiment], changes: Sequence[ExperimentDelta]
) -> list[dict[str, Any]]:
    """Return the line for ``--json``: the excerpt of the first experiment, then the deltas."""
    from gitexp.render.json import delta_values, excerpt_values, experiment_values

    rows: list[dict[str, Any]] = []
    for experiment, change in zip(experiments, changes, strict=True):
        excerpt = excerpt_values(change.whole) if change.whole else None
        delta = delta_values(change.delta) if change.delta else None
        values = experiment_values(experiment, record.branch_name)
        absent = list(change.absent)
        rows.append({**values, "excerpt": excerpt, "delta": delta, "absent": absent})
    return rows


VERB = Verb("lineage", LineageOptions, run)
