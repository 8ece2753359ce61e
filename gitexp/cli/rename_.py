"""``git exp rename``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.record.write.begin import rename_experiment

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class RenameOptions(Options):
    """The table of ``rename``."""

    ident: str = argument("ID")
    new_ident: str = argument("NEW_ID")


def run(env: Env, options: RenameOptions) -> None:
    """Give an experiment another id. The old one still works."""
    old, new = rename_experiment(open_record(env), options.ident, options.new_ident)
    env.print(f"· {old} is now {new}")


VERB = Verb("rename", RenameOptions, run)
