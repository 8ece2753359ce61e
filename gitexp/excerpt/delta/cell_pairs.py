"""Which code cell of the old version is which of the new one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.lines.align import NO_PARTNER, find_longest_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.fates import FilePair, FileSide
    from gitexp.excerpt.parse.cells.cell import Cell


class CellPlace(NamedTuple):
    """A code cell of one version: its position among them, from 0. ``partner`` is the position of the
    same cell in the other version, or -1. ``is_moved``: it changed places with others.
    """

    position: int
    partner: int
    is_moved: bool = False


class CellPairs(NamedTuple):
    """The code cells of two versions of a file, in order."""

    old: tuple[CellPlace, ...]
    new: tuple[CellPlace, ...]


def pair_cells(pair: FilePair) -> CellPairs:
    """Return the cells of two versions of a file, each with the same cell of the other version.

    Cells are the same that share statements, the most alike first; then those that have the same
    id; then those that stand alone between two that are the same. A cell that was joined to the one
    beside it has the same partner as that one.
    """
    old, new = pair.old, pair.new
    if not old.cells or not new.cells:
        return _make_pairs({}, len(old.cells), len(new.cells))
    partners = _match_by_statements(old, new)
    _match_by_id(old.cells, new.cells, partners)
    _match_by_place(len(old.cells), len(new.cells), partners)
    pairs = _make_pairs(partners, len(old.cells), len(new.cells))
    return pairs._replace(old=_find_joined(pairs.old, old, new))


def _match_by_statements(old: FileSide, new: FileSide) -> dict[int, int]:
    """Return for old cells the new cell that has most of their words, stayed or moved."""
    shared: Counter[tuple[int, int]] = Counter()
    old_sizes: Counter[int] = Counter()
    new_sizes: Counter[int] = Counter()
    for number, statement in enumerate(new.statements):
        new_sizes[new.owning_cells[number]] += len(statement.tokens)
    for number, statement in enumerate(old.statements):
        size = len(statement.tokens)
        old_cell = old.owning_cells[number]
        old_sizes[old_cell] += size
        partner = old.find_same(number, new)
        if partner != NO_PARTNER:
            shared[old_cell, new.owning_cells[partner]] += size
    likeness = []
    for (old_cell, new_cell), size in shared.items():
        share = 2 * size / (old_sizes[old_cell] + new_sizes[new_cell])
        is_in_cells = NO_PARTNER not in (old_cell, new_cell)
        if is_in_cells and share >= thresholds.SAME_CELL:
            likeness.append((-share, abs(old_cell - new_cell), old_cell, new_cell))
    partners: dict[int, int] = {}
    taken = set()
    for _, _, old_cell, new_cell in sorted(likeness):
        if old_cell not in partners and new_cell not in taken:
            partners[old_cell] = new_cell
            taken.add(new_cell)
    return partners


def _match_by_id(
    old_cells: Sequence[Cell], new_cells: Sequence[Cell], partners: dict[int, int]
) -> None:
    """Add the cells that have the same id. Ids that only count (``0``, ``1``) say nothing."""
    taken = set(partners.values())
    new_indexes = {cell.id: index for index, cell in enumerate(new_cells)}
    for old_index, cell in enumerate(old_cells):
        new_index = new_indexes.get(cell.id, NO_PARTNER)
        is_telling = bool(cell.id) and not cell.id.isdigit()
        is_free = old_index not in partners and new_index not in taken
        if is_telling and new_index != NO_PARTNER and is_free:
            partners[old_index] = new_index
            taken.add(new_index)


def _match_by_place(old_count: int, new_count: int, partners: dict[int, int]) -> None:
    """Add the cells that stand alone, in both versions, between two that are the same."""
    taken = set(partners.values())
    sides = {-1: -1, **partners, old_count: new_count}
    for old_index in range(old_count):
        if old_index in partners:
            continue
        above, below = sides.get(old_index - 1), sides.get(old_index + 1)
        if above is None or below is None or below - above != 2 or above + 1 in taken:
            continue
        partners[old_index] = above + 1


def _make_pairs(partners: dict[int, int], old_count: int, new_count: int) -> CellPairs:
    """Return the cells of both versions from the partners of the old ones."""
    staying = dict(find_longest_series(sorted(partners.items())))
    old_places = [CellPlace(index, NO_PARTNER) for index in range(old_count)]
    new_places = [CellPlace(index, NO_PARTNER) for index in range(new_count)]
    for old_index, new_index in partners.items():
        is_moved = old_index not in staying
        old_places[old_index] = CellPlace(old_index, new_index, is_moved)
        new_places[new_index] = CellPlace(new_index, old_index, is_moved)
    return CellPairs(tuple(old_places), tuple(new_places))


def _find_joined(
    places: tuple[CellPlace, ...], old: FileSide, new: FileSide
) -> tuple[CellPlace, ...]:
    """Return the old cells, those that were joined to a cell beside them with its partner."""
    joined = list(places)
    old_words = _count_words(old)
    new_words = _count_words(new)
    for index, place in enumerate(places):
        size = old_words[index].total()
        if place.partner != NO_PARTNER or size < thresholds.JOINED_WORDS:
            continue
        for beside in (index - 1, index + 1):
            partner = joined[beside].partner if 0 <= beside < len(joined) else NO_PARTNER
            shared = old_words[index] & new_words[partner]
            if partner != NO_PARTNER and shared.total() >= thresholds.JOINED_CELL * size:
                joined[index] = CellPlace(index, partner)
                break
    return tuple(joined)


def _count_words(side: FileSide) -> defaultdict[int, Counter[str]]:
    """Return by cell the words of its statements that the other version does not have as they are."""
    words: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for number, statement in enumerate(side.statements):
        if side.partners[number] == NO_PARTNER and number not in side.moved:
            words[side.owning_cells[number]].update(token.key for token in statement.tokens)
    return words
