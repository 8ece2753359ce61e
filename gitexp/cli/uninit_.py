"""``git exp uninit``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import find_record
from gitexp.cli.verb_table import Options, Verb, flag
from gitexp.errors import UsageError
from gitexp.record.write.setup import end_record, list_keep_refs
from gitexp.store.hooks import uninstall_hooks

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class UninitOptions(Options):
    """The table of ``uninit``."""

    delete_record: bool = flag(
        "--delete-record", help="Delete the record itself, too: branch, notes, kept snapshots."
    )
    yes: bool = flag("--yes", help="Do not ask before the record is deleted.")


def run(env: Env, options: UninitOptions) -> None:
    """Remove the hooks and the local files of gitexp. The record stays unless it is empty.

    Your own hooks come back as they were, to the byte.
    """
    record = find_record(env)
    tip = record.branch.tip if options.delete_record else None
    if tip and not options.yes:
        _confirm(env)
    kept_code = list_keep_refs(record) if tip else {}
    uninstall_hooks(record.repository)
    is_deleted = end_record(record, delete_record=options.delete_record)
    if is_deleted:
        env.print("hooks and local files are removed, and so is the record")
        if tip:
            env.print(
                f"until git's next gc this brings it back: git branch {record.branch_name} {tip}"
            )
        for name, commit in kept_code.items():
            env.print(f"and this the code of its trials: git update-ref {name} {commit}")
    else:
        env.print("hooks and local files are removed; the record stays (git exp init continues it)")


def _confirm(env: Env) -> None:
    """Ask before the record is deleted. Raises UsageError without a clear yes."""
    if not env.has_keyboard:
        raise UsageError("this deletes the whole record", "say that you mean it: --yes")
    env.print("Delete the whole record of this clone? Type yes:")
    if env.stdin.readline().strip().lower() != "yes":
        raise UsageError("nothing was deleted", "type yes next time, or give --yes")


VERB = Verb("uninit", UninitOptions, run)
