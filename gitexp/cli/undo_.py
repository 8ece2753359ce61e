"""``git exp undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb
from gitexp.record.write.undo import undo_last_command
from gitexp.render.echo import format_undone
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def run(env: Env, _: Options) -> None:
    """Undo the last command that recorded something.

    Experiments, metrics, tags, pictures and corrections that it recorded are taken back. The text
    that it was given stays in the journal. Run it again to undo the command before.
    """
    events = undo_last_command(open_record(env))
    for line in format_undone(events):
        env.print(make_safe(line))
    if any(event.text for event in events):
        env.print("  the text stays in the journal")


VERB = Verb("undo", Options, run)
