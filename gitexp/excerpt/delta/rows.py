"""Deltas taken apart by definition, so that several can be lined up: the same definition stands in the same row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.excerpt.delta.delta import find_enclosing_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt
    from gitexp.excerpt.delta.delta import Delta, DeltaLine


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One top-level definition of one file (``name`` "" for code outside of any), and what each delta changed in it.

    A cell holds changed lines with their surroundings, none where that delta leaves the definition alone.
    """

    path: str
    name: str
    cells: tuple[tuple[DeltaLine, ...], ...]

    @property
    def changes(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Of each cell the changed lines alone, as sign and text: two columns made the same change if these are equal."""
        return tuple(
            tuple((line.tag, line.text) for line in cell if line.tag != " ") for cell in self.cells
        )


def line_up_deltas(deltas: Sequence[Delta | None]) -> tuple[DefinitionRow, ...]:
    """Several deltas (None: an empty column) as rows, in the order of the code. Where versions order their definitions differently
    the first one decides, and what it lacks stands behind the definition that it follows in its own.
    """
    columns = [_passages(delta) if delta else {} for delta in deltas]
    order: list[tuple[str, str]] = []
    for file in (file for delta in deltas if delta for file in delta.files):
        for part in (file.before, file.after):
            _merge(order, _definitions(file.new_path or file.old_path, part))
    touched = [key for key in order if any(key in column for column in columns)]
    return tuple(
        DefinitionRow(path, name, tuple(tuple(column.get((path, name), ())) for column in columns))
        for path, name in touched
    )


def list_definition_lines(excerpt: Excerpt, path: str, name: str) -> tuple[str, ...]:
    """The kept lines of one top-level definition of an excerpt; none where it has no such definition."""
    for part in excerpt.files:
        if part.path == path:
            numbers = (number for span in part.spans for number in range(span.start, span.stop))
            return tuple(
                part.lines[number]
                for number in numbers
                if find_enclosing_name(part.lines, number) == name
            )
    return ()


def _definitions(path: str, part: FileExcerpt | None) -> Iterable[tuple[str, str]]:
    """The top-level definitions of a file, in order; code outside of any comes first."""
    lines = part.lines if part else ()
    opening = (
        number
        for number, line in enumerate(lines)
        if line[:1] not in ("", " ", "\t", ")", "]", "}")
    )
    return dict.fromkeys(
        [(path, ""), *((path, find_enclosing_name(lines, number)) for number in opening)]
    )


def _merge(order: list[tuple[str, str]], keys: Iterable[tuple[str, str]]) -> None:
    """Put what is new behind the key that it follows in ``keys``; a file that is new as a whole comes last."""
    place = len(order)
    for key in keys:
        if key in order:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1


def _passages(delta: Delta) -> dict[tuple[str, str], list[DeltaLine]]:
    """Lines by path and definition, in order; definitions without a changed line are left out."""
    found: dict[tuple[str, str], list[DeltaLine]] = {}
    for file in delta.files:
        for line in file.lines:
            found.setdefault((file.new_path or file.old_path, file.name_of(line)), []).append(line)
    return {key: lines for key, lines in found.items() if any(line.tag != " " for line in lines)}
