"""``git exp use``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("use")
@click.argument("ident", metavar="ID")
def command(ident: str) -> None:
    """Make an experiment the active one of this worktree: notes and commits go to it."""
    from gitexp.record.write.begin import use_experiment

    click.echo(f"active: {use_experiment(open_record(), ident)}")
