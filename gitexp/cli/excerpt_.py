"""``git exp excerpt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.choice import chosen
from gitexp.cli.env import open_record_if_any, print_json
from gitexp.cli.options import choice_options, json_option

if TYPE_CHECKING:
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.model.filter import CodeFilter


@click.command("excerpt")
@click.argument("version", metavar="[ID|REV]", default="")
@choice_options
@click.option("--all", "everything", is_flag=True, help="Show the hidden lines too; the kept ones carry a bar.")
@click.option("--why", metavar="NAME", help="Say by which chain a reach rule takes NAME in, instead of showing code.")
@json_option
def command(version: str, filter_name: str, rules: tuple[str, ...], anchor: str | None, why: str | None, **options: Any) -> None:
    """The code of an experiment or version (default: as it is now), cut by a filter or by rules given on the spot."""
    from gitexp.follow.follower import Follower
    from gitexp.history.versions import find_version, take_working_tree
    from gitexp.render.code import excerpt_lines, guess_mark, hidden_mark
    from gitexp.render.json import excerpt_values

    record = open_record_if_any()
    everything = options["everything"]
    choice = chosen(record, filter_name, rules, anchor, **{name: options[name] for name in ("stop", "also", "depth")})
    where = find_version(record, version) if version else take_working_tree(record)
    follower = Follower(record.repository)
    if why:
        _explain(follower.find_reached(choice, where.commit), why)
        return
    excerpt = follower.cut_excerpt(choice, where.commit)
    if rules and not excerpt.files:
        follower.check(choice)
    if choice.stop or choice.also:
        _unmet(choice, follower.find_reached(choice, where.commit))
    if options["as_json"]:
        print_json({"version": where.commit, "label": where.label, **excerpt_values(excerpt)})
        return
    from gitexp.cli.env import colour

    click.echo("\n".join(excerpt_lines(excerpt, everything=everything, colour=colour())))
    if excerpt.hidden_count and not everything:
        click.echo(f"{hidden_mark(excerpt.hidden_count)} in all (--all shows them)")
    if guess := guess_mark(excerpt):
        click.echo(guess)


def _unmet(choice: CodeFilter, reached: list[Reached]) -> None:
    """Say which names of --stop and --with mean nothing here: they may be misspelt."""
    from gitexp.excerpt.reach.reach import find_near_names
    from gitexp.render.terminal import safe

    known = sorted({reason.name for each in reached for reason in each.reasons})
    for name in choice.stop:
        if all(name not in each.stopped for each in reached):
            hint = ", ".join(find_near_names(name, known))
            said = f"git exp: --stop {name}: no reach rule comes to that name in this version" + (f" (near: {hint})" if hint else "")
            click.echo(safe(said), err=True)
    for name in choice.also:
        if all(name in each.absent for each in reached):
            click.echo(safe(f"git exp: --with {name}: this version has no such name (of another file: path::name)"), err=True)


def _explain(reached: list[Reached], name: str) -> None:
    from gitexp.errors import NotFoundError
    from gitexp.render.terminal import safe

    reasons = [reason for each in reached for reason in each.explain(name)]
    if not reasons:
        known = sorted({reason.name for each in reached for reason in each.reasons})
        hint = f"it takes in: {', '.join(known[:20])}" if known else "the filter has no reach rule: path@symbol"
        raise NotFoundError(f"no reach rule takes '{name}' in here", hint)
    for reason in reasons:
        click.echo(safe(f"{reason.path}: {reason}"))
