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
    from gitexp.history.absent import absent_line
    from gitexp.history.deltas import absent_in, delta_against, lineage
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
        follower.prepare((each.version for each in line), choice)
        changes = [delta_against(follower, choice, each, before) for each, before in zip(line, [None, *line], strict=False)]
    if as_json:
        rows = []
        for each, change in zip(line, changes, strict=True):
            whole = excerpt_values(change.whole) if change.whole else None
            delta = delta_values(change.delta) if change.delta else None
            values = experiment_values(each, record.branch_name)
            rows.append({**values, "excerpt": whole, "delta": delta, "absent": list(change.absent)})
        print_json(rows)
        return
    steps = [(each, change.delta, change.whole, change.reason) for each, change in zip(line, changes, strict=True)]
    lines = lineage_lines(steps, columns(), colour=colour())
    if absent := absent_in(changes):
        lines += ["", absent_line(record.repository, absent)]
    click.echo("\n".join(lines))
