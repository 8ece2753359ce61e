"""``git exp search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitexp.cli.env import colour, columns, open_record, page, print_json
from gitexp.cli.options import as_of_option, filter_option, json_option

if TYPE_CHECKING:
    from gitexp.history.record import Record
    from gitexp.model.experiment import Summary


@click.command("search")
@click.argument("words", metavar="QUERY...", nargs=-1, required=True)
@click.option("--code", is_flag=True, help="In the experiments' code too, as far as the filter keeps it.")
@filter_option
@click.option("-n", "number", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="At most the last N.")
@as_of_option
@json_option
def command(words: tuple[str, ...], filter_name: str, number: int, as_of: str | None, *, code: bool, as_json: bool) -> None:
    """Find experiments and entries, newest last.

    Words and "phrases" stand in entries or ids, letters of any case and width. Fields: id:tcn_* parent:ID tag:x (#x)
    topic:NAME before:2019-07-01 after: since:2w on:2019-06 has:image corrected:yes; metrics: acc>0.8 loss<=30%.
    Joined by and (or nothing), or, not (also -, but not as the first letter), parentheses. "a = 3" in quotes is text.
    """
    from gitexp.history.search import search
    from gitexp.model.query import parse_query, texts_in
    from gitexp.render.json import entry_values
    from gitexp.render.search import hit_lines
    from gitexp.render.terminal import safe

    record = open_record(reading=True, as_of=as_of)
    query = parse_query(" ".join(words))
    excerpts = Excerpts(record, filter_name) if code else None
    found = search(record, query, number, excerpts.read if excerpts else None)
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
    else:
        page(hit_lines(found.hits, texts_in(query), columns(), colour=colour()), "nothing found")
        if found.total > len(found.hits):
            click.echo(f"the last {len(found.hits)} of {found.total}; -n {found.total} shows all")
    if excerpts is not None:
        for line in excerpts.unread_lines():
            click.echo(safe(line), err=as_json)


class Excerpts:
    """The code of experiments as a filter leaves it, to be searched; remembers what could not be read."""

    def __init__(self, record: Record, filter_name: str) -> None:
        from gitexp.history.filters import find_filter
        from gitexp.history.follow import Follower

        self._record = record
        self._choice = find_filter(record, filter_name)
        self._follower = Follower(record.repository)
        self._unread: dict[str, Summary] = {}
        versions = (summary.version for summary in record.summaries())
        self._follower.prepare(versions, self._choice)

    def read(self, summary: Summary) -> str | None:
        """Return the lines of an experiment's excerpt; None where it cannot be read in this clone."""
        from gitexp.errors import GitExpError

        try:
            excerpt = self._follower.excerpt_at(self._choice, summary.version)
        except GitExpError:
            self._unread[summary.id] = summary
            return None
        if excerpt.unread:
            self._unread[summary.id] = summary
        return "\n".join(line for _, lines in excerpt.text for line in lines)

    def unread_lines(self) -> list[str]:
        """Say whose code was not searched, or not all of it."""
        from gitexp.history.absent import absent_ids, absent_line

        absent = absent_ids(self._follower, self._unread.values())
        lines = [absent_line(self._record.repository, absent)] if absent else []
        rest = len(self._unread) - len(absent)
        if rest:
            what = "1 experiment" if rest == 1 else f"{rest} experiments"
            lines.append(f"the code of {what} could not be read here, or not all of it")
        return lines
