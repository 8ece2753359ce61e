"""``git exp uninit``."""

from __future__ import annotations

import click

from gitexp.cli.env import bare_record


@click.command("uninit")
@click.option(
    "--delete-record",
    is_flag=True,
    help="Also delete the record itself: branch, notes, kept snapshots.",
)
def command(*, delete_record: bool) -> None:
    """Take out the hooks, to the byte as they were, and the local files. The record stays unless it is empty."""
    from gitexp.history.setup import end
    from gitexp.store.hooks import uninstall

    record = bare_record()
    uninstall(record.repository)
    gone = end(record, delete_record=delete_record)
    click.echo(
        "hooks and local files are gone"
        + (", and so is the record" if gone else "; the record stays: git exp init goes on with it")
    )
