"""Many processes at once, and processes killed in the midst of writing."""

from __future__ import annotations

import math
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.forked import ForkedProcess
from tests.project import Project
from tests.store import writer

if TYPE_CHECKING:
    from pathlib import Path

    from gitexp.model.experiment import Experiment

PATIENCE = 2.0
"""Seconds: the lock of a writer that was killed holds up the others for a while, which is part of the game."""


@pytest.fixture(params=["libgit2", "git"])
def written(request: pytest.FixtureRequest, begun: Project, tmp_path: Path) -> Project:
    """A record that is written through libgit2, or through git's own commands (SHA-256)."""
    if request.param == "libgit2":
        return begun
    project = Project(tmp_path / "sha256")
    project.top.mkdir()
    project.git("init", "-q", "--object-format=sha256")
    project.write("a.py", "x = 1\n")
    project.commit("first")
    return project.begin()


def _start(project: Project, name: str, count: int, output: Path | None = None) -> ForkedProcess:
    words = (str(project.top), name, str(count))
    return ForkedProcess(writer.main, *words, cwd=project.top, output=output)


def _rebuilt(project: Project) -> list[Experiment]:
    for path in (project.top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    return project.record().read_experiments()


def test_writers_at_once_lose_nothing(written: Project, long: bool) -> None:
    processes, appends = (16, 50) if long else (8, 12)
    names = [f"p{number}" for number in range(processes)]
    started = [_start(written, name, appends) for name in names]
    errors = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * processes, "\n".join(errors)

    written.git("fsck", "--strict")
    assert written.git("rev-list", "--count", "--first-parent", "gitexp") == str(
        1 + processes * appends
    )
    files = written.git("ls-tree", "-r", "--name-only", "gitexp:log").splitlines()
    assert len(files) == processes * (appends + 1)
    lived = written.record().read_experiments()
    assert {state.id: [entry.text for entry in state.entries] for state in lived} == {
        name: [f"{name} {number}" for number in range(appends)] for name in names
    }
    assert _rebuilt(written) == lived
    assert written.git("log", "-1", "--notes=gitexp", "--format=%N").split("\n") == sorted(
        f"exp {name}" for name in names
    )
    lamports = [event.lamport for event in written.record().index.read_events_of_kind("note")]
    assert len(set(lamports)) == len(lamports), "two events took the same turn"


def test_killed_writers_lose_nothing_that_was_acknowledged(
    written: Project, long: bool, tmp_path: Path
) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    log = tmp_path / "acknowledged"
    log.touch()
    kills = 300 if long else 40
    for first in range(0, kills, 4):
        batch = [_start(written, f"k{first + number}", 10_000, log) for number in range(4)]
        for place, process in enumerate(batch):
            patience = PATIENCE if place else None
            _wait_for_appends(log, chance.randrange(1, 6), batch[place:], patience)
            time.sleep(chance.random() * 0.02)
            process.kill()
        for process in batch:
            assert process.wait() == -signal.SIGKILL
            process.communicate()
        record = written.record()
        record.append_events([record.draft_event("note", ("survivor",), text=str(first))])

    written.git("fsck", "--strict")
    known = {entry.text for state in written.record().read_experiments() for entry in state.entries}
    acknowledged = {line for line in log.read_text().splitlines() if line}
    assert len(acknowledged) >= kills / 4
    assert acknowledged <= known
    lived = written.record().read_experiments()
    assert _rebuilt(written) == lived


def _wait_for_appends(
    log: Path,
    count: int,
    batch: list[ForkedProcess],
    patience: float | None,
) -> None:
    """Wait until so many more appends are acknowledged, or for ``patience`` seconds.

    Without that a kill would meet only the start of Python.
    """
    wanted = log.read_bytes().count(b"\n") + count
    last_moment = time.monotonic() + patience if patience is not None else math.inf
    while log.read_bytes().count(b"\n") < wanted and time.monotonic() < last_moment:
        assert all(process.poll() is None for process in batch), batch[0].communicate()[1]
        time.sleep(0.002)
