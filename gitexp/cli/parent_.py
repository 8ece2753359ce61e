"""``git exp parent``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.errors import UsageError
from gitexp.record.write.afterwards import say_parent
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class ParentOptions(Options):
    """The table of ``parent``."""

    ident: str = argument("ID")
    parent: str = argument("PARENT")


def run(env: Env, options: ParentOptions) -> None:
    """Say which experiment another one changed a part of; '' for none.

    What was said last holds. 'git exp show' prints what was said before.
    """
    if not options.ident:
        raise UsageError("of which experiment?", "git exp parent ID PARENT")
    name, parent = say_parent(open_record(env), options.ident, options.parent)
    env.print(make_safe(f"· {name} ← {parent}" if parent else f"· {name} has no parent"))


VERB = Verb("parent", ParentOptions, run)
