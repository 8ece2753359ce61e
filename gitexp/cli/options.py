"""Options that several verbs share."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.quick import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/json.md).")
filter_option = click.option(
    "--filter",
    "-f",
    "filter_name",
    default="",
    metavar="NAME",
    help="A saved filter (default: gitexp.filter, else the first).",
)
at_option = click.option(
    "--at", metavar="TIME", help="When it happened: 2019-06-23, '2019-06-23 10:15', or ISO 8601."
)
as_of_option = click.option(
    "--as-of", metavar="DATE", help="What was believed then: later events do not count."
)

_REACH = (
    click.option("--stop", multiple=True, metavar="NAME", help="Reach rules end at this name."),
    click.option(
        "--with",
        "also",
        multiple=True,
        metavar="NAME",
        help="Reach rules take this name in as well.",
    ),
    click.option("--depth", type=click.IntRange(0), metavar="N", help="Reach rules go N steps."),
)
_CHOICE = (
    filter_option,
    click.option(
        "--rule",
        "rules",
        multiple=True,
        metavar="RULE",
        help="A rule that is not saved; may be repeated.",
    ),
    click.option(
        "--at", "anchor", metavar="REV", help="The version whose line numbers the rules mean."
    ),
    *_REACH,
)


class Listing(click.Command):
    """A verb that lists, of which ``-3`` means ``-n 3``, as git has it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, once ``-3`` is written out, where it is no value of another option."""
        takers = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        written: list[str] = []
        rest = iter(args)
        for word in rest:
            written.append(counted(word))
            if word == "--":
                written += rest
            elif word in takers:
                written += itertools.islice(rest, 1)
        return super().parse_args(ctx, written)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which code is meant."""
    return _with(_CHOICE, function)


def reach_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add those of them that bound reach rules."""
    return _with(_REACH, function)


def _with(
    options: Iterable[Callable[..., Any]], function: Callable[..., Any]
) -> Callable[..., Any]:
    for option in reversed(tuple(options)):
        function = option(function)
    return function
