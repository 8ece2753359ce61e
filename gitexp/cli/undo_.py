"""``git exp undo``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("undo")
def command() -> None:
    """Take back what the last recording command understood: experiments, metrics, tags, pictures, corrections.

    The text it was given stays in the journal, to the letter. Again: the command before.
    """
    from gitexp.record.write.undo import undo_last_command
    from gitexp.render.echo import undone_lines
    from gitexp.render.terminal import safe

    events = undo_last_command(open_record())
    for line in undone_lines(events):
        click.echo(safe(line))
    if any(event.text for event in events):
        click.echo("  the text stays in the journal")
