"""Judge what reach keeps, over roots of real repositories.

    python -m tests.bench.bench_reach [--roots 100] [--run PYTHON] CLONE...

Roots are functions, classes and assignments at the top level of the scripts and notebooks of HEAD,
chosen at random by a fixed seed. Of each clone a row is printed:

- ``misses``: roots in a hundred whose excerpt has a name in the root's file that ruff, which knows
  nothing of reach, calls undefined (F821) and does not call so in the whole file, or of which a
  statement fails where it does not fail in the whole repository;
- ``broken``: roots in a hundred whose excerpt of the root's file does not parse though the whole
  file does;
- ``runs``: excerpts of which each statement runs, out of those whose statements all run in the whole
  repository. Only with ``--run``, and for roots whose cut does not end at doors of a library;
- ``excess``: share of the certainly kept lines of the root's file that a plain closure over names
  does not have: each statement at the top level that binds a name, or sets a part of it, which a
  kept statement spells. Calls that change a name are not in the closure;
- ``kept``: share of the lines of the root's file that are kept;
- ``ms``: CPU time a root, reading included.

Nothing of the repositories is run without ``--run``. PYTHON is the interpreter that runs them: in
processes without network, bounded in time and memory (see ``cut_runs``).
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError
from gitexp.excerpt.reach.reach import reach
from gitexp.excerpt.source import Source, read_source
from tests.bench.cut_runs import CODE, Runs, blank_magics

if TYPE_CHECKING:
    from collections.abc import Iterable

SEED = 16

SETTINGS = (".toml", ".cfg", ".yaml", ".yml", ".json", ".ini", ".gin")
MOST_BYTES_OF_SETTINGS = 100_000


class Root(NamedTuple):
    """A root, and the file that defines it."""

    path: str
    name: str


@dataclass
class Row:
    """The sums over the roots of a repository."""

    roots: int = 0
    missing: int = 0
    broken: int = 0
    runs: int = 0
    whole_runs: int = 0
    kept_lines: int = 0
    certain_lines: int = 0
    excess_lines: int = 0
    all_lines: int = 0
    seconds: float = 0.0
    missing_names: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        roots = max(1, self.roots)
        misses, broken = 100 * self.missing / roots, 100 * self.broken / roots
        excess = 100 * self.excess_lines / max(1, self.certain_lines)
        kept = 100 * self.kept_lines / max(1, self.all_lines)
        milliseconds = 1000 * self.seconds / roots
        return (
            f"{self.roots:5}  {misses:6.1f}  {broken:6.1f}  {self.runs:4}/{self.whole_runs:<4}"
            f"  {excess:5.1f} %  {kept:4.1f} %  {milliseconds:5.0f}"
        )


def read_sources(clone: Path) -> dict[str, Source]:
    """Return what reach may read of HEAD: scripts, notebooks, and small settings files."""
    listing = _run_git(clone, "ls-tree", "-r", "-l", "-z", "HEAD").decode("utf-8", "replace")
    sources: dict[str, Source] = {}
    for entry in filter(None, listing.split("\0")):
        description, _, path = entry.partition("\t")
        mode, _, blob, size = description.split()
        is_small = size.isdigit() and int(size) <= MOST_BYTES_OF_SETTINGS
        is_read = path.endswith(CODE) or (path.endswith(SETTINGS) and is_small)
        if not is_read or not mode.startswith("100"):
            continue
        data = _run_git(clone, "cat-file", "blob", blob)
        try:
            sources[path] = read_source(path, data)
        except GitExpError:
            continue
    return sources


def choose_roots(sources: dict[str, Source], count: int) -> list[Root]:
    """Return some names that files define at their top level, by a fixed seed."""
    roots = []
    for path, source in sorted(sources.items()):
        tree = parse(source.lines) if path.endswith(CODE) else None
        names = dict.fromkeys(name for node in (tree.body if tree else ()) for name in _bind(node))
        roots += [Root(path, name) for name in names]
    return random.Random(SEED).sample(roots, min(count, len(roots)))


def parse(lines: Iterable[str]) -> ast.Module | None:
    """Return the tree of lines without their magics; None where they do not parse."""
    try:
        return ast.parse("\n".join(blank_magics(lines)))
    except (SyntaxError, ValueError, RecursionError):
        return None


def find_undefined(texts: dict[str, str]) -> dict[str, set[str]]:
    """Return the names that ruff calls undefined in each of some texts, by their keys."""
    with tempfile.TemporaryDirectory() as folder:
        for key, text in texts.items():
            (Path(folder) / f"{key}.py").write_text(text, encoding="utf-8", errors="replace")
        command = [
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select",
            "F821",
            "--output-format",
            "json",
            folder,
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    undefined: dict[str, set[str]] = {key: set() for key in texts}
    for problem in json.loads(output or "[]"):
        if problem["code"] == "F821":
            undefined[Path(problem["filename"]).stem].add(problem["message"].split("`")[1])
    return undefined


def list_plain_closure(lines: tuple[str, ...], name: str) -> set[int] | None:
    """Return the lines (from 0) of all statements that a plain closure over names takes in."""
    tree = parse(lines)
    if tree is None:
        return None
    binding: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for bound in _bind(node):
            binding.setdefault(bound, []).append(node)
    kept: set[int] = set()
    pending, seen = [name], {name}
    while pending:
        for node in binding.get(pending.pop(), ()):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            kept.update(range(first - 1, node.end_lineno or first))
            for word in _spell(node) - seen:
                seen.add(word)
                pending.append(word)
    return kept


def judge(sources: dict[str, Source], roots: list[Root], runs: Runs | None = None) -> Row:
    """Return the sums over some roots of one repository."""
    row = Row()
    cuts: dict[str, str] = {}
    wholes: dict[str, str] = {}
    failures: dict[str, list[str]] = {}
    for number, root in enumerate(roots):
        lines = sources[root.path].lines
        began = time.process_time()
        try:
            reached = reach(sources.get, root.path, root.name)
        except GitExpError:
            continue
        row.seconds += time.process_time() - began
        row.roots += 1
        kept = _list_lines(reached.spans.get(root.path, ()))
        certain = kept - _list_lines(reached.guesses.get(root.path, ()))
        cut = [lines[index] for index in sorted(kept)]
        row.broken += parse(cut) is None
        row.kept_lines += len(kept)
        row.all_lines += len(lines)
        closure = list_plain_closure(lines, root.name)
        if closure is not None:
            row.certain_lines += len(certain)
            row.excess_lines += len([i for i in certain - closure if lines[i].strip()])
        # Behind its doors a library is taken to be installed: such a cut does not run alone.
        if runs is not None and not reached.doors and parse(lines) is not None:
            short_lines = {
                path: {number: line.text for number, line in lines_of_path.items()}
                for path, lines_of_path in reached.short_lines.items()
            }
            verdict = runs.judge(root.path, reached.spans, short_lines)
            row.whole_runs += verdict.whole_runs
            row.runs += verdict.whole_runs and not verdict.failures
            failures[str(number)] = [f"{n}: {error}" for n, error in verdict.failures.items()]
        cuts[str(number)] = "\n".join(blank_magics(cut))
        wholes[str(number)] = "\n".join(blank_magics(lines))
    undefined, undefined_before = find_undefined(cuts), find_undefined(wholes)
    for key, names in undefined.items():
        lacking = [*sorted(names - undefined_before[key]), *failures.get(key, ())]
        if lacking:
            row.missing += 1
            root = roots[int(key)]
            row.missing_names.append(f"{root.path}@{root.name}: {', '.join(lacking)}")
    return row


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--roots", type=int, default=100)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--run", metavar="PYTHON", default="")
    options = parser.parse_args()
    print(f"{'':32} roots  misses  broken   runs       excess    kept     ms")
    for clone in options.clones:
        sources = read_sources(clone)
        runs = Runs(clone, sources, options.run) if options.run else None
        row = judge(sources, choose_roots(sources, options.roots), runs)
        if runs is not None:
            runs.close()
        name = clone.parent.name if clone.name == "repo" else clone.name
        print(f"{name.replace('+', '/'):32} {row}", flush=True)
        if options.verbose:
            print("\n".join(f"    {line}" for line in row.missing_names))


def _run_git(clone: Path, *words: str) -> bytes:
    command = ["git", "-C", str(clone), *words]
    return subprocess.run(command, capture_output=True, check=False).stdout


def _list_lines(spans: Iterable[tuple[int, int]]) -> set[int]:
    lines: set[int] = set()
    for start, stop in spans:
        lines.update(range(start, stop))
    return lines


def _bind(node: ast.stmt) -> list[str]:
    """Return the names that a statement binds, or of which it sets a part, inside of it too."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    names = []
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(inner.name)
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            names.append(inner.id)
        elif isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Store):
            names += [base.id for base in ast.walk(inner.value) if isinstance(base, ast.Name)]
        elif isinstance(inner, ast.alias):
            names.append((inner.asname or inner.name).partition(".")[0])
    return names


def _spell(node: ast.stmt) -> set[str]:
    """Return the names that a statement spells."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


if __name__ == "__main__":
    main()
