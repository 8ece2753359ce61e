"""``git exp status``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record, print_json
from gitexp.cli.options import json_option


@click.command("status")
@json_option
def command(*, as_json: bool) -> None:
    """Which experiment is active, whether the hooks really run, what is not pushed."""
    from gitexp.record.read.status import read_status
    from gitexp.render.terminal import safe

    record = open_record(reading=True)
    seen = read_status(record)
    if as_json:
        print_json(seen.format_values())
        return
    click.echo(safe("\n".join(seen.format_lines())))
