"""Compare the files of two excerpts, line by line."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.delta import Delta, DeltaLine, FileDelta
from gitexp.excerpt.delta.hunks import group_hunks
from gitexp.excerpt.lines.align import NO_PARTNER, match_equal_lines
from gitexp.excerpt.lines.layout import strip_layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.delta.delta import Tag


CONTEXT = 3
"""Unchanged lines around a change in a plain diff, as in git's."""


class _NumberedLine(NamedTuple):
    """A kept line of a file; ``number`` counts from 1 in the whole file."""

    number: int
    text: str


def compare_file_pairs(
    pairs: Iterable[tuple[FileExcerpt | None, FileExcerpt | None]],
    *,
    whitespace: bool = True,
    context: int = CONTEXT,
) -> Delta:
    """Return the plain delta of pairs of files, the old one first; None where there is none.

    With ``whitespace`` False, lines that differ in white space only, blank lines and re-wrapped
    lines are no change (context then shows the new text). ``context`` is the number of unchanged
    lines around a change, never across hidden lines.
    """
    files = []
    for old_file, new_file in pairs:
        lines = compare_files(old_file, new_file, whitespace=whitespace)
        hunks = group_hunks(lines, old_file, new_file, context)
        if hunks:
            files.append(FileDelta(old_file, new_file, hunks))
    return Delta(tuple(files))


def compare_files(
    old_file: FileExcerpt | None, new_file: FileExcerpt | None, *, whitespace: bool
) -> list[DeltaLine]:
    """Return all kept lines of two versions of a file in one order, each with what became of it.

    Lines that are gone stand before those that came in their place. Without regard to
    ``whitespace`` the list is empty where the two versions differ in layout only, and blank lines
    that are gone are not in it.
    """
    old_lines, new_lines = _list_kept_lines(old_file), _list_kept_lines(new_file)
    if whitespace:
        return list(_compare_text(old_lines, new_lines))
    return list(_compare_without_layout(old_lines, new_lines))


def _list_kept_lines(file: FileExcerpt | None) -> list[_NumberedLine]:
    if file is None:
        return []
    return [_NumberedLine(number + 1, file.lines[number]) for number in file.kept_numbers]


def _compare_text(
    old_lines: Sequence[_NumberedLine], new_lines: Sequence[_NumberedLine]
) -> Iterator[DeltaLine]:
    """Yield the lines of both sides; only lines that are equal to the letter are unchanged."""
    old_texts = [line.text for line in old_lines]
    new_texts = [line.text for line in new_lines]
    partners = match_equal_lines(old_texts, new_texts)
    return _interleave(old_lines, new_lines, partners, _replace)


def _compare_without_layout(
    old_lines: Sequence[_NumberedLine], new_lines: Sequence[_NumberedLine]
) -> Iterator[DeltaLine]:
    """Yield the lines of both sides; what differs in layout only is unchanged.

    Blank lines would only mislead the comparison. Those of the new side are put back after it.
    """
    old_filled = [line for line in old_lines if line.text.strip()]
    new_filled = [line for line in new_lines if line.text.strip()]
    old_texts, new_texts = _strip_each(old_filled), _strip_each(new_filled)
    if "".join(old_texts) == "".join(new_texts):
        return iter(())
    partners = match_equal_lines(old_texts, new_texts)
    lines = _interleave(old_filled, new_filled, partners, _replace_unless_rewrapped)
    new_blank = [line for line in new_lines if not line.text.strip()]
    return _put_back_blank_lines(lines, new_blank)


def _interleave(
    old_lines: Sequence[_NumberedLine],
    new_lines: Sequence[_NumberedLine],
    partners: Sequence[int],
    replace: Callable[[Sequence[_NumberedLine], Sequence[_NumberedLine]], Iterator[DeltaLine]],
) -> Iterator[DeltaLine]:
    """Yield the lines of both sides in one order.

    ``partners``: for each old line the index of the same new line, or -1. ``replace`` says what
    became of the lines without a partner between two others.
    """
    old_start = new_start = 0
    for old_index, new_index in enumerate(partners):
        if new_index == NO_PARTNER:
            continue
        if old_start < old_index or new_start < new_index:
            yield from replace(old_lines[old_start:old_index], new_lines[new_start:new_index])
        new_line = new_lines[new_index]
        yield DeltaLine(" ", new_line.text, old_lines[old_index].number, new_line.number)
        old_start, new_start = old_index + 1, new_index + 1
    yield from replace(old_lines[old_start:], new_lines[new_start:])


def _replace(
    old_lines: Sequence[_NumberedLine], new_lines: Sequence[_NumberedLine]
) -> Iterator[DeltaLine]:
    """Yield old lines as removed, then new lines as added."""
    for line in old_lines:
        yield DeltaLine("-", line.text, line.number, 0)
    for line in new_lines:
        yield DeltaLine("+", line.text, 0, line.number)


def _replace_unless_rewrapped(
    old_lines: Sequence[_NumberedLine], new_lines: Sequence[_NumberedLine]
) -> Iterator[DeltaLine]:
    """Yield old lines as removed and new ones as added; the new ones as unchanged where the same
    text is only broken into lines in another way.
    """
    if "".join(_strip_each(old_lines)) != "".join(_strip_each(new_lines)):
        yield from _replace(old_lines, new_lines)
        return
    for line in new_lines:
        yield DeltaLine(" ", line.text, 0, line.number)


def _put_back_blank_lines(
    lines: Iterable[DeltaLine], blank_lines: Iterable[_NumberedLine]
) -> Iterator[DeltaLine]:
    """Yield lines and the blank lines of the new side in their order.

    A blank line is new where it stands between two lines that are, else it is unchanged.
    """
    waiting = deque(blank_lines)
    tag_above: Tag = " "
    for line in lines:
        is_between_new = tag_above == line.tag == "+"
        while waiting and waiting[0].number < line.new_number:
            blank = waiting.popleft()
            yield DeltaLine("+" if is_between_new else " ", blank.text, 0, blank.number)
        yield line
        tag_above = line.tag
    for blank in waiting:
        yield DeltaLine(" ", blank.text, 0, blank.number)


def _strip_each(lines: Iterable[_NumberedLine]) -> list[str]:
    return [strip_layout((line.text,)) for line in lines]
