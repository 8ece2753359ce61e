"""``git exp status``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record, print_json
from gitexp.cli.options import json_option


@click.command("status")
@json_option
def command(*, as_json: bool) -> None:
    """Which experiment is active, whether the hooks really run, what is not pushed, whose code is not in this clone.

    No remote is asked: what it has is what the last fetch told (docs/data-model.md, two clones).
    """
    from gitexp.history.overview import overview
    from gitexp.render.terminal import safe

    record = open_record(reading=True)
    seen = overview(record)
    if as_json:
        print_json(seen.values())
        return
    click.echo(safe("\n".join(seen.lines())))
