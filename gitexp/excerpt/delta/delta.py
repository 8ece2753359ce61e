"""Deltas: what changed from one excerpt to another, as values and as a classic unified diff."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.delta.names import find_enclosing_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.cut import FileExcerpt

Tag = Literal[" ", "-", "+"]
"""The sign of a line as in a unified diff: unchanged, removed, added."""

_NAMES_IN_SUMMARY = 3


class DeltaLine(NamedTuple):
    """One line of a delta, with its numbers in the two files.

    The numbers count from 1; a number is 0 where the line is not in that file. Two lines that differ
    in layout only may stand as one unchanged line, with the newer text: then a line without an old
    number can be unchanged too.
    """

    tag: Tag
    text: str
    old_number: int
    new_number: int

    @property
    def is_change(self) -> bool:
        """True for an added or removed line."""
        return self.tag != " "


class Hunk(NamedTuple):
    """Changed lines with their surroundings: consecutive lines of both files.

    ``old_start`` and ``new_start`` are the numbers of its first lines, as in a unified diff: of a
    side without lines, the number of the line before.
    """

    old_start: int
    new_start: int
    lines: tuple[DeltaLine, ...]

    @property
    def header(self) -> str:
        """The ``@@`` line."""
        old_size = sum(line.tag != "+" for line in self.lines)
        new_size = sum(line.tag != "-" for line in self.lines)
        old_range = _format_range(self.old_start, old_size)
        new_range = _format_range(self.new_start, new_size)
        return f"@@ -{old_range} +{new_range} @@"


class FileDelta(NamedTuple):
    """What changed from one version of a file to another; None where that side has no such file."""

    old_file: FileExcerpt | None
    new_file: FileExcerpt | None
    hunks: tuple[Hunk, ...]

    @property
    def old_path(self) -> str:
        """The path before, "" where there was no such file."""
        return self.old_file.path if self.old_file else ""

    @property
    def new_path(self) -> str:
        """The path after, "" where there is no such file."""
        return self.new_file.path if self.new_file else ""

    @property
    def path(self) -> str:
        """The path after, or before where the file is gone."""
        return self.new_path or self.old_path

    @property
    def lines(self) -> Iterator[DeltaLine]:
        """The lines of all hunks, in order."""
        for hunk in self.hunks:
            yield from hunk.lines

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level definitions touched, each once, in order."""
        changed_lines = (line for line in self.lines if line.is_change and line.text.strip())
        names = dict.fromkeys(self.find_name(line) for line in changed_lines)
        return tuple(name for name in names if name)

    def find_name(self, line: DeltaLine) -> str:
        """Return the name of the top-level definition that one of the lines belongs to, or ""."""
        if line.new_number:
            file, number = self.new_file, line.new_number
        else:
            file, number = self.old_file, line.old_number
        return find_enclosing_name(file.lines, number - 1) if file is not None else ""


class Delta(NamedTuple):
    """The difference between two excerpts: only the files whose kept lines differ.

    It has no files where the excerpts read the same.
    """

    files: tuple[FileDelta, ...]

    @property
    def hunks(self) -> Iterator[Hunk]:
        """The hunks of all files, in order."""
        for file in self.files:
            yield from file.hunks

    @property
    def added_count(self) -> int:
        """The number of new lines."""
        return sum(_count_tag(hunk.lines, "+") for hunk in self.hunks)

    @property
    def removed_count(self) -> int:
        """The number of lines that are gone."""
        return sum(_count_tag(hunk.lines, "-") for hunk in self.hunks)

    @property
    def changed_count(self) -> int:
        """The number of lines that a person would call changed.

        A replaced line counts once, not as one removed and one added.
        """
        return sum(_count_changed(hunk.lines) for hunk in self.hunks)

    @property
    def names(self) -> tuple[str, ...]:
        """The top-level definitions touched, each once, in order."""
        names: dict[str, None] = {}
        for file in self.files:
            names.update(dict.fromkeys(file.names))
        return tuple(names)

    @property
    def summary(self) -> str:
        """One line: ``12 lines, encoder_TCN``. At most three names are spelled out."""
        count = self.changed_count
        if not count:
            return "no change"
        size = f"{count} line" if count == 1 else f"{count} lines"
        names = self.names
        words = [size, *names[:_NAMES_IN_SUMMARY]]
        if len(names) > _NAMES_IN_SUMMARY:
            words.append(f"{len(names) - _NAMES_IN_SUMMARY} more")
        return ", ".join(words)

    def format_unified(self) -> str:
        """Return the delta as a unified diff; "" when nothing changed.

        Paths begin with ``a/`` and ``b/``; ``/dev/null`` stands for a file that is not there.
        """
        lines = []
        for file in self.files:
            old_name = f"a/{file.old_path}" if file.old_path else "/dev/null"
            new_name = f"b/{file.new_path}" if file.new_path else "/dev/null"
            lines += [f"--- {old_name}", f"+++ {new_name}"]
            for hunk in file.hunks:
                lines.append(hunk.header)
                lines.extend(line.tag + line.text for line in hunk.lines)
        return "\n".join(lines) + "\n" if lines else ""


def _format_range(start: int, size: int) -> str:
    return str(start) if size == 1 else f"{start},{size}"


def _count_tag(lines: Iterable[DeltaLine], tag: Tag) -> int:
    return sum(line.tag == tag for line in lines)


def _count_changed(lines: Iterable[DeltaLine]) -> int:
    """Return the number of changed lines; of lines that replace others the longer side counts."""
    total = 0
    for is_change, run in groupby(lines, key=lambda line: line.is_change):
        if is_change:
            tags = Counter(line.tag for line in run)
            total += max(tags["-"], tags["+"])
    return total
