"""``git exp diff``."""

from __future__ import annotations

from typing import Any

import click

from gitexp.cli.choice import chosen
from gitexp.cli.env import colour, open_record_if_any, print_json, recorded
from gitexp.cli.options import choice_options, json_option


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", default="")
@choice_options
@json_option
def command(
    before: str,
    after: str,
    filter_name: str,
    rules: tuple[str, ...],
    anchor: str | None,
    *,
    as_json: bool,
    **reach: Any,
) -> None:
    """What changed from A to B (default: the code as it is now) in the code that a filter keeps, and in the metrics."""
    from gitexp.excerpt.unidiff import compare
    from gitexp.history.follow import Follower
    from gitexp.history.versions import find_version, working_tree
    from gitexp.render.code import diff_lines, hidden_mark, missing_line
    from gitexp.render.json import delta_values
    from gitexp.render.show import metric_changes
    from gitexp.render.terminal import safe

    record = open_record_if_any()
    choice = chosen(record, filter_name, rules, anchor, **reach)
    old = find_version(record, before)
    new = find_version(record, after) if after else working_tree(record)
    follower = Follower(record.repository)
    follower.prepare([old.commit, new.commit])
    first, second = follower.excerpt_at(choice, old.commit), follower.excerpt_at(choice, new.commit)
    if rules and not first.parts and not second.parts:
        follower.check(choice)
    delta = compare(first, second)
    if as_json:
        print_json({"before": old.commit, "after": new.commit, **delta_values(delta)})
        return
    sides = [record.index.row(side.label) if recorded(record) else None for side in (old, new)]
    changes = metric_changes(*(side.metrics if side else () for side in sides))
    lines = [safe(f"{old.label} → {new.label}" + (f"   {changes}" if changes else ""))]
    lines += diff_lines(delta.unified_text().splitlines(), colour=colour())
    lines += [
        f"{safe(name)}: {missing_line(item)}"
        for name, side in ((old.label, first), (new.label, second))
        for item in side.missing
    ]
    if not delta.files:
        lines.append("the same code, as far as the filter goes")
    lines.append(hidden_mark(second.hidden))
    click.echo("\n".join(lines))
