"""``git exp note``."""

from __future__ import annotations

import click

from gitexp.cli.env import at_option, moment, open_record, typed_text


@click.command("note")
@click.argument("idents", metavar="[ID]...", nargs=-1)
@click.option("-m", "message", metavar="TEXT", help="The text.")
@click.option("-F", "file", metavar="FILE", help="Read the text from a file, or from standard input (-).")
@at_option
def command(idents: tuple[str, ...], message: str | None, file: str | None, at: str | None) -> None:
    """Add an entry: to the IDs given, else to those that open its lines, else to the active experiment.

    A line 'ID acc 0.857' records the metric, and opens the experiment if it is new; '#tag' tags. Without -m or -F the
    editor opens.
    """
    from gitexp.cli.echo import echo_recorded
    from gitexp.history.trials import note

    record = open_record()
    echo_recorded(note(record, idents, typed_text(message, file), at=moment(at)))
