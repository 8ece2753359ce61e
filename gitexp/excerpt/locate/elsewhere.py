"""Locate a block in another file: it was moved, with edits or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import (
    BlockMatch,
    CodeBlock,
    classify_change,
    make_definition_block,
)
from gitexp.excerpt.locate.definitions import find_definition_of
from gitexp.excerpt.locate.exact import find_name_at
from gitexp.excerpt.locate.pairing import have_similar_size, pair_definitions
from gitexp.excerpt.locate.ranges import locate_moved_lines
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.locate.version import FileVersion


class _Candidate(NamedValues):
    definition: Definition
    score: float
    alike: float


def locate_elsewhere(
    newer: FileVersion, block: CodeBlock, older: FileVersion, standing: FileVersion | None
) -> BlockMatch | None:
    """Return the place that ``block`` of ``newer`` had in another file, ``older``.

    ``standing`` is the newer version of that other file, None where it was deleted. Code that still
    stands there is no ancestor.
    """
    match = _locate_moved_text(block, older, standing)
    if match is not None:
        return match
    if block.form == "definition":
        return _locate_moved_definition(newer, block, older, standing)
    standing_lines = set(standing.lines) if standing is not None else set()

    def follow(outer: CodeBlock) -> BlockMatch | None:
        return locate_elsewhere(newer, outer, older, standing)

    return locate_moved_lines(newer, block, older, standing_lines, follow)


def _locate_moved_text(
    block: CodeBlock, older: FileVersion, standing: FileVersion | None
) -> BlockMatch | None:
    """Return the place where the text of ``block`` stood in ``older``, if ``standing`` has fewer
    copies of it.
    """
    pattern = block.framed
    least_weight = 1 if block.form == "definition" else 2
    if block.weight < least_weight or len(pattern) <= thresholds.LEAST_MOVED_BYTES:
        return None
    copies = older.framed.count(pattern)
    standing_copies = standing.framed.count(pattern) if standing is not None else 0
    if standing_copies >= copies:
        return None
    start = older.count_lines_before(older.framed.find(pattern))
    stop = start + len(block.lines)
    name = find_name_at(older, start, stop) or block.name
    moved = block._replace(start=start, stop=stop, name=name)
    return BlockMatch(moved, 0.95, "moved")


def _locate_moved_definition(
    newer: FileVersion, block: CodeBlock, older: FileVersion, standing: FileVersion | None
) -> BlockMatch | None:
    """Return the definition of ``older`` with the same name and a similar body, or with much the
    same body.
    """
    best = _find_most_alike(newer, block, older, standing)
    if best is None:
        return None
    moved = make_definition_block(older, best.definition, docs=block.docs, bare=block.bare)
    change = classify_change(block, moved)
    if change in ("none", "format"):
        change = "moved"
    return BlockMatch(moved, round(0.9 * best.alike, 3), change)


def _find_most_alike(
    newer: FileVersion, block: CodeBlock, older: FileVersion, standing: FileVersion | None
) -> _Candidate | None:
    """Return the definition of ``older`` that is most like ``block`` and does not go on in
    ``standing``.
    """
    definition = find_definition_of(newer, block)
    pairing = pair_definitions(newer, older)
    staying = pair_definitions(standing, older) if standing is not None else None
    best: _Candidate | None = None
    for candidate in older.definitions:
        if candidate.kind != definition.kind:
            continue
        if staying is not None and staying.is_settled(candidate):
            continue
        is_namesake = candidate.simple == definition.simple
        if not is_namesake and not _may_be_renamed(block, definition, candidate):
            continue
        alike = pairing.measure(definition, candidate)
        if alike < _get_floor(block, is_namesake):
            continue
        score = alike + thresholds.NAME_BONUS if is_namesake else alike
        if best is not None and score <= best.score:
            continue
        if not is_namesake and pairing.has_better_heir(definition, candidate, alike):
            continue
        if staying is None or not staying.is_standing(candidate, alike):
            best = _Candidate(candidate, score, alike)
    return best


def _may_be_renamed(block: CodeBlock, definition: Definition, candidate: Definition) -> bool:
    """Return True if a block is long enough to be known under another name, and of the candidate's
    size.
    """
    return block.weight >= thresholds.LEAST_TELLING and have_similar_size(definition, candidate)


def _get_floor(block: CodeBlock, is_namesake: bool) -> float:
    """Return the least likeness at which a definition in another file may be the ancestor."""
    if is_namesake:
        return thresholds.MOVED_NAMED_LONG if block.is_long else thresholds.MOVED_NAMED_SHORT
    return thresholds.MOVED_RENAMED_LONG if block.is_long else thresholds.MOVED_RENAMED_SHORT
