"""``git exp undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.table import Options, Verb
from gitexp.history.undo import undo
from gitexp.render.echo import undone_lines
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def run(env: Env, _: Options) -> None:
    """Take back what the last recording command understood: experiments, metrics, tags, pictures, corrections.

    The text it was given stays in the journal, to the letter. Again: the command before.
    """
    events = undo(open_record(env))
    for line in undone_lines(events):
        env.print(safe(line))
    if any(event.text for event in events):
        env.print("  the text stays in the journal")


VERB = Verb("undo", Options, run)
