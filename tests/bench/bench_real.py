"""How well code is followed through real histories: precision, recall and F1 of the commits told.

    python -m tests.bench.bench_real [-v] CLONE...

The cases are in ``tests/follow/real.json``, each named by ids alone: the root commit and the start commit, the blob and its lines that
are followed, the commits that changed them (``true``), and those about which two people could differ (``either``, not counted). Of those
marked ``blind`` the truth was established by somebody who had not seen what we tell; they stand in a row of their own. Of each
clone those cases are told whose start it has; a notebook's lines count in its code cells put together. -v: each case.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, Rule
from gitexp.store.repository import Repository

CASES = Path(__file__).parents[1] / "follow" / "real.json"
Case = dict[str, Any]


def git(clone: Path, *words: str) -> str:
    """Output of git; empty where it fails."""
    return subprocess.run(
        ["git", "-C", str(clone), *words], capture_output=True, text=True, check=False
    ).stdout


def told(clone: Path, case: Case) -> set[str]:
    """Commits (12 digits) that we say changed the code of a case."""
    start = git(clone, "rev-parse", case["start"]).strip()
    listed = git(clone, "ls-tree", "-r", "-z", start).split("\0")
    path = next(line.partition("\t")[2] for line in listed if f" blob {case['blob']}" in line)
    choice = CodeFilter("", (Rule("lines", path, "", *case["lines"]),), start)
    with Follower(Repository.discover(clone)) as follower:
        return {step.commit[:12] for step in follower.walk_history(choice, start)}


def score(count: Counter[str]) -> str:
    """Precision, recall and F1 of right, wrong and missed commits."""
    right, wrong, missed = count["right"], count["wrong"], count["missed"]
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    both = 2 * right / max(1, 2 * right + wrong + missed)
    return f"{precision:.3f}  {recall:.3f}  {both:.3f}  {right:4} right {wrong:3} wrong {missed:3} missed"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    cases: list[Case] = json.loads(CASES.read_text())
    groups: dict[str, Counter[str]] = {}
    for clone in options.clones:
        for case in cases:
            if not git(clone, "cat-file", "-t", case["start"]):
                continue
            found, true = told(clone, case), set(case["true"])
            wrong, missed = found - true - set(case["either"]), true - found
            count = Counter(
                right=len(found & true),
                wrong=len(wrong),
                missed=len(missed),
                cases=1,
                perfect=not wrong and not missed,
            )
            groups.setdefault(
                case["group"] + (", blind" if case.get("blind") else ""), Counter()
            ).update(count)
            if options.verbose or wrong or missed:
                place = f"{case['start']} {case['blob']}:{case['lines'][0]}-{case['lines'][1]}"
                print(
                    f"{case['group']:11} {case['what']:15} {place}  {score(count)} {sorted(wrong)} {sorted(missed)}"
                )
    print(f"\n{'':17} cases  perfect  precision recall F1")
    for name, count in [*sorted(groups.items()), ("in all", sum(groups.values(), Counter()))]:
        print(f"{name:17} {count['cases']:5}  {count['perfect']:7}  {score(count)}")


if __name__ == "__main__":
    main()
