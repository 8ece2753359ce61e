"""``git exp doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import JSON
from gitexp.cli.record import find_record
from gitexp.cli.verb_table import Options, Verb, flag
from gitexp.record.write.doctor import examine
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class DoctorOptions(Options):
    """The table of ``doctor``."""

    fix: bool = flag("--fix", help="Mend what can be mended.")
    as_json: bool = JSON


def run(env: Env, options: DoctorOptions) -> None:
    """Check the record, and what this clone keeps beside it: index, notes, snapshots, hooks.

    Each finding stands with its remedy. The record itself is never changed. Exit code 1 where
    something is left.
    """
    record = find_record(env)
    findings = examine(record)
    mended = []
    if options.fix:
        for finding in findings:
            if finding.mend is not None:
                finding.mend()
                mended.append(finding)
    left = [finding for finding in findings if finding not in mended]
    env.exit_code = 1 if left else 0
    if options.as_json:
        values = [
            {"finding": finding.text, "remedy": finding.remedy, "mended": finding in mended}
            for finding in findings
        ]
        env.print_json(values)
        return
    for finding in findings:
        mark = "mended:" if finding in mended else "-"
        env.print(make_safe(f"{mark} {finding.text}"))
        if finding not in mended:
            env.print(make_safe(f"  {finding.remedy}"))
    if not findings:
        env.print("all is well")


VERB = Verb("doctor", DoctorOptions, run)
