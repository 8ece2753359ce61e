"""The end of a command that ``git exp run`` ran: what it printed and wrote is recorded.

Imports stay inside the functions: they are paid while the command runs, or after it, and the
command starts sooner.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, GitExpError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitexp.capture.log_lines import LogReader
    from gitexp.capture.running import Ending
    from gitexp.cli.env import Env
    from gitexp.cli.found_log import LogFolderReader
    from gitexp.model.experiment import Experiment
    from gitexp.model.picture import Picture
    from gitexp.model.series import Series
    from gitexp.record.record import Record
    from gitexp.record.write.concurrent_runs import AnnouncedRun
    from gitexp.record.write.runs import RunOutcome
    from gitexp.record.write.values import TrialValues

_IMAGES = "gitexp.runImages"
"""Config with patterns that count for each run, as ``--images`` does for one."""

_MOST_FILES = 5


class FinishedRun(NamedTuple):
    """A command that has ended; ``images`` are patterns, ``started`` is in seconds since 1970."""

    command: Sequence[str]
    images: Sequence[str]
    started: float
    ending: Ending
    announced: AnnouncedRun | None


def announce(
    record: Record, ident: str, command: Sequence[str], folder: str, started: float
) -> AnnouncedRun | None:
    """Tell other runs that this one begins; None where that cannot be written."""
    from gitexp.record.write.concurrent_runs import announce_run

    try:
        return announce_run(record, ident, command, folder, started)
    except OSError:
        return None


class OutputReader:
    """Reads the output of a run; what it cannot read must never stop the run."""

    def __init__(self) -> None:
        self._reader: LogReader | None = None
        self._has_failed = False

    def feed(self, data: bytes) -> None:
        """Take in output, unless an earlier piece could not be read."""
        if self._has_failed:
            return
        try:
            if self._reader is None:
                from gitexp.capture.log_lines import LogReader

                self._reader = LogReader()
            self._reader.feed(data)
        except Exception:  # noqa: BLE001 - the run of the user goes on, whatever it prints
            self._has_failed = True

    def collect(self, notes: list[str], *, is_partial: bool) -> TrialValues:
        """Return what the output gave; a note says where it could not be read."""
        from gitexp.record.write.values import TrialValues

        if self._has_failed:
            notes.append("git exp: the output of the run could not be read for metrics")
        if self._has_failed or self._reader is None:
            return TrialValues()
        from gitexp.cli.log_values import collect_values

        return collect_values(self._reader, is_partial=is_partial)


def record_end(
    env: Env, record: Record, before: Experiment, finished: FinishedRun, output: OutputReader
) -> None:
    """Record how a run ended and what it gave, and print a line of it.

    ``before`` is the experiment as it was when the run began. The run is over and its exit code is
    known: an error of ours is a line, and changes neither.
    """
    from gitexp.cli.found_log import find_log_reader
    from gitexp.record.write.runs import RunOutcome, record_outcome
    from gitexp.render.terminal import make_safe

    ident = before.id
    try:
        notes: list[str] = []
        log_reader = find_log_reader(record)
        values = _collect(env, record, before, finished, output, log_reader, notes)
        ending = finished.ending
        outcome = RunOutcome(finished.command, ending.seconds, ending.code, ending.signal, values)
        record_outcome(record, ident, outcome)
        if log_reader:
            log_reader.remember(ident)
        for line in [*_describe(ident, outcome), *notes]:
            env.warn(make_safe(line))
    except Exception as error:  # noqa: BLE001 - the exit code is that of the run, whatever we do wrong
        from gitexp.cli.failure import explain

        message = explain(error, env).message
        env.warn(make_safe(f"git exp: the end of {ident} was not recorded: {message}"))


def _collect(
    env: Env,
    record: Record,
    before: Experiment,
    finished: FinishedRun,
    output: OutputReader,
    log_reader: LogFolderReader | None,
    notes: list[str],
) -> TrialValues:
    """Return what a run gave; what was written goes before what was printed."""
    from gitexp.record.write.values import TrialValues, join_values

    top = env.resolve_path(env.folder)
    neighbours = _Neighbours(record, finished, top)
    printed = output.collect(notes, is_partial=bool(finished.ending.signal))
    logged = TrialValues()
    if log_reader:
        logged = log_reader.read_since(before.id, finished.started, neighbours.is_own)
        notes += [f"git exp: {note}" for note in log_reader.notes]
    taken = log_reader.files if log_reader else frozenset[str]()
    written = _collect_written(record, finished, top, neighbours, taken, notes)
    values = join_values(join_values(printed, logged), written)
    return _leave_out_logged(record, before, values)


def _collect_written(
    record: Record,
    finished: FinishedRun,
    top: Path,
    neighbours: _Neighbours,
    taken: frozenset[str],
    notes: list[str],
) -> TrialValues:
    """Return what the files hold that a run wrote; event files that are ``taken`` are passed over."""
    from gitexp.capture.written_files import (
        choose_by_pattern,
        choose_series_files,
        is_result,
        list_written_files,
        read_result_files,
    )
    from gitexp.record.write.values import TrialValues

    written = list_written_files(top, finished.started)
    if not written:
        return TrialValues()
    patterns = [*finished.images, *record.repository.settings.get(_IMAGES.lower(), "").split()]
    images = choose_by_pattern(top, written, patterns)
    doubtful = neighbours.list_doubtful([*filter(is_result, written), *images])
    if doubtful:
        names = ", ".join(doubtful[:_MOST_FILES])
        notes.append(
            f"git exp: another run wrote at the same time: not taken are {names}"
            " (git exp series add ID FILE, git exp image add ID FILE)"
        )
    own = [path for path in written if neighbours.is_own(path)]
    logs = [path for path in own if str(path) not in taken]
    series = _read_series_files(top, choose_series_files(logs), notes)
    pictures = _read_pictures([path for path in images if path in own], notes)
    return TrialValues(read_result_files(own), series, pictures)


class _Neighbours:
    """The other runs that were under way in this folder: a file may be one of theirs."""

    def __init__(self, record: Record, finished: FinishedRun, top: Path) -> None:
        from gitexp.record.write.concurrent_runs import end_run

        self._announced = finished.announced
        self._top = top
        self._others: list[AnnouncedRun] = []
        if self._announced is not None:
            ended = finished.started + finished.ending.seconds
            with suppress(OSError):
                self._others = end_run(record, self._announced, ended)

    def is_own(self, path: Path) -> bool:
        """Return True for a file of this run: where others ran, its path names this run alone."""
        from gitexp.record.write.concurrent_runs import is_own_path

        if self._announced is None or not self._others:
            return True
        return is_own_path(self._shorten(path), self._announced, self._others)

    def list_doubtful(self, paths: Sequence[Path]) -> list[str]:
        """Return the names of the files that may be of any of the runs."""
        from gitexp.record.write.concurrent_runs import is_path_of_other

        announced = self._announced
        if announced is None or not self._others:
            return []
        names = []
        for path in paths:
            short = self._shorten(path)
            is_known = self.is_own(path) or is_path_of_other(short, announced, self._others)
            if not is_known:
                names.append(short.as_posix())
        return names

    def _shorten(self, path: Path) -> Path:
        return path.relative_to(self._top) if path.is_relative_to(self._top) else path


def _leave_out_logged(record: Record, before: Experiment, values: TrialValues) -> TrialValues:
    """Leave out what the run logged by itself (``gitexp.log``): that is more exact than its print."""
    from gitexp.cli.log_values import OUTPUT

    record.refresh()
    experiment = record.read_experiment(before.id)
    logged = {metric.name for metric in experiment.metrics if metric not in before.metrics}
    logged_curves = [curves for curves in experiment.curves if curves not in before.curves]
    logged_tags = {tag for curves in logged_curves for tag in curves.tags}
    metrics = [metric for metric in values.metrics if metric.name not in logged]
    series: list[tuple[str, Sequence[Series]]] = []
    for name, curves in values.series:
        others = [curve for curve in curves if name != OUTPUT or curve.tag not in logged_tags]
        if others:
            series.append((name, others))
    return values._replace(metrics=metrics, series=series)


def _read_series_files(
    top: Path, files: list[Path], notes: list[str]
) -> list[tuple[str, list[Series]]]:
    """Return the series of files; a file that holds none is passed over, a broken one is named."""
    if not files:
        return []  # without the modules that read them
    from gitexp.capture.series import read_series

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
    if not files:
        return []
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
    from gitexp.cli.log_values import describe_values

    if outcome.signal:
        end = f" stopped by signal {outcome.signal}"
    else:
        end = " done" if outcome.exit_code == 0 else f" failed, exit code {outcome.exit_code}"
    return describe_values(ident, outcome.values, f"{end} after {outcome.seconds:.1f} s")
