"""``git exp rename``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument, text_option
from gitexp.record.write.begin import rename_experiment
from gitexp.record.write.parting import part_experiment

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class RenameOptions(Options):
    """The table of ``rename``."""

    ident: str = argument("ID")
    new_ident: str = argument("NEW_ID")
    beginning: str = text_option(
        "--of",
        metavar="EVENT",
        help="Where clones chose the same id: rename the trial that began with EVENT alone.",
    )


def run(env: Env, options: RenameOptions) -> None:
    """Give an experiment another id. The old one still works.

    With --of, one of several trials that clones gave the same id; `git exp show ID` lists them.
    """
    record = open_record(env)
    if options.beginning:
        parted = part_experiment(record, options.ident, options.new_ident, options.beginning)
        env.print(f"· {parted.ident} of {parted.author} is now {parted.new_ident}")
        return
    old, new = rename_experiment(record, options.ident, options.new_ident)
    env.print(f"· {old} is now {new}")


VERB = Verb("rename", RenameOptions, run)
