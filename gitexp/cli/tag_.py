"""``git exp tag``."""

from __future__ import annotations

import click

from gitexp.cli.env import open_record


@click.command("tag")
@click.argument("ident", metavar="ID")
@click.argument("tags", metavar="TAG...", nargs=-1, required=True)
@click.option("-d", "--delete", is_flag=True, help="Take the tags off.")
def command(ident: str, tags: tuple[str, ...], *, delete: bool) -> None:
    """Add tags to an experiment, or take them off."""
    from gitexp.record.write.begin import change_tags

    record = open_record()
    name = change_tags(record, ident, () if delete else tags, tags if delete else ())
    own = record.read_experiment(name).tags
    click.echo(f"· {name}" + "".join(f" #{text}" for text in own))
