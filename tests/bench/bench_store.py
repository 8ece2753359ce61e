"""Measure reading objects through git's own process and through libgit2, and appends.

    python -m tests.bench.bench_store [ROUNDS]

Figures are milliseconds of the processor, with those of the git processes. libgit2 is loaded in a
process of its own each time: loading it is what few objects do not pay.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.store.branch import RecordBranch
from gitexp.store.database import Database
from gitexp.store.repository import Repository
from tests.bench.measure import run_git, seal

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = 10_000
COUNTS = (1, 1_000, EVENTS)
READ = """
import sys
from gitexp.store import object_processes
from gitexp.store.database import Database
from gitexp.store.branch import RecordBranch
from gitexp.store.repository import Repository
object_processes._MANY_READS = int(sys.argv[1])
database = Database(Repository.discover("."))
tree = database.read_tree_id(database.read_ref("refs/heads/gitexp"))
files = database.list_new_files(None, tree, "log")
for _, file in zip(range(int(sys.argv[2])), files, strict=False):
    database.read_blob(file.blob)
database.close()
"""
NEVER = 1 << 30


def main() -> None:
    """Print a line for each number of objects that are read, and one for appends."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seal()
    with tempfile.TemporaryDirectory() as name:
        branch = make_branch(Path(name) / "read")
        print(f"{'objects read':24}{'git':>9}{'libgit2':>9}{'ratio':>8}   (medians of {rounds})")
        for count in COUNTS:
            git, libgit2 = compare_reading(Path(name) / "read", count, rounds)
            print(f"{count:24,}{git:9.1f}{libgit2:9.1f}{libgit2 / git:8.2f}")
        spent = [measure(partial(append, branch, number)) for number in range(rounds)]
        print(f"{'an append of two files':24}{statistics.median(spent):9.1f}")


def compare_reading(top: Path, count: int, rounds: int) -> tuple[float, float]:
    """Return the medians of reading so many objects through git and through libgit2."""
    spent: dict[int, list[float]] = {NEVER: [], 1: []}
    for _ in range(rounds):
        for many_reads, times in spent.items():
            words = (str(many_reads), str(count))
            times.append(measure(partial(read, top, *words)))
    return statistics.median(spent[NEVER]), statistics.median(spent[1])


def measure(run: Callable[[], object]) -> float:
    """Return the milliseconds of the processor that a call takes, with its finished children."""
    start = read_processor_time()
    run()
    return (read_processor_time() - start) * 1000


def read_processor_time() -> float:
    """Return the seconds that this process and its finished children had of the processor."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def make_branch(top: Path) -> RecordBranch:
    """Return a record branch with many files in the new repository ``top``."""
    run_git(top.parent, "init", "-q", str(top))
    database = Database(Repository.discover(top))
    branch = RecordBranch(Repository.discover(top), database)
    branch.create()
    names = (f"log/2019-06/{number % 30:02}/{number}.md" for number in range(EVENTS))
    branch.append({name: name.encode() for name in names}, "many")
    return branch


def read(top: Path, *words: str) -> None:
    """Read objects in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", READ, *words], cwd=top, env=env, check=True)


def append(branch: RecordBranch, number: int) -> None:
    """Append two files, as a note on a trial does."""
    day = "log/2020-01/01"
    branch.append({f"{day}/{number}-note.md": b"text", f"{day}/{number}-metric.md": b"1"}, "note")


if __name__ == "__main__":
    main()
