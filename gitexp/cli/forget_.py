"""``git exp forget``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.record.write.afterwards import forget_experiment
from gitexp.render.echo import format_forgotten
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class ForgetOptions(Options):
    """The table of ``forget``."""

    ident: str = argument("ID")


def run(env: Env, options: ForgetOptions) -> None:
    """Forget an experiment that was none: what was understood of it no longer counts.

    Its text stays in the journal. 'git exp undo' brings it back.
    """
    forgotten = forget_experiment(open_record(env), options.ident)
    for line in format_forgotten(forgotten.experiment, forgotten.events, forgotten.children):
        env.print(make_safe(line))


VERB = Verb("forget", ForgetOptions, run)
