"""``git exp purge``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.errors import UsageError
from gitexp.record.write.purge import plan_purge, purge
from gitexp.render.terminal import cut_to_width, make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.record.write.purge import PurgePlan


class PurgeOptions(Options):
    """The table of ``purge``."""

    targets: tuple[str, ...] = arguments("TARGET...")
    code: bool = flag("--code", help="Of experiments, purge the kept code alone.")
    dry_run: bool = flag("--dry-run", help="Only show what would be purged.")
    yes: bool = flag("--yes", help="Do not ask.")


def run(env: Env, options: PurgeOptions) -> None:
    """Take what should never have been recorded out of the record for good: a password, say.

    TARGET is an experiment, an event (its id: git exp journal --ids), the name of a picture, or a path
    on the record branch. It is gone from the branch and its history, the notes, the index and the kept
    snapshots; there is no undo. What was wrong but is no secret is better corrected: git exp correct.
    """
    record = open_record(env)
    plan = plan_purge(record, options.targets, code_only=options.code)
    if not plan.lines:
        env.print("there is nothing to purge in that")
        return
    for event in plan.events:
        first_line = event.text.partition("\n")[0]
        names = " ".join(event.experiments)
        line = f"{event.id}  {event.kind:8}  {names}  {first_line}".rstrip()
        env.print(cut_to_width(make_safe(line), env.columns))
    for path in plan.files:
        env.print(cut_to_width(make_safe(path), env.columns))
    for commit in plan.snapshots:
        env.print(f"snapshot {commit[:12]}")
    if options.dry_run:
        env.print(f"would be purged: {_describe(plan)}")
        return
    _confirm(env, options, plan)
    purge(record, plan)
    env.print(f"purged: {_describe(plan)}")
    for commit in plan.own_commits[:3]:
        env.print(f"commit {commit[:12]} is your own and stays: rewrite it yourself if it must go")
    env.print("'git gc --prune=now' frees the bytes in this clone")
    env.print("another place that has it: git exp push --purge PLACE")


def _confirm(env: Env, options: PurgeOptions, plan: PurgePlan) -> None:
    """Ask the user. Raises UsageError without a clear yes."""
    if options.yes:
        return
    if not env.has_keyboard:
        raise UsageError("a purge cannot be undone", "say that you mean it: --yes")
    env.print(f"Purge {_describe(plan)} for good? Type yes:")
    if env.stdin.readline().strip().lower() != "yes":
        raise UsageError("nothing was purged", "type yes next time, or give --yes")


def _describe(plan: PurgePlan) -> str:
    counts = [
        (len(plan.events), "event"),
        (len(plan.files), "file"),
        (len(plan.snapshots), "snapshot"),
    ]
    return ", ".join(
        f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counts if number
    )


VERB = Verb("purge", PurgeOptions, run)
