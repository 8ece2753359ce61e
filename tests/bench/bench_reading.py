"""Measure how short a step is shown: shown lines, changed lines, and the share that is real.

    python -m tests.bench.bench_reading [-v] [--patch] CLONE...
    python -m tests.bench.bench_reading CLONE --rule PATH@ROOT

The cases are in ``tests/bench/reading_cases.tsv``: a repository, the commit from which the code is
followed, and a rule. Of each clone those cases are measured whose commit it has. ``log`` compares
each changed commit with its parent; ``show`` and ``lineage`` compare the versions of the steps in
their order, as if each were an experiment. What is printed around the code is not counted.

A changed line is real if the other version of the whole file does not hold it as often, white
space and comments aside. That is counted by itself, not by what is measured. ``--patch`` measures
the plain diff. ``-v`` prints each step.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import Excerpt
from gitexp.excerpt.delta.read import read_delta
from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.render.code import format_delta
from gitexp.render.terminal import TextStyle
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.delta.reading_delta import ReadingDelta

CASES = Path(__file__).with_name("reading_cases.tsv")
COLUMNS = 80


class Step(NamedTuple):
    """One change as it is shown, in lines."""

    shown: int
    changed: int
    real: int


def try_git(clone: Path, *words: str) -> str:
    """Return what git prints; "" where it fails."""
    command = ["git", "-C", str(clone), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def count_real(reading: ReadingDelta, shown: list[str]) -> int:
    """Count the shown lines that tell a change of the whole files."""
    real: Counter[str] = Counter()
    for old_file, new_file, _ in reading.plain.files:
        old = count_lines(old_file.lines if old_file else ())
        new = count_lines(new_file.lines if new_file else ())
        real += (old - new) + (new - old)
    total = 0
    for line in shown:
        if line.startswith("~"):
            total += 1
        elif line.startswith(("-", "+")) and not line.startswith(("---", "+++")):
            key = make_key(line[1:])
            if key and real[key]:
                total += 1
    return total


def count_lines(lines: tuple[str, ...]) -> Counter[str]:
    keys = (make_key(line) for line in lines)
    return Counter(key for key in keys if key)


def make_key(line: str) -> str:
    """Return a line without white space and comment; "" where nothing is left."""
    return re.sub(r"\s+", "", line.partition("#")[0])


def measure(old: Excerpt | None, new: Excerpt, *, patch: bool) -> Step:
    reading = read_delta(old or Excerpt(()), new)
    shown = format_delta(reading, TextStyle(COLUMNS, patch=patch))
    return Step(len(shown), reading.changed_count, count_real(reading, shown))


def walk(clone: Path, start: str, rule: str) -> Iterator[tuple[str, Excerpt | None, Excerpt]]:
    """Yield commit, excerpt before and excerpt of each step, newest first."""
    code_filter = CodeFilter("", (parse_rule(rule),), start)
    with Follower(Repository.discover(clone)) as follower:
        for step in follower.walk_history(code_filter, start):
            yield step.commit, step.before, step.excerpt


def measure_case(clone: Path, start: str, rule: str, options: argparse.Namespace) -> None:
    steps = list(walk(clone, start, rule))
    ways: dict[str, list[Step]] = {"log": [], "show": [], "lineage": []}
    for commit, before, excerpt in steps:
        step = measure(before, excerpt, patch=options.patch)
        ways["log"].append(step)
        if options.verbose:
            print(f"    {commit[:10]}  {step}")
    for (_, _, newer), (_, _, older) in pairwise(steps):
        step = measure(older, newer, patch=options.patch)
        ways["show"].append(step)
        ways["lineage"].append(step)
    print(f"{clone.parent.name} {rule}: {len(steps)} steps")
    for way, measured in ways.items():
        print_way(way, measured)


def print_way(way: str, steps: list[Step]) -> None:
    if not steps:
        return
    shown = sorted(step.shown for step in steps)
    changed = sorted(step.changed for step in steps)
    share = sum(step.real for step in steps) / max(1, sum(shown))
    print(
        f"    {way:8} shown median {statistics.median(shown):5.1f} p90 {find_p90(shown):4}"
        f"   changed median {statistics.median(changed):5.1f} p90 {find_p90(changed):4}"
        f"   real {share:.0%}"
    )


def find_p90(numbers: list[int]) -> int:
    return numbers[min(len(numbers) - 1, int(len(numbers) * 0.9))]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--rule", help="measure this rule, from HEAD, instead of the cases")
    parser.add_argument("--patch", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    for clone in options.clones:
        if options.rule:
            measure_case(clone, try_git(clone, "rev-parse", "HEAD"), options.rule, options)
            continue
        for line in CASES.read_text(encoding="utf-8").splitlines():
            _, start, rule = line.split("\t")
            if try_git(clone, "cat-file", "-t", start):
                measure_case(clone, start, rule, options)


if __name__ == "__main__":
    main()
