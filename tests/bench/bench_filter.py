"""Measure a filter over many experiments, each with a snapshot of its own.

    python -m tests.bench.bench_filter [--experiments N]

It is timed cold, asked again, and as a process of its own. The notebook has 60 functions in 60
cells and a module beside it; each experiment changes a line or two. One filter names a function,
the other everything that a function needs (reach).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from functools import partial
from pathlib import Path

from gitexp.follow.follower import Follower
from gitexp.history.log import walk_experiment_steps
from gitexp.model.filter import CodeFilter, parse_rule
from gitexp.record.record import Record
from gitexp.record.write.begin import begin_experiment
from gitexp.record.write.filters import save_filter
from gitexp.record.write.setup import begin_record
from gitexp.store.repository import Repository
from tests.bench.measure import run_exp, run_git, seal, time_once

FUNCTIONS = 60
LAYERS = 20
RULES = {"function": "train.ipynb::f7", "reach": "train.ipynb@model"}


def make_project(top: Path, experiments: int) -> Record:
    """Make a repository with so many experiments, and save the filters."""
    chance = random.Random(5)
    top.mkdir()
    run_git(top, "init", "-q", "-b", "main")
    cells = [
        [f"def f{number}(x):", *make_body(chance, number), "    return x"]
        for number in range(FUNCTIONS)
    ]
    layers = []
    for number in range(LAYERS):
        layers += [f"def layer{number}(x):", f"    x = x * {number}", "    return x", "", ""]
    write_code(top, cells, layers)
    run_git(top, "add", "-A")
    run_git(top, "commit", "-q", "-m", "first")
    record = Record(Repository.discover(top))
    begin_record(record)
    for name, rule in RULES.items():
        save_filter(record, make_filter(record, name, rule))
    for number in range(experiments):
        for _ in range(chance.choice((1, 2))):
            cell = chance.choice(cells)
            line = chance.randrange(1, len(cell) - 1)
            cell[line] = f"    x = layers.layer{chance.randrange(LAYERS)}(x) + {number}"
        write_code(top, cells, layers)
        begin_experiment(record, f"trial{number}")
    return record


def make_filter(record: Record, name: str, rule: str) -> CodeFilter:
    return CodeFilter(name, (parse_rule(rule),), record.repository.find_commit("HEAD") or "")


def make_body(chance: random.Random, number: int) -> list[str]:
    """Return the statements of a function, which calls one of those before it."""
    calls = [f"    x = f{chance.randrange(number)}(x)"] if number else []
    count = chance.randrange(3, 9)
    return calls + [f"    x = layers.layer{chance.randrange(LAYERS)}(x)" for _ in range(count)]


def write_code(top: Path, cells: list[list[str]], layers: list[str]) -> None:
    """Write the notebook and the module."""
    sources = ["import layers", *("\n".join(cell) for cell in cells)]
    sources += ["def model(x):\n    return f59(f31(f17(x)))", "model(1)"]
    book = {
        "cells": [make_cell(number, source) for number, source in enumerate(sources)],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (top / "train.ipynb").write_text(json.dumps(book, indent=1), encoding="utf-8")
    (top / "layers.py").write_text("\n".join(layers), encoding="utf-8")


def make_cell(number: int, source: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"c{number}",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }


def measure_filter(record: Record, name: str, rule: str, experiments: int) -> None:
    """Print how long the filtered history of all experiments takes."""
    code_filter = make_filter(record, name, rule)
    with Follower(record.repository) as follower:

        def count_steps() -> int:
            return sum(1 for _ in walk_experiment_steps(record, follower, code_filter))

        cold = time_once(count_steps)
        steps = count_steps()
        again = min(time_once(count_steps) for _ in range(3))
    words = ("log", "--experiments", "-f", name, "--commits")
    process = time_once(partial(run_exp, Path(record.repository.worktree or "."), *words))
    times = (
        f"cold {cold / 1000:6.3f} s   again {again / 1000:6.3f} s   process {process / 1000:6.3f} s"
    )
    print(f"{rule:<24}{steps:>5} of {experiments} changed it   {times}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--experiments", type=int, default=600)
    options = parser.parse_args()
    seal()
    with tempfile.TemporaryDirectory() as folder:
        record = make_project(Path(folder) / "project", options.experiments)
        for name, rule in RULES.items():
            measure_filter(record, name, rule, options.experiments)


if __name__ == "__main__":
    main()
