"""``git exp snapshot``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.echo import print_recorded
from gitexp.cli.options import JSON
from gitexp.cli.record import name_experiment, open_record, read_experiments
from gitexp.cli.verb_table import Group, Options, Verb, argument
from gitexp.history.versions import find_code_commit
from gitexp.record.write.snapshot import add_snapshot
from gitexp.render.terminal import format_moment, format_table, safe_line
from gitexp.store.snapshots import restore_snapshot

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.model.experiment import Snapshot


class TakeOptions(Options):
    """The table of ``snapshot take``."""

    ident: str = argument("[ID]", required=False)


def run_take(env: Env, options: TakeOptions) -> None:
    """Keep the code as it is now for an experiment (default: the active one)."""
    record = open_record(env)
    ident = name_experiment(record, options.ident, "git exp snapshot take ID")
    print_recorded(env, add_snapshot(record, ident))


class ListOptions(Options):
    """The table of ``snapshot list``."""

    ident: str = argument("[ID]", required=False)
    as_json: bool = JSON


def run_list(env: Env, options: ListOptions) -> None:
    """List the kept working trees of one experiment or of all."""
    record = open_record(env, reading=True)
    experiments = read_experiments(record, options.ident)
    snapshots = []
    for experiment in experiments:
        snapshots += [(experiment.id, snapshot) for snapshot in experiment.snapshots]
    if options.as_json:
        from gitexp.render.json import serialize_snapshot

        env.print_json(
            [{"experiment": ident, **serialize_snapshot(snapshot)} for ident, snapshot in snapshots]
        )
        return
    rows = [_make_row(ident, snapshot) for ident, snapshot in snapshots]
    for line in format_table(rows, columns=env.columns) or ["no snapshots yet: git exp new ID"]:
        env.print(line)


def _make_row(ident: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the cells of a snapshot: id, time, commit, and what it was made on."""
    base = f"on {snapshot.base[:12]}" if snapshot.base else "before the first commit"
    if snapshot.lacks:
        base += f", lacks {'; '.join(snapshot.lacks)}"
    elif snapshot.left_out:  # an earlier gitexp did not name them
        base += f", {snapshot.left_out} large files left out"
    return ident, format_moment(snapshot.at), snapshot.commit[:12], base


class RestoreOptions(Options):
    """The table of ``snapshot restore``."""

    ident: str = argument("ID")
    folder: str = argument("DIR")


def run_restore(env: Env, options: RestoreOptions) -> None:
    """Write the code of an experiment into a new folder. Your working tree is not touched."""
    record = open_record(env, reading=True)
    commit = find_code_commit(record, options.ident).commit
    restore_snapshot(record.repository, commit, env.resolve_path(options.folder))
    env.print(safe_line(f"the code of {commit[:12]} is in {options.folder}"))


VERB = Group(
    "snapshot",
    "Keep the code of an experiment again, list what is kept, or restore it into a new folder.",
    (
        Verb("take", TakeOptions, run_take),
        Verb("list", ListOptions, run_list),
        Verb("restore", RestoreOptions, run_restore),
    ),
)
