"""``git exp list`` and bare ``git exp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.options import AS_OF, JSON, WHERE
from gitexp.cli.record import find_summaries, open_record
from gitexp.cli.verb_table import Options, Verb, number_option, text_option
from gitexp.record.read.progress import list_metric_names, read_progress
from gitexp.record.read.unpushed import describe_unpushed
from gitexp.render.listing import (
    ListContext,
    choose_columns,
    format_list,
    format_shared_ids,
    make_sort_key,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.cli.env import Env
    from gitexp.model.experiment import Summary
    from gitexp.record.read.progress import Progress
    from gitexp.record.record import Record


class ListOptions(Options):
    """The table of ``list``."""

    sort: str = text_option(
        "--sort",
        metavar="COLUMN",
        default="when",
        help="Sort by a column or metric, largest last; -COLUMN reverses the order.",
    )
    last: int | None = number_option("--last", help="Only the last N.")
    columns: str = text_option(
        "--columns",
        metavar="A,B",
        help="Show these columns: id, when, parent, tags, images, note, any metric.",
    )
    query: str = WHERE
    as_of: str | None = AS_OF
    as_json: bool = JSON


def run(env: Env, options: ListOptions) -> None:
    """List all experiments, one line each, newest last.

    What is the same in all of them stands once above the table. Bars draw the metric from row to
    row; ↑ marks what was the best when it came, ✗ what a correction is about.
    """
    record = open_record(env, reading=True, as_of=options.as_of)
    found = find_summaries(record, options.query)
    summaries = _select(found, options)
    names = choose_columns(summaries, options.columns) if summaries else ()
    if options.as_json:
        _print_json(env, record, summaries)
    elif summaries:
        progress = _read_progress(record, found, options)
        context = ListContext(record.active, record.clock(), env.columns, progress)
        lines = format_list(summaries, names, context)
        lines += format_shared_ids(summaries)
        if options.as_of is None and (unpushed := describe_unpushed(record)):
            lines.append(unpushed)
        env.print("\n".join(lines))
    elif options.query:
        env.print("nothing found")
    else:
        env.print("nothing is recorded yet: git exp new ID -m 'what you try'")


def _select(found: Sequence[Summary], options: ListOptions) -> list[Summary]:
    """Return the experiments that the options ask for, in their order."""
    summaries = list(found)
    is_descending = options.sort.startswith("-")
    column = options.sort.removeprefix("-")
    choose_columns(summaries, column if summaries else "")  # refuses a name that is no column
    summaries.sort(key=make_sort_key(column), reverse=is_descending)
    voided = [summary for summary in summaries if _is_voided(summary, column)]
    ranked = [summary for summary in summaries if not _is_voided(summary, column)]
    if options.last is None:
        return ranked + voided
    return ranked[-options.last :] if ranked else voided[-options.last :]


def _read_progress(record: Record, found: Sequence[Summary], options: ListOptions) -> Progress:
    """Return the progress of the metric that is sorted by, else of the one that most have.

    It is that of all that the options find: ``--last`` makes nothing the best.
    """
    metric = options.sort.removeprefix("-")
    is_metric = metric in list_metric_names(found)
    return read_progress(found, metric if is_metric else "", record.repository.settings)


def _is_voided(summary: Summary, column: str) -> bool:
    """Return True where the metric of a column has no number: such a row is last in any order."""
    return any(metric.name == column and not metric.is_finite for metric in summary.metrics)


def _print_json(env: Env, record: Record, summaries: list[Summary]) -> None:
    from gitexp.render.json import serialize_experiment

    experiments = {experiment.id: experiment for experiment in record.read_experiments()}
    chosen = [experiments[summary.id] for summary in summaries]
    env.print_json([serialize_experiment(each, record.branch_name) for each in chosen])


VERB = Verb("list", ListOptions, run)
