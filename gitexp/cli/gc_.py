"""``git exp gc``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, flag
from gitexp.store.housekeeping import EXPIRY_SECONDS, keep_house, plan_housekeeping

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class GcOptions(Options):
    """The table of ``gc``."""

    dry_run: bool = flag("--dry-run", help="Only show what would be done.")
    now: bool = flag("--now", help="Remove what nothing holds at once, not only after two weeks.")


def run(env: Env, options: GcOptions) -> None:
    """Pack the objects of the record, and remove those of ours that nothing holds any more.

    Your own objects are left to 'git gc'.
    """
    record = open_record(env)
    with record.hold():
        expiry = 0 if options.now else EXPIRY_SECONDS
        plan = plan_housekeeping(record.repository, record.database, expiry=expiry)
        if not options.dry_run:
            keep_house(record.repository, plan)
    verb = "would be packed" if options.dry_run else "packed"
    env.print(f"{verb}: {len(plan.packed)} loose objects, {plan.packed_bytes // 1024} KiB")
    verb = "would be removed" if options.dry_run else "removed"
    env.print(f"{verb}: {len(plan.removed)} that nothing holds, {plan.removed_bytes // 1024} KiB")


VERB = Verb("gc", GcOptions, run)
