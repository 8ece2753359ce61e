"""``git exp excerpt``."""

from __future__ import annotations

from typing import Any

import click

from gitexp.cli.choice import choice_options, chosen
from gitexp.cli.env import json_option, open_record_if_any, print_json


@click.command("excerpt")
@click.argument("version", metavar="[ID|REV]", default="")
@choice_options
@click.option("--all", "everything", is_flag=True, help="Show the hidden lines too; the kept ones carry a bar.")
@json_option
def command(
    version: str, filter_name: str, rules: tuple[str, ...], anchor: str | None, *, everything: bool, as_json: bool, **reach: Any
) -> None:
    """The code of an experiment or version (default: as it is now), cut by a filter or by rules given on the spot."""
    from gitexp.history.follow import Follower
    from gitexp.history.versions import find_version, working_tree
    from gitexp.render.code import excerpt_lines, hidden_mark
    from gitexp.render.json import excerpt_values

    record = open_record_if_any()
    choice = chosen(record, filter_name, rules, anchor, **reach)
    where = find_version(record, version) if version else working_tree(record)
    excerpt = Follower(record.repository).excerpt_at(choice, where.commit)
    if as_json:
        print_json({"version": where.commit, "label": where.label, **excerpt_values(excerpt)})
        return
    from gitexp.cli.env import colour

    click.echo("\n".join(excerpt_lines(excerpt, everything=everything, colour=colour())))
    if excerpt.hidden and not everything:
        click.echo(f"{hidden_mark(excerpt.hidden)} in all (--all shows them)")
