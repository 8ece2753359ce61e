"""Which definition of the old version is which of the new one: by name, moved, or renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.cell_pairs import pair_cells
from gitexp.excerpt.delta.edits import Place, is_constant
from gitexp.excerpt.delta.units import NAMELESS, Unit
from gitexp.excerpt.lines.align import NO_PARTNER
from gitexp.excerpt.lines.likeness import measure_similarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.excerpt.delta.cell_pairs import CellPlace
    from gitexp.excerpt.delta.fates import FilePair, FileSide


class UnitKey(NamedTuple):
    """A definition of one version: the index of its file pair, and its name."""

    file: int
    name: str


class UnitSide:
    """One version of a definition: its kept statements, in order."""

    def __init__(
        self, key: UnitKey, unit: Unit, path: str, cell: CellPlace | None, *, is_old: bool
    ) -> None:
        self.key = key
        self.unit = unit
        self.path = path
        self.cell = cell
        self.is_old = is_old
        self.places: list[Place] = []

    @property
    def is_lone_cell(self) -> bool:
        """True for a cell that the other version does not have, unless all of it stands elsewhere."""
        if self.cell is None or self.cell.partner != NO_PARTNER:
            return False
        return any(place.is_real for place in self.places)

    @property
    def is_gone_cell(self) -> bool:
        """True for a cell of the old version that is not in the new one."""
        return self.is_old and self.cell is not None and self.cell.partner == NO_PARTNER

    @property
    def is_touched(self) -> bool:
        """True if something became of one of its statements."""
        return any(
            place.side.is_real(place.number) or place.number in place.side.fates
            for place in self.places
        )

    @property
    def text(self) -> list[str]:
        """Its kept lines."""
        lines: list[str] = []
        for place in self.places:
            lines += place.side.read_kept_text(place.number)
        return lines

    @property
    def header(self) -> Place:
        """The statement that opens it, below its decorators."""
        for place in self.places:
            if place.statement.first_word != "@":
                return place
        return self.places[0]

    @property
    def has_told_head(self) -> bool:
        """True if the name tells the line that opens it.

        It does not of an item of a list in a settings file: ``list.1`` for ``- name: adam``.
        """
        return self.unit.has_head and not self.simple_name.isdigit()

    @property
    def simple_name(self) -> str:
        """The name without the names of what encloses it."""
        return self.key.name.rpartition(".")[2]


class UnitPair(NamedTuple):
    """The two versions of a definition; None where it is not in that version of any file."""

    old: UnitSide | None
    new: UnitSide | None
    newest: UnitSide
    """The new version, or the old one of what is gone."""

    @property
    def is_gone(self) -> bool:
        """True for a function, class or cell that is in no file of the new version."""
        if self.new is not None:
            return False
        if self.newest.cell is not None:
            return self.newest.is_lone_cell
        if not self.newest.unit.has_head:
            return False
        header = self.newest.header
        return header.side.is_real(header.number)

    @property
    def is_renamed(self) -> bool:
        """True if the name differs."""
        return bool(self.old and self.new and self.old.key.name != self.new.key.name)

    @property
    def is_new(self) -> bool:
        """True for what the old version does not have: then its header is new too."""
        if self.new is None or self.old is not None:
            return False
        if self.new.cell is not None:
            return self.new.is_lone_cell
        return self.new.header.is_real

    @property
    def is_moved_cell(self) -> bool:
        """True for a cell that changed places with others."""
        cell = self.new.cell if self.new else None
        return cell is not None and cell.is_moved

    @property
    def is_moved(self) -> bool:
        """True if it stands in another file, one that did not come from the old one."""
        return bool(self.old and self.new and self.old.key.file != self.new.key.file)


def pair_units(pairs: Sequence[FilePair]) -> list[UnitPair]:
    """Return the definitions in which something changed, in the order of the code.

    What is gone stands behind the others of its file.
    """
    cell_files = {pair.number: _CellFile(pair) for pair in pairs}
    old_sides = _collect(pairs, cell_files, is_old=True)
    new_sides = _collect(pairs, cell_files, is_old=False)
    old_names = _list_names(pairs, is_old=True)
    new_names = _list_names(pairs, is_old=False)
    gone = {key: side for key, side in old_sides.items() if key not in new_names}
    fresh = {key: side for key, side in new_sides.items() if key not in old_names}
    partners = _match(gone, fresh)
    _join_methods(old_sides, set(gone) - set(partners.values()))
    _join_methods(new_sides, set(fresh) - set(partners))
    result = []
    for key, new_side in new_sides.items():
        old_side = old_sides.pop(partners.get(key, key), None)
        result.append(UnitPair(old_side, new_side, new_side))
    result += [UnitPair(old_side, None, old_side) for old_side in old_sides.values()]
    result.sort(key=lambda pair: pair.newest.key.file)
    return [pair for pair in result if _is_touched(pair)]


def _is_touched(pair: UnitPair) -> bool:
    sides = [side for side in (pair.old, pair.new) if side is not None]
    return any(side.is_touched for side in sides)


class _CellFile:
    """The cells of a file pair, and the assignments that are told without their cell."""

    def __init__(self, pair: FilePair) -> None:
        self._cells = pair_cells(pair)
        self._values = _list_values(pair.old) & _list_values(pair.new)

    def find_cell(self, side: FileSide, index: int, *, is_old: bool) -> CellPlace | None:
        """Return the cell that a statement is told with; None where it stands by itself.

        A value that changed is one, wherever the versions assign it.
        """
        owner = side.owning_cells[index]
        unit = side.units[index]
        if owner == NO_PARTNER or unit.kind not in ("code", "assignment"):
            return None
        if unit.name in self._values and _is_new_value(side, index):
            return None
        return (self._cells.old if is_old else self._cells.new)[owner]


def _list_values(side: FileSide) -> set[str]:
    """Return the names to which a version assigns a value at the margin."""
    return {side.units[index].name for index in side.list_kept() if _is_new_value(side, index)}


def _is_new_value(side: FileSide, index: int) -> bool:
    """Return True for an assignment of literals or of a name that the other version does not have.

    ``FILTERS = 50`` and ``encode = encode_tcn`` are such.
    """
    statement = side.statements[index]
    if side.units[index].kind != "assignment" or not side.is_real(index):
        return False
    is_name = statement.tokens[-1].kind == "name" and statement.tokens[-2].key == "="
    return is_constant(statement) or is_name


def _collect(
    pairs: Sequence[FilePair], cell_files: Mapping[int, _CellFile], *, is_old: bool
) -> dict[UnitKey, UnitSide]:
    """Return the definitions of one version with their kept statements, in the order of the code."""
    sides: dict[UnitKey, UnitSide] = {}
    for pair in pairs:
        side: FileSide = pair.old if is_old else pair.new
        for index in side.list_kept():
            unit = side.units[index]
            cell = cell_files[pair.number].find_cell(side, index, is_old=is_old)
            if cell is not None:
                unit = _name_cell(cell, is_old=is_old)
            key = UnitKey(pair.number, unit.name)
            if key not in sides:
                sides[key] = UnitSide(key, unit, side.path, cell, is_old=is_old)
            sides[key].places.append(Place(pair.number, side, index))
    return sides


def _name_cell(cell: CellPlace, *, is_old: bool) -> Unit:
    """Return a cell as a unit. The same cell of both versions has one name."""
    if not is_old:
        name = f"cell {cell.position}"
    elif cell.partner != NO_PARTNER:
        name = f"cell {cell.partner}"
    else:
        name = f"old cell {cell.position}"
    return Unit(NAMELESS + name, "cell")


def _list_names(pairs: Sequence[FilePair], *, is_old: bool) -> set[UnitKey]:
    """Return the names of all definitions of one version, hidden ones too."""
    names: set[UnitKey] = set()
    for pair in pairs:
        side = pair.old if is_old else pair.new
        names.update(UnitKey(pair.number, unit.name) for unit in side.units)
    return names


def _match(gone: dict[UnitKey, UnitSide], fresh: dict[UnitKey, UnitSide]) -> dict[UnitKey, UnitKey]:
    """Return for the key of a new definition that of the one it came from, the most alike first."""
    scored = []
    for new_rank, (new_key, new_side) in enumerate(fresh.items()):
        for old_rank, (old_key, old_side) in enumerate(gone.items()):
            score = _score(old_side, new_side)
            if score:
                scored.append((-score, new_rank, old_rank, new_key, old_key))
    scored.sort()
    partners: dict[UnitKey, UnitKey] = {}
    taken = set()
    for _, _, _, new_key, old_key in scored:
        if new_key not in partners and old_key not in taken:
            partners[new_key] = old_key
            taken.add(old_key)
    return partners


def _score(old: UnitSide, new: UnitSide) -> float:
    """Return how sure it is that two definitions are one, 0 where it is not."""
    if old.unit.kind != new.unit.kind or old.unit.kind in ("code", "imports", "cell"):
        return 0.0
    if old.key.name == new.key.name:
        return 2.0
    if not old.unit.has_head:
        return 0.0
    likeness = measure_similarity(old.text, new.text, (old.simple_name, new.simple_name))
    is_same_method = old.simple_name == new.simple_name
    least = thresholds.RENAMED_SAME_NAME if is_same_method else thresholds.RENAMED
    return likeness if likeness >= least else 0.0


def _join_methods(sides: dict[UnitKey, UnitSide], unpaired: set[UnitKey]) -> None:
    """Put the methods of a class that is new or gone as a whole into the class."""
    for key in [key for key in sides if key in unpaired]:
        name = key.name
        while "." in name:
            name = name.rpartition(".")[0]
            owner = UnitKey(key.file, name)
            if owner in sides and owner in unpaired and sides[owner].unit.kind == "class":
                sides[owner].places += sides.pop(key).places
                break
