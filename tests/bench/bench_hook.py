"""What the hooks add to a ``git commit``: run as ``python tests/bench/bench_hook.py [ROUNDS]``.

Commits with and without hooks take turns in two equal repositories, so that a busy machine slows both alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gitexp.store import hooks  # noqa: E402 - a script finds its own checkout first
from gitexp.store.repository import Repository  # noqa: E402

TARGET_MS = 10.0
KINDS = {
    "commit": ["commit", "-q", "--allow-empty", "-m", "x"],
    "amend": ["commit", "-q", "--allow-empty", "--amend", "-m", "y"],
}
SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Bench",
    "GIT_AUTHOR_EMAIL": "bench@example.invalid",
    "GIT_COMMITTER_NAME": "Bench",
    "GIT_COMMITTER_EMAIL": "bench@example.invalid",
}


def git(top: Path, *args: str) -> float:
    """Run git and return its milliseconds."""
    start = time.perf_counter()
    subprocess.run(["git", *args], cwd=top, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print one line a kind of commit: medians, ratio and what the hooks add."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    os.environ.update(SEALED)
    with tempfile.TemporaryDirectory() as name:
        tops = {"plain": Path(name) / "plain", "hooks": Path(name) / "hooks"}
        for top in tops.values():
            git(Path(name), "init", "-q", str(top))
            git(top, *KINDS["commit"])
        hooks.install_hooks(Repository.discover(tops["hooks"]))
        print(
            f"{'':8}{'plain ms':>10}{'hooks ms':>10}{'ratio':>8}{'added ms':>10}{'best added':>12}   (medians of {rounds})"
        )
        for kind, args in KINDS.items():
            times: dict[str, list[float]] = {key: [] for key in tops}
            for number in range(rounds + 3):
                for key in sorted(tops, reverse=number % 2 == 0):  # who goes first alternates
                    spent = git(tops[key], *args)
                    if number >= 3:  # the first ones fill the caches
                        times[key].append(spent)
            plain, hooked = (statistics.median(times[key]) for key in ("plain", "hooks"))
            added = statistics.median(
                after - before for before, after in zip(times["plain"], times["hooks"], strict=True)
            )
            best = min(times["hooks"]) - min(times["plain"])
            verdict = "ok" if added <= TARGET_MS else f"over {TARGET_MS:g} ms"
            print(
                f"{kind:8}{plain:10.2f}{hooked:10.2f}{hooked / plain:8.2f}{added:10.2f}{best:12.2f}   {verdict}"
            )


if __name__ == "__main__":
    main()
