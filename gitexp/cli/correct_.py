"""``git exp correct``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.moment import parse_moment
from gitexp.cli.options import AT
from gitexp.cli.record import open_record
from gitexp.cli.typed import read_text
from gitexp.cli.verb_table import Options, Verb, arguments, text_option, texts_option
from gitexp.model.metric_names import METRIC_NAMES
from gitexp.model.metric_syntax import make_widths_plain, parse_metric, read_leading_metrics
from gitexp.record.read.resolve import Target, resolve_targets
from gitexp.record.read.search import find
from gitexp.record.write.corrections import (
    add_correction,
    find_corrected_metrics,
    read_metric_values,
)
from gitexp.render.echo import format_corrected
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.model.event import Event
    from gitexp.record.record import Record

_LONGEST_LINE = 2_000
"""Letters of a line that are looked at."""


class CorrectOptions(Options):
    """The table of ``correct``."""

    targets: tuple[str, ...] = arguments("TARGET...", required=False)
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The correction. Each -m is a paragraph."
    )
    file: str | None = text_option(
        "-F",
        metavar="FILE",
        default=None,
        help="Read the text from a file; - is standard input.",
    )
    values: tuple[str, ...] = texts_option(
        "--metric",
        metavar="NAME=NUMBER",
        help="The right value; tables show it from now on. -m with NAME=NUMBER says it too.",
    )
    query: str = text_option(
        "--where", metavar="QUERY", help="Correct every experiment that a search finds."
    )
    at: str | None = AT


def run(env: Env, options: CorrectOptions) -> None:
    """Correct what was recorded. The wrong text stays visible, marked, with the correction below it.

    TARGET is an experiment, an entry (git exp journal --ids shows the ids), or a range A..B of
    either in the order of time. A correction of several targets is shown at each of them. It can be
    corrected itself, or taken back (git exp retract).
    """
    record = open_record(env)
    _find_targets(record, options)  # refuses a wrong target before anybody writes a text
    metrics = [parse_metric(value) for value in options.values]
    has_text = bool(options.messages) or options.file is not None
    text = (
        "" if metrics and not has_text else read_text(env, record, options.messages, options.file)
    )
    with record.hold():
        reach = _find_targets(record, options)
        before = read_metric_values(record, reach)
        metrics = metrics or find_corrected_metrics(record, reach, text)
        correction = add_correction(record, reach, text, metrics, at=parse_moment(options.at))
    for line in format_corrected(correction.experiments, metrics, before):
        env.print(make_safe(line))
    count = len(correction.experiments)
    experiments = f"{count} experiment{'' if count == 1 else 's'}"
    entries = f" and {len(reach.events)} of their entries" if reach.events else ""
    env.print(f"corrected {experiments}{entries}; to take it back: git exp retract {correction.id}")
    if not metrics:
        _say_unread_values(env, record, correction, text)


def _say_unread_values(env: Env, record: Record, correction: Event, text: str) -> None:
    """Say which values at the beginning of the text are text alone, and how they are set.

    A text such as ``acc 0.8 was measured on the training data`` names the wrong value.
    """
    if len(correction.experiments) != 1:
        return
    experiment = record.read_experiment(correction.experiments[0])
    values = {metric.name: metric.value for metric in experiment.metrics}
    first_line = make_widths_plain(text.split("\n", 1)[0][:_LONGEST_LINE])
    for metric in read_leading_metrics(first_line, METRIC_NAMES).metrics:
        if values.get(metric.name, metric.value) == metric.value:
            continue
        value = f"{metric.name}={metric.value}"
        env.warn(
            make_safe(
                f"git exp: {value} is text here; if it is the right value:"
                f" git exp correct {experiment.id} --metric {value}"
            )
        )


def _find_targets(record: Record, options: CorrectOptions) -> Target:
    """Return the experiments and entries that the correction is about."""
    reach = resolve_targets(record, options.targets)
    if options.query:
        reach += Target(tuple(find(record, options.query)))
    return reach


VERB = Verb("correct", CorrectOptions, run)
