"""Measure filtered history against ``git log -L`` for the same ranges, in one run.

    python -m tests.bench.bench_log [--long] [--ranges N] [CLONE]

A history of 5,000 commits (--long: 20,000) is generated, or a clone is taken. Printed are medians
and 95th percentiles of whole processes, Python's start included, with the path index built before;
then the same inside the library, cold and cached.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import IO

from gitexp.excerpt.source import read_source
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.follow.follower import Follower
from gitexp.model.filter import CodeFilter, Rule
from gitexp.store.repository import Repository
from tests.bench.measure import find_percentile, run_exp, run_git, seal, time_once

Range = tuple[str, int, int]
Modules = dict[str, list[list[str]]]
"""The functions of each file, as lines."""
CODE = (".py", ".java", ".js", ".c", ".go")
MODULES, FUNCTIONS = 30, 25


def generate(folder: Path, commits: int, seed: int = 7) -> None:
    """Make a history of edits to the functions of 30 modules.

    Bodies change, functions come, and change places.
    """
    chance = random.Random(seed)
    modules: Modules = {}
    for module in range(MODULES):
        names = [f"f{module}_{number}" for number in range(FUNCTIONS)]
        modules[f"pkg/mod{module}.py"] = [make_function(chance, name) for name in names]
    folder.mkdir()
    run_git(folder, "init", "-q", "-b", "main")
    git = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    assert git.stdin
    changed = list(modules)
    for number in range(commits):
        write_commit(git.stdin, number, {path: modules[path] for path in changed})
        changed = [chance.choice(list(modules)) for _ in range(chance.choice((1, 1, 2)))]
        for path in changed:
            edit_functions(chance, modules[path], number)
    git.stdin.close()
    assert git.wait() == 0
    run_git(folder, "reset", "-q", "--hard")
    run_git(folder, "gc", "-q")


def write_commit(stream: IO[bytes], number: int, modules: Modules) -> None:
    """Write a commit for ``git fast-import``."""
    message = f"change {number}".encode()
    when = 1_500_000_000 + number * 600
    stream.write(b"commit refs/heads/main\n")
    stream.write(b"committer T <t@x> %d +0000\ndata %d\n%s\n" % (when, len(message), message))
    for path, functions in modules.items():
        text = "\n\n\n".join("\n".join(lines) for lines in functions)
        data = text.encode() + b"\n"
        stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def make_function(chance: random.Random, name: str) -> list[str]:
    count = chance.randrange(6, 20)
    body = [
        f"    {name}_{line} = step{chance.randrange(999)}(x, {chance.randrange(99)})"
        for line in range(count)
    ]
    return [f"def {name}(x):", *body, f"    return {name}_0"]


def edit_functions(chance: random.Random, functions: list[list[str]], number: int) -> None:
    """Add a function, move one, or change a line of one."""
    kind, place = chance.random(), chance.randrange(len(functions))
    if kind < 0.05:
        functions.insert(place, make_function(chance, f"new{number}"))
    elif kind < 0.1:
        functions.insert(chance.randrange(len(functions)), functions.pop(place))
    else:
        function = functions[place]
        line = chance.randrange(1, len(function) - 1)
        function[line] = f"    {function[0][4:6]}_{line} = step{chance.randrange(999)}(x, {number})"


def choose_ranges(repository: Path, count: int, each: int = 2, seed: int = 3) -> list[Range]:
    """Return functions of HEAD to follow, as line ranges, up to ``each`` of a file."""
    chance = random.Random(seed)
    names = run_git(repository, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    names = [name for name in names if name.endswith(CODE)]
    chance.shuffle(names)
    ranges: list[Range] = []
    for name in names:
        functions = find_functions(repository, name)
        for start, stop in chance.sample(functions, min(each, len(functions))):
            ranges.append((name, start, stop))
        if len(ranges) >= count:
            break
    return ranges[:count]


def find_functions(repository: Path, name: str) -> list[tuple[int, int]]:
    """Return first and last line (from 1) of each function of more than four lines."""
    command = ["git", "show", f"HEAD:{name}"]
    data = subprocess.run(command, cwd=repository, capture_output=True, check=False).stdout
    found = find_definitions(read_source(name, data))
    functions = [item for item in found if item.kind == "function"]
    return [(item.start + 1, item.stop) for item in functions if item.stop - item.start > 4]


def choose_tens(repository: Path, count: int = 12) -> list[list[Range]]:
    """Return sets of ten ranges in three files, ordered as git wants them."""
    tens = []
    for seed in range(count):
        by_file: dict[str, list[Range]] = {}
        for item in choose_ranges(repository, 60, each=4, seed=seed):
            by_file.setdefault(item[0], []).append(item)
        full_files = [sorted(ranges) for ranges in by_file.values() if len(ranges) == 4]
        ten = [item for ranges in full_files[:3] for item in ranges][:10]
        if len(ten) == 10:
            tens.append(ten)
    return tens


class Comparison:
    """The same ranges, followed by git and by us as processes, and in the library."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.head = run_git(repository, "rev-parse", "HEAD").strip()

    def run_git_log(self, *ranges: Range, filters: bool = False) -> bool:
        """Run ``git log -L``; return False where git gives up: 2.39 aborts on some sets of ranges.

        ``filters``: use the Bloom filters that an earlier run may have left behind.
        """
        settings = ["-c", f"commitGraph.readChangedPaths={str(filters).lower()}"]
        words = [f"-L{start},{stop}:{path}" for path, start, stop in ranges]
        command = ["git", *settings, "log", "-s", "--format=%H", *words, self.head]
        return (
            subprocess.run(
                command, cwd=self.repository, check=False, capture_output=True
            ).returncode
            == 0
        )

    def run_our_log(self, *ranges: Range) -> None:
        rules: list[str] = []
        for path, start, stop in ranges:
            rules += ["--rule", f"{path}:{start}-{stop}"]
        run_exp(self.repository, "log", *rules, "--at", self.head, "--commits")

    def measure(self, ranges: list[Range]) -> None:
        """Print the table."""
        (Repository.discover(self.repository).state_dir / "paths.sqlite").unlink(missing_ok=True)
        print(f"{'':<58}{'p50 ms':>9} {'p95 ms':>9}   ratio to the line above it")
        index = time_once(partial(self.run_our_log, ranges[0]))
        print(f"{'first call, builds the path index':<58}{index:9.1f}")
        plain = [time_once(partial(self.run_git_log, item)) for item in ranges]
        ours = [time_once(partial(self.run_our_log, item)) for item in ranges]
        print_line("git log -L, one range, plain clone", plain)
        print_line("git exp log --rule, one range, whole process", ours, plain)
        tens = [ten for ten in choose_tens(self.repository) if self.run_git_log(*ten)]
        plain_tens = [time_once(partial(self.run_git_log, *ten)) for ten in tens]
        our_tens = [time_once(partial(self.run_our_log, *ten)) for ten in tens]
        print_line(f"git log with ten -L in 3 files ({len(tens)} sets)", plain_tens)
        print_line("git exp log, ten rules in 3 files", our_tens, plain_tens)
        library, cached = self.time_library(ranges)
        print_line("inside the library, not cached", library, plain)
        print_line("inside the library, asked again", cached, plain)
        run_git(self.repository, "commit-graph", "write", "--reachable", "--changed-paths")
        bloom = [time_once(partial(self.run_git_log, item, filters=True)) for item in ranges]
        again = [time_once(partial(self.run_our_log, item)) for item in ranges]
        print_line("git log -L, one range, with Bloom filters", bloom)
        print_line("git exp log --rule, whole process", again, bloom)

    def time_library(self, ranges: list[Range]) -> tuple[list[float], list[float]]:
        """Return the milliseconds of each range in the library: asked first, and again."""
        cold, cached = [], []
        with Follower(Repository.discover(self.repository)) as follower:
            for path, start, stop in ranges:
                code_filter = CodeFilter("", (Rule("lines", path, "", start, stop),), self.head)

                def walk(code_filter: CodeFilter = code_filter) -> None:
                    for _ in follower.walk_history(code_filter, self.head):
                        pass

                cold.append(time_once(walk))
                cached.append(time_once(walk))
        return cold, cached


def print_line(label: str, times: list[float], base: list[float] | None = None) -> None:
    """Print median and 95th percentile, and how many times those of the base they are."""
    p50, p95 = statistics.median(times), find_percentile(times)
    ratio = ""
    if base:
        ratio = f"   {p50 / statistics.median(base):6.3f}x  {p95 / find_percentile(base):6.3f}x"
    print(f"{label:<58}{p50:9.1f} {p95:9.1f}{ratio}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clone", nargs="?", type=Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--ranges", type=int, default=40)
    options = parser.parse_args()
    seal()
    with tempfile.TemporaryDirectory() as folder:
        repository = options.clone or Path(folder) / "generated"
        if options.clone is None:
            generate(repository, 20_000 if options.long else 5_000)
        print(f"{run_git(repository, 'rev-list', '--count', 'HEAD').strip()} commits")
        Comparison(repository).measure(choose_ranges(repository, options.ranges))


if __name__ == "__main__":
    main()
