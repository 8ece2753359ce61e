"""Deltas taken apart by definition, so that the same definition stands in the same row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.delta.names import find_enclosing_name, is_opening_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.delta import Delta, DeltaLine


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One top-level definition of one file, and what each delta changed in it.

    ``name`` is "" for code outside of any definition. A cell holds changed lines with their
    surroundings, none where that delta leaves the definition alone.
    """

    path: str
    name: str
    cells: tuple[tuple[DeltaLine, ...], ...]

    @property
    def changes(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The changed lines of each cell, as sign and text.

        Two columns made the same change if these are equal.
        """
        changes = []
        for cell in self.cells:
            signed_texts = [(line.tag, line.text) for line in cell if line.is_change]
            changes.append(tuple(signed_texts))
        return tuple(changes)


class _DefinitionKey(NamedTuple):
    path: str
    name: str


def line_up_deltas(deltas: Sequence[Delta | None]) -> tuple[DefinitionRow, ...]:
    """Return several deltas (None: an empty column) as rows, in the order of the code.

    Where versions order their definitions differently the first one decides. What it lacks stands
    behind the definition that it follows in its own version.
    """
    columns = [_group_by_definition(delta) if delta else {} for delta in deltas]
    rows = []
    for key in _order_definitions(deltas):
        cells = [tuple(column.get(key, ())) for column in columns]
        if any(cells):
            rows.append(DefinitionRow(key.path, key.name, tuple(cells)))
    return tuple(rows)


def list_definition_lines(excerpt: Excerpt, path: str, name: str) -> tuple[str, ...]:
    """Return the kept lines of one top-level definition; none where the excerpt lacks it."""
    for file in excerpt.files:
        if file.path == path:
            return tuple(
                file.lines[number]
                for number in file.kept_numbers
                if find_enclosing_name(file.lines, number) == name
            )
    return ()


def _group_by_definition(delta: Delta) -> dict[_DefinitionKey, list[DeltaLine]]:
    """Return the lines of a delta by definition, those of definitions with a changed line only."""
    groups: dict[_DefinitionKey, list[DeltaLine]] = {}
    for file in delta.files:
        for line in file.lines:
            key = _DefinitionKey(file.path, file.find_name(line))
            groups.setdefault(key, []).append(line)
    return {key: lines for key, lines in groups.items() if any(line.is_change for line in lines)}


def _order_definitions(deltas: Iterable[Delta | None]) -> list[_DefinitionKey]:
    """Return the definitions of all files of some deltas in the order of the code."""
    order: list[_DefinitionKey] = []
    for delta in deltas:
        files = delta.files if delta else ()
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
