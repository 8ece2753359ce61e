"""``git exp uninit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record
from gitexp.cli.table import Options, Verb, flag
from gitexp.history.setup import end
from gitexp.store.hooks import uninstall

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class UninitOptions(Options):
    """The table of ``uninit``."""

    delete_record: bool = flag(
        "--delete-record", help="Also delete the record itself: branch, notes, kept snapshots."
    )


def run(env: Env, options: UninitOptions) -> None:
    """Take out the hooks, to the byte as they were, and the local files. The record stays unless it is empty."""
    record = find_record(env)
    uninstall(record.repository)
    is_deleted = end(record, delete_record=options.delete_record)
    if is_deleted:
        env.print("hooks and local files are gone, and so is the record")
    else:
        env.print("hooks and local files are gone; the record stays: git exp init goes on with it")


VERB = Verb("uninit", UninitOptions, run)
