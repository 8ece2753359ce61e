"""``git exp show``."""

from __future__ import annotations

import click

from gitexp.cli.env import colour, columns, open_record, print_json
from gitexp.cli.options import as_of_option, filter_option, json_option


@click.command("show")
@click.argument("ident", metavar="[ID]", default="")
@filter_option
@click.option("--ids", is_flag=True, help="With the ids by which entries are corrected.")
@as_of_option
@json_option
def command(ident: str, filter_name: str, as_of: str | None, *, ids: bool, as_json: bool) -> None:
    """One experiment (default: the active one), short: parent, metrics, entries, what changed in the code, pictures."""
    from gitexp.errors import UsageError
    from gitexp.history.deltas import delta_to_parent
    from gitexp.history.journal import mentioned_by, mentions
    from gitexp.render.json import delta_values, entry_values, experiment_values
    from gitexp.render.show import show_lines

    record = open_record(reading=True, as_of=as_of)
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
                "mentions": [entry_values(entry) for entry in mentions(record, experiment)],
            }
        )
        return
    spoken = mentioned_by(record, experiment)
    lines = show_lines(
        experiment,
        change.delta,
        change.excerpt,
        change.title,
        record.branch_name,
        columns(),
        mentions=spoken,
        ids=ids,
        colour=colour(),
    )
    click.echo("\n".join(lines))
