"""Measure what a record of 10,000 experiments costs the user's own git commands.

    python -m tests.bench.bench_users_git [ROUNDS]

The same commands run in turns in two copies of a repository: one without a record, one with the
record, its notes and a snapshot an experiment, all of it pushed to its remote. Figures are
milliseconds of the processor, so that a busy machine does not count.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.record.record import Record
from gitexp.store.refs import KEEP
from gitexp.store.repository import Repository
from tests.bench.bench_record import make_project, record_trials
from tests.bench.bench_store import measure
from tests.bench.measure import run_git, seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXPERIMENTS = 10_000
FILES, COMMITS = 2_000, 1_000
MOST_ADDED = 0.05
FIRST_ROUNDS = 2
"""Rounds that only fill the caches."""

COMMANDS = {
    "status": ("status",),
    "log -100": ("log", "-100"),
    "log, 1,000 commits": ("log",),
    "branch -a": ("branch", "-a"),
    "diff": ("diff", "HEAD"),
    "commit": ("commit", "-q", "--allow-empty", "-m", "x"),
    "fetch": ("fetch", "-q"),
    "push": ("push", "-q", "origin", "main"),
    "log --all": ("log", "--all"),
    "log without the record": ("log", "--exclude=*gitexp*", "--all"),
}


def main() -> None:
    """Print a line a command: medians without and with a record, and what that adds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    seal()
    with tempfile.TemporaryDirectory() as name:
        tops = make_repositories(Path(name))
        print(f"{'':24}{'without':>10}{'with':>10}{'added':>9}   (medians of {rounds})")
        for what, command in COMMANDS.items():
            spent = time_in_turns(tops, command, rounds)
            without, with_record = spent["without"], spent["with"]
            added = with_record / without - 1
            verdict = "" if added <= MOST_ADDED else f"over {MOST_ADDED:.0%}"
            print(f"{what:24}{without:10.2f}{with_record:10.2f}{added:9.1%}   {verdict}")


def make_repositories(folder: Path) -> dict[str, Path]:
    """Make the two repositories, each with a remote that has all of it."""
    without, with_record = folder / "without", folder / "with"
    make_project(without, FILES)
    for number in range(COMMITS):
        run_git(without, "commit", "-q", "--allow-empty", "-m", f"commit {number}")
    shutil.copytree(without, with_record)
    for ref in ("refs/heads/gitexp", "refs/notes/gitexp"):
        run_git(without, "update-ref", "-d", ref)
    shutil.rmtree(without / ".git/gitexp")
    record_trials(with_record, EXPERIMENTS, 3)
    keep_snapshots(with_record, EXPERIMENTS)
    tops = {"without": without, "with": with_record}
    for name, top in tops.items():
        remote = folder / f"{name}.git"
        run_git(folder, "init", "-q", "--bare", str(remote))
        run_git(top, "branch", "-M", "main")
        run_git(top, "remote", "add", "origin", f"file://{remote}")
        run_git(top, "push", "-q", "origin", "refs/heads/*", "refs/notes/*", "refs/gitexp/*")
        run_git(top, "fetch", "-q")
        run_git(top, "gc", "-q")  # as git does by itself, long before so many experiments
    return tops


def keep_snapshots(top: Path, count: int) -> None:
    """Keep so many snapshots, each with another content of one file, as trials do."""
    record = Record(Repository.discover(top))
    ref = KEEP + record.replica
    head = run_git(top, "rev-parse", "HEAD").strip()
    stream = top / ".git" / "stream"
    with stream.open("w", encoding="utf-8") as file:
        file.writelines(format_snapshots(ref, head, count))
    with stream.open("rb") as file:
        command = ["git", "fast-import", "--quiet", "--force"]
        subprocess.run(command, cwd=top, check=True, stdin=file)
    stream.unlink()


def format_snapshots(ref: str, head: str, count: int) -> Iterator[str]:
    """Yield what ``git fast-import`` reads: a snapshot on HEAD, then the link of the keep chain."""
    who = "gitexp <gitexp@invalid> 1560000000 +0000"
    for number in range(count):
        snapshot, link = 2 * number + 1, 2 * number + 2
        text = f"size = {number}\n"
        yield (
            f"commit {ref}-snapshots\nmark :{snapshot}\ncommitter {who}\ndata 9\nsnapshot\n"
            f"from {head}\nM 100644 inline d0/f0.py\ndata {len(text)}\n{text}\n"
        )
        before = f"from :{link - 2}\n" if number else ""
        merge = "merge" if number else "from"
        yield (
            f"commit {ref}\nmark :{link}\ncommitter {who}\ndata 5\nkeep\n"
            f"{before}{merge} :{snapshot}\ndeleteall\n\n"
        )
    yield f"reset {ref}-snapshots\nfrom {'0' * 40}\n\ndone\n"


def time_in_turns(
    tops: Mapping[str, Path], command: tuple[str, ...], rounds: int
) -> dict[str, float]:
    """Return the median of a git command in each repository; who goes first alternates."""
    times: dict[str, list[float]] = {name: [] for name in tops}
    for number in range(rounds + FIRST_ROUNDS):
        for name in sorted(tops, reverse=number % 2 == 0):
            spent = measure(partial(run_git, tops[name], *command))
            if number >= FIRST_ROUNDS:
                times[name].append(spent)
    return {name: statistics.median(spent) for name, spent in times.items()}


if __name__ == "__main__":
    main()
