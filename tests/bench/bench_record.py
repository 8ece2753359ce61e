"""What recording costs: run as ``python tests/bench/bench_record.py [--long]``.

Each figure is a median, and a ratio to plain git or the bare interpreter in the same run, so that tables of different
machines can be compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gitexp.record.record import Record  # noqa: E402 - a script finds its own checkout first
from gitexp.record.write.setup import begin_record  # noqa: E402
from gitexp.store.repository import Repository  # noqa: E402
from gitexp.store.snapshots import take_snapshot  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.invalid",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.invalid",
    "PYTHONPATH": str(ROOT),
}


def timed(work: Callable[[], object], rounds: int) -> float:
    """Median milliseconds, after one round that fills the caches."""
    spent = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent[1:])


def run(top: Path, *command: str) -> Callable[[], object]:
    """A process to be timed."""
    return lambda: subprocess.run(command, cwd=top, check=True, capture_output=True)


def exp(top: Path, *args: str) -> Callable[[], object]:
    """``git exp`` as a process to be timed."""
    return run(top, sys.executable, "-m", "gitexp", *args)


def project(top: Path, files: int) -> Path:
    """A repository of that many files, recording begun."""
    for number in range(files):
        path = top / f"d{number // 200}" / f"f{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"value = {number}\n")
    for command in (
        ["init", "-q"],
        ["config", "gc.auto", "0"],
        ["add", "-A"],
        ["commit", "-q", "-m", "first"],
        ["gc", "-q"],
    ):
        subprocess.run(["git", *command], cwd=top, check=True)
    begin_record(Record(Repository.discover(top)))
    return top


def fill(top: Path, experiments: int, events_each: int) -> None:
    """Record that many experiments through the library, in batches: twenty a day, as a diary of years has them."""
    record = Record(Repository.discover(top))
    began = datetime(2019, 1, 1, tzinfo=UTC)
    for first in range(0, experiments, 2000):
        drafts = []
        for number in range(first, min(first + 2000, experiments)):
            name = (f"trial_{number}",)
            at = began + timedelta(days=number // 20, minutes=number % 20)
            drafts.append(
                record.draft_event(
                    "new", name, at=at, parent=f"trial_{number - 1}" if number else ""
                )
            )
            drafts += [
                record.draft_event("metric", name, at=at, name=f"m{turn}", value=str(number))
                for turn in range(events_each - 1)
            ]
        record.append_events(drafts)


def line(what: str, milliseconds: float, base: str, base_milliseconds: float, budget: str) -> None:
    """One row of the table."""
    print(
        f"{what:44}{milliseconds:9.1f} ms {milliseconds / base_milliseconds:7.2f} x {base:20} budget {budget}",
        flush=True,
    )


def verbs(top: Path, label: str, python: float, rounds: int) -> None:
    """note and new as whole processes, against git commit in the same repository."""
    commit = timed(run(top, "git", "commit", "-q", "--allow-empty", "-m", "x"), rounds)
    exp(top, "list")()
    for what, work in (("note -m", exp(top, "note", "-m", "acc 0.5")), ("new", exp(top, "new"))):
        spent = timed(work, rounds)
        line(
            f"git exp {what}, {label}",
            spent,
            "git commit",
            commit,
            f"python -c pass + 150 ms; is + {spent - python:.0f}",
        )


def library(top: Path, experiments: int, rounds: int) -> None:
    """list and append without the cost of a process."""
    commit = timed(run(top, "git", "commit", "-q", "--allow-empty", "-m", "x"), rounds)

    def listed() -> object:
        return Record(Repository.discover(top)).read_experiments()

    warm = Record(Repository.discover(top))
    line(
        f"list of {experiments} experiments, library",
        timed(listed, rounds),
        "git commit",
        commit,
        "100 ms",
    )
    spent = timed(
        lambda: warm.append_events([warm.draft_event("note", ("trial_1",), text="x")]), rounds * 2
    )
    line(f"append at {experiments} experiments, library", spent, "git commit", commit, "15 ms")


def rebuild(top: Path, events: int) -> None:
    """The index made anew, against git listing the same files."""
    fill(top, events // 10, 10)
    for path in (top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    plain = timed(run(top, "git", "ls-tree", "-r", "gitexp"), 3)
    start = time.perf_counter()
    Record(Repository.discover(top)).read_experiments()
    line(
        f"rebuild of {events} events",
        (time.perf_counter() - start) * 1000,
        "git ls-tree -r",
        plain,
        f"{events * 0.06:.0f} ms",
    )


def snapshots(top: Path, files: int, rounds: int) -> None:
    """A snapshot of a dirty tree, against git stash create on the same."""
    (top / "d0/f0.py").write_text("changed\n")
    (top / "new.py").write_text("new\n")
    record = Record(Repository.discover(top))
    stash = timed(run(top, "git", "stash", "create"), rounds)
    spent = timed(lambda: take_snapshot(record.repository, record.database, "bench\n"), rounds)
    line(f"snapshot of {files} files", spent, "git stash create", stash, "1.5 x")


def main() -> None:
    """Print the table."""
    long = "--long" in sys.argv
    os.environ.update(SEALED)
    rounds = 15 if long else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = timed(run(folder, sys.executable, "-c", "pass"), rounds)
        print(f"python -c pass {python:.1f} ms; medians of {rounds}")
        small = project(folder / "small", 50)
        verbs(small, "50 files", python, rounds)
        big_files = 20_000 if long else 2_000
        big = project(folder / "big", big_files)
        verbs(big, f"{big_files} files", python, rounds)
        snapshots(big, big_files, rounds)
        fill(small, 10_000, 2)
        verbs(small, "10000 experiments", python, rounds)
        library(small, 10_000, rounds)
        rebuild(project(folder / "events", 10), 100_000 if long else 10_000)


if __name__ == "__main__":
    main()
