"""``git exp uninit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record
from gitexp.cli.verb_table import Options, Verb, flag
from gitexp.record.write.setup import end_record
from gitexp.store.hooks import uninstall_hooks

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class UninitOptions(Options):
    """The table of ``uninit``."""

    delete_record: bool = flag(
        "--delete-record", help="Delete the record itself, too: branch, notes, kept snapshots."
    )


def run(env: Env, options: UninitOptions) -> None:
    """Remove the hooks and the local files of gitexp. The record stays unless it is empty.

    Your own hooks come back as they were, to the byte.
    """
    record = find_record(env)
    uninstall_hooks(record.repository)
    is_deleted = end_record(record, delete_record=options.delete_record)
    if is_deleted:
        env.print("hooks and local files are removed, and so is the record")
    else:
        env.print("hooks and local files are removed; the record stays (git exp init continues it)")


VERB = Verb("uninit", UninitOptions, run)
