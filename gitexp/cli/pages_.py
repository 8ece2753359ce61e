"""``git exp pages``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("pages")
def command() -> None:
    """Write the record as Markdown pages on its own branch, so that a forge shows it: README.md, months, experiments.

    Only pages that changed are written. Push the branch afterwards, as you push any other. A page whose code is not in this clone
    stays as it is; where something else of it changed, it is written without the code, until a clone that has it writes it.
    """
    from gitexp.history.absent import absent_line
    from gitexp.render.terminal import safe
    from gitexp.viewer.pages import write_pages

    record = open_record()
    written = write_pages(record)
    count = written.pages
    click.echo(f"{count} page{'' if count == 1 else 's'} written on '{record.branch_name}'" if count else "the pages are up to date")
    if written.absent:
        click.echo(safe(absent_line(record.repository, written.absent)))
