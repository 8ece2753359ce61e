"""``git exp pages``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("pages")
def command() -> None:
    """Write the record as Markdown pages on its own branch, so that a forge shows it: README.md, months, experiments.

    Only pages that changed are written. Push the branch afterwards, as you push any other.
    """
    from gitexp.viewer.pages import write_pages

    record = open_record()
    count = write_pages(record)
    click.echo(
        f"{count} page{'' if count == 1 else 's'} written on '{record.branch_name}'"
        if count
        else "the pages are up to date"
    )
