"""Which code: options shared by the verbs that show excerpts, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.history.record import Record
    from gitexp.model.filter import Filter

_OPTIONS = (
    click.option(
        "--filter", "-f", "filter_name", default="", metavar="NAME", help="A saved filter (default: gitexp.filter, else the first)."
    ),
    click.option("--rule", "rules", multiple=True, metavar="RULE", help="A rule that is not saved; may be repeated."),
    click.option("--at", "anchor", metavar="REV", help="The version whose line numbers the rules mean."),
    click.option("--stop", multiple=True, metavar="NAME", help="Reach rules end at this name."),
    click.option("--with", "also", multiple=True, metavar="NAME", help="Reach rules take this name in as well."),
    click.option("--depth", type=click.IntRange(0), metavar="N", help="Reach rules go N steps."),
)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which code is meant."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def chosen(
    record: Record,
    filter_name: str,
    rules: tuple[str, ...],
    anchor: str | None,
    *,
    stop: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    depth: int | None = None,
    known: Callable[[str], bool] = lambda _: False,
) -> Filter:
    """The saved filter, or the rules given on the spot; ``known`` tells full ids of commits. Raises UsageError when both are given."""
    from dataclasses import replace

    from gitexp.history.filters import anchor_now, find_filter
    from gitexp.history.versions import find_version
    from gitexp.model.filter import Filter, parse_rule

    if rules and filter_name:
        raise UsageError("--filter and --rule were both given", "use one of them, or save the rules: git exp filter add NAME RULE...")
    if not rules:
        if anchor:
            raise UsageError("--at says which version the rules of --rule mean", "give --rule as well, or leave --at out")
        saved = find_filter(record, filter_name)
        return replace(saved, stop=(*saved.stop, *stop), also=(*saved.also, *also), depth=saved.depth if depth is None else depth)
    choice = Filter("", tuple(parse_rule(rule) for rule in rules), "", stop, also, depth)
    if anchor is None:
        return replace(choice, anchor=anchor_now(record, choice))
    commit = anchor if known(anchor) else record.repository.commit_id(anchor)
    return replace(choice, anchor=commit or find_version(record, anchor).commit)
