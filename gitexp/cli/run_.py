"""``git exp run``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gitexp.capture.log_lines import LogReader
from gitexp.capture.running import RUN_FOLDER, RUN_ID, run_command
from gitexp.cli.failure import explain
from gitexp.cli.log_values import OUTPUT, collect_values, describe_values
from gitexp.cli.record import open_record
from gitexp.cli.typed import join_messages
from gitexp.cli.verb_table import Options, Verb, argument, flag, texts_option, words_after_dashes
from gitexp.errors import GitExpError, UsageError
from gitexp.record.write.begin import begin_experiment, begin_or_continue
from gitexp.record.write.runs import RunOutcome, record_outcome
from gitexp.record.write.values import TrialValues
from gitexp.render.terminal import make_safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gitexp.capture.running import Ending
    from gitexp.cli.env import Env
    from gitexp.model.experiment import Experiment
    from gitexp.model.metric import Metric
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record

_IMAGES = "gitexp.runImages"
"""Config with patterns that count for each run, as ``--images`` does for one."""

_MOST_FILES = 5


class RunOptions(Options):
    """The table of ``run``."""

    ident: str = argument("[ID]", required=False)
    messages: tuple[str, ...] = texts_option(
        "-m", metavar="TEXT", help="The first note about it. Each -m is a paragraph."
    )
    continues: bool = flag(
        "--continue", help="Go on with the experiment if it is recorded already."
    )
    images: tuple[str, ...] = texts_option(
        "--images", metavar="GLOB", help="Attach pictures that the run writes: 'plots/*.png'."
    )
    command: tuple[str, ...] = words_after_dashes("-- COMMAND...")


def run(env: Env, options: RunOptions) -> None:
    """Run a command as an experiment: keep the code before, record what came of it.

    Recorded are the command line, the time it took, how it ended, the metrics and curves in what
    it prints, and those in CSV, JSON Lines, results.json and TensorBoard files that it writes
    below this folder. The command is run as if typed: its output, colours, signals and exit code
    are passed through. Without ID the id is taken as 'git exp new' takes it.
    """
    if not options.command:
        raise UsageError("there is no command to run", "git exp run ID -- python train.py")
    record = open_record(env)
    begin = begin_or_continue if options.continues else begin_experiment
    recorded = begin(record, options.ident, text=join_messages(options.messages) or "")
    ident = recorded.understood[0].experiment
    before = record.read_experiment(ident)
    reader = _SafeReader()
    started = time.time()
    variables = {**env.variables, RUN_ID: ident, RUN_FOLDER: env.folder}
    ending = run_command(options.command, env.folder, variables, env.out, reader.feed)
    env.exit_code = ending.shell_code
    # The run is over and its exit code is known: an error of ours is a line, and changes neither.
    try:
        settings = record.repository.settings
        outcome, notes = _collect(env, options, settings, ending, reader.reader, started)
        outcome = _leave_out_logged(record, before, outcome)
        record_outcome(record, ident, outcome)
        for line in [*_describe(ident, outcome), *notes]:
            env.warn(make_safe(line))
    except Exception as error:  # noqa: BLE001 - the exit code is that of the run, whatever we do wrong
        message = explain(error, env).message
        env.warn(make_safe(f"git exp: the end of {ident} was not recorded: {message}"))


class _SafeReader:
    """Reads the output of a run; what it cannot read must never stop the run."""

    def __init__(self) -> None:
        self.reader: LogReader | None = LogReader()

    def feed(self, data: bytes) -> None:
        """Take in output, unless an earlier piece could not be read."""
        if self.reader is None:
            return
        try:
            self.reader.feed(data)
        except Exception:  # noqa: BLE001 - the run of the user goes on, whatever it prints
            self.reader = None


def _collect(
    env: Env,
    options: RunOptions,
    settings: Mapping[str, str],
    ending: Ending,
    reader: LogReader | None,
    started: float,
) -> tuple[RunOutcome, list[str]]:
    """Return what came of a run, and a line for each file that could not be taken in."""
    from gitexp.capture.written_files import (
        choose_by_pattern,
        choose_series_files,
        list_written_files,
        read_result_files,
    )

    top = env.resolve_path(".")
    written = list_written_files(top, started)
    notes: list[str] = []
    metrics: dict[str, Metric] = {}
    series: list[tuple[str, Sequence[Series]]] = []
    if reader is None:
        notes.append("git exp: the output of the run could not be read for metrics")
    else:
        printed = collect_values(reader, is_partial=bool(ending.signal))
        metrics.update((metric.name, metric) for metric in printed.metrics)
        series += printed.series
    metrics.update((metric.name, metric) for metric in read_result_files(written))
    series += _read_series_files(top, choose_series_files(written), notes)
    patterns = [*options.images, *settings.get(_IMAGES.lower(), "").split()]
    pictures = _read_pictures(choose_by_pattern(top, written, patterns), notes)
    values = TrialValues(list(metrics.values()), series, pictures)
    outcome = RunOutcome(options.command, ending.seconds, ending.code, ending.signal, values)
    return outcome, notes


def _leave_out_logged(record: Record, before: Experiment, outcome: RunOutcome) -> RunOutcome:
    """Leave out what the run logged by itself (``gitexp.log``): that is more exact than its print.

    ``before`` is the experiment as it was when the run began.
    """
    record.refresh()
    experiment = record.read_experiment(before.id)
    logged = {metric.name for metric in experiment.metrics if metric not in before.metrics}
    logged_curves = [curves for curves in experiment.curves if curves not in before.curves]
    logged_tags = {tag for curves in logged_curves for tag in curves.tags}
    metrics = [metric for metric in outcome.values.metrics if metric.name not in logged]
    series: list[tuple[str, Sequence[Series]]] = []
    for name, curves in outcome.values.series:
        others = [curve for curve in curves if name != OUTPUT or curve.tag not in logged_tags]
        if others:
            series.append((name, others))
    values = outcome.values._replace(metrics=metrics, series=series)
    return outcome._replace(values=values)


def _read_series_files(
    top: Path, files: list[Path], notes: list[str]
) -> list[tuple[str, list[Series]]]:
    """Return the series of files; a file that holds none is passed over, a broken one is named."""
    from gitexp.capture.series import read_series
    from gitexp.errors import ContentError

    series = []
    for file in files[:_MOST_FILES]:
        try:
            series.append((file.relative_to(top).as_posix(), list(read_series(file))))
        except ContentError:
            continue  # most CSV files are data
        except GitExpError as error:
            notes.append(f"git exp: {error.message}")
    if len(files) > _MOST_FILES:
        left = len(files) - _MOST_FILES
        notes.append(f"git exp: {left} more files may hold curves: git exp series add ID FILE")
    return series


def _read_pictures(files: list[Path], notes: list[str]) -> list[Picture]:
    from gitexp.capture.picture import read_picture

    pictures = []
    for file in files:
        try:
            pictures.append(read_picture(file))
        except GitExpError as error:
            notes.append(f"git exp: {error.message}")
    return pictures


def _describe(ident: str, outcome: RunOutcome) -> list[str]:
    """Return the lines that say what was recorded of a run."""
    if outcome.signal:
        end = f" stopped by signal {outcome.signal}"
    else:
        end = " done" if outcome.exit_code == 0 else f" failed, exit code {outcome.exit_code}"
    return describe_values(ident, outcome.values, f"{end} after {outcome.seconds:.1f} s")


VERB = Verb("run", RunOptions, run)
