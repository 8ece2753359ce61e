"""``git exp table``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.cli.code_filter import choose_code_filter
from gitexp.cli.options import FILTER, JSON, WHERE
from gitexp.cli.record import find_summaries, open_record
from gitexp.cli.verb_table import Options, Verb, arguments, flag, text_option, texts_option
from gitexp.errors import NotFoundError, UsageError
from gitexp.history.absent import explain_absent_code
from gitexp.history.table import compute_table
from gitexp.record.read.settings import read_setting_views
from gitexp.render.table import format_settings_table, list_notes, serialize_table, write_csv
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from gitexp.cli.env import Env
    from gitexp.history.table import Table
    from gitexp.model.experiment import Summary
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


class TableOptions(Options):
    """The table of ``table``."""

    idents: tuple[str, ...] = arguments("[ID...]", required=False)
    filter_name: str = FILTER
    query: str = WHERE
    sort: str = text_option(
        "--sort",
        metavar="COLUMN",
        default="",
        help="Sort by a metric or a setting, largest last; -COLUMN reverses the order.",
    )
    everything: bool = flag("--all", help="Show every setting, at any width.")
    pin: tuple[str, ...] = texts_option(
        "--pin", metavar="SETTING", help="From now on show this setting, and first."
    )
    unpin: tuple[str, ...] = texts_option(
        "--unpin", metavar="SETTING", help="From now on show it only where it differs."
    )
    label: tuple[str, ...] = texts_option(
        "--label", metavar="SETTING=TEXT", help="From now on call this setting TEXT."
    )
    as_csv: bool = flag("--csv", help="Print CSV.")
    as_json: bool = JSON


def run(env: Env, options: TableOptions) -> None:
    """Show experiments with their metrics and the settings in their code that differ.

    Settings are the values that people turn: constants, defaults, arguments of calls, keys of
    settings files, as far as a filter keeps them (docs/settings.md). What is the same in all
    experiments stands once above the table.
    """
    changes_views = bool(options.pin or options.unpin or options.label)
    record = open_record(env, reading=not changes_views)
    code_filter = _choose_filter(env, record, options.filter_name)
    summaries = _select(record, options)
    if not summaries:
        env.print("nothing found" if options.query else "nothing is recorded yet")
        return
    view = compute_table(record, code_filter, summaries, read_setting_views(record))
    if changes_views:
        _save_views(record, options, view)
        view = compute_table(record, code_filter, summaries, read_setting_views(record))
    view = _sort(view, options.sort)
    if options.as_json:
        env.print_json(serialize_table(view))
    elif options.as_csv:
        env.print(write_csv(view, everything=options.everything).rstrip("\n"))
    else:
        env.print(
            "\n".join(format_settings_table(view, env.columns, everything=options.everything))
        )
        for note in list_notes(view):
            env.print(note)
    if view.absent and not options.as_json:
        env.warn(make_safe(explain_absent_code(record.repository, view.absent)))


def _choose_filter(env: Env, record: Record, name: str) -> CodeFilter | None:
    """Return the filter that is meant; None where there is none and scripts gave settings."""
    try:
        return choose_code_filter(env, record, name)
    except NotFoundError:
        from gitexp.record.read.runs import read_configs

        if not name and read_configs(record):
            return None
        raise


def _select(record: Record, options: TableOptions) -> list[Summary]:
    """Return the experiments that are meant, oldest first, or in the order in which they were typed."""
    summaries = find_summaries(record, options.query)
    if not options.idents:
        return summaries
    by_id = {summary.id: summary for summary in summaries}
    idents = dict.fromkeys(record.resolve_id(ident) for ident in options.idents)
    return [by_id[ident] for ident in idents if ident in by_id]


def _save_views(record: Record, options: TableOptions, view: Table) -> None:
    """Record what is pinned and labelled. All names are looked up before the first is recorded."""
    from gitexp.record.write.settings import save_setting_view

    pins = [(view.find_column(name).name, True) for name in options.pin]
    pins += [(view.find_column(name).name, False) for name in options.unpin]
    labels = []
    for text in options.label:
        name, sign, label = text.rpartition("=")
        if not sign:
            raise UsageError(f"'{text}' is no label", "write SETTING=TEXT: Conv1D.1=filters")
        labels.append((view.find_column(name).name, label.strip()))
    for name, is_pinned in pins:
        save_setting_view(record, name, pinned=is_pinned)
    for name, label in labels:
        save_setting_view(record, name, label=label)


def _sort(view: Table, column: str) -> Table:
    """Return the table with its rows sorted; those without a value come first."""
    if not column:
        return view
    name = column.removeprefix("-")
    metrics = {metric.name for row in view.rows for metric in row.summary.metrics}
    if name in metrics:
        keys = {
            row.summary.id: _make_key(
                next((metric.value for metric in row.summary.metrics if metric.name == name), "")
            )
            for row in view.rows
        }
    else:
        setting = view.find_column(name).name
        keys = {row.summary.id: _make_key(row.format_setting(setting)) for row in view.rows}
    rows = sorted(view.rows, key=lambda row: keys[row.summary.id], reverse=column.startswith("-"))
    return view._replace(rows=tuple(rows))


def _make_key(text: str) -> tuple[int, float, str]:
    """Return a key by which nothing comes first, then numbers by size, then texts."""
    if not text:
        return (0, 0.0, "")
    try:
        return (1, float(text.removesuffix("%")), "")
    except ValueError:
        return (2, 0.0, text)


VERB = Verb("table", TableOptions, run)
