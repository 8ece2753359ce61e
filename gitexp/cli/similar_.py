"""``git exp similar``."""

from __future__ import annotations

import click

from gitexp.cli.env import columns, open_record, print_json
from gitexp.cli.options import filter_option, json_option


@click.command("similar")
@click.argument("ident", metavar="[ID]", default="")
@filter_option
@click.option(
    "-n",
    "number",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="How many.",
)
@json_option
def command(ident: str, filter_name: str, number: int, *, as_json: bool) -> None:
    """Have I tried this? The earlier experiments nearest to one (default: the active), with what came of them."""
    from gitexp.errors import UsageError
    from gitexp.history.similar import similar
    from gitexp.render.search import near_lines

    record = open_record(reading=True)
    name = ident or record.active
    if not name:
        raise UsageError("no experiment is active", "git exp similar ID")
    found = similar(record, record.experiment(name), filter_name, number)
    if as_json:
        print_json(
            [
                {"experiment": near.summary.id, "score": near.score, "reason": near.reason}
                for near in found
            ]
        )
    elif found:
        click.echo("\n".join(near_lines(found, columns())))
    else:
        click.echo("nothing earlier is like it")
