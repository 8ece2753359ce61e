"""Measure what recording costs where trials run: ``%keep``, the look at each cell, ``git exp run``.

    python -m tests.bench.bench_capture [--long]

Milliseconds are those of the processor, so that a busy machine changes little. What is measured and
the bare thing beside it take turns.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitexp.notebook.extension import NotebookRecorder
from gitexp.record.record import Record
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository
from tests.bench.measure import print_row, run_git, seal

if TYPE_CHECKING:
    from collections.abc import Callable

CELLS = 300
CELL = "layer_{n} = Dense({n}, activation='relu')\nx = layer_{n}(x)\nacc_{n} = {n} / 1000\n"
LOG_CALLS = 10_000


def main() -> None:
    """Print the table."""
    rounds = 15 if "--long" in sys.argv else 7
    seal()
    with tempfile.TemporaryDirectory() as name:
        top = make_project(Path(name) / "project")
        os.chdir(top)
        measure_keep(top, rounds)
        measure_cells(rounds)
        measure_run(top, rounds)
        measure_import(rounds)
        measure_log(top)
        os.chdir("/")


def make_project(top: Path) -> Path:
    """Make a repository that records, with one small script."""
    top.mkdir()
    run_git(top, "init", "-q")
    (top / "model.py").touch()
    (top / "train.py").write_text("print('acc 0.5')\n")
    run_git(top, "add", ".")
    run_git(top, "commit", "-q", "-m", "x")
    begin_record(Record(Repository.discover(top)))
    return top


def make_shell(cells: int) -> Any:
    """Return a shell of IPython in which cells were executed, and the recorder that is loaded in it."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
    for number in range(cells):
        shell.history_manager.input_hist_raw.append(CELL.format(n=number))
    return shell


def measure_keep(top: Path, rounds: int) -> None:
    """Time ``%keep`` in a session of 300 cells, against ``git commit -a`` of as much text."""
    shell = make_shell(CELLS)
    recorder = NotebookRecorder(shell)
    recorder.register()
    text = "\n".join(CELL.format(n=number) for number in range(CELLS))

    def commit(turn: int) -> None:
        (top / "model.py").write_text(f"{text}\nturn = {turn}\n")
        run_git(top, "commit", "-q", "-a", "-m", "x")

    def keep(turn: int) -> None:
        shell.history_manager.input_hist_raw.append(f"acc = 0.{turn}")
        shell.user_ns["acc"] = float(f"0.{turn}")
        with redirect_stdout(io.StringIO()):
            recorder.keep(f"trial_{turn}")

    bare, spent = time_in_turns(commit, keep, rounds)
    print_row(f"%keep of {CELLS} cells", spent, "git commit -a", bare, "150 ms")


def measure_cells(rounds: int) -> None:
    """Time a cell with the automatic mode on, against the same cell in a bare shell."""
    bare_shell, shell = make_shell(0), make_shell(CELLS)
    recorder = NotebookRecorder(shell)
    recorder.register()
    with redirect_stdout(io.StringIO()):
        recorder.exp("auto")

    def run(one_shell: Any, turn: int) -> None:
        for number in range(20):
            one_shell.run_cell(f"x_{number} = {turn}", store_history=True)

    bare, spent = time_in_turns(partial(run, bare_shell), partial(run, shell), rounds)
    print_row("a cell, automatic mode on", spent / 20, "the bare cell", bare / 20, "+ 2 ms")


def measure_run(top: Path, rounds: int) -> None:
    """Time ``git exp run``, against a bare interpreter and the same command."""
    script = [sys.executable, "train.py"]

    def run_bare(_: int) -> None:
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        subprocess.run(script, check=True, cwd=top, stdout=subprocess.DEVNULL)

    def run_recorded(_: int) -> None:
        command = [sys.executable, "-m", "gitexp", "run", "--", *script]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=top, **quiet)  # type: ignore[call-overload]

    bare, spent = time_in_turns(run_bare, run_recorded, rounds)
    budget = f"interpreter + command + 50 ms; is + {spent - bare:.0f}"
    print_row("git exp run", spent, "python, then the command", bare, budget)


def measure_import(rounds: int) -> None:
    """Time ``import gitexp`` in a new interpreter, against ``pass``."""

    def run(code: str, _: int) -> None:
        subprocess.run([sys.executable, "-c", code], check=True)

    bare, spent = time_in_turns(partial(run, "pass"), partial(run, "import gitexp"), rounds)
    print_row("import gitexp", spent, "python -c pass", bare, f"+ 30 ms; is + {spent - bare:.1f}")


def measure_log(top: Path) -> None:
    """Time a call of ``gitexp.log``, against one of a function that does nothing."""
    code = (
        "import gitexp, time\ndef nothing(**values): pass\n"
        "gitexp.log(loss=1, acc=0)\n"
        "def spend(work):\n"
        "    start = time.perf_counter()\n"
        f"    for step in range({LOG_CALLS}): work(loss=1 / (step + 1), acc=0.9, step=step)\n"
        f"    return (time.perf_counter() - start) * 1_000_000 / {LOG_CALLS}\n"
        "print(spend(nothing), spend(gitexp.log))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=top, check=True, capture_output=True, text=True
    )
    bare, spent = map(float, done.stdout.split())
    print_row("1,000 calls of gitexp.log", spent, "an empty function's", bare, "none")


def spend_time(work: Callable[[], None]) -> float:
    """Return the milliseconds of processor time that some work took, here and in its processes."""
    before = _read_processor_time()
    work()
    return (_read_processor_time() - before) * 1000


def _read_processor_time() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def time_in_turns(
    bare: Callable[[int], None], work: Callable[[int], None], rounds: int
) -> tuple[float, float]:
    """Return the median milliseconds of both, after a round that fills the caches."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for spent, step in zip(times, (bare, work), strict=True):
            milliseconds = spend_time(partial(step, turn))
            if turn:
                spent.append(milliseconds)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()
