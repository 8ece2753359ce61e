"""``git exp list`` and bare ``git exp``."""

from __future__ import annotations

import click

from gitexp.cli.env import columns, open_record, print_json
from gitexp.cli.options import as_of_option, json_option


@click.command("list")
@click.option(
    "--sort",
    default="when",
    metavar="COLUMN",
    help="Sort by a column or metric, best last; -COLUMN turns it round.",
)
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N.")
@click.option(
    "--columns",
    "asked",
    default="",
    metavar="A,B",
    help="Which columns: id, when, parent, tags, images, note, any metric.",
)
@click.option(
    "--where",
    "query",
    default="",
    metavar="QUERY",
    help="Only what a search finds (git exp search -h).",
)
@as_of_option
@json_option
def command(
    sort: str = "when",
    last: int | None = None,
    asked: str = "",
    query: str = "",
    as_of: str | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Every experiment, one line each, newest last. What is the same in all of them is stated once above."""
    from gitexp.render.json import experiment_values
    from gitexp.render.listing import columns_of, listing, sort_key

    record = open_record(reading=True, as_of=as_of)
    experiments = record.summaries()
    if query:
        from gitexp.history.search import find

        found = set(find(record, query))
        experiments = [experiment for experiment in experiments if experiment.id in found]
    backwards, key = sort.startswith("-"), sort.removeprefix("-")
    columns_of(experiments, key if experiments else "")
    experiments.sort(key=sort_key(key), reverse=backwards)
    if last is not None:
        experiments = experiments[-last:]
    names = columns_of(experiments, asked) if experiments else ()
    if as_json:
        whole = {experiment.id: experiment for experiment in record.experiments()}
        print_json(
            [
                experiment_values(whole[experiment.id], record.branch_name)
                for experiment in experiments
            ]
        )
    elif not experiments:
        click.echo(
            "nothing found"
            if query
            else "nothing is recorded yet: git exp new ID -m 'what you try'"
        )
    else:
        click.echo("\n".join(listing(experiments, names, record.active, record.clock(), columns())))
