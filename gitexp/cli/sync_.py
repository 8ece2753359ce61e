"""``git exp sync``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record, is_recorded, open_record
from gitexp.cli.together import PushOptions, find_place_of, pull, push
from gitexp.cli.verb_table import Verb

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def run(env: Env, options: PushOptions) -> None:
    """Pull, then push: afterwards this clone and the other place have the same record.

    PLACE is a remote, an address, or a folder. Without it: the remote that the config gitexp.remote
    names, else origin. See docs/together.md.
    """
    record = find_record(env)
    if is_recorded(record):
        record = open_record(env)
    place = find_place_of(env, options, record)
    pull(env, record, place, options)
    if is_recorded(record):
        push(env, record, place, options)


VERB = Verb("sync", PushOptions, run)
