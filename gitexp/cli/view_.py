"""``git exp view``."""

from __future__ import annotations

import gc
import sys

import click

from gitexp.cli.env import open_record


@click.command("view")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="The port (default: any that is free).",
)
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--read-only", is_flag=True, help="Nothing can be recorded from the page.")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Listen on another address than this machine's own; needs --exposed.",
)
@click.option("--exposed", is_flag=True, help="Yes, others may reach it: unencrypted, read-only.")
@click.option(
    "--writable", is_flag=True, help="With --exposed: others who have the address may record, too."
)
def command(
    *, port: int, no_browser: bool, read_only: bool, host: str, exposed: bool, writable: bool
) -> None:
    """Read the record in the browser: a page on this machine, for this user. Ctrl-C ends it."""
    from gitexp.errors import UsageError
    from gitexp.viewer.server import LOOPBACK, serve

    outside = host not in LOOPBACK
    if outside and not exposed:
        raise UsageError(
            f"'{host}' would show the record to the network, unencrypted",
            "better: ssh -L 8000:127.0.0.1:8000 and --port 8000, or TLS by a proxy in front; if you mean it: --exposed",
        )
    record = open_record(reading=True)
    first = True

    def told(address: str) -> None:
        nonlocal first
        click.echo(address if first else f"opened. For another browser: {address}")
        sys.stdout.flush()
        if first and not no_browser:
            import webbrowser

            webbrowser.open(address)
        first = False

    gc.enable()  # this verb lives long
    serve(record.repository, host, port, told, read_only=read_only or (outside and not writable))
