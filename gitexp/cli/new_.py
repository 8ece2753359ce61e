"""``git exp new``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import moment, open_record
from gitexp.cli.options import at_option


@click.command("new")
@click.argument("ident", metavar="[ID]", default="")
@click.option("-m", "message", default="", metavar="TEXT", help="First words about it.")
@click.option(
    "--parent",
    metavar="ID",
    help="What it changes a part of (default: the experiment active before; '' for none).",
)
@at_option
@click.option("--no-snapshot", is_flag=True, help="Do not keep the working tree.")
def command(
    ident: str, message: str, parent: str | None, at: str | None, *, no_snapshot: bool
) -> None:
    """Start an experiment: keep the working tree as it is, no commit needed, and make it the active one.

    Without ID it is taken from the code by the pattern in config gitexp.idPattern, else numbered e0001, e0002 ...
    """
    from gitexp.cli.echo import echo_recorded, pictures_in
    from gitexp.history.trials import start

    record = open_record()
    pictures = pictures_in(record, message, Path.cwd())
    echo_recorded(
        start(
            record,
            ident,
            text=message,
            parent=parent,
            at=moment(at),
            snapshot=not no_snapshot,
            pictures=pictures,
        )
    )
