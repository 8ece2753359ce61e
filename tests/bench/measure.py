"""Seal, time and print for all benches, and start the browser and the viewer that some need."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Playwright

AUTHOR, EMAIL = "Bench", "bench@example.invalid"
# An installed package comes with its byte code: a machine that forbids writing it would compile it
# at each start.
SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": AUTHOR,
    "GIT_AUTHOR_EMAIL": EMAIL,
    "GIT_COMMITTER_NAME": AUTHOR,
    "GIT_COMMITTER_EMAIL": EMAIL,
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "",
}


def seal() -> None:
    """Let this process, and all that it starts, see no git configuration of the machine."""
    os.environ.update(SEALED)


def run_git(top: Path, *args: str) -> str:
    """Run git and return what it printed."""
    return subprocess.run(
        ["git", *args], cwd=top, check=True, capture_output=True, text=True
    ).stdout


def run_exp(top: Path, *args: str) -> None:
    """Run ``git exp`` as a process of its own."""
    command = [sys.executable, "-m", "gitexp", *args]
    subprocess.run(command, cwd=top, check=True, stdout=subprocess.DEVNULL)


def time_once(work: Callable[[], object]) -> float:
    """Return the milliseconds that some work took."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def time_median(work: Callable[[], object], rounds: int) -> float:
    """Return the median milliseconds of some rounds, after one that fills the caches."""
    work()
    return statistics.median(time_once(work) for _ in range(rounds))


def find_percentile(values: Sequence[float], share: float = 0.95) -> float:
    """Return the value below which the given share of the values lies."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


def print_row(
    what: str, milliseconds: float, base_name: str, base: float, budget: str = ""
) -> None:
    """Print one row: milliseconds, how many times the base that is, and the budget."""
    ratio = f"{milliseconds / base:7.2f} x {base_name:20}"
    print(f"{what:44}{milliseconds:9.1f} ms {ratio} budget {budget}", flush=True)


@contextmanager
def start_viewer(top: Path) -> Iterator[tuple[str, int]]:
    """Start ``git exp view``; give the address that opens it once, and the process id."""
    command = [sys.executable, "-m", "gitexp", "view", "--no-browser"]
    viewer = subprocess.Popen(command, cwd=top, stdout=subprocess.PIPE, text=True)
    assert viewer.stdout is not None
    try:
        yield viewer.stdout.readline().strip(), viewer.pid
    finally:
        viewer.send_signal(signal.SIGINT)
        viewer.wait()


def launch_browser(play: Playwright) -> Browser:
    """Start the Chromium of the machine."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return play.chromium.launch(executable_path=shutil.which("chromium"), args=sandbox)
