"""Which definition of the old version is which of the new one: by name, moved, or renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.edits import Place
from gitexp.excerpt.lines.likeness import measure_similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.fates import FilePair, FileSide
    from gitexp.excerpt.delta.units import Unit


class UnitKey(NamedTuple):
    """A definition of one version: the index of its file pair, and its name."""

    file: int
    name: str


class UnitSide:
    """One version of a definition: its kept statements, in order."""

    def __init__(self, key: UnitKey, unit: Unit, path: str) -> None:
        self.key = key
        self.unit = unit
        self.path = path
        self.places: list[Place] = []

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
        """True for a function or class that is in no file of the new version."""
        if self.new is not None or not self.newest.unit.has_head:
            return False
        header = self.newest.header
        return header.side.is_real(header.number)

    @property
    def is_renamed(self) -> bool:
        """True if the name differs."""
        return bool(self.old and self.new and self.old.key.name != self.new.key.name)

    @property
    def is_moved(self) -> bool:
        """True if it stands in another file, one that did not come from the old one."""
        return bool(self.old and self.new and self.old.key.file != self.new.key.file)


def pair_units(pairs: Sequence[FilePair]) -> list[UnitPair]:
    """Return the definitions in which something changed, in the order of the code.

    What is gone stands behind the others of its file.
    """
    old_sides, new_sides = _collect(pairs, is_old=True), _collect(pairs, is_old=False)
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


def _collect(pairs: Sequence[FilePair], *, is_old: bool) -> dict[UnitKey, UnitSide]:
    """Return the definitions of one version with their kept statements, in the order of the code."""
    sides: dict[UnitKey, UnitSide] = {}
    for pair in pairs:
        side: FileSide = pair.old if is_old else pair.new
        for index in side.list_kept():
            unit = side.units[index]
            key = UnitKey(pair.number, unit.name)
            unit_side = sides.setdefault(key, UnitSide(key, unit, side.path))
            unit_side.places.append(Place(pair.number, side, index))
    return sides


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
    if old.unit.kind != new.unit.kind or old.unit.kind in ("code", "imports"):
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
