"""``git exp retract``."""

from __future__ import annotations

import click

from gitexp.cli.env import moment, open_record
from gitexp.cli.options import at_option


@click.command("retract")
@click.argument("corrections", metavar="CORRECTION...", nargs=-1, required=True)
@click.option("-m", "message", default="", metavar="TEXT", help="Why.")
@at_option
def command(corrections: tuple[str, ...], message: str, at: str | None) -> None:
    """Take corrections back. They stay visible, marked; what they corrected holds again.

    'git exp show ID --ids' and 'git exp journal --ids' show their ids. A retraction can be retracted too.
    """
    from gitexp.record.write.corrections import add_retraction
    from gitexp.render.terminal import fit, safe

    record = open_record()
    for event in add_retraction(record, corrections, message, at=moment(at)):
        line = event.text.partition("\n")[0]
        click.echo(fit(safe(f"taken back: {event.id}  {line}"), 80))
