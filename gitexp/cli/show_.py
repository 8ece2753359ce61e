"""``git exp show``."""

from __future__ import annotations

import click

from gitexp.cli.env import colour, columns, filter_option, json_option, open_record, print_json


@click.command("show")
@click.argument("ident", metavar="[ID]", default="")
@filter_option
@json_option
def command(ident: str, filter_name: str, *, as_json: bool) -> None:
    """One experiment (default: the active one), short: parent, metrics, entries, what changed in the code, pictures."""
    from gitexp.errors import UsageError
    from gitexp.history.deltas import delta_to_parent
    from gitexp.render.json import delta_values, experiment_values
    from gitexp.render.show import show_lines

    record = open_record(reading=True)
    name = ident or record.active
    if not name:
        raise UsageError("no experiment is active", "git exp show ID")
    experiment = record.experiment(name)
    change = delta_to_parent(record, experiment, filter_name)
    if as_json:
        print_json(
            {
                **experiment_values(experiment, record.branch_name),
                "delta": delta_values(change.delta) if change.delta else None,
                "filter": change.filter or None,
            }
        )
        return
    click.echo(
        "\n".join(show_lines(experiment, change.delta, change.excerpt, change.title, record.branch_name, columns(), colour=colour()))
    )
