"""``git exp journal``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitexp.cli.env import colour, columns, moment, open_record, page, print_json
from gitexp.cli.options import Listing, as_of_option, json_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.experiment import Entry


@click.command("journal", cls=Listing)
@click.option("--since", metavar="TIME", help="Not older than this.")
@click.option("--until", metavar="TIME", help="Not newer than this; a day counts whole.")
@click.option("--topic", default="", metavar="NAME", help="Only what gathers under a topic.")
@click.option("--id", "ident", default="", metavar="ID", help="Only what is about an experiment.")
@click.option(
    "-n", "number", type=click.IntRange(1), metavar="N", help="Only the last N; -3 is -n 3."
)
@click.option("--reverse", is_flag=True, help="Newest first.")
@click.option("--ids", is_flag=True, help="With the ids by which entries are corrected.")
@as_of_option
@json_option
def command(
    since: str | None,
    until: str | None,
    topic: str,
    ident: str,
    number: int | None,
    as_of: str | None,
    *,
    reverse: bool,
    ids: bool,
    as_json: bool,
) -> None:
    """Read what was written in order, day by day, corrections under what they correct."""
    from gitexp.history.journal import journal
    from gitexp.history.topics import topic_entries
    from gitexp.render.journal import journal_lines
    from gitexp.render.json import entry_values

    record = open_record(reading=True, as_of=as_of)
    low, high = moment(since), moment(until, end=True)
    first, last = (
        low.timestamp() if low else float("-inf"),
        high.timestamp() if high else float("inf"),
    )
    entries: Iterable[Entry]
    if topic or ident:
        found = topic_entries(record, topic) if topic else record.experiment(ident).entries
        name = record.resolve(ident) if ident else ""
        entries = [
            entry
            for entry in found
            if first <= entry.moment <= last and (not name or name in entry.experiments)
        ]
        entries = entries[-number:] if number is not None else entries
    else:
        entries = journal(record, first, last, number)
    if reverse:
        entries = reversed(list(entries))
    if as_json:
        print_json([entry_values(entry) for entry in entries])
        return
    summaries = {summary.id: summary for summary in record.summaries()}
    lines = journal_lines(entries, summaries, columns(), ids=ids, colour=colour())
    page(lines, "nothing is written yet: git exp note -m 'what you saw'")
