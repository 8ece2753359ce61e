"""Reading deltas taken apart by definition, so that the same definition stands in the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.entries import measure_entry
from gitexp.excerpt.delta.names import find_enclosing_name, is_opening_line
from gitexp.excerpt.delta.reading_delta import (
    QUIET_KINDS,
    Context,
    DefinitionChange,
    Edit,
    Fold,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

    from gitexp.excerpt.cut import FileExcerpt
    from gitexp.excerpt.delta.reading_delta import Entry, FoldKind, ReadingDelta

_LOUD_KINDS: tuple[FoldKind, ...] = (
    "replaced", "used", "unused", "moved", "indented", "literals", "gone",
)  # fmt: skip

_MOST_CELLS = 8
"""Where more code cells changed, one row stands for them all: a line-up shall fit two screens."""


class DefinitionCell(NamedTuple):
    """What one delta changed in one definition; empty where it leaves the definition alone.

    ``repeated`` is the part of the change that the cell on the left says too, word for word.
    """

    changes: tuple[DefinitionChange, ...] = ()
    repeated: tuple[DefinitionChange, ...] = ()

    @property
    def all_changes(self) -> tuple[DefinitionChange, ...]:
        """All that the delta changed there."""
        return (*self.changes, *self.repeated)

    @property
    def is_repeated(self) -> bool:
        """True where the cell on the left says all of it."""
        return bool(self.repeated) and not self.changes

    @property
    def shown_count(self) -> int:
        """The number of lines that are shown of what the cell on the left does not say."""
        shown = int(bool(self.repeated))
        for change in self.changes:
            has_silent_head = change.has_head and not change.cell_title
            shown += change.shown_count - has_silent_head
        return shown


class DefinitionRow(NamedTuple):
    """One definition of one file, and what each delta changed in it.

    ``name`` is "" for imports and for the code outside of any definition, ``is_import`` tells
    which. A notebook has a row for each code cell of such code, or one for all where many changed.
    A row of folds has no path: its ``fold`` says of which kind they are. With ``is_quiet`` they are
    of all kinds that change nothing that runs. ``is_told``: a row of all definitions that change no
    more than values which the settings of the line-up show.
    """

    path: str
    name: str
    cells: tuple[DefinitionCell, ...]
    is_import: bool = False
    fold: FoldKind | None = None
    is_quiet: bool = False
    is_told: bool = False

    @property
    def shown_count(self) -> int:
        """The number of lines of the tallest cell."""
        return max(cell.shown_count for cell in self.cells)

    @property
    def cell_title(self) -> str:
        """What the code cell is called that all its changes stand in; "" where there are several."""
        titles = {change.short_cell_title for cell in self.cells for change in cell.all_changes}
        return titles.pop() if len(titles) == 1 else ""


class _DefinitionKey(NamedTuple):
    """A row: a definition, or ``cell``, a code cell, for the code outside of any."""

    path: str
    name: str
    is_import: bool = False
    cell: str = ""


def line_up_deltas(deltas: Sequence[ReadingDelta | None]) -> tuple[DefinitionRow, ...]:
    """Return several deltas (None: an empty column) as rows, in the order of the code.

    Where versions order their definitions differently the first one decides. What it lacks stands
    behind the definition that it follows in its own version. Folds of whole definitions come last,
    a row for each kind. Each change and each fold of a delta is in one cell, and only there.
    """
    with_cells = _count_cells(deltas) <= _MOST_CELLS
    columns = [
        _group_by_definition(delta, with_cells=with_cells) if delta else {} for delta in deltas
    ]
    rows = []
    for key in _order_keys(deltas, columns):
        cells = [tuple(column.get(key, ())) for column in columns]
        rows.append(DefinitionRow(key.path, key.name, _mark_repeated(cells), key.is_import))
    for kind in _LOUD_KINDS:
        cells = [_gather_folds(delta, (kind,)) for delta in deltas]
        if any(cells):
            rows.append(DefinitionRow("", "", _mark_repeated(cells), fold=kind))
    quiet_cells = [_gather_folds(delta, QUIET_KINDS) for delta in deltas]
    if any(quiet_cells):
        rows.append(DefinitionRow("", "", _mark_repeated(quiet_cells), is_quiet=True))
    return tuple(rows)


def gather_told(
    rows: Sequence[DefinitionRow], setting_names: Collection[str]
) -> tuple[DefinitionRow, ...]:
    """Return the rows with those first, as one row, that say no more than some settings do."""
    told = [row for row in rows if _is_told(row, setting_names)]
    if not told:
        return tuple(rows)
    cells = []
    for index in range(len(told[0].cells)):
        changes: list[DefinitionChange] = []
        repeated: list[DefinitionChange] = []
        for row in told:
            changes += row.cells[index].changes
            repeated += row.cells[index].repeated
        cells.append(DefinitionCell(tuple(changes), tuple(repeated)))
    others = [row for row in rows if row not in told]
    return (DefinitionRow("", "", tuple(cells), is_told=True), *others)


def _is_told(row: DefinitionRow, setting_names: Collection[str]) -> bool:
    """Return True for an assignment of which each column shows its value as a setting."""
    if row.name not in setting_names:
        return False
    for cell in row.cells:
        for change in cell.all_changes:
            if change.has_head or not all(isinstance(each, Setting) for each in change.entries):
                return False
    return True


def _count_cells(deltas: Iterable[ReadingDelta | None]) -> int:
    """Return how many code cells changed outside of any definition."""
    cells = set()
    for delta in deltas:
        for change in delta.changes if delta else ():
            if change.cell_title:
                cells.add((change.path, change.short_cell_title))
    return len(cells)


def _group_by_definition(
    delta: ReadingDelta, *, with_cells: bool
) -> dict[_DefinitionKey, list[DefinitionChange]]:
    groups: dict[_DefinitionKey, list[DefinitionChange]] = {}
    for change in delta.changes:
        is_import = not change.name and not change.has_head
        cell = change.short_cell_title if with_cells else ""
        key = _DefinitionKey(change.path, change.name, is_import, cell)
        groups.setdefault(key, []).append(change)
    return groups


def _gather_folds(
    delta: ReadingDelta | None, kinds: Sequence[FoldKind]
) -> tuple[DefinitionChange, ...]:
    """Return the folds of some kinds as one change without a head; none where there are none."""
    folds = [fold for fold in delta.folds if fold.kind in kinds] if delta else []
    if not folds:
        return ()
    size = sum(fold.size for fold in folds if fold.kind == "replaced")
    return (DefinitionChange("", "", "changed", "", tuple(folds), size=size),)


def _order_keys(
    deltas: Iterable[ReadingDelta | None],
    columns: Sequence[dict[_DefinitionKey, list[DefinitionChange]]],
) -> list[_DefinitionKey]:
    """Return the definitions that any column changes, in the order of the code."""
    keys: dict[_DefinitionKey, None] = {}
    for column in columns:
        keys.update(dict.fromkeys(column))
    order = {key: number for number, key in enumerate(_order_definitions(deltas))}

    def find_place(key: _DefinitionKey) -> int:
        outer_name = key.name.partition(".")[0]
        outside = order.get(_DefinitionKey(key.path, ""), len(order))
        return order.get(_DefinitionKey(key.path, outer_name), outside)

    return sorted(keys, key=find_place)


def _order_definitions(deltas: Iterable[ReadingDelta | None]) -> list[_DefinitionKey]:
    """Return the top-level definitions of all files of some deltas in the order of the code."""
    order: list[_DefinitionKey] = []
    for delta in deltas:
        files = delta.plain.files if delta else ()
        for file in files:
            _insert_missing(order, _list_definitions(file.path, file.old_file))
            _insert_missing(order, _list_definitions(file.path, file.new_file))
    return order


def _list_definitions(path: str, file: FileExcerpt | None) -> list[_DefinitionKey]:
    """Return the top-level definitions of a file, in order; code outside of any comes first."""
    names = {"": None}
    lines = file.lines if file else ()
    for number, line in enumerate(lines):
        if is_opening_line(line):
            names[find_enclosing_name(lines, number)] = None
    return [_DefinitionKey(path, name) for name in names]


def _insert_missing(order: list[_DefinitionKey], keys: Iterable[_DefinitionKey]) -> None:
    """Insert the keys that ``order`` lacks, each behind the one that it follows in ``keys``.

    A file that is new as a whole comes last.
    """
    index = len(order)
    for key in keys:
        if key in order:
            index = order.index(key) + 1
        else:
            order.insert(index, key)
            index += 1


def _mark_repeated(cells: Sequence[Sequence[DefinitionChange]]) -> tuple[DefinitionCell, ...]:
    """Return the cells of a row, each with what the cell on its left says too set apart."""
    marked = []
    left: Sequence[DefinitionChange] = ()
    for changes in cells:
        fresh: list[DefinitionChange] = []
        repeated: list[DefinitionChange] = []
        for change in changes:
            fresh_part, repeated_part = _split_change(change, left)
            fresh += fresh_part
            repeated += repeated_part
        marked.append(DefinitionCell(tuple(fresh), tuple(repeated)))
        left = changes
    return tuple(marked)


def _split_change(
    change: DefinitionChange, left: Sequence[DefinitionChange]
) -> tuple[list[DefinitionChange], list[DefinitionChange]]:
    """Return the part of a change that ``left`` does not say, and the part that it says too."""
    is_same_head = any(_identify_head(each) == _identify_head(change) for each in left)
    left_entries: set[Hashable] = set()
    for each in left:
        left_entries.update(_identify_entry(entry) for entry in each.entries)
    fresh: list[Entry] = []
    repeated: list[Entry] = []
    for group in _group_with_context(change.entries):
        is_repeated = _identify_group(group) in left_entries
        (repeated if is_repeated else fresh).extend(group)
    if not fresh and is_same_head:
        return [], [change]
    if not repeated:
        return [change], []
    size = sum(_measure(entry) for entry in repeated)
    return (
        [change._replace(entries=tuple(fresh), size=change.size - size)],
        [change._replace(entries=tuple(repeated), size=size, head_lines=())],
    )


def _group_with_context(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return each changed entry together with the unchanged lines beside it."""
    groups: list[list[Entry]] = []
    waiting: list[Entry] = []
    for entry in entries:
        waiting.append(entry)
        if not isinstance(entry, Context):
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1] += waiting
    return groups


def _measure(entry: Entry) -> int:
    """Return how much of the size of a definition an entry makes up."""
    if isinstance(entry, Fold) and entry.kind not in ("literals", "replaced"):
        return 0
    return measure_entry(entry)


def _identify_head(change: DefinitionChange) -> Hashable:
    """Return what the head of a change says; heads that say the same are equal."""
    lines = tuple(plain.line.tag + plain.line.text for plain in change.head_lines)
    return change.kind, change.signature, change.old_name, change.old_path, lines


def _identify_group(group: Iterable[Entry]) -> Hashable:
    """Return what the changed entry of a group says."""
    return next(_identify_entry(entry) for entry in group if not isinstance(entry, Context))


def _identify_entry(entry: Entry) -> Hashable:
    """Return what an entry says, without the numbers of its lines."""
    if isinstance(entry, Setting):
        return entry.name, entry.old, entry.new, entry.times
    if isinstance(entry, Edit):
        return entry.rows, entry.times
    if isinstance(entry, Context):
        return entry.rows
    lines = sorted(plain.line.tag + plain.line.text for plain in entry.lines)
    return entry.kind, entry.size, entry.names, entry.text, entry.new_text, tuple(lines)
