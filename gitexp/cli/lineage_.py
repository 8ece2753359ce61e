"""``git exp lineage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter
from gitexp.cli.options import CONTEXT, FILTER, JSON, OPEN_FOLDS, PATCH
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.style import make_style
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.history.lineage import build_lineage
from gitexp.history.stand_in import open_follower
from gitexp.render.lineage import format_lineage

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class LineageOptions(Options):
    """The table of ``lineage``."""

    ident: str = argument("[ID]", required=False)
    filter_name: str = FILTER
    patch: bool = PATCH
    context: int | None = CONTEXT
    everything: bool = OPEN_FOLDS
    as_json: bool = JSON


def run(env: Env, options: LineageOptions) -> None:
    """Show how an experiment (default: the active one) came about.

    The code of its first ancestor is shown in full, then what each experiment after it changed.
    """
    record = open_record(env, reading=True)
    name = name_experiment(record, options.ident, "git exp lineage ID")
    ident = record.resolve_id(name)
    code_filter = choose_code_filter(env, record, options.filter_name)
    with open_follower(record) as follower:
        lineage = build_lineage(record, follower, ident, code_filter)
    if options.as_json:
        from gitexp.render.json import serialize_lineage

        env.print_json(serialize_lineage(lineage, record.branch_name))
        return
    style = make_style(env, options)
    env.print("\n".join(format_lineage(lineage, style)))


VERB = Verb("lineage", LineageOptions, run)
