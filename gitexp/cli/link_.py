"""``git exp link``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.record.write.afterwards import link_commit
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env

_SHORT_COMMIT = 10


class LinkOptions(Options):
    """The table of ``link``."""

    ident: str = argument("ID")
    revision: str = argument("COMMIT")


def run(env: Env, options: LinkOptions) -> None:
    """Say which commit holds the code of an experiment.

    It counts before what was kept until now; what is kept later counts before it.
    """
    name, commit = link_commit(open_record(env), options.ident, options.revision)
    env.print(make_safe(f"· {name} has the code of {commit[:_SHORT_COMMIT]}"))


VERB = Verb("link", LinkOptions, run)
