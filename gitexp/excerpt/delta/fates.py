"""What became of each statement of two files: which stayed, moved, or came into reach.

The plain diff decides first: two statements whose lines it holds for unchanged are partners. What
it holds for changed is looked for in the whole other file, hidden lines included, because a line
that both files hold is no change, whatever the filter reaches.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.cells import find_borders, find_owners, list_code_cells
from gitexp.excerpt.delta.statements import read_layout
from gitexp.excerpt.delta.units import find_units
from gitexp.excerpt.lines.align import NO_PARTNER, match_equal_lines
from gitexp.excerpt.lines.layout import strip_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.delta.delta import DeltaLine, Tag
    from gitexp.excerpt.delta.reading_delta import FoldKind
    from gitexp.excerpt.delta.statements import Statement
    from gitexp.excerpt.parse.cells.cell import Cell


class FileSide:
    """One version of one file: its statements, their units, which are kept, what changed.

    ``partners``: for each statement the equal one that stands opposite in the other version, or -1;
    ``moved``: those that stand in another place there. ``fates`` says of a statement why it is no
    change. ``destinations``: of an old statement that is
    kept in both versions the new one, where they do not stand opposite each other. ``cells`` are the
    code cells.
    """

    def __init__(self, file: FileExcerpt | None, changed: Iterable[DeltaLine], tag: Tag) -> None:
        self.file = file
        self.path = file.path if file else ""
        self.lines = file.lines if file else ()
        borders = find_borders(file) if file else ()
        self.layout = read_layout(self.path, self.lines, borders)
        self.statements = self.layout.statements
        self.units = find_units(self.path, self.lines, borders)
        self.kept_lines = frozenset(file.kept_numbers) if file else frozenset()
        self.partners = [NO_PARTNER] * len(self.statements)
        self.moved: set[int] = set()
        self.fates: dict[int, FoldKind] = {}
        self.destinations: dict[int, tuple[FileSide, int]] = {}
        self.changed: dict[int, DeltaLine] = {}
        for line in changed:
            if line.tag == tag:
                number = line.old_number if tag == "-" else line.new_number
                self.changed[number - 1] = line

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The code cells, in the order in which they are counted; none of a plain script."""
        return list_code_cells(self.file) if self.file else ()

    @cached_property
    def owning_cells(self) -> list[int]:
        """The index of the cell of each statement, or -1."""
        return find_owners(self.cells, (statement.start for statement in self.statements))

    def find_same(self, index: int, new: FileSide) -> int:
        """Return the new statement that an old one is, in its place or in another, or -1."""
        side, number = self.destinations.get(index, (new, self.partners[index]))
        return number if side is new else NO_PARTNER

    def is_kept(self, index: int) -> bool:
        """Return True if a line with code of a statement is kept."""
        return index in self._kept_indexes

    @cached_property
    def _kept_indexes(self) -> frozenset[int]:
        indexes = set()
        for index, statement in enumerate(self.statements):
            # Most statements of a file have no kept line: that is told by the range alone.
            if self.kept_lines.isdisjoint(range(statement.start, statement.stop)):
                continue
            if any(number in self.kept_lines for number in self._list_code_numbers(index)):
                indexes.add(index)
        return frozenset(indexes)

    def is_cut(self, index: int) -> bool:
        """Return True if a line with code of a statement is not kept."""
        return any(number not in self.kept_lines for number in self._list_code_numbers(index))

    def _list_code_numbers(self, index: int) -> Iterator[int]:
        """Yield the numbers of the lines with code of a statement."""
        statement = self.statements[index]
        for number in range(statement.start, statement.stop):
            if self.layout.kinds[number] == "code":
                yield number

    def list_kept(self) -> Iterator[int]:
        """Yield the indexes of the kept statements, in order."""
        yield from sorted(self._kept_indexes)

    def list_changed_lines(self, index: int) -> list[DeltaLine]:
        """Return the lines with code of a statement that the plain diff holds for changed."""
        numbers = self._list_code_numbers(index)
        return [self.changed[number] for number in numbers if number in self.changed]

    def read_kept_text(self, index: int) -> list[str]:
        """Return the kept lines of a statement."""
        statement = self.statements[index]
        numbers = range(statement.start, statement.stop)
        return [self.lines[number] for number in numbers if number in self.kept_lines]

    def is_unpaired(self, index: int) -> bool:
        """Return True if a statement has no partner yet, in its place or in another."""
        return self.partners[index] == NO_PARTNER and index not in self.moved

    def is_real(self, index: int) -> bool:
        """Return True if a kept statement is in no other place of the other version."""
        return index not in self.fates and self.partners[index] == NO_PARTNER

    def make_keys(self, start: int, stop: int, *, with_level: bool) -> list[str]:
        """Return texts of some statements that are equal for equal ones."""
        statements = self.statements[start:stop]
        if not with_level:
            return [statement.key for statement in statements]
        return [f"{statement.level}\0{statement.key}" for statement in statements]


class FilePair(NamedTuple):
    """Two versions of a file. ``number`` counts the files of the plain diff from 0."""

    number: int
    old: FileSide
    new: FileSide


class _Gap(NamedTuple):
    """Statements between two pairs of partners: half-open, in the old file and in the new one."""

    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def pair_statements(pair: FilePair, unchanged: Iterable[DeltaLine]) -> None:
    """Find the partner of each statement, and say what became of those that are no change.

    ``unchanged``: the lines that the plain diff holds for unchanged.
    """
    _pair_unchanged(pair, unchanged)
    _pair_in_gaps(pair, with_level=True)
    indented = _pair_in_gaps(pair, with_level=False)
    for old_index, new_index in enumerate(pair.old.partners):
        if new_index != NO_PARTNER:
            _tell_fate(pair, old_index, new_index, is_indented=old_index in indented)


def pair_moved(pairs: Sequence[FilePair]) -> None:
    """Find statements that stand in another place of any file, and say so on both sides."""
    places: dict[str, list[tuple[FilePair, int]]] = defaultdict(list)
    for pair in pairs:
        for index in _list_unpaired(pair.new):
            places[pair.new.statements[index].key].append((pair, index))
    old_counts: dict[str, int] = defaultdict(int)
    for pair in pairs:
        for index in _list_unpaired(pair.old):
            old_counts[pair.old.statements[index].key] += 1
    for pair in pairs:
        index = 0
        while index < len(pair.old.statements):
            index += max(1, _move_longest_run(pair, index, places, old_counts))


def _list_unpaired(side: FileSide) -> list[int]:
    return [index for index in range(len(side.statements)) if side.is_unpaired(index)]


def _pair_unchanged(pair: FilePair, unchanged: Iterable[DeltaLine]) -> None:
    """Make partners of statements whose lines are all unchanged, each with its line."""
    old, new = pair.old, pair.new
    line_partners = {
        line.old_number - 1: line.new_number - 1
        for line in unchanged
        if line.old_number and line.new_number
    }
    for index, statement in enumerate(old.statements):
        first = line_partners.get(statement.start)
        if first is None:
            continue
        partner = new.layout.owners[first]
        if partner == NO_PARTNER:
            continue
        other = new.statements[partner]
        length = statement.stop - statement.start
        if old.units[index].name != new.units[partner].name:
            # ``return x`` of another definition, which is still in its place.
            continue
        is_same_place = other.start == first and other.stop - other.start == length
        if is_same_place and other.key == statement.key and other.level == statement.level:
            offsets = range(length)
            if all(
                line_partners.get(statement.start + offset) == first + offset for offset in offsets
            ):
                old.partners[index], new.partners[partner] = partner, index


def _pair_in_gaps(pair: FilePair, *, with_level: bool) -> set[int]:
    """Make partners of equal statements between two pairs; return those of the old file."""
    old, new = pair.old, pair.new
    paired = set()
    for gap in _list_gaps(pair):
        old_keys = old.make_keys(gap.old_start, gap.old_stop, with_level=with_level)
        new_keys = new.make_keys(gap.new_start, gap.new_stop, with_level=with_level)
        for offset, partner in enumerate(match_equal_lines(old_keys, new_keys)):
            if partner != NO_PARTNER:
                old_index, new_index = gap.old_start + offset, gap.new_start + partner
                old.partners[old_index], new.partners[new_index] = new_index, old_index
                paired.add(old_index)
    return paired


def _list_gaps(pair: FilePair) -> list[_Gap]:
    """Return the stretches between partners in which both files have statements."""
    gaps = []
    old_start = new_start = 0
    ends = [*enumerate(pair.old.partners), (len(pair.old.statements), len(pair.new.statements))]
    for old_index, new_index in ends:
        if new_index == NO_PARTNER:
            continue
        if old_start < old_index and new_start < new_index:
            gaps.append(_Gap(old_start, old_index, new_start, new_index))
        old_start, new_start = old_index + 1, new_index + 1
    return gaps


def _tell_fate(pair: FilePair, old_index: int, new_index: int, *, is_indented: bool) -> None:
    """Say what became of two partners that the plain diff holds for changed."""
    old, new = pair.old, pair.new
    old_kept, new_kept = old.is_kept(old_index), new.is_kept(new_index)
    if old_kept and not new_kept:
        old.fates[old_index] = "unused"
    elif new_kept and not old_kept:
        new.fates[new_index] = "used"
    elif old_kept and new_kept:
        if old.is_cut(old_index) != new.is_cut(new_index):
            # The filter reaches a part of the statement in one version, and all in the other.
            if old.list_changed_lines(old_index):
                old.fates[old_index] = "unused"
            if new.list_changed_lines(new_index):
                new.fates[new_index] = "used"
            return
        old_text, new_text = old.read_kept_text(old_index), new.read_kept_text(new_index)
        kind: FoldKind
        if is_indented:
            kind = "indented"
        elif strip_layout(old_text) == strip_layout(new_text):
            kind = "layout"
        else:
            kind = _tell_difference(old_text, new_text)
        if old.list_changed_lines(old_index) or is_indented:
            old.fates[old_index] = kind
            old.destinations[old_index] = (new, new_index)
        if new.list_changed_lines(new_index) or is_indented:
            new.fates[new_index] = kind


def _tell_difference(old_text: Sequence[str], new_text: Sequence[str]) -> FoldKind:
    """Return how two texts of one statement differ: in a comment, or in layout."""
    has_comment = any("#" in line for line in (*old_text, *new_text))
    return "comment" if has_comment else "layout"


def _move_longest_run(
    pair: FilePair,
    index: int,
    places: dict[str, list[tuple[FilePair, int]]],
    old_counts: dict[str, int],
) -> int:
    """Make partners of the longest run that begins at an old statement; return its length."""
    old = pair.old
    if not old.is_unpaired(index):
        return 0
    best: tuple[FilePair, int, int] | None = None
    for new_pair, new_index in places.get(old.statements[index].key, ()):
        length = _measure_run(old, index, new_pair.new, new_index)
        if length and (best is None or length > best[2]):
            best = (new_pair, new_index, length)
    if best is None:
        return 0
    new_pair, new_index, length = best
    run = old.statements[index : index + length]
    stays = old.units[index].name == new_pair.new.units[new_index].name
    if not _is_telling(run, old_counts, places, stays=stays):
        return 0
    for offset in range(length):
        _move(pair, index + offset, new_pair, new_index + offset)
    return length


def _measure_run(old: FileSide, old_index: int, new: FileSide, new_index: int) -> int:
    """Return how many statements from two places on are equal, unpaired and as deep."""
    shift = new.statements[new_index].level - old.statements[old_index].level
    length = 0
    while old_index + length < len(old.statements) and new_index + length < len(new.statements):
        old_place, new_place = old_index + length, new_index + length
        if not old.is_unpaired(old_place) or not new.is_unpaired(new_place):
            break
        left, right = old.statements[old_place], new.statements[new_place]
        if left.key != right.key or right.level - left.level != shift:
            break
        length += 1
    return length


def _is_telling(
    run: Sequence[Statement],
    old_counts: dict[str, int],
    places: dict[str, list[tuple[FilePair, int]]],
    *,
    stays: bool,
) -> bool:
    """Return True if a run is long or rare enough to be the same code.

    A rare run of any length is, if it ``stays`` in its definition or is one by itself.
    """
    size = sum(len(statement.tokens) for statement in run)
    if len(run) > 1 and size >= thresholds.MOVED_RUN_WORDS:
        return True
    is_rare = all(
        old_counts[statement.key] == 1 and len(places[statement.key]) == 1 for statement in run
    )
    return is_rare and (stays or size >= thresholds.MOVED_WORDS)


def _move(old_pair: FilePair, old_index: int, new_pair: FilePair, new_index: int) -> None:
    old, new = old_pair.old, new_pair.new
    old.moved.add(old_index)
    new.moved.add(new_index)
    old_kept, new_kept = old.is_kept(old_index), new.is_kept(new_index)
    kind: FoldKind = "moved"
    if old_kept and new_kept and old.statements[old_index].first_word in ("import", "from"):
        kind = "imports"
    if old_kept and new_kept:
        old.destinations[old_index] = (new, new_index)
    if old_kept:
        old.fates[old_index] = kind if new_kept else "unused"
    if new_kept:
        new.fates[new_index] = kind if old_kept else "used"
