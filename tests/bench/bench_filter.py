"""A filter over many experiments, each with a snapshot of its own: cold, asked again, and as a process of its own.

    python -m tests.bench.bench_filter [--experiments N]

The notebook has 60 functions in 60 cells and a module beside it; each experiment changes a line or two. One filter names a function,
the other everything that a function needs (reach).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gitexp.follow.follower import Follower
from gitexp.history.log import walk_experiment_steps
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.record.record import Record
from gitexp.record.write.begin import begin_experiment
from gitexp.record.write.filters import save_filter
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository

ROOT = Path(__file__).parents[2]
FILTERS = {"function": "train.ipynb::f7", "reach": "train.ipynb@model"}


def generate(top: Path, experiments: int) -> Record:
    """A repository with so many experiments, and the filters saved."""
    chance = random.Random(5)
    subprocess.run(["git", "init", "-q", "-b", "main", str(top)], check=True)
    for name in ("name", "email"):
        subprocess.run(
            ["git", "config", f"user.{name}", "bench@example.invalid"], cwd=top, check=True
        )
    cells = [[f"def f{n}(x):", *_body(chance, n), "    return x"] for n in range(60)]
    layers = [
        line
        for n in range(20)
        for line in (f"def layer{n}(x):", f"    x = x * {n}", "    return x", "", "")
    ]
    _write(top, cells, layers)
    subprocess.run(["git", "add", "-A"], cwd=top, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "first"], cwd=top, check=True)
    record = Record(Repository.discover(top))
    begin_record(record)
    head = record.repository.commit_id("HEAD") or ""
    for name, rule in FILTERS.items():
        save_filter(record, CodeFilter(name, (parse_rule(rule),), head))
    for number in range(experiments):
        for _ in range(chance.choice((1, 2))):
            cell = chance.choice(cells)
            cell[chance.randrange(1, len(cell) - 1)] = (
                f"    x = layers.layer{chance.randrange(20)}(x) + {number}"
            )
        _write(top, cells, layers)
        begin_experiment(record, f"trial{number}")
    return record


def _body(chance: random.Random, number: int) -> list[str]:
    calls = [f"    x = f{chance.randrange(number)}(x)"] if number else []
    return calls + [
        f"    x = layers.layer{chance.randrange(20)}(x)" for _ in range(chance.randrange(3, 9))
    ]


def _write(top: Path, cells: list[list[str]], layers: list[str]) -> None:
    texts = [
        "import layers",
        *("\n".join(cell) for cell in cells),
        "def model(x):\n    return f59(f31(f17(x)))",
        "model(1)",
    ]
    book = {
        "cells": [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
            for n, text in enumerate(texts)
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (top / "train.ipynb").write_text(json.dumps(book, indent=1), encoding="utf-8")
    (top / "layers.py").write_text("\n".join(layers), encoding="utf-8")


def timed(record: Record, follower: Follower, choice: CodeFilter) -> tuple[float, int]:
    begin = time.perf_counter()
    count = sum(1 for _ in walk_experiment_steps(record, follower, choice))
    return time.perf_counter() - begin, count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--experiments", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record = generate(Path(folder) / "project", options.experiments)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
        for name, rule in FILTERS.items():
            choice = CodeFilter(
                name, (parse_rule(rule),), record.repository.commit_id("HEAD") or ""
            )
            with Follower(record.repository) as follower:
                cold, steps = timed(record, follower, choice)
                again = min(timed(record, follower, choice)[0] for _ in range(3))
            begun = time.perf_counter()
            command = [
                sys.executable,
                "-m",
                "gitexp",
                "log",
                "--experiments",
                "-f",
                name,
                "--commits",
            ]
            subprocess.run(
                command,
                cwd=record.repository.worktree,
                env=env,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            process = time.perf_counter() - begun
            counts = f"{steps:>5} of {options.experiments} changed it"
            print(
                f"{rule:<24}{counts}   cold {cold:6.3f} s   again {again:6.3f} s   process {process:6.3f} s"
            )


if __name__ == "__main__":
    main()
