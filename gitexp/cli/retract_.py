"""``git exp retract``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.record import open_record
from gitexp.cli.typed import join_messages
from gitexp.cli.verb_table import Options, Verb, arguments, texts_option
from gitexp.record.write.corrections import add_retraction
from gitexp.render.terminal import cut_to_width, make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class RetractOptions(Options):
    """The table of ``retract``."""

    corrections: tuple[str, ...] = arguments("CORRECTION...")
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="Why they are taken back. Each -m is a paragraph."
    )
    at: str | None = AT


def run(env: Env, options: RetractOptions) -> None:
    """Take corrections back. They stay visible, marked; what they corrected holds again.

    'git exp show ID --ids' and 'git exp journal --ids' show their ids. A retraction can be retracted
    too.
    """
    record = open_record(env)
    at = parse_moment(options.at)
    for event in add_retraction(
        record, options.corrections, join_messages(options.messages) or "", at=at
    ):
        first_line = event.text.partition("\n")[0]
        env.print(cut_to_width(make_safe(f"taken back: {event.id}  {first_line}"), env.columns))


VERB = Verb("retract", RetractOptions, run)
