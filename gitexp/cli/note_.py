"""``git exp note``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import moment, open_record, typed_text
from gitexp.cli.options import at_option


@click.command("note")
@click.argument("idents", metavar="[ID]...", nargs=-1)
@click.option("-m", "message", metavar="TEXT", help="The text.")
@click.option(
    "-F", "file", metavar="FILE", help="Read the text from a file, or from standard input (-)."
)
@at_option
def command(idents: tuple[str, ...], message: str | None, file: str | None, at: str | None) -> None:
    """Add an entry: to the IDs given, else to those that open its lines, else to the active experiment.

    A line 'ID acc 0.857' records the metric, and opens the experiment if it is new; what follows belongs to it. '#tag'
    tags, '![](loss.png)' or a path alone on its line takes the picture in. Without -m or -F the editor opens.
    'git exp undo' takes back what was understood wrongly.
    """
    from gitexp.cli.echo import echo_recorded, pictures_in
    from gitexp.history.trials import note

    record = open_record()
    text = typed_text(message, file)
    echo_recorded(
        note(record, idents, text, at=moment(at), pictures=pictures_in(record, text, Path.cwd()))
    )
