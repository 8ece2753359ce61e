"""``git exp search``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import AS_OF, FILTER, JSON
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag, number_option
from gitexp.model.query import parse_query
from gitexp.model.query_terms import list_texts
from gitexp.record.read.search import search
from gitexp.render.search import format_hits
from gitexp.render.terminal import TextStyle, make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.model.experiment import Summary
    from gitexp.record.record import Record


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
    has:image corrected:yes set:encoder=tcn. Metrics and settings: acc>0.8 loss<=30% FILTERS>10.
    Terms are joined by and (or a space), or, not (or -, but not at the very beginning), and
    parentheses. "a = 3" in quotes is text.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    query = parse_query(" ".join(options.words))
    reader = ExcerptReader(env, record, options.filter_name) if options.code else None
    result = search(record, query, options.number, reader.read if reader else None)
    if options.as_json:
        from gitexp.render.json import serialize_hit

        env.print_json([serialize_hit(hit) for hit in result.hits])
        for line in reader.list_unread() if reader else ():
            env.warn(make_safe(line))
        return
    style = TextStyle(env.columns, colour=env.colours)
    lines = format_hits(result.hits, list_texts(query), style)
    env.print_paged(lines, "nothing found")
    if result.total > len(result.hits):
        env.print(f"the last {len(result.hits)} of {result.total}; -n {result.total} shows all")
    for line in reader.list_unread() if reader else ():
        env.print(make_safe(line))


class ExcerptReader:
    """Reads the code of experiments as a filter leaves it; remembers what cannot be read."""

    def __init__(self, env: Env, record: Record, filter_name: str) -> None:
        from gitexp.history.stand_in import open_follower
        from gitexp.record.read.filters import find_filter

        self._record = record
        self._code_filter = find_filter(record, filter_name)
        self._follower = open_follower(record)
        env.close_at_end(self._follower.close)
        self._unread: dict[str, Summary] = {}
        versions = [summary.version for summary in record.read_summaries()]
        self._follower.prepare(versions, self._code_filter)

    def read(self, summary: Summary) -> str | None:
        """Return the lines of an experiment's excerpt; None where it cannot be read here."""
        from gitexp.errors import GitExpError

        try:
            excerpt = self._follower.cut_excerpt(self._code_filter, summary.version)
        except GitExpError:
            self._unread[summary.id] = summary
            return None
        if excerpt.unread:
            self._unread[summary.id] = summary
        lines: list[str] = []
        for _, file_lines in excerpt.text:
            lines += file_lines
        return "\n".join(lines)

    def list_unread(self) -> list[str]:
        """Return the lines that say whose code was not searched, or not all of it."""
        from gitexp.history.absent import explain_absent_code, find_absent_ids

        absent = find_absent_ids(self._follower, self._unread.values(), self._code_filter)
        lines = [explain_absent_code(self._record.repository, absent)] if absent else []
        others = len(self._unread) - len(absent)
        if others:
            what = "1 experiment" if others == 1 else f"{others} experiments"
            lines.append(f"the code of {what} could not be read here, or not all of it")
        return lines


VERB = Verb("search", SearchOptions, run)
