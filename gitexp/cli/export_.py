"""``git exp export``."""

from __future__ import annotations

from pathlib import Path

import click

from gitexp.cli.env import moment, open_record
from gitexp.cli.options import filter_option


@click.command("export")
@click.argument("folder", metavar="DIR")
@filter_option
@click.option("--topic", default="", metavar="NAME", help="Only what gathers under a topic.")
@click.option("--since", metavar="TIME", help="Not older than this.")
def command(folder: str, filter_name: str, topic: str, since: str | None) -> None:
    """Write the record as static pages: journal, line-up, lineage, topics. They open from the folder, no server needed.

    The same record gives the same bytes; an earlier export in DIR is brought up to date.
    """
    from gitexp.viewer.export import export

    low = moment(since)
    record = open_record(reading=True)
    count = export(
        record,
        Path(folder),
        filter_name=filter_name,
        topic=topic,
        since=low.timestamp() if low else float("-inf"),
    )
    click.echo(f"{count} experiment{'' if count == 1 else 's'}: {Path(folder) / 'index.html'}")
