"""``git exp filter``."""

from __future__ import annotations

import click

from gitexp.cli.env import columns, open_record, print_json
from gitexp.cli.options import json_option, reach_options


@click.group("filter")
def command() -> None:
    """Save a choice of code once; it works on every version, before and after."""


@command.command("add")
@click.argument("name", metavar="NAME")
@click.argument("rules", metavar="RULE...", nargs=-1, required=True)
@click.option(
    "--at",
    "anchor",
    metavar="REV",
    help="The version whose line numbers the rules mean (default: the code as it is now).",
)
@reach_options
def add(
    name: str,
    rules: tuple[str, ...],
    anchor: str | None,
    stop: tuple[str, ...],
    also: tuple[str, ...],
    depth: int | None,
) -> None:
    """Save rules under a name: path, path:10-40, path::symbol, path#heading, path#cell-id, path@symbol; '!' before one hides."""
    from gitexp.cli.choice import chosen
    from gitexp.history.filters import save_filter
    from gitexp.history.follow import Follower

    record = open_record()
    choice = chosen(record, "", rules, anchor, stop=stop, also=also, depth=depth)._replace(
        name=name
    )
    follower = Follower(record.repository)
    follower.check(choice)
    excerpt = follower.excerpt_at(choice, choice.anchor)
    save_filter(record, choice)
    kept = sum(len(part.kept) for part in excerpt.parts)
    click.echo(
        f"filter {name}: {kept} line{'' if kept == 1 else 's'} kept, {excerpt.hidden} hidden"
    )


@command.command("list")
@json_option
def list_filters(*, as_json: bool) -> None:
    """List the saved filters."""
    from gitexp.history.filters import filters
    from gitexp.render.json import filter_values
    from gitexp.render.terminal import safe, table

    saved = filters(open_record(reading=True)).values()
    if as_json:
        print_json([filter_values(choice) for choice in saved])
    elif saved:
        click.echo(
            "\n".join(
                table(
                    [(choice.name, safe("  ".join(map(str, choice.rules)))) for choice in saved],
                    columns=columns(),
                )
            )
        )
    else:
        click.echo("no filter is saved yet: git exp filter add model 'train.ipynb::create_model'")


@command.command("show")
@click.argument("name", metavar="NAME")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show a filter: its rules and the version they were written for."""
    from gitexp.history.filters import find_filter
    from gitexp.render.json import filter_values
    from gitexp.render.terminal import safe

    choice = find_filter(open_record(reading=True), name)
    if as_json:
        print_json(filter_values(choice))
        return
    click.echo(
        safe(
            "\n".join(
                [f"{choice.name}  at {choice.anchor[:12]}", *(f"  {rule}" for rule in choice.rules)]
            )
        )
    )
    bounds = [f"--stop {word}" for word in choice.stop] + [f"--with {word}" for word in choice.also]
    bounds += [f"--depth {choice.depth}"] if choice.depth is not None else []
    if bounds:
        click.echo(safe("  " + " ".join(bounds)))


@command.command("remove")
@click.argument("name", metavar="NAME")
def remove(name: str) -> None:
    """Put a filter out of force. It stays in the record."""
    from gitexp.history.filters import remove_filter

    remove_filter(open_record(), name)
    click.echo(f"filter {name} is out of force")
