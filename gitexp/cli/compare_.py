"""``git exp compare``."""

from __future__ import annotations

import click

from gitexp.cli.env import colour, columns, open_record, print_json
from gitexp.cli.options import filter_option, json_option


@click.command("compare")
@click.argument("idents", metavar="ID ID...", nargs=-1, required=True)
@filter_option
@click.option(
    "--parent",
    "to_parent",
    is_flag=True,
    help="Each delta against its own parent, not against the first.",
)
@click.option("--all", "everything", is_flag=True, help="What is the same in all of them too.")
@json_option
def command(
    idents: tuple[str, ...], filter_name: str, *, to_parent: bool, everything: bool, as_json: bool
) -> None:
    """2 to 12 experiments side by side: metrics that differ, what changed in the code, the last words on each."""
    from gitexp.errors import UsageError
    from gitexp.history.deltas import delta_against, prepare
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower
    from gitexp.render.json import delta_values, experiment_values
    from gitexp.render.lineup import lineup

    if not 2 <= len(idents) <= 12:
        raise UsageError(
            f"{len(idents)} experiment{'s' if len(idents) > 1 else ''} cannot be lined up",
            "give 2 to 12 of them",
        )
    record = open_record(reading=True)
    shown = [record.experiment(ident) for ident in idents]
    choice = find_filter(record, filter_name)
    origins = (
        [record.index.row(each.parent) if each.parent else None for each in shown]
        if to_parent
        else [None, *[shown[0]] * (len(shown) - 1)]
    )
    with Follower(record.repository) as follower:
        prepare(
            follower,
            [*(each.version for each in shown), *(origin.version for origin in origins if origin)],
        )
        changes = [
            delta_against(follower, choice, each, origin)
            for each, origin in zip(shown, origins, strict=True)
        ]
    if as_json:
        print_json(
            [
                {
                    **experiment_values(each, record.branch_name),
                    "delta": delta_values(change.delta) if change.delta else None,
                }
                for each, change in zip(shown, changes, strict=True)
            ]
        )
        return
    steps = [
        (each, change.delta, "" if number == 0 and not to_parent else change.reason)
        for number, (each, change) in enumerate(zip(shown, changes, strict=True))
    ]
    click.echo("\n".join(lineup(steps, columns(), everything=everything, colour=colour())))
