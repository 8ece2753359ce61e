"""``git exp diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gitexp.cli.choice import chosen
from gitexp.cli.env import colour, open_record_if_any, print_json, recorded
from gitexp.cli.options import choice_options, json_option

if TYPE_CHECKING:
    from gitexp.history.deltas import Versions
    from gitexp.history.versions import Version


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", default="")
@choice_options
@json_option
def command(before: str, after: str, filter_name: str, rules: tuple[str, ...], anchor: str | None, *, as_json: bool, **reach: Any) -> None:
    """What changed from A to B (default: the code as it is now) in the code that a filter keeps, and in the metrics."""
    from gitexp.history.absent import absent_line
    from gitexp.history.deltas import read_versions
    from gitexp.history.follow import Follower
    from gitexp.history.versions import find_version, working_tree
    from gitexp.render.json import delta_values
    from gitexp.render.show import metric_changes
    from gitexp.render.terminal import safe

    record = open_record_if_any()
    choice = chosen(record, filter_name, rules, anchor, **reach)
    old = find_version(record, before)
    new = find_version(record, after) if after else working_tree(record)
    follower = Follower(record.repository)
    follower.prepare([old.commit, new.commit], choice)
    absent = list({side.label: None for side in (old, new) if not follower.holds(side.commit)})
    both = None if absent else read_versions(follower, choice, old.commit, new.commit)
    if both and rules and not both.before.parts and not both.after.parts:
        follower.check(choice)
    delta = both.compare() if both else None
    if as_json:
        values = delta_values(delta) if delta else {"added": None, "removed": None, "diff": None}
        print_json({"before": old.commit, "after": new.commit, "absent": absent, **values})
        return
    sides = [record.index.row(side.label) if recorded(record) else None for side in (old, new)]
    changes = metric_changes(*(side.metrics if side else () for side in sides))
    lines = [safe(f"{old.label} → {new.label}" + (f"   {changes}" if changes else ""))]
    lines += [safe(absent_line(record.repository, absent))] if absent else []
    lines += _difference(old, new, both) if both else []
    click.echo("\n".join(lines))


def _difference(old: Version, new: Version, both: Versions) -> list[str]:
    """Return the lines that say what changed in the code."""
    from gitexp.render.code import diff_lines, hidden_mark, missing_line
    from gitexp.render.terminal import safe

    delta = both.compare()
    lines = diff_lines(delta.unified_text().splitlines(), colour=colour()) if delta else []
    for label, excerpt in ((old.label, both.before), (new.label, both.after)):
        lines += [f"{safe(label)}: {missing_line(item)}" for item in excerpt.missing]
    if both.reason:
        lines.append(safe(both.reason))
    if delta is not None and not delta.files:
        lines.append("the same code, as far as the filter goes")
    return [*lines, hidden_mark(both.after.hidden)]
