"""What a line-up says of a definition in few words: its name, and how much of it changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gitexp.excerpt.delta.reading_delta import (
    QUIET_KINDS,
    TOP_LEVEL,
    Context,
    Edit,
    Fold,
    Setting,
)
from gitexp.render.reading_delta import (
    FOLD_LABELS,
    format_fold,
    format_quiet,
    format_setting,
    list_sizes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.line_up_rows import DefinitionCell, DefinitionRow
    from gitexp.excerpt.delta.reading_delta import DefinitionChange, Entry
    from gitexp.history.change import CodeChange

SAME = "="
"""Stands for what the column on the left says."""

ABSENT = "–"
"""Stands for what a column does not have."""

MOST_SETTINGS = 8
"""Settings that stand in a line-up unasked: with more of them the code is not on the screen."""

_OPEN_LINES, _OPEN_LETTERS = 2, 60
"""A definition is shown at once where no cell of it is longer: its counts take almost as much room."""


_MOST_OPEN_ROWS = 10
"""Where more definitions changed, all are folded: five columns shall fit two screens."""


def is_open(row: DefinitionRow, row_count: int) -> bool:
    """Return True where the code of a definition is about as short as what would be said of it.

    ``row_count`` is the number of rows of the line-up: of many none is open.
    """
    if row_count > _MOST_OPEN_ROWS or not row.path or row.shown_count > _OPEN_LINES:
        return False
    return all(_count_letters(cell) <= _OPEN_LETTERS for cell in row.cells)


def _count_letters(cell: DefinitionCell) -> int:
    """Return how many letters the rows of a cell have; changed words are not cut."""
    count = 0
    for change in cell.changes:
        for entry in change.entries:
            if isinstance(entry, (Edit, Context)):
                count += sum(len(row.text.strip()) for row in entry.rows)
            elif isinstance(entry, Setting):
                count += len(format_setting(entry))
    return count


def list_titles(rows: Sequence[DefinitionRow]) -> list[str]:
    """Return the name of each row, with its file where another row has the same name."""
    titles = [format_row_title(row) for row in rows]
    counts = Counter(titles)
    return [
        f"{title} ({row.path})" if counts[title] > 1 and row.path else title
        for title, row in zip(titles, rows, strict=True)
    ]


def format_row_title(row: DefinitionRow) -> str:
    """Return the name of a definition, or what the folds of a row are."""
    if row.is_quiet:
        return "not shown"
    if row.is_told:
        return "as settings"
    if row.fold is not None:
        return "replaced" if row.fold == "replaced" else FOLD_LABELS.get(row.fold, row.fold)
    if row.is_import:
        return "imports"
    return row.name or row.cell_title or TOP_LEVEL


def format_cell(row: DefinitionRow, cell: DefinitionCell) -> str:
    """Return what a column changed in a definition, in numbers: ``3 changed, 22 moved``.

    What the column on the left says too is the sign SAME, ``3 changed, =`` where it is a part.
    """
    if not cell.all_changes:
        return ABSENT
    if cell.is_repeated:
        return SAME
    if row.is_told:
        words = [f"{sum(change.size for change in cell.changes)} changed"]
    elif row.path:
        words = format_counts(cell.changes)
    else:
        words = _list_folds([entry for change in cell.changes for entry in change.entries])
    return ", ".join([*words, SAME] if cell.repeated else words)


def format_counts(changes: Sequence[DefinitionChange]) -> list[str]:
    """Return how many lines changed, and how many of each kind are folded.

    Several changes are the code cells of a notebook, say: their lines are summed up.
    """
    if len(changes) > 1:
        return _sum_changes(changes)
    words: list[str] = []
    for change in changes:
        words += _count_change(change)
    return words


def _sum_changes(changes: Sequence[DefinitionChange]) -> list[str]:
    """Return the counts of several changes: ``24 cells: 9 changed``, ``140 new``, ``6 moved``."""
    sizes = Counter({"changed": 0, "new": 0, "gone": 0})
    for change in changes:
        label = change.kind if change.kind in ("new", "gone") else "changed"
        sizes[label] += change.size
    sizes += _count_folded(changes)  # what is 0 goes
    words = [f"{size} {label}" for label, size in sizes.items()]
    cell_count = len({change.cell_title for change in changes if change.cell_title})
    if cell_count > 1:
        first = words[0] if words else "new"
        return [f"{cell_count} cells: {first}", *words[1:]]
    return words


def _count_change(change: DefinitionChange) -> list[str]:
    if change.kind == "gone":
        return [f"gone, {change.size}"]
    words = []
    if change.kind == "new":
        words.append("new")
    if change.kind == "renamed":
        words.append(f"renamed from {change.old_name}")
    if change.path != change.old_path:
        words.append(f"moved from {change.old_path}")
    if change.size:
        words.append(f"{change.size} changed" if change.kind != "new" else str(change.size))
    folded = _count_folded([change])
    return words + [f"{size} {label}" for label, size in folded.items()]


def _count_folded(changes: Iterable[DefinitionChange]) -> Counter[str]:
    """Return how many lines of each kind are folded in some definitions."""
    folded: Counter[str] = Counter()
    for change in changes:
        for entry in change.entries:
            if isinstance(entry, Fold) and entry.kind in FOLD_LABELS and entry.kind != "literals":
                folded[FOLD_LABELS[entry.kind]] += entry.size
    return folded


def _list_folds(entries: Sequence[Entry]) -> list[str]:
    """Return what folds of whole definitions hide: each with its names, without their kind."""
    folds = [entry for entry in entries if isinstance(entry, Fold)]
    quiet = [fold for fold in folds if fold.kind in QUIET_KINDS]
    words = [format_quiet(quiet)] if quiet else []
    for fold in folds:
        if fold.kind == "replaced":
            words.append(format_fold(fold))
        elif fold.kind not in QUIET_KINDS:
            words += list_sizes(fold.names) or [str(fold.size)]
    return words


def describe_size(change: CodeChange) -> str:
    """Return how many lines changed, or why that is not known."""
    if change.delta is None or change.is_same_code:
        return change.remark
    size = change.delta.size_in_words
    return f"{size} ({change.reason})" if change.reason else size
