"""Where the rules of a filter are in one version, and the excerpt that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.cut import Excerpt, FilePart, Missing, Span
from gitexp.excerpt.track import Block, Text, definition_block, range_block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.excerpt.source import Source
    from gitexp.model.filter import Rule

NOT_HERE = "not here in this version"


@dataclass(frozen=True, slots=True)
class Place:
    """A block of the file ``path`` as the blob ``blob`` (raw id) holds it."""

    path: str
    blob: bytes
    block: Block


def resolve(rule: Rule, text: Text) -> Block | None:
    """The block that a rule names in a version of its own path; None when it names nothing there.

    Raises UsageError when a range of lines begins beyond the end, ContentError when the file is no text.
    """
    if rule.kind == "file":
        return Block("file", 0, len(text.lines), text.lines)
    if rule.kind == "lines":
        if rule.stop > len(text.lines):
            message = f"rule '{rule}' goes beyond the end: '{rule.path}' has {len(text.lines)} lines there"
            raise UsageError(message, "line numbers are those of the filter's anchor; of a notebook they count its code cells")
        return range_block(text, rule.start - 1, rule.stop)
    if rule.kind == "cell":
        return _cell_block(rule, text)
    return symbol_block(rule.name, text)


def symbol_block(name: str, text: Text) -> Block | None:
    """The block of the last definition of a dotted name."""
    found = text.by_name.get(name)
    if not found and text.source.kind == "text":
        loose = [item for item in text.definitions if item.name.endswith("." + name)]
        found = loose if len({item.name for item in loose}) == 1 else None
    return definition_block(text, found[-1]) if found else None


def _cell_block(rule: Rule, text: Text) -> Block | None:
    span = cell_span(text.source, rule.name)
    if span is None:
        return None
    start, stop, ident = span
    if rule.start:
        return range_block(text, start + rule.start - 1, min(stop, start + rule.stop))
    form = "cell" if any((cell.start, cell.stop) == (start, stop) for cell in text.source.cells if cell.code) else "range"
    return Block("cell" if form == "cell" else "range", start, stop, text.lines[start:stop], ident)


def cell_span(source: Source, name: str) -> tuple[int, int, str] | None:
    """Lines of a cell by id, or of the code cells below a heading, or of a code cell by its ordinal (from 1); and the cell's id."""
    for cell in source.cells:
        if cell.code and cell.id == name:
            return cell.start, cell.stop, cell.id
    for position, cell in enumerate(source.cells):
        level = _heading_level(cell.text, name) if not cell.code else 0
        if level:
            below = source.cells[position + 1 :]
            end = next((i for i, later in enumerate(below) if not later.code and 0 < _first_level(later.text) <= level), len(below))
            code = [later for later in below[:end] if later.code]
            return (code[0].start, code[-1].stop, code[0].id if len(code) == 1 else "") if code else None
    ordinals = [cell for cell in source.cells if cell.code]
    if name.isdigit() and 0 < int(name) <= len(ordinals):
        cell = ordinals[int(name) - 1]
        return cell.start, cell.stop, cell.id
    return None


def _first_level(text: str) -> int:
    return next((len(line) - len(line.lstrip("#")) for line in text.splitlines() if line.startswith("#")), 0)


def _heading_level(text: str, name: str) -> int:
    for line in text.splitlines():
        if line.startswith("#") and line.strip("# \t").casefold() == name.casefold():
            return len(line) - len(line.lstrip("#"))
    return 0


def missing_path(rule: Rule, commit: str) -> NotFoundError:
    """The error for a rule whose file is not in its version."""
    return NotFoundError(
        f"rule '{rule}': there is no '{rule.path}' in {commit[:12]}", f"list its files with: git ls-tree -r --name-only {commit[:12]}"
    )


def build_excerpt(rules: Sequence[Rule], places: Sequence[Place | None], lines_of: Callable[[Place], tuple[str, ...]]) -> Excerpt:
    """The excerpt of one version: kept lines by file in the order of the rules, minus what hide rules take."""
    kept: dict[str, set[int]] = {}
    sample: dict[str, Place] = {}
    missing = []
    for rule, place in zip(rules, places, strict=True):
        if place is None:
            if not rule.hide:
                missing.append(Missing(rule, NOT_HERE))
        elif not rule.hide:
            kept.setdefault(place.path, set()).update(range(place.block.start, place.block.stop))
            sample.setdefault(place.path, place)
    for rule, place in zip(rules, places, strict=True):
        if rule.hide and place is not None and place.path in kept:
            kept[place.path].difference_update(range(place.block.start, place.block.stop))
    parts = tuple(FilePart(path, lines_of(sample[path]), _spans(sorted(numbers))) for path, numbers in kept.items())
    return Excerpt(parts, tuple(missing))


def _spans(numbers: Sequence[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for number in numbers:
        if spans and spans[-1].stop == number:
            spans[-1] = Span(spans[-1].start, number + 1)
        else:
            spans.append(Span(number, number + 1))
    return tuple(spans)


def readable(text: Text | None) -> bool:
    """Whether a version can be read as code at all: not binary, not a broken notebook, not missing."""
    return text is not None and text.usable
