"""Runs that are under way at once in one clone: whose a file is that was written meanwhile."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from gitexp.store.refs import RUNS_DIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gitexp.record.record import Record

_SEPARATORS = re.compile(r"[/\\=,\s]+")
_UNTOLD = frozenset(("", ".", "..", "-"))


class AnnouncedRun(NamedTuple):
    """A run of this clone. ``ended`` is 0 while it is under way; times in seconds since 1970.

    ``names`` are the words by which a path is known as its own: the id, the words of its command.
    ``folder`` is where it runs.
    """

    folder: str
    process: int
    started: float
    ended: float
    names: frozenset[str]


def announce_run(
    record: Record, ident: str, command: Sequence[str], folder: str, started: float
) -> AnnouncedRun:
    """Tell other runs of this clone that one has begun, and return what they are told."""
    names = {ident}
    for word in command:
        names.update(_SEPARATORS.split(word))
    run = AnnouncedRun(folder, os.getpid(), started, 0.0, frozenset(names - _UNTOLD))
    for path, other in _read_runs(record):
        if not other.ended and not _is_alive(other.process):
            path.unlink(missing_ok=True)  # it was killed
    _write(record, run)
    return run


def end_run(record: Record, run: AnnouncedRun, now: float) -> list[AnnouncedRun]:
    """Tell the others that a run has ended, and return those that were under way meanwhile.

    Returned are those in the same folder, or one above or below. What nobody can meet any more is
    forgotten.
    """
    others = [(path, other) for path, other in _read_runs(record) if other.process != run.process]
    met = [
        other
        for _, other in others
        if (not other.ended or other.ended >= run.started) and _share_folder(run, other)
    ]
    starts = [other.started for _, other in others if not other.ended]
    _write(record, run._replace(ended=now))
    for path, other in [*others, (_find_path(record, run), run._replace(ended=now))]:
        if other.ended and all(start > other.ended for start in starts):
            path.unlink(missing_ok=True)
    return met


def is_own_path(path: Path, run: AnnouncedRun, others: Sequence[AnnouncedRun]) -> bool:
    """Return True where a path, which is relative, names this run and none of the others.

    A name that both have says nothing: of ``--out runs/a`` and ``--out runs/b`` it is ``runs``.
    """
    names = {*path.parts, path.stem}
    names_of_others = frozenset[str]().union(*(other.names for other in others))
    is_of_other = bool(names & (names_of_others - run.names))
    return bool(names & (run.names - names_of_others)) and not is_of_other


def is_path_of_other(path: Path, run: AnnouncedRun, others: Sequence[AnnouncedRun]) -> bool:
    """Return True where a path names one of the others and not this run."""
    return any(is_own_path(path, other, [run]) for other in others)


def _share_folder(run: AnnouncedRun, other: AnnouncedRun) -> bool:
    folders = [f"{run.folder}{os.sep}", f"{other.folder}{os.sep}"]
    return folders[0].startswith(folders[1]) or folders[1].startswith(folders[0])


def _read_runs(record: Record) -> Iterator[tuple[Path, AnnouncedRun]]:
    folder = record.repository.state_dir / RUNS_DIR
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, TypeError):
            folder, process, started, ended, names = json.loads(path.read_bytes())
            times = float(started), float(ended)
            yield path, AnnouncedRun(str(folder), int(process), *times, frozenset(names))


def _write(record: Record, run: AnnouncedRun) -> None:
    from gitexp.store.atomic import write_atomically

    content = [run.folder, run.process, run.started, run.ended, sorted(run.names)]
    write_atomically(_find_path(record, run), json.dumps(content).encode())


def _find_path(record: Record, run: AnnouncedRun) -> Path:
    return record.repository.state_dir / RUNS_DIR / f"{run.process}.json"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # of another user
    return True
