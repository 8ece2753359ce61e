"""``git exp metric``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.record import open_record, split_subject
from gitexp.cli.verb_table import Options, Verb, arguments, flag
from gitexp.model.metric_syntax import parse_metric
from gitexp.record.write.values import add_metrics

if TYPE_CHECKING:
    from gitexp.cli.env import Env


class MetricOptions(Options):
    """The table of ``metric``."""

    words: tuple[str, ...] = arguments("[ID] NAME=NUMBER...")
    about: bool = flag("--about", help="You are not sure of the values.")
    partial: bool = flag("--partial", help="The run was stopped, or is still going on.")
    at: str | None = AT


def run(env: Env, options: MetricOptions) -> None:
    """Record metrics, as in 'git exp metric tcn_filter10 acc=0.857'.

    Without ID they are those of the active experiment.
    """
    record = open_record(env)
    usage = "git exp metric ID acc=0.857"
    subject, values = split_subject(record, options.words, _is_metric, usage, "NAME=NUMBER...")
    metrics = [
        parse_metric(value, about=options.about, partial=options.partial) for value in values
    ]
    ident = add_metrics(record, subject, metrics, at=parse_moment(options.at))
    shown = "".join(f" {metric.name}={metric}" for metric in metrics)
    env.print(f"· {ident}{shown}")


def _is_metric(word: str) -> bool:
    return any(sign in word for sign in "=:＝：")


VERB = Verb("metric", MetricOptions, run)
