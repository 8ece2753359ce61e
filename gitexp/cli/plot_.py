"""``git exp plot``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import AS_OF, JSON, WHERE
from gitexp.cli.record import find_summaries, open_record
from gitexp.cli.verb_table import Options, Verb, argument
from gitexp.record.read.progress import read_progress
from gitexp.render.progress import format_progress, serialize_progress

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class PlotOptions(Options):
    """The table of ``plot``."""

    metric: str = argument("[METRIC]", required=False, default="")
    query: str = WHERE
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run(env: Env, options: PlotOptions) -> None:
    """Plot a metric over the trials in time order, with the best so far.

    Without METRIC it is the one that most experiments have. Whether lower is better is known by
    its name (loss, err, ...) or said: git config gitexp.better 'speed=higher'.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    summaries = find_summaries(record, options.query)
    progress = read_progress(summaries, options.metric, record.repository.settings)
    if options.as_json:
        env.print_json(serialize_progress(progress))
    elif progress.trials:
        env.print("\n".join(format_progress(progress, env.columns, colour=env.colours)))
    elif options.query:
        env.print("nothing found that has a metric")
    else:
        env.print("no metric is recorded yet: git exp metric ID acc=0.857")


VERB = Verb("plot", PlotOptions, run)
