"""``git exp show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import AS_OF, FILTER, JSON
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.table import Options, Verb, argument, flag
from gitexp.history.deltas import compute_parent_delta
from gitexp.record.read.journal import list_mentioning_ids, read_mentions
from gitexp.render.show import show_lines

if TYPE_CHECKING:
    from typing import Any

    from gitexp.cli.env import Env
    from gitexp.history.deltas import ExperimentDelta
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record


class ShowOptions(Options):
    """The table of ``show``."""

    ident: str = argument("[ID]", required=False)
    filter_name: str = FILTER
    ids: bool = flag("--ids", help="Show the ids of entries, by which they are corrected.")
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run(env: Env, options: ShowOptions) -> None:
    """Show one experiment (default: the active one).

    That is: its parent, metrics and entries, what it changed in the code, its pictures.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    experiment = record.read_experiment(name_experiment(record, options.ident, "git exp show ID"))
    change = compute_parent_delta(record, experiment, options.filter_name)
    if options.as_json:
        env.print_json(_list_values(record, experiment, change))
        return
    lines = show_lines(
        experiment,
        change.delta,
        change.excerpt,
        change.full_title,
        record.branch_name,
        env.columns,
        mentions=list_mentioning_ids(record, experiment),
        ids=options.ids,
        colour=env.colours,
    )
    env.print("\n".join(lines))


def _list_values(record: Record, experiment: Experiment, change: ExperimentDelta) -> dict[str, Any]:
    """Return the experiment for ``--json``."""
    from gitexp.render.json import delta_values, entry_values, experiment_values

    return {
        **experiment_values(experiment, record.branch_name),
        "delta": delta_values(change.delta) if change.delta else None,
        "absent": list(change.absent),
        "filter": change.filter or None,
        "mentions": [entry_values(entry) for entry in read_mentions(record, experiment)],
    }


VERB = Verb("show", ShowOptions, run)
