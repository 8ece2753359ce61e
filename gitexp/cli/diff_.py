"""``git exp diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import resolve_filter
from gitexp.cli.options import JSON, CodeOptions
from gitexp.cli.record import is_recorded, open_record_if_any
from gitexp.cli.table import Verb, argument
from gitexp.follow.follower import Follower
from gitexp.history.absent import absent_line
from gitexp.history.deltas import read_versions
from gitexp.history.versions import find_version, take_working_tree
from gitexp.render.code import SAME_CODE, diff_lines, hidden_mark, missing_line
from gitexp.render.show import metric_changes
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.history.deltas import Versions
    from gitexp.history.versions import NamedCommit
    from gitexp.record.record import Record


class DiffOptions(CodeOptions):
    """The table of ``diff``."""

    before: str = argument("A")
    after: str = argument("[B]", required=False)
    as_json: bool = JSON


def run(env: Env, options: DiffOptions) -> None:
    """Show what changed from A to B (default: the code as it is now).

    That is: the code that a filter keeps, and the metrics.
    """
    record = open_record_if_any(env)
    code_filter = resolve_filter(record, options)
    old = find_version(record, options.before)
    new = find_version(record, options.after) if options.after else take_working_tree(record)
    with Follower(record.repository) as follower:
        follower.prepare([old.commit, new.commit], code_filter)
        labels = [side.label for side in (old, new) if not follower.holds(side.commit)]
        absent = list(dict.fromkeys(labels))
        both = None
        if not absent:
            both = read_versions(follower, code_filter, old.commit, new.commit)
            if options.rules and not both.before.files and not both.after.files:
                follower.check(code_filter)
        delta = both.compare() if both else None
    if options.as_json:
        from gitexp.render.json import delta_values

        values = {"before": old.commit, "after": new.commit, "absent": absent}
        nothing = {"added": None, "removed": None, "diff": None}
        env.print_json({**values, **(delta_values(delta) if delta else nothing)})
        return
    changes = _describe_metrics(record, old, new)
    lines = [safe(f"{old.label} → {new.label}" + (f"   {changes}" if changes else ""))]
    if absent:
        lines.append(safe(absent_line(record.repository, absent)))
    if both:
        lines += _describe_code(env, old, new, both)
    env.print("\n".join(lines))


def _describe_code(env: Env, old: NamedCommit, new: NamedCommit, both: Versions) -> list[str]:
    """Return the lines that say what changed in the code."""
    delta = both.compare()
    lines = diff_lines(delta.format_unified().splitlines(), colour=env.colours) if delta else []
    for version, excerpt in ((old, both.before), (new, both.after)):
        lines += [f"{safe(version.label)}: {missing_line(rule)}" for rule in excerpt.missing]
    if both.reason:
        lines.append(safe(both.reason))
    if delta is not None and not delta.files:
        lines.append(SAME_CODE)
    if both.after.hidden_count:
        lines.append(hidden_mark(both.after.hidden_count))
    return lines


def _describe_metrics(record: Record, old: NamedCommit, new: NamedCommit) -> str:
    """Return ``acc 0.4 → 0.6``; "" where nothing is recorded."""
    if not is_recorded(record):
        return ""
    rows = [record.index.read_experiment(version.label) for version in (old, new)]
    return metric_changes(*(row.metrics if row else () for row in rows))


VERB = Verb("diff", DiffOptions, run)
