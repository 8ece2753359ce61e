"""``git exp use``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.record.write.begin import use_experiment

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class UseOptions(Options):
    """The table of ``use``."""

    ident: str = argument("ID")


def run(env: Env, options: UseOptions) -> None:
    """Make an experiment the active one of this worktree: notes and commits go to it."""
    env.print(f"active: {use_experiment(open_record(env), options.ident)}")


VERB = Verb("use", UseOptions, run)
