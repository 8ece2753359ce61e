"""``git exp init``."""

from __future__ import annotations

import click

from gitexp.cli.env import bare_record


@click.command("init")
def command() -> None:
    """Begin recording in this repository. Asks nothing, can be repeated, changes no file of yours."""
    from gitexp.record.write.setup import begin
    from gitexp.store.hooks import install

    record = bare_record()
    fresh = begin(record)
    report = install(record.repository)
    click.echo("recording in this repository" if fresh else "was recording already")
    for line in report.lines():
        click.echo(line)
    if fresh:
        click.echo("next: git exp new ID -m 'what you try'")
