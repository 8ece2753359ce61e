"""``git exp compare``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import FILTER, JSON
from gitexp.cli.record import open_record
from gitexp.cli.table import Options, Verb, arguments, flag
from gitexp.errors import UsageError
from gitexp.follow.follower import Follower
from gitexp.history.absent import absent_line
from gitexp.history.deltas import absent_in, compute_delta_against
from gitexp.record.read.filters import find_filter
from gitexp.render.lineup import lineup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gitexp.cli.env import Env
    from gitexp.history.deltas import ExperimentDelta
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record

_LEAST, _MOST = 2, 12


class CompareOptions(Options):
    """The table of ``compare``."""

    idents: tuple[str, ...] = arguments("ID ID...")
    filter_name: str = FILTER
    to_parent: bool = flag(
        "--parent", help="Show the changes of each against its parent, not against the first."
    )
    everything: bool = flag("--all", help="Show what is the same in all, too.")
    as_json: bool = JSON


def run(env: Env, options: CompareOptions) -> None:
    """Show 2 to 12 experiments side by side.

    That is: metrics that differ, what changed in the code, the last entry of each.
    """
    count = len(options.idents)
    if not _LEAST <= count <= _MOST:
        raise UsageError(f"compare takes 2 to 12 experiments, not {count}", "git exp compare ID ID")
    record = open_record(env, reading=True)
    experiments = [record.read_experiment(ident) for ident in options.idents]
    origins = _find_origins(record, experiments, to_parent=options.to_parent)
    changes = _compute_deltas(record, options.filter_name, experiments, origins)
    if options.as_json:
        env.print_json(_list_values(record, experiments, changes))
        return
    steps = []
    for experiment, origin, change in zip(experiments, origins, changes, strict=True):
        is_first = origin is None and not options.to_parent and not change.absent
        steps.append((experiment, change.delta, "" if is_first else change.reason))
    lines = lineup(steps, env.columns, everything=options.everything, colour=env.colours)
    absent = absent_in(changes)
    if absent:
        lines.append(absent_line(record.repository, absent))
    env.print("\n".join(lines))


def _find_origins(
    record: Record, experiments: Sequence[Experiment], *, to_parent: bool
) -> list[Experiment | None]:
    """Return what each experiment is compared with: its parent, or the first; None for nothing."""
    if not to_parent:
        first, *others = experiments
        return [None, *(first for _ in others)]
    return [
        record.index.read_experiment(experiment.parent) if experiment.parent else None
        for experiment in experiments
    ]


def _compute_deltas(
    record: Record,
    filter_name: str,
    experiments: Sequence[Experiment],
    origins: Sequence[Experiment | None],
) -> list[ExperimentDelta]:
    """Return the delta of each experiment against its origin."""
    code_filter = find_filter(record, filter_name)
    versions = [experiment.version for experiment in (*experiments, *origins) if experiment]
    with Follower(record.repository) as follower:
        follower.prepare(versions, code_filter)
        return [
            compute_delta_against(follower, code_filter, experiment, origin)
            for experiment, origin in zip(experiments, origins, strict=True)
        ]


def _list_values(
    record: Record, experiments: Sequence[Experiment], changes: Sequence[ExperimentDelta]
) -> list[dict[str, Any]]:
    """Return the experiments for ``--json``."""
    from gitexp.render.json import delta_values, experiment_values

    rows = []
    for experiment, change in zip(experiments, changes, strict=True):
        delta = delta_values(change.delta) if change.delta else None
        values = experiment_values(experiment, record.branch_name)
        rows.append({**values, "delta": delta, "absent": list(change.absent)})
    return rows


VERB = Verb("compare", CompareOptions, run)
