"""``git exp pull``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record, is_recorded, open_record
from gitexp.cli.together import TogetherOptions, find_place_of, pull
from gitexp.cli.verb_table import Verb
from gitexp.errors import NotFoundError

if TYPE_CHECKING:
    from gitexp.cli.env import Env


def run(env: Env, options: TogetherOptions) -> None:
    """Bring what another place has of the record to this clone, with the code of its trials.

    PLACE is a remote, an address, a folder, or a bundle. Without it: the remote that the config
    gitexp.remote names, else origin. Both records are joined, and nothing of either is lost. A
    clone that has no record yet begins with this one. See docs/together.md.
    """
    record = find_record(env)
    if is_recorded(record):
        record = open_record(env)
    place = find_place_of(env, options, record)
    if place.bundles is not None and not place.bundles.is_dir():
        raise NotFoundError(f"there is no folder '{place.name}'", "'git remote' lists the remotes")
    pull(env, record, place, options)


VERB = Verb("pull", TogetherOptions, run)
