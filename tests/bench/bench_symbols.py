"""How well definitions are found in languages without a parser: recall and precision.

    python -m tests.bench.bench_symbols [-v] [--only EXTENSION] CLONE...

Functions and types are compared with what a grammar reads. One counts as found where name, first
and last line are those of the grammar (``tests/excerpt/grammars.py``).
Lines that the grammar does not understand are left out. -v: prints each difference.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import get_extension
from gitexp.excerpt.parse.text import decode, split_lines
from gitexp.excerpt.source import read_source
from gitexp.excerpt.symbols.find import find_definitions
from tests.excerpt.grammars import GRAMMARS, Expected, compare_definitions, read_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 300_000
"""Bytes of a file: a larger one was made by a program."""

_LINK_MODE = "120000"


def list_files(clone: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file of HEAD that has a grammar."""
    git = ["git", "-C", str(clone)]
    listing = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True)
    with subprocess.Popen(
        [*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as batch:
        assert batch.stdin
        assert batch.stdout
        for line in listing.stdout.decode("utf-8", "replace").split("\0"):
            attributes, _, path = line.partition("\t")
            is_file = " blob " in attributes and not attributes.startswith(_LINK_MODE)
            if not is_file or get_extension(path) not in GRAMMARS:
                continue
            batch.stdin.write(attributes.split()[2].encode() + b"\n")
            batch.stdin.flush()
            header = batch.stdout.readline().split()
            if header[1] == b"missing":
                continue
            data = batch.stdout.read(int(header[2]) + 1)[:-1]
            if len(data) < _LARGEST:
                yield path, data


def _compare(path: str, data: bytes) -> tuple[set[Expected], set[Expected], set[Expected]]:
    """Return the definitions of a file that are rightly found, those missed, and wrong ones."""
    text = decode(data).replace("\r\n", "\n")
    found = {
        Expected(definition.name, definition.start + 1, definition.stop)
        for definition in find_definitions(read_source(path, data))
        if definition.kind != "assignment"
    }
    return compare_definitions(read_definitions(get_extension(path), text), found)


def _print_differences(path: str, data: bytes, missed: set[Expected], wrong: set[Expected]) -> None:
    lines = split_lines(decode(data))
    print(f"== {path}")
    for definition in sorted(missed | wrong, key=lambda definition: definition.first):
        word = "missed" if definition in missed else "WRONG "
        line = lines[definition.first - 1].strip()[:100]
        print(f"  {word} {definition.first}-{definition.last} {definition.name}   | {line}")


def _print_counts(counts: dict[str, Counter[str]]) -> None:
    print(f"{'':8}{'files':>6}{'right':>7}{'missed':>8}{'wrong':>7}  recall precision")
    for extension, count in sorted(counts.items()):
        files, right, missed, wrong = (
            count[name] for name in ("files", "right", "missed", "wrong")
        )
        recall = right / max(1, right + missed)
        precision = right / max(1, right + wrong)
        figures = f"{files:6}{right:7}{missed:8}{wrong:7}  {recall:.4f}  {precision:.4f}"
        print(f"{extension:8}{figures}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--only", default="", metavar="EXTENSION")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    for clone in options.clones:
        for path, data in list_files(clone):
            extension = get_extension(path)
            if options.only and extension != options.only:
                continue
            right, missed, wrong = _compare(path, data)
            count = counts.setdefault(extension, Counter())
            count.update(files=1, right=len(right), missed=len(missed), wrong=len(wrong))
            if options.verbose and (missed or wrong):
                _print_differences(path, data, missed, wrong)
    _print_counts(counts)


if __name__ == "__main__":
    main()
