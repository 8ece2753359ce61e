"""``git exp view``."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, flag, number_option, text_option
from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.cli.env import Env


class ViewOptions(Options):
    """The table of ``view``."""

    port: int | None = number_option(
        "--port", least=0, most=65535, help="The port (default: any that is free)."
    )
    no_browser: bool = flag("--no-browser", help="Only print the address.")
    read_only: bool = flag("--read-only", help="Record nothing from the page.")
    host: str = text_option(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="Listen on another address than this machine's own; needs --exposed.",
    )
    exposed: bool = flag("--exposed", help="Let others reach the page: unencrypted, read-only.")
    writable: bool = flag(
        "--writable", help="With --exposed: let others who have the address record, too."
    )


def run(env: Env, options: ViewOptions) -> None:
    """Show the record in the browser, on a page for this user of this machine.

    Ctrl-C ends it.
    """
    from gitexp.viewer.server import LOOPBACK, serve

    is_exposed = options.host not in LOOPBACK
    if is_exposed and not options.exposed:
        raise UsageError(
            f"'{options.host}' would show the record to the network, unencrypted",
            "safer: --port 8000 here and ssh -L 8000:127.0.0.1:8000 there, or a proxy with TLS; "
            "to do it all the same: --exposed",
        )
    record = open_record(env, reading=True)
    read_only = options.read_only or (is_exposed and not options.writable)
    gc.enable()  # this verb lives long
    serve(
        record.repository,
        options.host,
        options.port or 0,
        _announce(env, no_browser=options.no_browser),
        read_only=read_only,
    )


def _announce(env: Env, *, no_browser: bool) -> Callable[[str], None]:
    """Return a function that prints each new address, and opens the first in the browser."""
    is_first = True

    def announce(address: str) -> None:
        nonlocal is_first
        line = address if is_first else f"opened; for another browser: {address}"
        env.print_lines([line])
        if is_first and not no_browser:
            import webbrowser

            webbrowser.open(address)
        is_first = False

    return announce


VERB = Verb("view", ViewOptions, run)
