"""Which event files of TensorBoard this clone has taken in, and for which experiment."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.refs import LOGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from gitexp.record.record import Record

_MOST_FILES = 20_000
"""Files that are remembered: a folder of logs grows for years."""


class TakenLog(NamedTuple):
    """An event file as it was when it was taken in: the experiment, its size and time of change."""

    experiment: str
    size: int
    changed: int


def read_taken_logs(record: Record) -> dict[str, TakenLog]:
    """Return the event files that were taken in, by path.

    A file whose experiment is gone, or has no curve any more (``git exp undo``), is not among them.
    A memory that cannot be read is empty.
    """
    path = record.repository.state_dir / LOGS_FILE
    try:
        content = json.loads(path.read_bytes())
        logs = {name: TakenLog(*values) for name, values in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    names = record.index.read_names()
    taken: dict[str, TakenLog] = {}
    has_curves: dict[str, bool] = {}
    for name, log in logs.items():
        ident = names.get(log.experiment, "")
        if ident not in has_curves:
            has_curves[ident] = bool(ident and record.read_experiment(ident).curves)
        if has_curves[ident]:
            taken[name] = log._replace(experiment=ident)
    return taken


def describe_logs(files: Iterable[Path]) -> dict[str, TakenLog]:
    """Return event files, given by their resolved paths, as they are now; of no experiment yet."""
    logs = {}
    for file in files:
        with suppress(OSError):  # removed just now
            status = file.stat()
            logs[str(file)] = TakenLog("", status.st_size, status.st_mtime_ns)
    return logs


def remember_taken_logs(record: Record, ident: str, logs: Mapping[str, TakenLog]) -> None:
    """Remember that event files, as they were when they were read, are those of an experiment.

    A failure is one of the warnings: at worst a log is taken in again.
    """
    from gitexp.store.atomic import write_atomically

    with record.hold(), record.warn_of_failure("a log may be taken in again", "git exp undo"):
        taken = read_taken_logs(record)
        for name, log in logs.items():
            taken.pop(name, None)  # the newest stand last
            taken[name] = log._replace(experiment=ident)
        newest = dict(list(taken.items())[-_MOST_FILES:])
        write_atomically(record.repository.state_dir / LOGS_FILE, json.dumps(newest).encode())
