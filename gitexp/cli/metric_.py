"""``git exp metric``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.record import open_record
from gitexp.cli.verb_table import Options, Verb, argument, arguments, flag
from gitexp.model.metric_syntax import parse_metric
from gitexp.record.write.values import add_metrics

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class MetricOptions(Options):
    """The table of ``metric``."""

    ident: str = argument("ID")
    values: tuple[str, ...] = arguments("NAME=NUMBER...")
    about: bool = flag("--about", help="You are not sure of the values.")
    partial: bool = flag("--partial", help="The run was stopped, or is still going on.")
    at: str | None = AT


def run(env: Env, options: MetricOptions) -> None:
    """Record metrics of an experiment, as in 'git exp metric tcn_filter10 acc=0.857'."""
    metrics = [
        parse_metric(value, about=options.about, partial=options.partial)
        for value in options.values
    ]
    record = open_record(env)
    ident = add_metrics(record, options.ident, metrics, at=parse_moment(options.at))
    values = "".join(f" {metric.name}={metric}" for metric in metrics)
    env.print(f"· {ident}{values}")


VERB = Verb("metric", MetricOptions, run)
