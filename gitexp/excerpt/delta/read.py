"""Make the reading delta of two excerpts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Excerpt
from gitexp.excerpt.delta import thresholds
from gitexp.excerpt.delta.compare import CONTEXT, compare_files
from gitexp.excerpt.delta.delta import Delta, FileDelta
from gitexp.excerpt.delta.drafts import Draft, FoldedLines, draft_definition, index_sides
from gitexp.excerpt.delta.edits import (
    Place,
    Rewrite,
    list_replacements,
    read_settings,
)
from gitexp.excerpt.delta.entries import EntryWriter, is_header, measure_entry
from gitexp.excerpt.delta.fates import FilePair, FileSide, pair_moved, pair_statements
from gitexp.excerpt.delta.files import pair_files
from gitexp.excerpt.delta.hunks import group_hunks
from gitexp.excerpt.delta.pairing import pair_units
from gitexp.excerpt.delta.reading_delta import (
    QUIET_KINDS,
    DefinitionChange,
    Fold,
    PlainLine,
    ReadingDelta,
)
from gitexp.excerpt.delta.titles import read_signature, read_title
from gitexp.excerpt.delta.units import NAMELESS
from gitexp.excerpt.lines.align import NO_PARTNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.edits import Replacement
    from gitexp.excerpt.delta.pairing import UnitPair, UnitSide
    from gitexp.excerpt.delta.reading_delta import ChangeKind, Entry, FoldKind

_FLIPS: tuple[FoldKind, ...] = ("unused", "used", "moved")


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


class _Reader:
    """Reads the definitions of some files, one after the other."""

    def __init__(self, plain: Delta, pairs: Sequence[FilePair], context: int | None) -> None:
        self._plain = plain
        self._pairs = pairs
        self._context = context
        self._drafts = [draft_definition(pair) for pair in pair_units(pairs)]
        self._by_side = index_sides(self._drafts)
        self._take_destinations()
        self._quiet: dict[FoldKind, FoldedLines] = {}
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
        self._quiet.setdefault(kind, FoldedLines()).lines += lines

    def _take_quiet(self, draft: Draft) -> None:
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
                    if is_header(rewrite.new, draft.pair.new):
                        draft.head_lines += rewrite.plain_lines
                    else:
                        self._replaced.setdefault(replaced[0], []).append(rewrite)
                        self._times.update(replaced)

    def _finish(self, draft: Draft) -> DefinitionChange | None:
        """Return what is shown of a definition, None where a fold of all says it."""
        pair, newest = draft.pair, draft.pair.newest
        if pair.is_gone and not _is_short_cell(draft):
            for rewrite in draft.rewrites:
                draft.head_lines += rewrite.plain_lines
            entries: list[Entry] = []
            size = sum(rewrite.size for rewrite in draft.rewrites)
        else:
            entries = self._list_entries(draft)
            size = sum(measure_entry(entry) for entry in entries) + bool(draft.head_lines)
        kind = _tell_kind(pair)
        has_own = bool(entries or draft.head_lines or kind in ("renamed", "gone"))
        folds = [(kind, _make_fold(kind, folded)) for kind, folded in draft.folds.items()]
        if not has_own:
            for fold_kind, fold in folds:
                self._whole.setdefault(fold_kind, []).append((read_title(newest), fold))
            return None
        entries += [fold for _, fold in folds]
        old = pair.old or newest
        old_name = read_title(old) if pair.is_moved_cell else _read_name(old)
        return DefinitionChange(
            path=newest.path,
            name=_read_name(newest),
            kind=kind,
            signature=read_signature(newest) if newest.unit.kind != "imports" else "",
            entries=tuple(entries),
            old_path=old.path,
            old_name=old_name,
            head_lines=tuple(draft.head_lines),
            size=size,
        )

    def _list_entries(self, draft: Draft) -> list[Entry]:
        """Return the rewrites of a definition as entries, equal ones once, with their context."""
        writer = EntryWriter(draft, self._context)
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


def _is_short_cell(draft: Draft) -> bool:
    """Return True for a cell with so little of its own that its lines are shown where it is gone."""
    is_cell = draft.pair.newest.cell is not None
    return is_cell and len(draft.rewrites) <= thresholds.GONE_CELL


def _read_name(side: UnitSide) -> str:
    """Return the name of a definition, "" for what has none in the code."""
    return "" if side.key.name.startswith(NAMELESS) else side.key.name


def _tell_kind(pair: UnitPair) -> ChangeKind:
    if pair.is_gone:
        return "gone"
    # A new definition has a new header: else the filter only came to reach it.
    if pair.is_new:
        return "new"
    if pair.is_renamed:
        return "renamed"
    return "moved" if pair.is_moved or pair.is_moved_cell else "changed"


def _make_fold(kind: FoldKind, folded: FoldedLines) -> Fold:
    return Fold(kind, folded.size, tuple(folded.lines), text=folded.only_text)
