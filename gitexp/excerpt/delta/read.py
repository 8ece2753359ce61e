"""Make the reading delta of two excerpts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Excerpt
from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.compare import CONTEXT, compare_files
from gitexp.excerpt.delta.delta import Delta, FileDelta
from gitexp.excerpt.delta.edits import (
    Place,
    Rewrite,
    are_rows_of_numbers,
    is_row_of_numbers,
    list_replacements,
    list_rows,
    make_edit,
    pair_rewrites,
    read_settings,
)
from gitexp.excerpt.delta.fates import FilePair, FileSide, pair_moved, pair_statements
from gitexp.excerpt.delta.files import pair_files
from gitexp.excerpt.delta.hunks import group_hunks
from gitexp.excerpt.delta.pairing import UnitKey, pair_units
from gitexp.excerpt.delta.reading import (
    QUIET_KINDS,
    Context,
    DefinitionChange,
    Edit,
    Fold,
    PlainLine,
    ReadingDelta,
    Setting,
)
from gitexp.excerpt.delta.units import IMPORTS
from gitexp.excerpt.lines.align import NO_PARTNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.edits import Replacement
    from gitexp.excerpt.delta.pairing import UnitPair, UnitSide
    from gitexp.excerpt.delta.reading import ChangeKind, Entry, FoldKind, Row

_FLIPS: tuple[FoldKind, ...] = ("unused", "used", "moved")
TOP_LEVEL = "top level"
"""Stands for the name of the code outside of any definition."""


def read_delta(old: Excerpt, new: Excerpt, *, context: int | None = None) -> ReadingDelta:
    """Return the reading delta from ``old`` to ``new``.

    ``context`` is the number of unchanged statements around a change; by default the one above
    stands with lines that came or went.
    """
    files: list[FileDelta] = []
    pairs: list[FilePair] = []
    for old_file, new_file in pair_files(old.files, new.files):
        lines = compare_files(old_file, new_file, whitespace=True)
        hunks = group_hunks(lines, old_file, new_file, CONTEXT)
        if not hunks:
            continue
        changed = [line for line in lines if line.is_change]
        pair = FilePair(
            len(files), FileSide(old_file, changed, "-"), FileSide(new_file, changed, "+")
        )
        pair_statements(pair, (line for line in lines if not line.is_change))
        files.append(FileDelta(old_file, new_file, hunks))
        pairs.append(pair)
    plain = Delta(tuple(files))
    if not pairs:
        return ReadingDelta(plain)
    pair_moved(pairs)
    return _Reader(plain, pairs, context).read()


def read_with_context(reading: ReadingDelta, context: int) -> ReadingDelta:
    """Return a reading delta with ``context`` unchanged statements around each change."""
    old_files = [file.old_file for file in reading.plain.files if file.old_file is not None]
    new_files = [file.new_file for file in reading.plain.files if file.new_file is not None]
    return read_delta(Excerpt(tuple(old_files)), Excerpt(tuple(new_files)), context=context)


class _FoldedLines:
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


class _Draft:
    """A definition while it is read: unchanged statements and rewrites in order, and its folds."""

    def __init__(self, pair: UnitPair) -> None:
        self.pair = pair
        self.items: list[Place | Rewrite] = []
        self.folds: dict[FoldKind, _FoldedLines] = {}
        self.head_lines: list[PlainLine] = []

    def fold(self, kind: FoldKind) -> _FoldedLines:
        """Return the fold of a kind, made where it is not there yet."""
        return self.folds.setdefault(kind, _FoldedLines())

    @property
    def rewrites(self) -> list[Rewrite]:
        """The statements that changed, came or went."""
        return [each for each in self.items if isinstance(each, Rewrite)]


class _Reader:
    """Reads the definitions of some files, one after the other."""

    def __init__(self, plain: Delta, pairs: Sequence[FilePair], context: int | None) -> None:
        self._plain = plain
        self._pairs = pairs
        self._context = context
        self._drafts = [_draft(pair) for pair in pair_units(pairs)]
        self._by_side = _index_sides(self._drafts)
        self._take_destinations()
        self._quiet: dict[FoldKind, _FoldedLines] = {}
        self._whole: dict[FoldKind, list[tuple[str, Fold]]] = {}
        self._replaced: dict[Replacement, list[Rewrite]] = {}
        self._times: Counter[Replacement] = Counter()

    def read(self) -> ReadingDelta:
        """Return the reading delta."""
        for pair in self._pairs:
            self._take_lines_between(pair.old, pair.number, pair.new)
            self._take_lines_between(pair.new, pair.number, pair.old)
        for draft in self._drafts:
            self._take_quiet(draft)
        self._take_replaced()
        changes = []
        for draft in self._drafts:
            change = self._finish(draft)
            if change is not None:
                changes.append(change)
        changes.sort(key=lambda change: change.has_head)
        return ReadingDelta(self._plain, tuple(changes), tuple(self._list_folds()))

    def _take_destinations(self) -> None:
        """Fold the old statements that stand elsewhere together with the new ones."""
        for pair in self._pairs:
            for number, (new_side, new_number) in pair.old.destinations.items():
                draft = self._by_side[id(new_side), new_number]
                place = Place(pair.number, pair.old, number)
                draft.fold(pair.old.fates[number]).lines += place.plain_lines

    def _take_lines_between(self, side: FileSide, file: int, other: FileSide) -> None:
        """Put changed comments, docstrings and blank lines where they belong.

        Beside code that came into reach or out of it, or moved, they went with it if the other
        version holds them; in a definition that is gone they are gone; else they are quiet.
        """
        other_texts = {"", *(text.strip() for text in other.lines)}
        for number, line in side.changed.items():
            owner = side.layout.owners[number]
            is_in_statement = owner != NO_PARTNER and side.is_kept(owner)
            if is_in_statement and side.layout.kinds[number] == "code":
                continue
            plain = PlainLine(file, line)
            beside = owner if is_in_statement else _find_beside(side, number)
            draft = self._by_side.get((id(side), beside)) if beside is not None else None
            fate = side.fates.get(beside) if beside is not None else None
            if draft is not None and fate in _FLIPS and line.text.strip() in other_texts:
                draft.fold(fate).lines.append(plain)
            elif draft is not None and draft.pair.is_gone:
                draft.head_lines.append(plain)
            else:
                kind = side.layout.kinds[number]
                self._add_quiet("blank" if kind == "code" else kind, [plain])

    def _add_quiet(self, kind: FoldKind, lines: Iterable[PlainLine]) -> None:
        self._quiet.setdefault(kind, _FoldedLines()).lines += lines

    def _take_quiet(self, draft: _Draft) -> None:
        """Move what changes nothing that runs from a definition to the folds of all."""
        for kind in QUIET_KINDS:
            folded = draft.folds.pop(kind, None)
            if folded is not None:
                self._add_quiet(kind, folded.lines)
        for rewrite in draft.rewrites:
            if _is_reordered_import(rewrite):
                draft.items.remove(rewrite)
                self._add_quiet("imports", rewrite.plain_lines)

    def _take_replaced(self) -> None:
        """Take out the pairs in which words gave way to the same words that often."""
        counts: Counter[Replacement] = Counter()
        replacements: dict[int, list[Replacement]] = {}
        renamings = set()
        for draft in self._drafts:
            pair = draft.pair
            if pair.old is not None and pair.new is not None and pair.is_renamed:
                renamings.add((pair.old.simple_name, pair.new.simple_name))
            for rewrite in draft.rewrites:
                replaced = list_replacements(rewrite)
                if replaced and not read_settings(rewrite):
                    replacements[id(rewrite)] = replaced
                    counts.update(replaced)
        for draft in self._drafts:
            for rewrite in draft.rewrites:
                replaced = replacements.get(id(rewrite), [])
                if not replaced:
                    continue
                if all(
                    counts[each] >= thresholds.REPLACED_TIMES or each in renamings
                    for each in replaced
                ):
                    draft.items.remove(rewrite)
                    if _is_header(rewrite.new, draft.pair.new):
                        draft.head_lines += rewrite.plain_lines
                    else:
                        self._replaced.setdefault(replaced[0], []).append(rewrite)
                        self._times.update(replaced)

    def _finish(self, draft: _Draft) -> DefinitionChange | None:
        """Return what is shown of a definition, None where a fold of all says it."""
        pair, newest = draft.pair, draft.pair.newest
        if pair.is_gone:
            for rewrite in draft.rewrites:
                draft.head_lines += rewrite.plain_lines
            entries: list[Entry] = []
            size = sum(rewrite.size for rewrite in draft.rewrites)
        else:
            entries = self._list_entries(draft)
            size = sum(_measure(entry) for entry in entries) + bool(draft.head_lines)
        kind = _tell_kind(pair, draft)
        has_own = bool(entries or draft.head_lines or kind in ("renamed", "gone"))
        folds = [(kind, _make_fold(kind, folded)) for kind, folded in draft.folds.items()]
        if not has_own:
            for fold_kind, fold in folds:
                self._whole.setdefault(fold_kind, []).append((_title(newest.key), fold))
            return None
        entries += [fold for _, fold in folds]
        old = pair.old or newest
        return DefinitionChange(
            path=newest.path,
            name="" if newest.key.name == IMPORTS else newest.key.name,
            kind=kind,
            signature=_read_signature(newest) if newest.unit.kind != "imports" else "",
            entries=tuple(entries),
            old_path=old.path,
            old_name=old.key.name,
            head_lines=tuple(draft.head_lines),
            size=size,
        )

    def _list_entries(self, draft: _Draft) -> list[Entry]:
        """Return the rewrites of a definition as entries, equal ones once, with their context."""
        writer = _EntryWriter(draft, self._context)
        for item in draft.items:
            if isinstance(item, Place):
                writer.pass_by(item)
            else:
                writer.write(item)
        return writer.finish()

    def _list_folds(self) -> Iterable[Fold]:
        for replacement, rewrites in self._replaced.items():
            lines: list[PlainLine] = []
            for rewrite in rewrites:
                lines += rewrite.plain_lines
            yield Fold(
                "replaced",
                self._times[replacement],
                tuple(lines),
                text=replacement.old,
                new_text=replacement.new,
            )
        for kind, named_folds in self._whole.items():
            names = tuple((name, fold.size) for name, fold in named_folds)
            lines = []
            for _, fold in named_folds:
                lines += fold.lines
            text = named_folds[0][1].text if len(named_folds) == 1 else ""
            yield Fold(kind, sum(size for _, size in names), tuple(lines), names, text)
        for kind, folded in self._quiet.items():
            yield Fold(kind, folded.size, tuple(folded.lines))


class _EntryWriter:
    """Writes the entries of one definition, one after the other."""

    def __init__(self, draft: _Draft, context: int | None) -> None:
        self._draft = draft
        self._width = context
        self._entries: list[Entry] = []
        self._passed: list[Place] = []
        self._after = 0
        self._numbers: list[Rewrite] = []

    def pass_by(self, place: Place) -> None:
        """Pass by an unchanged statement: it may be the context of what follows."""
        self._end_numbers()
        if self._after:
            self._after -= 1
            self._entries.append(Context(tuple(_take_first(place))))
        else:
            self._passed.append(place)

    def write(self, rewrite: Rewrite) -> None:
        """Write what changed in a statement."""
        if _is_own_header(rewrite, self._draft):
            self._draft.head_lines += rewrite.plain_lines
            return
        place = rewrite.new or rewrite.old
        if (rewrite.old is None) != (rewrite.new is None) and place and is_row_of_numbers(place):
            self._numbers.append(rewrite)
            return
        self._end_numbers()
        settings = read_settings(rewrite)
        if settings:
            self._write_settings(settings)
            return
        edit = make_edit(rewrite)
        if are_rows_of_numbers(edit.rows):
            self._entries.append(Fold("literals", rewrite.size, edit.lines))
            self._passed = []
            return
        self._write_context(rewrite)
        self._entries.append(edit)
        if self._width is not None:
            self._after = self._width

    def finish(self) -> list[Entry]:
        """Return the entries, equal ones once."""
        self._end_numbers()
        return _join_contexts(_join_equal(self._entries))

    def _write_settings(self, settings: Iterable[Setting]) -> None:
        self._entries += settings
        self._passed = []

    def _write_context(self, rewrite: Rewrite) -> None:
        """Write the statements above: as many as asked for, else the one above what came or went."""
        passed, self._passed = self._passed, []
        if self._width is not None:
            wanted = passed[-self._width :] if self._width else []
        elif rewrite.old is None or rewrite.new is None:
            wanted = passed[-1:]
        else:
            wanted = []
        newest = self._draft.pair.newest
        for place in wanted:
            is_told = newest.unit.has_head and place.number == newest.places[0].number
            if not is_told and newest.unit.kind not in ("imports", "assignment"):
                self._entries.append(Context(tuple(_take_first(place))))

    def _end_numbers(self) -> None:
        """Fold the rows of numbers so far; a few are shown."""
        rewrites, self._numbers = self._numbers, []
        if len(rewrites) < thresholds.LITERAL_ROWS:
            self._entries += [make_edit(rewrite) for rewrite in rewrites]
            return
        lines: list[PlainLine] = []
        for rewrite in rewrites:
            lines += rewrite.plain_lines
        self._entries.append(Fold("literals", len(rewrites), tuple(lines)))


def _draft(pair: UnitPair) -> _Draft:
    """Return a definition with its statements in one order, and those that are no change folded."""
    draft = _Draft(pair)
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
        old_gap = [place for place in old_places[old_start:old_stop] if _is_real(place)]
        new_gap = [place for place in new_places[new_start:new_stop] if _is_real(place)]
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


def _fold_equal(draft: _Draft, rewrite: Rewrite) -> bool:
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


def _is_real(place: Place) -> bool:
    return place.side.is_real(place.number)


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


def _index_sides(drafts: Iterable[_Draft]) -> dict[tuple[int, int | None], _Draft]:
    """Return the definition of each kept statement, by its side and index."""
    index: dict[tuple[int, int | None], _Draft] = {}
    for draft in drafts:
        for unit_side in (draft.pair.old, draft.pair.new):
            for place in unit_side.places if unit_side else ():
                index[id(place.side), place.number] = draft
    return index


def _find_beside(side: FileSide, number: int) -> int | None:
    """Return the statement that a line between statements belongs to: one that is kept.

    That is the one below; of an indented line the one above where that one is as deep.
    """
    below = _find_owner(side, range(number + 1, len(side.lines)))
    above = _find_owner(side, range(number - 1, -1, -1))
    if below is None or above is None:
        return below if above is None else above
    is_indented = side.lines[number][:1].isspace()
    if is_indented and side.statements[below].level == 0:
        return above
    if not side.lines[number].strip() and below in side.fates and above not in side.fates:
        return above if side.statements[below].level == 0 else below
    return below


def _find_owner(side: FileSide, numbers: Iterable[int]) -> int | None:
    for number in numbers:
        owner = side.layout.owners[number]
        is_code = side.layout.kinds[number] == "code"
        if owner != NO_PARTNER and is_code and number in side.kept_lines:
            return owner
    return None


def _is_reordered_import(rewrite: Rewrite) -> bool:
    """Return True if an import names the same things in another order."""
    if rewrite.old is None or rewrite.new is None:
        return False
    old, new = rewrite.old.statement, rewrite.new.statement
    if old.first_word not in ("import", "from") or old.first_word != new.first_word:
        return False
    old_keys = [token.key for token in old.tokens]
    new_keys = [token.key for token in new.tokens]
    is_aliased = "as" in old_keys
    return not is_aliased and sorted(old_keys) == sorted(new_keys)


def _is_header(place: Place | None, side: UnitSide | None) -> bool:
    """Return True for the statement that opens a definition."""
    if place is None or side is None or not side.unit.has_head:
        return False
    return place.number == side.header.number


def _is_own_header(rewrite: Rewrite, draft: _Draft) -> bool:
    """Return True for the header of a new definition, which stands in the head of the change."""
    return (
        rewrite.old is None and draft.pair.old is None and _is_header(rewrite.new, draft.pair.new)
    )


def _tell_kind(pair: UnitPair, draft: _Draft) -> ChangeKind:
    if pair.new is None:
        return "gone" if pair.is_gone else "changed"
    if pair.old is None:
        # A new definition has a new header: else the filter only came to reach it.
        return "new" if _is_header_new(pair.new) else "changed"
    if pair.is_renamed:
        return "renamed"
    return "moved" if pair.is_moved else "changed"


def _is_header_new(side: UnitSide) -> bool:
    return _is_real(side.header)


def _read_signature(side: UnitSide) -> str:
    """Return the head of a definition in one line: ``Net.run(self, x)``; "" for an assignment."""
    if side.unit.kind == "assignment":
        return ""
    if not side.unit.has_head:
        return TOP_LEVEL
    header = side.header
    if not header.side.layout.is_python:
        return side.key.name
    text = " ".join(line.strip() for line in _list_code(header))
    text = text.removeprefix("async ").removesuffix(":")
    for word in ("def ", "class "):
        text = text.removeprefix(word)
    prefix = side.key.name.removesuffix(side.simple_name)
    text = text.replace("( ", "(").replace(" )", ")")
    return prefix + text if text.startswith(side.simple_name) else side.key.name


def _list_code(place: Place) -> list[str]:
    side, statement = place.side, place.statement
    return [
        side.lines[number]
        for number in range(statement.start, statement.stop)
        if side.layout.kinds[number] == "code"
    ]


def _title(key: UnitKey) -> str:
    """Return how a definition is called in a fold of several."""
    if key.name == IMPORTS:
        return "imports"
    return key.name or TOP_LEVEL


def _make_fold(kind: FoldKind, folded: _FoldedLines) -> Fold:
    return Fold(kind, folded.size, tuple(folded.lines), text=folded.only_text)


def _take_first(place: Place) -> list[Row]:
    """Return the first line of a statement as context."""
    return list_rows(place, " ")[:1]


def _measure(entry: Entry) -> int:
    """Return how many lines of an entry a person would call changed: a replaced line counts once."""
    if isinstance(entry, Fold):
        return entry.size
    if isinstance(entry, Setting):
        return entry.times
    if isinstance(entry, Context):
        return 0
    tags = Counter(row.tag for row in entry.rows)
    return entry.times * (tags["~"] + max(tags["-"], tags["+"]))


def _join_equal(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries with equal settings and edits once, where the first stands."""
    joined: list[Entry] = []
    places: dict[tuple[str, ...] | tuple[Row, ...], int] = {}
    for entry in entries:
        key: tuple[str, ...] | tuple[Row, ...] = ()
        if isinstance(entry, Setting):
            key = (entry.name, entry.old, entry.new)
        elif isinstance(entry, Edit):
            key = entry.rows
        if key and key in places:
            first = joined[places[key]]
            if not isinstance(first, Context) and not isinstance(entry, Context):
                lines = (*first.lines, *entry.lines)
                joined[places[key]] = _repeat(first, lines)
            continue
        if key:
            places[key] = len(joined)
        joined.append(entry)
    return joined


def _repeat(entry: Setting | Edit | Fold, lines: tuple[PlainLine, ...]) -> Entry:
    """Return an entry that stands once more, with the lines of all."""
    if isinstance(entry, Fold):
        return entry._replace(lines=lines)
    return entry._replace(times=entry.times + 1, lines=lines)


def _join_contexts(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without context that nothing follows any more, and neighbours as one."""
    joined: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Context) and joined and isinstance(joined[-1], Context):
            joined[-1] = Context((*joined[-1].rows, *entry.rows))
        else:
            joined.append(entry)
    return joined
