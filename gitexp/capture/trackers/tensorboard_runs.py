"""Reading a folder of runs that TensorBoard shows: each folder in it is a run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitexp.capture.tensorboard import read_event_log
from gitexp.capture.trackers.tracked_values import (
    TrackedRuns,
    make_metrics,
    make_name,
    make_series,
)
from gitexp.errors import UsageError
from gitexp.model.import_rows import Complaint, TrackedRun

if TYPE_CHECKING:
    from pathlib import Path

_PATTERN = "*tfevents*"
_TIME = re.compile(r"tfevents\.(\d{9,11})")


def read_tensorboard_runs(path: Path) -> TrackedRuns:
    """Return a run for each folder in ``path`` with event files in or below it.

    ``train`` and ``validation`` of one run are folders of that run: they stand before its tags.
    Event files in ``path`` itself are a run too. Raises UsageError for what is no folder,
    ContentError where there are none.
    """
    if not path.is_dir():
        raise UsageError(f"'{path}' is no folder", "give the folder of the runs, often 'runs'")
    tracked = TrackedRuns([], [])
    for folder in _list_run_folders(path):
        with tracked.pass_over_broken(folder):
            tracked.runs.append(_read_run(folder, tracked.complaints))
    tracked.require_any(path, "event files", "give the folder of the runs")
    return tracked


def _list_run_folders(path: Path) -> list[Path]:
    if any(path.glob(_PATTERN)):
        return [path]
    folders = [folder for folder in path.iterdir() if folder.is_dir()]
    return sorted(folder for folder in folders if any(folder.rglob(_PATTERN)))


def _read_run(folder: Path, complaints: list[Complaint]) -> TrackedRun:
    log = read_event_log(folder)
    complaints += [Complaint(str(folder), 0, loss) for loss in log.losses]
    curves = log.list_points()
    files = sorted(folder.rglob(_PATTERN), key=lambda file: file.name)
    first = files[0].name
    time = _TIME.search(first)
    return TrackedRun(
        origin=f"tensorboard {first}",
        name=make_name(folder.name, f"run_{first[-8:]}"),
        at=datetime.fromtimestamp(int(time[1]), UTC).astimezone() if time else None,
        text=f"TensorBoard run {folder.name}",
        metrics=make_metrics(curves),
        series=make_series(curves),
        file=str(folder),
    )
