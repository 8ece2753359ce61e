"""Measure the table of settings over many experiments, as the work of the processor.

    python -m tests.bench.bench_table [--experiments N]

Cold: nothing is remembered of any version. Warm: all settings are. Each is a process of its own,
beside the bare interpreter and ``git log`` in the same repository. What counts is the time that the
process and those that it starts keep the processor busy: other work on the machine hardly changes it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.store.settings_cache import discard_settings_cache
from tests.bench.bench_filter import RULES, make_project
from tests.bench.measure import print_row, seal

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUNDS = 5
_COLD_BUDGET = 1000
_WARM_BUDGET = 50


def measure_work(top: Path, command: Sequence[str]) -> float:
    """Return the milliseconds of processor time that a command took in user mode."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, cwd=top, check=True, stdout=subprocess.DEVNULL)
    return (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before) * 1000


def measure_least(top: Path, command: Sequence[str]) -> float:
    """Return the least work of some rounds."""
    return min(measure_work(top, command) for _ in range(_ROUNDS))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--experiments", type=int, default=600)
    options = parser.parse_args()
    seal()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder) / "project"
        record = make_project(top, options.experiments)
        exp = [sys.executable, "-m", "gitexp"]
        bare = measure_least(top, [sys.executable, "-c", "pass"])
        print_row("bare interpreter", bare, "bare interpreter", bare)
        print_row("git log", measure_least(top, ["git", "log"]), "bare interpreter", bare)
        listing = measure_least(top, [*exp, "list"])
        print_row("git exp list", listing, "bare interpreter", bare)
        for name, rule in RULES.items():
            command = [*exp, "table", "-f", name]
            discard_settings_cache(record.repository.state_dir)
            cold = measure_work(top, command)
            print_row(f"table of {rule}, cold", cold, "git exp list", listing, str(_COLD_BUDGET))
            warm = measure_least(top, command) - listing
            what = f"table of {rule}, warm, beyond git exp list"
            print_row(what, warm, "git exp list", listing, str(_WARM_BUDGET))
        record.close()


if __name__ == "__main__":
    main()
