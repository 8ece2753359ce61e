"""``git exp search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitexp.cli.env import colour, columns, open_record, page, print_json
from gitexp.cli.options import as_of_option, filter_option, json_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.history.record import Record
    from gitexp.model.experiment import Summary


@click.command("search")
@click.argument("words", metavar="QUERY...", nargs=-1, required=True)
@click.option(
    "--code", is_flag=True, help="In the experiments' code too, as far as the filter keeps it."
)
@filter_option
@click.option(
    "-n",
    "number",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    metavar="N",
    help="At most the last N.",
)
@as_of_option
@json_option
def command(
    words: tuple[str, ...],
    filter_name: str,
    number: int,
    as_of: str | None,
    *,
    code: bool,
    as_json: bool,
) -> None:
    """Find experiments and entries, newest last.

    Words and "phrases" stand in entries or ids, letters of any case and width. Fields: id:tcn_* parent:ID tag:x (#x)
    topic:NAME before:2019-07-01 after: since:2w on:2019-06 has:image corrected:yes; metrics: acc>0.8 loss<=30%.
    Joined by and (or nothing), or, not (also -, but not as the first letter), parentheses. "a = 3" in quotes is text.
    """
    from gitexp.history.search import search
    from gitexp.model.query import parse_query, texts_in
    from gitexp.render.json import entry_values
    from gitexp.render.search import hit_lines

    record = open_record(reading=True, as_of=as_of)
    query = parse_query(" ".join(words))
    found = search(record, query, number, _code_of(record, filter_name) if code else None)
    if as_json:
        print_json(
            [
                {
                    "experiment": hit.summary.id if hit.summary else None,
                    "at": hit.at,
                    "entries": [entry_values(entry) for entry in hit.entries],
                }
                for hit in found.hits
            ]
        )
        return
    page(hit_lines(found.hits, texts_in(query), columns(), colour=colour()), "nothing found")
    if found.total > len(found.hits):
        click.echo(f"the last {len(found.hits)} of {found.total}; -n {found.total} shows all")
    if found.unread:
        click.echo(f"code of {found.unread} experiments could not be read here")


def _code_of(record: Record, filter_name: str) -> Callable[[Summary], str | None]:
    """Reads the excerpt of an experiment as text; None where it is not in this clone."""
    from gitexp.errors import GitExpError
    from gitexp.history.deltas import prepare
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower

    choice = find_filter(record, filter_name)
    follower = Follower(record.repository)
    prepare(follower, (summary.version for summary in record.summaries()))

    def read(summary: Summary) -> str | None:
        try:
            return "\n".join(
                line
                for _, lines in follower.excerpt_at(choice, summary.version).text
                for line in lines
            )
        except GitExpError:
            return None

    return read
