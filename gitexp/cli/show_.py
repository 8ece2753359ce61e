"""``git exp show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter_if_any
from gitexp.cli.options import AS_OF, CONTEXT, FILTER, JSON, OPEN_FOLDS, PATCH
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.style import make_style
from gitexp.cli.verb_table import Options, Verb, argument, flag
from gitexp.history.experiment_view import build_experiment_page
from gitexp.history.stand_in import open_follower
from gitexp.render.show import format_page

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class ShowOptions(Options):
    """The table of ``show``."""

    ident: str = argument("[ID]", required=False)
    filter_name: str = FILTER
    ids: bool = flag("--ids", help="Show the ids of entries, by which they are corrected.")
    as_of: str | None = AS_OF
    patch: bool = PATCH
    context: int | None = CONTEXT
    everything: bool = OPEN_FOLDS
    as_json: bool = JSON


def run(env: Env, options: ShowOptions) -> None:
    """Show one experiment (default: the active one).

    That is: its parent, metrics and entries, what it changed in the code, its pictures.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    experiment = record.read_experiment(name_experiment(record, options.ident, "git exp show ID"))
    code_filter = choose_code_filter_if_any(env, record, options.filter_name)
    with open_follower(record) as follower:
        page = build_experiment_page(record, follower, experiment, code_filter)
    if options.as_json:
        from gitexp.render.json import serialize_page

        env.print_json(serialize_page(page, record.branch_name))
        return
    style = make_style(env, options)._replace(ids=options.ids)
    env.print("\n".join(format_page(page, record.branch_name, style)))


VERB = Verb("show", ShowOptions, run)
