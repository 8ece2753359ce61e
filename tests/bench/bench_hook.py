"""Measure what the hooks add to a ``git commit``.

    python -m tests.bench.bench_hook [ROUNDS]

Commits with and without hooks take turns in two equal repositories, so that a busy machine slows
both alike.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from gitexp.store import hooks
from gitexp.store.repository import Repository
from tests.bench.measure import run_git, seal, time_once

TARGET_MS = 10.0
COMMITS = {
    "commit": ["commit", "-q", "--allow-empty", "-m", "x"],
    "amend": ["commit", "-q", "--allow-empty", "--amend", "-m", "y"],
}
FIRST_ROUNDS = 3
"""Rounds that only fill the caches."""


def main() -> None:
    """Print one line a kind of commit: medians, ratio and what the hooks add."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seal()
    with tempfile.TemporaryDirectory() as name:
        tops = {"plain": Path(name) / "plain", "hooks": Path(name) / "hooks"}
        for top in tops.values():
            run_git(Path(name), "init", "-q", str(top))
            run_git(top, *COMMITS["commit"])
        hooks.install_hooks(Repository.discover(tops["hooks"]))
        heads = (
            f"{'':8}{'plain ms':>10}{'hooks ms':>10}{'ratio':>8}{'added ms':>10}{'best added':>12}"
        )
        print(f"{heads}   (medians of {rounds})")
        for kind, command in COMMITS.items():
            times = time_in_turns(tops, command, rounds)
            print_kind(kind, times["plain"], times["hooks"])


def time_in_turns(tops: dict[str, Path], command: list[str], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of a git command in each repository; who goes first alternates."""
    times: dict[str, list[float]] = {name: [] for name in tops}
    for number in range(rounds + FIRST_ROUNDS):
        for name in sorted(tops, reverse=number % 2 == 0):
            spent = time_once(partial(run_git, tops[name], *command))
            if number >= FIRST_ROUNDS:
                times[name].append(spent)
    return times


def print_kind(kind: str, plain_times: list[float], hook_times: list[float]) -> None:
    plain, hooked = statistics.median(plain_times), statistics.median(hook_times)
    pairs = zip(plain_times, hook_times, strict=True)
    added = statistics.median(after - before for before, after in pairs)
    best = min(hook_times) - min(plain_times)
    verdict = "ok" if added <= TARGET_MS else f"over {TARGET_MS:g} ms"
    figures = f"{plain:10.2f}{hooked:10.2f}{hooked / plain:8.2f}{added:10.2f}{best:12.2f}"
    print(f"{kind:8}{figures}   {verdict}")


if __name__ == "__main__":
    main()
