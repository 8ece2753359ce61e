"""``git exp log``."""

from __future__ import annotations

from typing import Any

import click

from gitexp.cli.history import Asked, print_history
from gitexp.cli.options import Listing, as_of_option, choice_options


@click.command("log", cls=Listing)
@click.argument("version", metavar="[ID|REV]", default="")
@choice_options
@click.option("--all-versions", is_flag=True, help="Kept working trees too, not only commits.")
@click.option(
    "--experiments", is_flag=True, help="Experiments, each against its parent, instead of commits."
)
@click.option("--since", metavar="TIME", help="Not older than this.")
@click.option("--until", metavar="TIME", help="Not newer than this.")
@click.option("-n", "number", type=click.IntRange(1), metavar="N", help="At most N; -3 is -n 3.")
@as_of_option
@click.option("--stat", is_flag=True, help="Only how much changed.")
@click.option("--commits", is_flag=True, help="Only full commit ids, for scripts.")
@click.option("--reverse", is_flag=True, help="Oldest first.")
@click.option("--whitespace", is_flag=True, help="A change of white space counts too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
def command(**options: Any) -> None:
    """Filtered history: only the versions whose excerpt changed, newest first, each with what changed.

    Starts at REV (default: HEAD; with --rule and --at, that version).
    """
    print_history(Asked(**options))
