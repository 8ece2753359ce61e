"""Draft the change of one definition: its statements in one order, and what is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.edits import Place, Rewrite, pair_rewrites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.pairing import UnitPair
    from gitexp.excerpt.delta.reading_delta import FoldKind, PlainLine


class FoldedLines:
    """Lines of one fold while it grows, and the text of its statements."""

    def __init__(self) -> None:
        self.lines: list[PlainLine] = []
        self.texts: list[str] = []

    def add(self, place: Place) -> None:
        """Add the changed lines of a statement."""
        self.lines += place.plain_lines
        self.texts.append(
            " ".join(text.strip() for text in place.side.read_kept_text(place.number))
        )

    @property
    def size(self) -> int:
        """The number of lines, those that stand in both versions once."""
        removed = sum(plain.line.tag == "-" for plain in self.lines)
        return max(1, removed, len(self.lines) - removed)

    @property
    def only_text(self) -> str:
        """The text of the only statement; "" where there are several."""
        return self.texts[0] if len(set(self.texts)) == 1 else ""


class Draft:
    """A definition while it is read: unchanged statements and rewrites in order, and its folds."""

    def __init__(self, pair: UnitPair) -> None:
        self.pair = pair
        self.items: list[Place | Rewrite] = []
        self.folds: dict[FoldKind, FoldedLines] = {}
        self.head_lines: list[PlainLine] = []

    def fold(self, kind: FoldKind) -> FoldedLines:
        """Return the fold of a kind, made where it is not there yet."""
        return self.folds.setdefault(kind, FoldedLines())

    @property
    def rewrites(self) -> list[Rewrite]:
        """The statements that changed, came or went."""
        return [each for each in self.items if isinstance(each, Rewrite)]


def draft_definition(pair: UnitPair) -> Draft:
    """Return a definition with its statements in one order, and those that are no change folded."""
    draft = Draft(pair)
    for unit_side in (pair.old, pair.new):
        for place in unit_side.places if unit_side else ():
            fate = place.side.fates.get(place.number)
            if fate is not None and place.number not in place.side.destinations:
                draft.fold(fate).add(place)
    old_places = pair.old.places if pair.old else []
    new_places = pair.new.places if pair.new else []
    is_assignment = pair.newest.unit.kind == "assignment"
    old_start = new_start = 0
    for old_stop, new_stop in [*_list_anchors(pair), (len(old_places), len(new_places))]:
        old_gap = [place for place in old_places[old_start:old_stop] if place.is_real]
        new_gap = [place for place in new_places[new_start:new_stop] if place.is_real]
        if _say_the_same(old_gap, new_gap):
            for place in (*old_gap, *new_gap):
                draft.fold("layout").add(place)
        else:
            rewrites = pair_rewrites(old_gap, new_gap, is_assignment=is_assignment)
            draft.items += [rewrite for rewrite in rewrites if not _fold_equal(draft, rewrite)]
        if new_stop < len(new_places):
            draft.items.append(new_places[new_stop])
        old_start, new_start = old_stop + 1, new_stop + 1
    return draft


def _fold_equal(draft: Draft, rewrite: Rewrite) -> bool:
    """Fold a pair that says the same: its neighbours changed places. Return False for others."""
    if rewrite.both is None:
        return False
    old, new = rewrite.both
    if old.statement.key != new.statement.key:
        return False
    folded = draft.fold("moved" if old.statement.level == new.statement.level else "indented")
    folded.add(old)
    folded.add(new)
    return True


def _list_anchors(pair: UnitPair) -> list[tuple[int, int]]:
    """Return the places in both versions of statements that stayed, in order."""
    if pair.old is None or pair.new is None or pair.is_moved:
        return []
    new_places = {place.number: number for number, place in enumerate(pair.new.places)}
    anchors = []
    last = -1
    for number, place in enumerate(pair.old.places):
        partner = place.side.partners[place.number]
        new_number = new_places.get(partner, -1)
        if new_number > last:
            anchors.append((number, new_number))
            last = new_number
    return anchors


def _say_the_same(old: Sequence[Place], new: Sequence[Place]) -> bool:
    """Return True if the same text is only broken into statements in another way."""
    if not old or not new:
        return False
    if old[0].statement.level != new[0].statement.level:
        return False
    old_key = "\0".join(place.statement.key for place in old)
    return old_key == "\0".join(place.statement.key for place in new)


def index_sides(drafts: Iterable[Draft]) -> dict[tuple[int, int | None], Draft]:
    """Return the definition of each kept statement, by its side and index."""
    index: dict[tuple[int, int | None], Draft] = {}
    for draft in drafts:
        for unit_side in (draft.pair.old, draft.pair.new):
            for place in unit_side.places if unit_side else ():
                index[id(place.side), place.number] = draft
    return index
