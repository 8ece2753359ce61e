"""The TensorBoard log that the code names, taken in while a trial is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gitexp.cli.env import Env
    from gitexp.model.experiment import Experiment
    from gitexp.record.record import Record
    from gitexp.record.write.recorded import Recorded
    from gitexp.record.write.taken_logs import TakenLog
    from gitexp.record.write.values import TrialValues

_SETTING = "gitexp.logdirpattern"


def find_log_reader(record: Record) -> LogFolderReader | None:
    """Return the reader of the log folder that the code names; None without the config for it."""
    return LogFolderReader(record) if record.repository.settings.get(_SETTING) else None


class LogFolderReader:
    """Reads the log of a trial once: what belongs to another trial, or did not change, is left.

    An error of it is a note: the trial is recorded without its log.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._code: Sequence[tuple[str, bytes]] | None = None
        self._folder: Path | None = None
        self._logs: dict[str, TakenLog] = {}
        self._values: TrialValues | None = None
        self._ahead: tuple[tuple[str, bool], TrialValues] | None = None
        self._is_own: Callable[[Path], bool] = lambda _: True
        self.notes: list[str] = []

    @property
    def files(self) -> frozenset[str]:
        """The paths of the event files that were read."""
        return frozenset(self._logs)

    def look_in(self, code: Sequence[tuple[str, bytes]], folder: Path) -> None:
        """Look for the log folder in these files, of a session in ``folder``."""
        self._code = code
        self._folder = folder

    def read_before(self) -> TrialValues:
        """Return what the log of a trial gave that ``git exp new`` is about to begin.

        Where nothing came out of the trial before, a log since its begin may be of that one.
        """
        active = self._record.active
        experiment = self._record.read_experiment(active) if active else None
        is_waiting = experiment is not None and not (experiment.metrics or experiment.curves)
        return self._read("", _read_beginning(experiment), is_of_other=is_waiting)

    def read_ahead(self, recorded: Recorded) -> None:
        """Read the log of the one experiment that a note will be about, as ``read`` does.

        Reading takes seconds where the log is large, and the record is locked while a note is
        written.
        """
        if len(recorded.understood) == 1:
            (understood,) = recorded.understood
            trial = (understood.experiment, understood.created)
            values = self.read(*trial)
            self._ahead = (trial, values)

    def read(self, ident: str, is_new: bool) -> TrialValues:
        """Return what the log of an experiment gave since it began.

        A new one can have what was logged since the one before it began. What was read ahead of the
        same experiment is not read again.
        """
        from gitexp.record.write.values import leave_out_recorded

        if self._ahead is not None:
            trial, values = self._ahead
            if trial == (ident, is_new):
                return values
            self._logs, self._values = {}, None
            self.notes.clear()
        earlier = self._record.active if is_new else ident
        experiment = self._record.read_experiment(earlier) if earlier else None
        values = self._read("" if is_new else ident, _read_beginning(experiment))
        if experiment is not None and not is_new:
            values = leave_out_recorded(experiment, values)
            self._values = self._values and values
        return values

    def read_since(self, ident: str, since: float, is_own: Callable[[Path], bool]) -> TrialValues:
        """Return what the log of an experiment gave after a time, in seconds since 1970.

        Only event files that are ``is_own`` are read.
        """
        self._is_own = is_own
        return self._read(ident, since)

    def remember(self, ident: str) -> None:
        """Remember that what was read is recorded with an experiment."""
        from gitexp.record.write.taken_logs import remember_taken_logs

        if self._logs:
            remember_taken_logs(self._record, ident, self._logs)

    def finish(self, env: Env, ident: str) -> None:
        """Remember what was read, and print what was taken and what was not."""
        from gitexp.cli.log_values import describe_values
        from gitexp.cli.pictures import print_picture
        from gitexp.render.terminal import make_safe

        self.remember(ident)
        if self._values is not None:
            for line in describe_values(ident, self._values):
                env.print(make_safe(line))
            for picture in self._values.pictures:
                print_picture(env, ident, picture)
        for note in self.notes:
            env.warn(make_safe(f"git exp: {note}"))

    def _read(self, ident: str, since: float, *, is_of_other: bool = False) -> TrialValues:
        from gitexp.errors import GitExpError
        from gitexp.record.write.values import TrialValues

        try:
            folder, files = self._find_files(ident, since)
            if folder is not None and files:
                if is_of_other:
                    self._leave_to_active()
                else:
                    self._values = self._read_files(folder, files)
        except GitExpError as error:
            self.notes.append(f"the log is not taken: {error.message}")
        except OSError as error:
            self.notes.append(f"the log is not taken: {error.strerror or error}")
        return self._values or TrialValues()

    def _leave_to_active(self) -> None:
        self._logs = {}
        active = self._record.active
        self.notes.append(
            f"the log is not taken: nothing came out of {active} yet, so it may be of that one"
            f" (git exp tb {active})"
        )

    def _find_files(self, ident: str, since: float) -> tuple[Path | None, list[Path]]:
        """Return the log folder, and its event files that are of this trial, if any changed."""
        from pathlib import Path

        from gitexp.capture.tensorboard import list_event_files
        from gitexp.record.write.log_folders import find_log_folder
        from gitexp.record.write.taken_logs import describe_logs, read_taken_logs

        folder = find_log_folder(self._record, self._code, self._folder)
        if folder is None:
            return None, []
        folder = folder.resolve()
        taken = read_taken_logs(self._record)
        has_changed = False
        for name, log in describe_logs(list_event_files(folder)).items():
            before = taken.get(name)
            if before is not None and before.experiment != ident:
                continue
            if before is None and log.changed < since * 1_000_000_000:
                continue
            if not self._is_own(Path(name)):
                continue
            self._logs[name] = log
            has_changed |= before is None or before._replace(experiment="") != log
        if not has_changed:
            self._logs = {}
        return folder, [Path(name) for name in self._logs]

    def _read_files(self, folder: Path, files: list[Path]) -> TrialValues:
        from gitexp.capture.tensorboard import read_event_log
        from gitexp.cli.event_log_values import METRICS_SETTING, collect_scalars, compile_tags

        text = self._record.repository.settings.get(METRICS_SETTING.lower(), "")
        pattern = compile_tags(text, f"config {METRICS_SETTING}")
        log = read_event_log(folder, files)
        self.notes += log.losses
        return collect_scalars(log, pattern.pattern, folder)


def _read_beginning(experiment: Experiment | None) -> float:
    """Return when an experiment began, in seconds since 1970; 0 without one."""
    from gitexp.model.experiment import read_timestamp

    return read_timestamp(experiment.at) if experiment is not None else 0.0
