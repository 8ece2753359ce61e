"""Measure how well code is followed through real histories: precision, recall and F1.

    python -m tests.bench.bench_real [-v] CLONE...
    python -m tests.bench.bench_real --sweep NAME VALUE... CLONE...
    python -m tests.bench.bench_real --list

The cases are in ``tests/follow/real.json``, by ids alone: the root commit of a repository and
the commit from which code is followed, the blob and its lines, the commits that changed them
(``true``), and those about which two people could differ (``either``, not counted). The lines of
a notebook count in its code cells put together. Of the cases marked ``blind`` the truth was found
by somebody who had not seen what we report; they stand in a row of their own.

Of each clone those cases are measured whose first commit it has. Which repositories they come
from is in ``tests/follow/real_repositories.tsv``; ``--list`` prints it with the number of cases.
``-v`` prints each case, else only those where we are wrong.

``--sweep`` measures the cases once for each value of a threshold of
``gitexp/excerpt/locate/thresholds.py``, today's value first, and prints a line a value.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.locate import thresholds
from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, Rule
from gitexp.store.repository import Repository
from tests.follow.accuracy import Accuracy, compare_commits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = Path(__file__).parents[1] / "follow"
SHORT = 12
"""Digits of the ids in the data."""
Case = dict[str, Any]


@dataclass
class Group:
    """The cases of one row of the table."""

    cases: int = 0
    perfect: int = 0
    accuracy: Accuracy = field(default_factory=Accuracy)

    def add(self, accuracy: Accuracy) -> None:
        self.cases += 1
        self.perfect += accuracy.is_perfect
        self.accuracy += accuracy


def read_cases() -> list[Case]:
    return list(json.loads((FOLDER / "real.json").read_text(encoding="utf-8")))


def read_names() -> dict[str, list[str]]:
    """Return the repositories (owner/name) by their root commit; forks share one."""
    names: dict[str, list[str]] = {}
    table = (FOLDER / "real_repositories.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        root, name = line.split("\t")
        names.setdefault(root, []).append(name)
    return names


def try_git(clone: Path, *words: str) -> str:
    """Return what git prints; "" where it fails."""
    command = ["git", "-C", str(clone), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def follow(clone: Path, case: Case) -> set[str]:
    """Return the commits that we say changed the code of a case."""
    start = try_git(clone, "rev-parse", case["start"]).strip()
    entries = try_git(clone, "ls-tree", "-r", "-z", start).split("\0")
    entry = next(entry for entry in entries if f" blob {case['blob']}" in entry)
    path = entry.partition("\t")[2]
    code_filter = CodeFilter("", (Rule("lines", path, "", *case["lines"]),), start)
    with Follower(Repository.discover(clone)) as follower:
        return {step.commit[:SHORT] for step in follower.walk_history(code_filter, start)}


def find_cases(clones: Sequence[Path]) -> list[tuple[Path, Case]]:
    """Return the cases that the clones have, each with its clone."""
    cases = read_cases()
    found = []
    for clone in clones:
        for case in cases:
            if try_git(clone, "cat-file", "-t", case["start"]):
                found.append((clone, case))
    return found


def measure_case(clone: Path, case: Case) -> tuple[Accuracy, set[str]]:
    """Return the accuracy of a case, and the commits that we report."""
    reported = follow(clone, case)
    return compare_commits(reported, set(case["true"]), set(case["either"])), reported


def measure(clones: Sequence[Path], *, verbose: bool) -> dict[str, Group]:
    """Return the groups of cases that the clones have, by name."""
    names = read_names()
    groups: dict[str, Group] = {}
    for clone, case in find_cases(clones):
        accuracy, reported = measure_case(clone, case)
        true = set(case["true"])
        name = case["group"] + (", blind" if case.get("blind") else "")
        groups.setdefault(name, Group()).add(accuracy)
        if verbose or not accuracy.is_perfect:
            first, last = case["lines"]
            repository = names.get(case["root"], [clone.name])[0]
            print(f"{repository} {case['start']} {case['blob']}:{first}-{last} {case['what']}")
            too_many = sorted(reported - true - set(case["either"]))
            print(f"    {accuracy}  too many {too_many}  too few {sorted(true - reported)}")
    return groups


@contextmanager
def set_threshold(name: str, value: float) -> Iterator[None]:
    """Set a threshold of the table for a while."""
    before = getattr(thresholds, name)
    setattr(thresholds, name, value)
    try:
        yield
    finally:
        setattr(thresholds, name, before)


def sweep(name: str, values: Sequence[float], cases: Sequence[tuple[Path, Case]]) -> None:
    """Print the accuracy over all cases for each value of a threshold."""
    for value in values:
        total = Accuracy()
        with set_threshold(name, value):
            for clone, case in cases:
                total += measure_case(clone, case)[0]
        print(f"{name} {value:<8}  {total}")


def find_threshold(name: str) -> float:
    """Return today's value of a threshold. Raises SystemExit when the table has none."""
    names = [known for known in vars(thresholds) if known.isupper()]
    if name not in names:
        raise SystemExit(f"there is no threshold '{name}': choose of {', '.join(names)}")
    value: float = getattr(thresholds, name)
    return value


def split_sweep(words: Sequence[str]) -> tuple[list[float], list[Path]]:
    """Return the values and the clones of ``VALUE... CLONE...``: a clone is no number."""
    values: list[float] = []
    clones: list[Path] = []
    for word in words:
        if word.replace(".", "", 1).isdigit():
            values.append(float(word) if "." in word else int(word))
        else:
            clones.append(Path(word))
    return values, clones


def print_groups(groups: dict[str, Group]) -> None:
    total = Group()
    for group in groups.values():
        total.cases += group.cases
        total.perfect += group.perfect
        total.accuracy += group.accuracy
    print(f"\n{'':17} cases  perfect  precision recall F1")
    for name, group in [*sorted(groups.items()), ("in all", total)]:
        print(f"{name:17} {group.cases:5}  {group.perfect:7}  {group.accuracy}")


def print_repositories() -> None:
    """Print each repository with the number of its cases; those of unknown name by their root."""
    names = read_names()
    for root, count in Counter(case["root"] for case in read_cases()).most_common():
        print(f"{count:4}  {' or '.join(names.get(root, [root]))}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", nargs="*", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--sweep", nargs="+", metavar="WORD", help="NAME VALUE... CLONE...")
    options = parser.parse_args()
    if options.sweep:
        name, *words = options.sweep
        values, clones = split_sweep(words)
        cases = find_cases([*clones, *options.clones])
        sweep(name, [find_threshold(name), *values], cases)
    elif options.list or not options.clones:
        print_repositories()
    else:
        print_groups(measure(options.clones, verbose=options.verbose))


if __name__ == "__main__":
    main()
