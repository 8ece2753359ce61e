"""``git exp journal``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AS_OF, JSON
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, flag, number_option, text_option
from gitexp.record.read.journal import read_journal
from gitexp.record.read.topics import read_topic_entries
from gitexp.render.journal import format_journal
from gitexp.render.terminal import TextStyle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.cli.env import Env
    from gitexp.model.experiment import Entry
    from gitexp.record.record import Record


class JournalOptions(Options):
    """The table of ``journal``."""

    since: str | None = text_option(
        "--since", metavar="TIME", default=None, help="Only entries from this time on."
    )
    until: str | None = text_option(
        "--until",
        metavar="TIME",
        default=None,
        help="Only entries up to this time; a day counts to its end.",
    )
    topic: str = text_option("--topic", metavar="NAME", help="Only entries of a topic.")
    ident: str = text_option("--id", metavar="ID", help="Only entries about an experiment.")
    number: int | None = number_option("-n", help="Only the last N; -3 means -n 3.", bare=True)
    reverse: bool = flag("--reverse", help="Show the newest first.")
    ids: bool = flag("--ids", help="Show the ids of entries, by which they are corrected.")
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run(env: Env, options: JournalOptions) -> None:
    """Show all entries in the order of time, day by day.

    A correction quotes what it corrects.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    entries = _select(record, options)
    if options.reverse:
        entries = reversed(list(entries))
    if options.as_json:
        from gitexp.render.json import serialize_entry

        env.print_json([serialize_entry(entry) for entry in entries])
        return
    summaries = {summary.id: summary for summary in record.read_summaries()}
    style = TextStyle(env.columns, ids=options.ids, colour=env.colours)
    lines = format_journal(entries, summaries, style)
    is_limited = options.since or options.until or options.topic or options.ident
    no_entries = "nothing is written yet: git exp note -m 'what you saw'"
    env.print_paged(lines, "nothing found" if is_limited else no_entries)


def _select(record: Record, options: JournalOptions) -> Iterable[Entry]:
    """Return the entries that the options ask for, oldest first."""
    since = parse_moment(options.since)
    until = parse_moment(options.until, end=True)
    first = since.timestamp() if since else float("-inf")
    last = until.timestamp() if until else float("inf")
    if not options.topic and not options.ident:
        return read_journal(record, first, last, options.number)
    entries: Iterable[Entry] = (
        read_topic_entries(record, options.topic)
        if options.topic
        else record.read_experiment(options.ident).entries
    )
    if options.topic and options.ident:
        ident = record.resolve_id(options.ident)
        entries = [entry for entry in entries if ident in entry.experiments]
    selected = [entry for entry in entries if first <= entry.moment <= last]
    return selected if options.number is None else selected[-options.number :]


VERB = Verb("journal", JournalOptions, run)
