"""Filtered history against ``git log -L`` for the same ranges, in one run.

    python -m tests.bench.bench_log [--long] [--ranges N] [CLONE]

Generates a history (5,000 commits; --long: 20,000), or takes a clone, and prints medians and 95th percentiles of whole processes,
Python's start included, with the path index built before; then the same inside the library, cold and cached.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, Rule
from gitexp.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
Range = tuple[str, int, int]
_CODE = (".py", ".java", ".js", ".c", ".go")


def generate(folder: Path, commits: int, seed: int = 7) -> None:
    """A history of edits to the functions of 30 modules: bodies change, functions come, go and change places."""
    chance = random.Random(seed)
    modules = {
        f"pkg/mod{n}.py": [_function(chance, f"f{n}_{k}") for k in range(25)] for n in range(30)
    }
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    git = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    assert git.stdin
    changed = list(modules)
    for number in range(commits):
        message = f"change {number}".encode()
        git.stdin.write(
            b"commit refs/heads/main\ncommitter T <t@x> %d +0000\ndata %d\n%s\n"
            % (1_500_000_000 + number * 600, len(message), message)
        )
        for path in changed:
            data = "\n\n\n".join("\n".join(lines) for lines in modules[path]).encode() + b"\n"
            git.stdin.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        changed = [chance.choice(list(modules)) for _ in range(chance.choice((1, 1, 2)))]
        for path in changed:
            _edit(chance, modules[path], number)
    git.stdin.close()
    assert git.wait() == 0
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)
    subprocess.run(["git", "gc", "-q"], cwd=folder, check=True)


def _function(chance: random.Random, name: str) -> list[str]:
    body = [
        f"    {name}_{k} = step{chance.randrange(999)}(x, {chance.randrange(99)})"
        for k in range(chance.randrange(6, 20))
    ]
    return [f"def {name}(x):", *body, f"    return {name}_0"]


def _edit(chance: random.Random, functions: list[list[str]], number: int) -> None:
    kind, place = chance.random(), chance.randrange(len(functions))
    if kind < 0.05:
        functions.insert(place, _function(chance, f"new{number}"))
    elif kind < 0.1:
        functions.insert(chance.randrange(len(functions)), functions.pop(place))
    else:
        line = chance.randrange(1, len(functions[place]) - 1)
        functions[place][line] = (
            f"    {functions[place][0][4:6]}_{line} = step{chance.randrange(999)}(x, {number})"
        )


def some_ranges(repository: Path, count: int, each: int = 2, seed: int = 3) -> list[Range]:
    """Definitions of HEAD to follow, as line ranges, up to ``each`` of a file."""
    from gitexp.excerpt.source import read_source
    from gitexp.excerpt.symbols.find import definitions

    chance = random.Random(seed)
    names = [
        name
        for name in _git(repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
        if name.endswith(_CODE)
    ]
    chance.shuffle(names)
    found: list[Range] = []
    for name in names:
        data = subprocess.run(
            ["git", "show", f"HEAD:{name}"], cwd=repository, capture_output=True, check=False
        ).stdout
        items = [
            item
            for item in definitions(read_source(name, data))
            if item.kind == "function" and item.stop - item.start > 4
        ]
        found += [
            (name, item.start + 1, item.stop)
            for item in chance.sample(items, min(each, len(items)))
        ]
        if len(found) >= count:
            break
    return found[:count]


def tens(repository: Path, count: int = 12) -> list[list[Range]]:
    """Sets of ten ranges in three files, ordered as git wants them."""
    sets = []
    for seed in range(count):
        by_file: dict[str, list[Range]] = {}
        for item in some_ranges(repository, 60, each=4, seed=seed):
            by_file.setdefault(item[0], []).append(item)
        full = [sorted(items) for items in by_file.values() if len(items) == 4][:3]
        sets.append([item for items in full for item in items][:10])
    return [group for group in sets if len(group) == 10]


def _git(repository: Path, *args: str) -> str:
    return subprocess.run(
        ["git", *args], cwd=repository, capture_output=True, text=True, check=True
    ).stdout


def timed(action: Callable[..., object], *args: object) -> float:
    start = time.perf_counter()
    action(*args)
    return time.perf_counter() - start


def _line(label: str, seconds: list[float], base: list[float] | None = None) -> None:
    ordered = sorted(seconds)
    p50, p95 = (
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
    )
    ratio = ""
    if base:
        other = sorted(base)
        b50, b95 = (
            statistics.median(other),
            other[min(len(other) - 1, round(0.95 * (len(other) - 1)))],
        )
        ratio = f"   {p50 / b50:6.3f}x  {p95 / b95:6.3f}x"
    print(f"{label:<58}{p50 * 1000:9.1f} {p95 * 1000:9.1f}{ratio}")


def compare(repository: Path, ranges: list[Range]) -> None:
    """Print the table."""
    # An installed package comes with its byte code: a machine that forbids writing it would compile at each start.
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_PAGER": "cat", "PYTHONDONTWRITEBYTECODE": ""}
    head = _git(repository, "rev-parse", "HEAD").strip()

    def git_log(*items: Range, filters: bool = False) -> bool:
        """False where git itself gives up: 2.39 aborts on some sets of ranges. ``filters``: Bloom filters, which a run leaves behind."""
        words = [f"-L{start},{stop}:{path}" for path, start, stop in items]
        command = [
            "git",
            "-c",
            f"commitGraph.readChangedPaths={str(filters).lower()}",
            "log",
            "-s",
            "--format=%H",
            *words,
            head,
        ]
        return (
            subprocess.run(
                command, cwd=repository, env=env, check=False, capture_output=True
            ).returncode
            == 0
        )

    def ours(*items: Range) -> None:
        words = [
            word for path, start, stop in items for word in ("--rule", f"{path}:{start}-{stop}")
        ]
        command = [sys.executable, "-m", "gitexp", "log", *words, "--at", head, "--commits"]
        subprocess.run(command, cwd=repository, env=env, check=True, stdout=subprocess.DEVNULL)

    (Repository.discover(repository).state_dir / "paths.sqlite").unlink(missing_ok=True)
    print(f"{'':<58}{'p50 ms':>9} {'p95 ms':>9}   ratio to the line above it")
    index = timed(ours, ranges[0])
    print(f"{'first call, builds the path index':<58}{index * 1000:9.1f}")
    plain = [timed(git_log, each) for each in ranges]
    mine = [timed(ours, each) for each in ranges]
    _line("git log -L, one range, plain clone", plain)
    _line("git exp log --rule, one range, whole process", mine, plain)
    groups = [group for group in tens(repository) if git_log(*group)]
    plain_ten = [timed(git_log, *each) for each in groups]
    mine_ten = [timed(ours, *each) for each in groups]
    _line(f"git log with ten -L in 3 files ({len(groups)} sets)", plain_ten)
    _line("git exp log, ten rules in 3 files", mine_ten, plain_ten)
    library, cached = _in_library(repository, ranges, head)
    _line("inside the library, not cached", library, plain)
    _line("inside the library, asked again", cached, plain)
    subprocess.run(
        ["git", "commit-graph", "write", "--reachable", "--changed-paths"],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    bloom = [timed(partial(git_log, filters=True), each) for each in ranges]
    again = [timed(ours, each) for each in ranges]
    _line("git log -L, one range, with Bloom filters", bloom)
    _line("git exp log --rule, whole process", again, bloom)


def _in_library(
    repository: Path, ranges: list[Range], head: str
) -> tuple[list[float], list[float]]:
    first, second = [], []
    with Follower(Repository.discover(repository)) as follower:

        def walk(choice: CodeFilter) -> None:
            for _ in follower.walk_history(choice, head):
                pass

        for path, start, stop in ranges:
            choice = CodeFilter("", (Rule("lines", path, "", start, stop),), head)
            first.append(timed(walk, choice))
            second.append(timed(walk, choice))
    return first, second


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", nargs="?", type=Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--ranges", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository = options.clone or Path(folder) / "generated"
        if options.clone is None:
            commits = 20_000 if options.long else 5_000
            generate(repository, commits)
        print(f"{_git(repository, 'rev-list', '--count', 'HEAD').strip()} commits")
        compare(repository, some_ranges(repository, options.ranges))


if __name__ == "__main__":
    main()
