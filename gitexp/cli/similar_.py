"""``git exp similar``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter_if_any
from gitexp.cli.options import FILTER, JSON
from gitexp.cli.record import name_experiment, open_record
from gitexp.cli.verb_table import Options, Verb, argument, number_option
from gitexp.history.absent import explain_absent_code
from gitexp.history.similar import find_similar
from gitexp.render.search import format_similar
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class SimilarOptions(Options):
    """The table of ``similar``."""

    ident: str = argument("[ID]", required=False)
    filter_name: str = FILTER
    number: int = number_option("-n", default=5, help="At most N.")
    as_json: bool = JSON


def run(env: Env, options: SimilarOptions) -> None:
    """Find the earlier experiments most like one (default: the active one).

    Each is shown with its metrics and last entry: have I tried this before, and what came of it?
    """
    record = open_record(env, reading=True)
    experiment = record.read_experiment(
        name_experiment(record, options.ident, "git exp similar ID")
    )
    code_filter = choose_code_filter_if_any(env, record, options.filter_name)
    nearest = find_similar(record, experiment, code_filter, options.number)
    if options.as_json:
        from gitexp.render.json import serialize_similar

        env.print_json([serialize_similar(near) for near in nearest.found])
    elif nearest.found:
        env.print("\n".join(format_similar(nearest.found, env.columns)))
    else:
        env.print("no earlier experiment is like it")
    if nearest.absent:
        line = make_safe(explain_absent_code(record.repository, nearest.absent))
        if options.as_json:
            env.warn(line)
        else:
            env.print(line)


VERB = Verb("similar", SimilarOptions, run)
