"""``git exp export``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import FILTER
from gitexp.cli.pinning import NO_PIN, pin_shown_code
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument, text_option

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class ExportOptions(Options):
    """The table of ``export``."""

    folder: str = argument("DIR")
    filter_name: str = FILTER
    topic: str = text_option("--topic", metavar="NAME", help="Only what a topic gathers.")
    since: str | None = text_option(
        "--since", metavar="TIME", default=None, help="Only what is not older than this."
    )
    no_pin: bool = NO_PIN


def run(env: Env, options: ExportOptions) -> None:
    """Write the record as static web pages: journal, line-up, lineage, topics.

    They open from the folder, without a server. An earlier export in DIR is brought up to date. The
    same record gives the same files. The code that they show is pinned (git exp pin).
    """
    from gitexp.cli.code_filter import choose_code_filter_if_any
    from gitexp.history.absent import explain_absent_code
    from gitexp.render.terminal import make_safe, safe_line
    from gitexp.viewer.export import ExportRequest, export

    since = parse_moment(options.since)
    folder = env.resolve_path(options.folder)
    record = open_record(env, reading=True)
    earliest = since.timestamp() if since else float("-inf")
    choose_code_filter_if_any(env, record, options.filter_name)  # says where one is proposed
    request = ExportRequest(options.filter_name, options.topic, earliest)
    written = export(record, folder, request)
    count = len(written.idents)
    experiments = f"{count} experiment{'' if count == 1 else 's'}"
    env.print(safe_line(f"{experiments}: {folder / 'index.html'}"))
    if not options.no_pin:
        pin_shown_code(env, record, filter_name=options.filter_name, shown=written.idents)
    if written.absent:
        env.print(make_safe(explain_absent_code(record.repository, written.absent)))


VERB = Verb("export", ExportOptions, run)
