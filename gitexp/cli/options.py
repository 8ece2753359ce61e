"""Options that several verbs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
filter_option = click.option(
    "--filter", "-f", "filter_name", default="", metavar="NAME", help="A saved filter (default: gitexp.filter, else the first)."
)
at_option = click.option("--at", metavar="TIME", help="When it happened: 2019-06-23, '2019-06-23 10:15', or ISO 8601.")
as_of_option = click.option("--as-of", metavar="DATE", help="What was believed then: later events do not count.")

_CHOICE = (
    filter_option,
    click.option("--rule", "rules", multiple=True, metavar="RULE", help="A rule that is not saved; may be repeated."),
    click.option("--at", "anchor", metavar="REV", help="The version whose line numbers the rules mean."),
    click.option("--stop", multiple=True, metavar="NAME", help="Reach rules end at this name."),
    click.option("--with", "also", multiple=True, metavar="NAME", help="Reach rules take this name in as well."),
    click.option("--depth", type=click.IntRange(0), metavar="N", help="Reach rules go N steps."),
)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which code is meant."""
    for option in reversed(_CHOICE):
        function = option(function)
    return function
