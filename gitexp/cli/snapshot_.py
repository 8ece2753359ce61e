"""``git exp snapshot``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import columns, open_record, print_json
from gitexp.cli.options import json_option


@click.group("snapshot")
def command() -> None:
    """Keep the working tree of an experiment again, list what is kept, restore it into a new folder."""


@command.command("take")
@click.argument("ident", metavar="[ID]", default="")
def take(ident: str) -> None:
    """Keep the working tree as it is now as the code of an experiment (default: the active one)."""
    from gitexp.cli.echo import echo_recorded
    from gitexp.errors import UsageError
    from gitexp.history.trials import take_snapshot

    record = open_record()
    name = record.resolve(ident) if ident else record.active
    if not name:
        raise UsageError("no experiment is active", "git exp snapshot take ID")
    echo_recorded(take_snapshot(record, name))


@command.command("list")
@click.argument("ident", metavar="[ID]", default="")
@json_option
def list_snapshots(ident: str, *, as_json: bool) -> None:
    """List kept working trees, of one experiment or of all."""
    from gitexp.render.json import snapshot_values
    from gitexp.render.terminal import day_and_time, table

    record = open_record(reading=True)
    shown = [record.experiment(ident)] if ident else record.experiments()
    rows = [(experiment.id, snapshot) for experiment in shown for snapshot in experiment.snapshots]
    if as_json:
        print_json([{"experiment": name, **snapshot_values(snapshot)} for name, snapshot in rows])
        return
    lines = [
        (
            name,
            day_and_time(snapshot.at),
            snapshot.commit[:12],
            f"on {snapshot.base[:12] or 'nothing'}"
            + (f", {snapshot.left_out} large files left out" if snapshot.left_out else ""),
        )
        for name, snapshot in rows
    ]
    click.echo(
        "\n".join(table(lines, columns=columns())) if lines else "no snapshots yet: git exp new ID"
    )


@command.command("restore")
@click.argument("ident", metavar="ID")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def restore(ident: str, folder: Path) -> None:
    """Write the code of an experiment into a new folder. Your working tree is not touched."""
    from gitexp.history.versions import code_of
    from gitexp.store.snapshots import restore as write_out

    record = open_record(reading=True)
    commit = code_of(record, ident).commit
    write_out(record.repository, commit, folder)
    click.echo(f"{commit[:12]} is in {folder}")
