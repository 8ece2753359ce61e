"""Measure what recording costs.

    python -m tests.bench.bench_record [--long]

Each figure is a median, and a ratio to plain git or the bare interpreter in the same run, so that
tables of different machines can be compared.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from gitexp.record.record import Record
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository
from gitexp.store.snapshots import take_snapshot
from tests.bench.measure import print_row, run_exp, run_git, seal, time_median, time_once

BATCH = 2000
TRIALS_A_DAY = 20


def make_project(top: Path, files: int) -> Path:
    """Make a repository of so many files, and begin recording."""
    for number in range(files):
        path = top / f"d{number // 200}" / f"f{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"value = {number}\n")
    run_git(top, "init", "-q")
    run_git(top, "config", "gc.auto", "0")
    run_git(top, "add", "-A")
    run_git(top, "commit", "-q", "-m", "first")
    run_git(top, "gc", "-q")
    begin_record(Record(Repository.discover(top)))
    return top


def record_trials(top: Path, experiments: int, events_each: int) -> None:
    """Record so many experiments through the library, twenty a day, as in a diary of years."""
    record = Record(Repository.discover(top))
    began = datetime(2019, 1, 1, tzinfo=UTC)
    for first in range(0, experiments, BATCH):
        drafts = []
        for number in range(first, min(first + BATCH, experiments)):
            name = (f"trial_{number}",)
            parent = f"trial_{number - 1}" if number else ""
            at = began + timedelta(days=number // TRIALS_A_DAY, minutes=number % TRIALS_A_DAY)
            drafts.append(record.draft_event("new", name, at=at, parent=parent))
            for turn in range(events_each - 1):
                metric = record.draft_event(
                    "metric", name, at=at, name=f"m{turn}", value=str(number)
                )
                drafts.append(metric)
        record.append_events(drafts)


def time_commit(top: Path, rounds: int) -> float:
    """Return the milliseconds of an empty ``git commit``."""
    return time_median(partial(run_git, top, "commit", "-q", "--allow-empty", "-m", "x"), rounds)


def measure_verbs(top: Path, label: str, python: float, rounds: int) -> None:
    """Time note and new as whole processes, against git commit in the same repository."""
    commit = time_commit(top, rounds)
    run_exp(top, "list")
    for what, words in (("note -m", ("note", "-m", "acc 0.5")), ("new", ("new",))):
        spent = time_median(partial(run_exp, top, *words), rounds)
        budget = f"python -c pass + 150 ms; is + {spent - python:.0f}"
        print_row(f"git exp {what}, {label}", spent, "git commit", commit, budget)


def measure_library(top: Path, experiments: int, rounds: int) -> None:
    """Time list and append without the cost of a process."""
    commit = time_commit(top, rounds)
    warm = Record(Repository.discover(top))

    def read_list() -> object:
        return Record(Repository.discover(top)).read_experiments()

    def append_note() -> object:
        return warm.append_events([warm.draft_event("note", ("trial_1",), text="x")])

    spent = time_median(read_list, rounds)
    print_row(f"list of {experiments} experiments, library", spent, "git commit", commit, "100 ms")
    spent = time_median(append_note, rounds * 2)
    print_row(f"append at {experiments} experiments, library", spent, "git commit", commit, "15 ms")


def measure_rebuild(top: Path, events: int) -> None:
    """Time the index made anew, against git listing the same files."""
    record_trials(top, events // 10, 10)
    for path in (top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    plain = time_median(partial(run_git, top, "ls-tree", "-r", "gitexp"), 3)
    spent = time_once(lambda: Record(Repository.discover(top)).read_experiments())
    budget = f"{events * 0.06:.0f} ms"
    print_row(f"rebuild of {events} events", spent, "git ls-tree -r", plain, budget)


def measure_snapshots(top: Path, files: int, rounds: int) -> None:
    """Time a snapshot of a dirty tree, against git stash create on the same."""
    (top / "d0/f0.py").write_text("changed\n")
    (top / "new.py").write_text("new\n")
    record = Record(Repository.discover(top))
    stash = time_median(partial(run_git, top, "stash", "create"), rounds)
    take = partial(take_snapshot, record.repository, record.database, "bench\n")
    print_row(
        f"snapshot of {files} files", time_median(take, rounds), "git stash create", stash, "1.5 x"
    )


def main() -> None:
    """Print the table."""
    long = "--long" in sys.argv
    seal()
    rounds = 15 if long else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = partial(subprocess.run, [sys.executable, "-c", "pass"], check=True)
        python = time_median(bare, rounds)
        print(f"python -c pass {python:.1f} ms; medians of {rounds}")
        small = make_project(folder / "small", 50)
        measure_verbs(small, "50 files", python, rounds)
        big_files = 20_000 if long else 2_000
        big = make_project(folder / "big", big_files)
        measure_verbs(big, f"{big_files} files", python, rounds)
        measure_snapshots(big, big_files, rounds)
        record_trials(small, 10_000, 2)
        measure_verbs(small, "10000 experiments", python, rounds)
        measure_library(small, 10_000, rounds)
        measure_rebuild(make_project(folder / "events", 10), 100_000 if long else 10_000)


if __name__ == "__main__":
    main()
