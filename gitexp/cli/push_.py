"""``git exp push``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.together import PushOptions, find_place_of, push
from gitexp.cli.verb_table import Verb, flag

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class PushPurgeOptions(PushOptions):
    """The table of ``push``."""

    purge: bool = flag("--purge", help="Take out there, too, what 'git exp purge' took out here.")


def run(env: Env, options: PushPurgeOptions) -> None:
    """Push the record to another place, with the code of its trials.

    PLACE is a remote, an address, or a folder. Without it: the remote that the config gitexp.remote
    names, else origin. Only what the place lacks is sent, and nothing is forced, but with --purge. What
    others pushed meanwhile is joined first. See docs/together.md.
    """
    record = open_record(env)
    place = find_place_of(env, options, record)
    push(env, record, place, options, replace_purged=options.purge)


VERB = Verb("push", PushPurgeOptions, run)
