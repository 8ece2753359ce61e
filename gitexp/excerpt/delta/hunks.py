"""Group the lines of a delta into hunks: what changed, with its surroundings."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from gitexp.excerpt.delta.delta import Hunk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.delta.delta import DeltaLine


def group_hunks(
    lines: Sequence[DeltaLine],
    old_file: FileExcerpt | None,
    new_file: FileExcerpt | None,
    context: int,
) -> tuple[Hunk, ...]:
    """Return the changed lines of two files with ``context`` unchanged lines around them, as hunks.

    A hunk never goes across hidden lines of either file.
    """
    gaps = _find_gaps(lines, old_file, new_file)
    groups = _group_near_changes(lines, gaps, context)
    # Hidden lines can cut context off its change.
    changed_groups = [group for group in groups if any(lines[index].is_change for index in group)]
    return tuple(_make_hunk(lines, group) for group in changed_groups)


def _group_near_changes(
    lines: Sequence[DeltaLine], gaps: Collection[int], context: int
) -> list[range]:
    """Return runs of indexes of lines near a change; a run ends before each of the ``gaps``."""
    groups: list[range] = []
    for index in _list_near_changes(lines, context):
        if groups and groups[-1].stop == index and index not in gaps:
            groups[-1] = range(groups[-1].start, index + 1)
        else:
            groups.append(range(index, index + 1))
    return groups


def _list_near_changes(lines: Sequence[DeltaLine], context: int) -> list[int]:
    """Return the indexes of the changed lines and of ``context`` lines on both sides of each."""
    near: list[int] = []
    for index, line in enumerate(lines):
        if line.is_change:
            after_last = near[-1] + 1 if near else 0
            start = max(after_last, index - context)
            stop = min(len(lines), index + context + 1)
            near.extend(range(start, stop))
    return near


def _find_gaps(
    lines: Sequence[DeltaLine], old_file: FileExcerpt | None, new_file: FileExcerpt | None
) -> set[int]:
    """Return the indexes of the lines directly below hidden lines of one of the files."""
    old_spans, new_spans = _index_spans(old_file), _index_spans(new_file)
    gaps = set()
    old_above = new_above = 0
    for index, line in enumerate(lines):
        in_old = _is_gap(old_spans, old_above, line.old_number)
        in_new = _is_gap(new_spans, new_above, line.new_number)
        if in_old or in_new:
            gaps.add(index)
            # The other file steps over its own hidden lines a line later: the same gap.
            old_above = new_above = 0
        old_above = line.old_number or old_above
        new_above = line.new_number or new_above
    return gaps


def _index_spans(file: FileExcerpt | None) -> dict[int, int]:
    """Return for the number (from 1) of each kept line the index of its span."""
    indexes: dict[int, int] = {}
    spans = file.spans if file else ()
    for index, span in enumerate(spans):
        numbers = range(span.start + 1, span.stop + 1)
        indexes.update(dict.fromkeys(numbers, index))
    return indexes


def _is_gap(spans: Mapping[int, int], above: int, number: int) -> bool:
    """Return True if two lines of a file are in different spans; 0 stands for no line."""
    return above > 0 and number > 0 and spans[above] != spans[number]


def _make_hunk(lines: Sequence[DeltaLine], group: range) -> Hunk:
    """Return the hunk of a run of lines, numbered as a unified diff numbers it."""
    old_start = _find_start(lines, group, lambda line: line.old_number)
    new_start = _find_start(lines, group, lambda line: line.new_number)
    return Hunk(old_start, new_start, tuple(lines[group.start : group.stop]))


def _find_start(
    lines: Sequence[DeltaLine], group: range, read_number: Callable[[DeltaLine], int]
) -> int:
    """Return the first number of a run of lines in one file; of a run that has none the last above."""
    indexes_above = reversed(range(group.start))
    for index in chain(group, indexes_above):
        number = read_number(lines[index])
        if number:
            return number
    return 0
