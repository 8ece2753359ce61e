"""``git exp search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import AS_OF, FILTER, JSON
from gitexp.cli.record import open_record
from gitexp.cli.table import Options, Verb, arguments, flag, number_option
from gitexp.history.search import search
from gitexp.model.query import parse_query, texts_in
from gitexp.render.search import hit_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gitexp.cli.env import Env
    from gitexp.history.record import Record
    from gitexp.model.experiment import Summary
    from gitexp.model.gathering import Found


class SearchOptions(Options):
    """The table of ``search``."""

    words: tuple[str, ...] = arguments("QUERY...")
    code: bool = flag(
        "--code", help="Search the code of experiments too, as far as a filter keeps it."
    )
    filter_name: str = FILTER
    number: int = number_option("-n", default=30, help="At most the last N.")
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run(env: Env, options: SearchOptions) -> None:
    """Find experiments and entries, newest last.

    Words and "phrases" are searched in entries and ids, whatever the case and width of letters.
    Fields: id:tcn_* parent:ID tag:x (or #x) topic:NAME before:2019-07-01 after: since:2w on:2019-06
    has:image corrected:yes. Metrics: acc>0.8 loss<=30%. Terms are joined by and (or a space), or,
    not (or -, but not at the very beginning), and parentheses. "a = 3" in quotes is text.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    query = parse_query(" ".join(options.words))
    read_code = _make_code_reader(env, record, options.filter_name) if options.code else None
    result = search(record, query, options.number, read_code)
    if options.as_json:
        env.print_json(_list_values(result))
        return
    lines = hit_lines(result.hits, texts_in(query), env.columns, colour=env.colours)
    env.print_paged(lines, "nothing found")
    if result.total > len(result.hits):
        env.print(f"the last {len(result.hits)} of {result.total}; -n {result.total} shows all")
    if result.unread:
        env.print(f"the code of {result.unread} experiments cannot be read in this clone")


def _make_code_reader(
    env: Env, record: Record, filter_name: str
) -> Callable[[Summary], str | None]:
    """Return a function that reads the excerpt of an experiment as text.

    It returns None where the code is not in this clone.
    """
    from gitexp.errors import GitExpError
    from gitexp.history.deltas import prepare
    from gitexp.history.filters import find_filter
    from gitexp.history.follow import Follower

    code_filter = find_filter(record, filter_name)
    follower = Follower(record.repository)
    env.close_at_end(follower.close)
    prepare(follower, (summary.version for summary in record.summaries()))

    def read(summary: Summary) -> str | None:
        try:
            excerpt = follower.excerpt_at(code_filter, summary.version)
        except GitExpError:
            return None
        lines: list[str] = []
        for _, file_lines in excerpt.text:
            lines += file_lines
        return "\n".join(lines)

    return read


def _list_values(result: Found) -> list[dict[str, Any]]:
    """Return the hits for ``--json``."""
    from gitexp.render.json import entry_values

    return [
        {
            "experiment": hit.summary.id if hit.summary else None,
            "at": hit.at,
            "entries": [entry_values(entry) for entry in hit.entries],
        }
        for hit in result.hits
    ]


VERB = Verb("search", SearchOptions, run)
