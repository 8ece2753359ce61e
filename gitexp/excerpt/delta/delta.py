"""Deltas: what changed from one excerpt to another, as values and as a classic unified diff."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.lines.likeness import strip_layout
from gitexp.excerpt.lines.matching import find_equal_stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt

Tag = Literal[" ", "-", "+"]

_ALIKE = 0.4

_DEFINITION = re.compile(
    r"(?:(?:export|pub|async|static|default|abstract|final|public|private)\s+)*(?:def|class|function|func|fn|struct|enum|interface|type)\s+(\w+)"
)
_ASSIGNMENT = re.compile(
    r"(?:(?:const|let|var)\s+)?([^\W\d]\w*)\s*(?::[^=]+)?(?:[-+*/|&^%@]|//|\*\*|<<|>>)?=(?!=)"
)


class DeltaLine(NamedTuple):
    """One line of a delta. ``old`` and ``new`` are its numbers in the two sources, from 1; 0 where it is not."""

    tag: Tag
    text: str
    old: int
    new: int


class Hunk(NamedTuple):
    """Changed lines with their surroundings: consecutive lines of both sources. ``old`` and ``new`` are its first lines,
    as in a unified diff: of a side without lines, the line before.
    """

    old: int
    new: int
    lines: tuple[DeltaLine, ...]

    @property
    def header(self) -> str:
        """The ``@@`` line."""
        old = sum(line.tag != "+" for line in self.lines)
        new = sum(line.tag != "-" for line in self.lines)
        return f"@@ -{_range(self.old, old)} +{_range(self.new, new)} @@"


class FileDelta(NamedTuple):
    """What changed from one version of a file to another; None where that side has no such file."""

    before: FileExcerpt | None
    after: FileExcerpt | None
    hunks: tuple[Hunk, ...]

    @property
    def old_path(self) -> str:
        """Path before, "" where there was no such file."""
        return self.before.path if self.before else ""

    @property
    def new_path(self) -> str:
        """Path after, "" where there is no such file."""
        return self.after.path if self.after else ""

    @property
    def lines(self) -> Iterator[DeltaLine]:
        """The lines of all hunks, in order."""
        return (line for hunk in self.hunks for line in hunk.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """Top-level definitions touched, each once, in order."""
        found = dict.fromkeys(
            self.name_of(line) for line in self.lines if line.tag != " " and line.text.strip()
        )
        found.pop("", None)
        return tuple(found)

    def name_of(self, line: DeltaLine) -> str:
        """Name of the top-level definition that one of these lines belongs to, or ""."""
        part, number = (self.after, line.new) if line.new else (self.before, line.old)
        return find_enclosing_name(part.lines, number - 1) if part is not None else ""


class Delta(NamedTuple):
    """The difference between two excerpts: only the files whose kept lines differ. Empty when they read the same."""

    files: tuple[FileDelta, ...]

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(line.tag == "+" for file in self.files for line in file.lines)

    @property
    def removed(self) -> int:
        """How many lines are gone."""
        return sum(line.tag == "-" for file in self.files for line in file.lines)

    @property
    def changed(self) -> int:
        """How many lines a person would call changed: a replaced line counts once, not as one removed and one added."""
        return sum(_edited(hunk.lines) for file in self.files for hunk in file.hunks)

    @property
    def names(self) -> tuple[str, ...]:
        """Top-level definitions touched, each once, in order."""
        return tuple(dict.fromkeys(name for file in self.files for name in file.names))

    @property
    def summary(self) -> str:
        """One line: ``12 lines, encoder_TCN``. At most three names are spelled out."""
        count = self.changed
        if not count:
            return "no change"
        names = self.names
        more = [f"{len(names) - 3} more"] if len(names) > 3 else []
        return ", ".join([f"{count} line{'' if count == 1 else 's'}", *names[:3], *more])

    def format_unified(self) -> str:
        """The delta as a unified diff (a/ and b/ paths, /dev/null for no file); empty when nothing changed."""
        out = []
        for file in self.files:
            out.append(f"--- {'a/' + file.old_path if file.old_path else '/dev/null'}")
            out.append(f"+++ {'b/' + file.new_path if file.new_path else '/dev/null'}")
            for hunk in file.hunks:
                out.append(hunk.header)
                out.extend(line.tag + line.text for line in hunk.lines)
        return "\n".join(out) + "\n" if out else ""


def compare_excerpts(
    old: Excerpt, new: Excerpt, *, whitespace: bool = True, context: int = 3
) -> Delta:
    """The delta from ``old`` to ``new``.

    A file that only moved has no delta; one that moved and changed is compared with the file it came from. With
    ``whitespace`` False, lines that differ in white space only, blank lines and re-wrapped lines are no change (context
    then shows the new text). ``context`` is the number of unchanged lines around a change, never across a gap.
    """
    files = []
    for before, after in _pairs(old.files, new.files):
        file = _file_delta(before, after, whitespace, context)
        if file.hunks:
            files.append(file)
    return Delta(tuple(files))


def _file_delta(
    before: FileExcerpt | None, after: FileExcerpt | None, whitespace: bool, context: int
) -> FileDelta:
    old, new = _numbered(before), _numbered(after)
    lines = tuple(_diff(old, new, whitespace) if whitespace else _spaced_diff(old, new))
    return FileDelta(before, after, tuple(_hunks(lines, before, after, context)))


def _pairs(
    old: Sequence[FileExcerpt], new: Sequence[FileExcerpt]
) -> Iterator[tuple[FileExcerpt | None, FileExcerpt | None]]:
    """Which part came from which: same path, else same kept text, else most lines in common. Order: new, then what is gone."""
    left = {part.path: part for part in old}
    match = {part.path: left.pop(part.path) for part in new if part.path in left}
    open_parts = [part for part in new if part.path not in match and part.kept_lines]
    alike = sorted(
        (
            (-_likeness(before.kept_lines, after.kept_lines), i, j)
            for i, after in enumerate(open_parts)
            for j, before in enumerate(left.values())
        ),
    )
    candidates = list(left.values())
    for score, i, j in alike:
        if -score >= _ALIKE and open_parts[i].path not in match and candidates[j].path in left:
            match[open_parts[i].path] = left.pop(candidates[j].path)
    for part in new:
        yield match.get(part.path), part
    for part in left.values():
        yield part, None


def _likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """Share of common lines, 0 to 1; 1 only when the text is the same."""
    if not old or not new:
        return 0.0
    if tuple(old) == tuple(new):
        return 1.0
    common = (
        Counter(line for line in old if line.strip())
        & Counter(line for line in new if line.strip())
    ).total()
    return min(0.99, 2 * common / (len(old) + len(new)))


def _numbered(part: FileExcerpt | None) -> list[tuple[int, str]]:
    if part is None:
        return []
    return [
        (number + 1, part.lines[number])
        for span in part.spans
        for number in range(span.start, span.stop)
    ]


def _stretches(part: FileExcerpt | None) -> dict[int, int]:
    """Which span each kept line number stands in: where it changes there is a gap."""
    return {
        number + 1: i
        for i, span in enumerate(part.spans if part else ())
        for number in range(span.start, span.stop)
    }


def _diff(
    old: list[tuple[int, str]], new: list[tuple[int, str]], whitespace: bool
) -> Iterator[DeltaLine]:
    left = [text if whitespace else _bare(text) for _, text in old]
    right = [text if whitespace else _bare(text) for _, text in new]
    done_left = done_right = 0
    for a, b, size in [*find_equal_stretches(left, right), (len(left), len(right), 0)]:
        if whitespace or "".join(left[done_left:a]) != "".join(right[done_right:b]):
            yield from (DeltaLine("-", text, number, 0) for number, text in old[done_left:a])
            yield from (DeltaLine("+", text, 0, number) for number, text in new[done_right:b])
        else:
            yield from (DeltaLine(" ", text, 0, number) for number, text in new[done_right:b])
        for (number, _), (other, text) in zip(old[a : a + size], new[b : b + size], strict=True):
            yield DeltaLine(" ", text, number, other)
        done_left, done_right = a + size, b + size


def _spaced_diff(old: list[tuple[int, str]], new: list[tuple[int, str]]) -> Iterator[DeltaLine]:
    """The diff without regard to white space. Blank lines would only mislead the matching; those of ``new`` are put back, as new
    where they stand between lines that are.
    """
    blank = [(number, text) for number, text in new if not text.strip()]
    filled_old = [item for item in old if item[1].strip()]
    filled_new = [item for item in new if item[1].strip()]
    if "".join(_bare(text) for _, text in filled_old) == "".join(
        _bare(text) for _, text in filled_new
    ):
        return
    above: Tag = " "
    for line in _diff(filled_old, filled_new, whitespace=False):
        while blank and line.new > blank[0][0]:
            number, text = blank.pop(0)
            yield DeltaLine("+" if above == line.tag == "+" else " ", text, 0, number)
        yield line
        above = line.tag
    yield from (DeltaLine(" ", text, 0, number) for number, text in blank)


def _bare(text: str) -> str:
    return strip_layout((text,))


def _hunks(
    lines: Sequence[DeltaLine], before: FileExcerpt | None, after: FileExcerpt | None, context: int
) -> Iterator[Hunk]:
    old_stretch, new_stretch = _stretches(before), _stretches(after)
    near = _near_changes(lines, context)
    old = new = seen_old = seen_new = 0
    group: list[DeltaLine] = []
    start = (0, 0)
    for index, line in enumerate(lines):
        gap_old = line.old and seen_old and old_stretch[line.old] != old_stretch[seen_old]
        gap_new = line.new and seen_new and new_stretch[line.new] != new_stretch[seen_new]
        if gap_old or gap_new:
            # The other side steps over its own gap a line later: that is the same gap, not a second one.
            seen_old = seen_new = 0
        if group and (gap_old or gap_new or not near[index]):
            yield from _hunk(start, group)
            group = []
        if near[index]:
            if not group:
                start = (old, new)
            group.append(line)
        old, new = line.old or old, line.new or new
        seen_old, seen_new = line.old or seen_old, line.new or seen_new
    yield from _hunk(start, group)


def _hunk(before: tuple[int, int], group: list[DeltaLine]) -> Iterator[Hunk]:
    """A hunk of ``group``, unless nothing in it changed (context that a gap cut off)."""
    if any(line.tag != " " for line in group):
        old = next((line.old for line in group if line.old), before[0])
        new = next((line.new for line in group if line.new), before[1])
        yield Hunk(old, new, tuple(group))


def _near_changes(lines: Sequence[DeltaLine], context: int) -> list[bool]:
    near = [False] * len(lines)
    for index, line in enumerate(lines):
        if line.tag != " ":
            for other in range(max(0, index - context), min(len(lines), index + context + 1)):
                near[other] = True
    return near


def _edited(lines: Iterable[DeltaLine]) -> int:
    total = 0
    for changed, group in groupby(lines, key=lambda line: line.tag != " "):
        if changed:
            tags = Counter(line.tag for line in group)
            total += max(tags["-"], tags["+"])
    return total


def _range(start: int, size: int) -> str:
    return str(start) if size == 1 else f"{start},{size}"


def find_enclosing_name(lines: Sequence[str], index: int) -> str:
    """Name of the top-level definition that line ``index`` belongs to, or "". Read from indentation, so that it
    works in any version, parsed or not.
    """
    opening = lines[index]
    if opening.startswith(("@", "#")):
        while index + 1 < len(lines) and lines[index].startswith(("@", "#")):
            index += 1
    while index > 0 and (not lines[index].strip() or lines[index][0] in " \t)]}"):
        index -= 1
    match = _DEFINITION.match(lines[index]) or _ASSIGNMENT.match(lines[index])
    return match.group(1) if match else ""
