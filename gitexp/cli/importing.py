"""What every import has: its options, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.cli.verb_table import Options, flag
from gitexp.cli.waiting import Waiting
from gitexp.errors import ContentError
from gitexp.render.echo import format_understood
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.capture.trackers.tracked_values import TrackedRuns
    from gitexp.cli.env import Env
    from gitexp.model.import_rows import Complaint
    from gitexp.record.record import Record
    from gitexp.record.write.import_result import ImportResult

MOST_NAMED_LINES = 20
"""Lines that are named one by one; of more the number is said."""


class ImportOptions(Options):
    """What every import has."""

    dry_run: bool = flag("--dry-run", help="Only show what would be imported.")
    strict: bool = flag("--strict", help="Import nothing if anything cannot be read.")


class Noun(NamedTuple):
    """A word for what is counted."""

    singular: str
    plural: str


def record_runs(env: Env, record: Record, tracked: TrackedRuns, options: ImportOptions) -> None:
    """Import the runs of a store, and say what came."""
    from gitexp.record.write.import_tracked import import_tracked_runs

    check_complaints(tracked.complaints, options)
    waiting = Waiting(env.err)
    progress = waiting.watch("importing runs")
    imported = import_tracked_runs(record, tracked.runs, progress, dry_run=options.dry_run)
    waiting.end()
    print_imported(env, imported, tracked.complaints, Noun("run", "runs"), options)


def check_complaints(complaints: Sequence[Complaint], options: ImportOptions) -> None:
    """Raise ContentError where something could not be read and --strict asks for all."""
    if options.strict and complaints:
        more = f" and {len(complaints) - 1} more" if len(complaints) > 1 else ""
        raise ContentError(
            f"{complaints[0]}{more}: nothing was imported",
            "correct the file, or leave out --strict",
        )


def print_imported(
    env: Env,
    imported: ImportResult,
    complaints: Sequence[Complaint],
    noun: Noun,
    options: ImportOptions,
) -> None:
    """Print a line for each experiment, what could not be read, and how much came."""
    if imported.understood:
        for line in format_understood(imported.understood):
            env.print(make_safe(line))
    for complaint in (*complaints, *imported.complaints):
        env.warn(f"not understood: {complaint}")
    for unread in imported.unread[:MOST_NAMED_LINES]:
        env.warn(f"not read as an id or a metric: {unread}")
    if len(imported.unread) > MOST_NAMED_LINES:
        env.warn(f"and {len(imported.unread) - MOST_NAMED_LINES} more lines like these")
    verb = "would import" if options.dry_run else "imported"
    count = f"{imported.new} {noun.singular if imported.new == 1 else noun.plural}"
    grown = f", {imported.grown} have grown" if imported.grown else ""
    known = f", {imported.old} were there already" if imported.old else ""
    env.print(f"{verb} {count}{grown}{known}")
