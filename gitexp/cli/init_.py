"""``git exp init``."""

from __future__ import annotations

import click

from gitexp.cli.env import bare_record


@click.command("init")
def command() -> None:
    """Begin recording in this repository. Asks nothing, can be repeated, changes no file of yours."""
    from gitexp.record.write.setup import begin_record
    from gitexp.store.hooks import install_hooks

    record = bare_record()
    fresh = begin_record(record)
    report = install_hooks(record.repository)
    click.echo("recording in this repository" if fresh else "was recording already")
    for line in report.format_lines():
        click.echo(line)
    if fresh:
        click.echo("next: git exp new ID -m 'what you try'")
