"""``git exp lineage``."""

from __future__ import annotations

import click

from gitexp.cli.env import colour, columns, open_record, print_json
from gitexp.cli.options import filter_option, json_option


@click.command("lineage")
@click.argument("ident", metavar="[ID]", default="")
@filter_option
@json_option
def command(ident: str, filter_name: str, *, as_json: bool) -> None:
    """How an experiment (default: the active one) came about: the first excerpt of its line in full, then what each changed."""
    from gitexp.errors import UsageError
    from gitexp.history.deltas import delta_against, lineage, prepare
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower
    from gitexp.render.json import delta_values, excerpt_values, experiment_values
    from gitexp.render.lineage import lineage_lines

    record = open_record(reading=True)
    name = ident or record.active
    if not name:
        raise UsageError("no experiment is active", "git exp lineage ID")
    line = lineage(record, record.experiment(name))
    choice = find_filter(record, filter_name)
    with Follower(record.repository) as follower:
        prepare(follower, (each.version for each in line))
        changes = [
            delta_against(follower, choice, each, before)
            for each, before in zip(line, [None, *line], strict=False)
        ]
    if as_json:
        rows = []
        for number, (each, change) in enumerate(zip(line, changes, strict=True)):
            whole = excerpt_values(change.excerpt) if number == 0 and change.excerpt else None
            delta = delta_values(change.delta) if change.delta else None
            rows.append(
                {**experiment_values(each, record.branch_name), "excerpt": whole, "delta": delta}
            )
        print_json(rows)
        return
    steps = [
        (each, change.delta, change.excerpt, change.reason)
        for each, change in zip(line, changes, strict=True)
    ]
    click.echo("\n".join(lineage_lines(steps, columns(), colour=colour())))
