"""Measure appends through libgit2 and through git's own commands.

    python -m tests.bench.bench_store [ROUNDS]

Both take turns in repositories of their own. Figures are milliseconds of the processor, with those
of the git processes that end: the two that stay open in an open record are not among them.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.store.branch import RecordBranch
from gitexp.store.git_database import GitDatabase
from gitexp.store.libgit2_database import Libgit2Database
from gitexp.store.repository import Repository
from tests.bench.measure import run_git, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.store.database import Database

STORES: dict[str, type[Libgit2Database | GitDatabase]] = {
    "libgit2": Libgit2Database,
    "git": GitDatabase,
}
# One process that records with the store of the first word, as `git exp` with the words behind.
PROCESS = """
import sys
from gitexp.store import open_database
if sys.argv.pop(1) == "git":
    from gitexp.store.git_database import GitDatabase
    open_database.open_database = GitDatabase
import gitexp.__main__
"""


def main() -> None:
    """Print a line for each kind of append: the medians of both stores and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seal()
    print(f"{'':36}{'libgit2':>9}{'git':>9}{'ratio':>8}   (medians of {rounds})")
    with tempfile.TemporaryDirectory() as name:
        for size in (0, 10_000):
            branches = {
                store: make_branch(Path(name) / f"{store}-{size}", STORES[store], size)
                for store in STORES
            }
            time_in_turns(
                f"append in an open record, {size} events",
                lambda store, number, branches=branches: append(branches[store], number),  # type: ignore[misc]
                rounds,
            )
        tops = {store: make_project(Path(name) / f"{store}-process") for store in STORES}
        time_in_turns(
            "git exp note",
            lambda store, _: record(tops[store], store, "note", "-m", "text"),
            rounds,
        )
        time_in_turns(
            "git exp new", lambda store, number: begin(tops[store], store, number), rounds
        )


def time_in_turns(what: str, run: Callable[[str, int], object], rounds: int) -> None:
    """Print the medians of what ``run`` costs with each store."""
    times: dict[str, list[float]] = {store: [] for store in STORES}
    for number in range(rounds):
        for store, spent in times.items():
            start = read_processor_time()
            run(store, number)
            spent.append((read_processor_time() - start) * 1000)
    libgit2, git = (statistics.median(spent) for spent in times.values())
    print(f"{what:36}{libgit2:9.1f}{git:9.1f}{git / libgit2:8.2f}")


def read_processor_time() -> float:
    """Return the seconds that this process and its finished children had of the processor."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def make_branch(
    top: Path, database_class: Callable[[Repository], Database], events: int
) -> RecordBranch:
    """Return a record branch with so many files in the new repository ``top``."""
    run_git(top.parent, "init", "-q", str(top))
    repository = Repository.discover(top)
    branch = RecordBranch(repository, database_class(repository))
    branch.create()
    files = {f"log/2019-06/{number % 30:02}/{number}.md": b"text" for number in range(events)}
    if files:
        RecordBranch(repository, Libgit2Database(repository)).append(dict(files), "many")
    return branch


def append(branch: RecordBranch, number: int) -> None:
    """Append two files, as a note on a trial does."""
    day = "log/2020-01/01"
    branch.append({f"{day}/{number}-note.md": b"text", f"{day}/{number}-metric.md": b"1"}, "note")


def make_project(top: Path) -> Path:
    """Return a repository with one file, and recording begun."""
    run_git(top.parent, "init", "-q", str(top))
    top.joinpath("train.py").write_text("LR = 0\n", encoding="utf-8")
    run_git(top, "add", "train.py")
    run_git(top, "commit", "-q", "-m", "first")
    record(top, "libgit2", "init")
    record(top, "libgit2", "new", "tcn", "-m", "text")
    return top


def begin(top: Path, store: str, number: int) -> None:
    """Begin a trial with changed code."""
    top.joinpath("train.py").write_text(f"LR = {number}\n", encoding="utf-8")
    record(top, store, "new", f"t{number}", "-m", "text")


def record(top: Path, store: str, *words: str) -> None:
    """Run a verb of `git exp` with a store."""
    command = [sys.executable, "-c", PROCESS, store, *words]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(command, cwd=top, env=env, check=True, capture_output=True)


if __name__ == "__main__":
    main()
