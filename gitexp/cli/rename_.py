"""``git exp rename``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("rename")
@click.argument("ident", metavar="ID")
@click.argument("to", metavar="NEW_ID")
def command(ident: str, to: str) -> None:
    """Give an experiment another id. The old one goes on working."""
    from gitexp.record.write.begin import rename_experiment

    old, new = rename_experiment(open_record(), ident, to)
    click.echo(f"· {old} is now {new}")
