"""Locate a definition in another version of its file: by its header line, then by its partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.definition import COMMENT, Definition, find_comment_start
from gitexp.excerpt.languages.lookup import get_language
from gitexp.excerpt.lines.align import align_lines
from gitexp.excerpt.lines.likeness import (
    measure_containment,
    measure_likeness,
    measure_similarity,
)
from gitexp.excerpt.lines.mapping import map_range
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.block import (
    BlockMatch,
    CodeBlock,
    is_telling,
    make_definition_block,
    make_match,
)
from gitexp.excerpt.locate.pairing import pair_definitions

if TYPE_CHECKING:
    from gitexp.excerpt.locate.version import FileVersion


def locate_definition(
    newer: FileVersion, block: CodeBlock, older: FileVersion
) -> BlockMatch | None:
    """Return the place of a definition of ``newer`` in ``older``, or None where it is new."""
    match = _locate_by_header(newer, block, older)
    if match is not None:
        return match
    definition = find_definition_of(newer, block)
    partner = pair_definitions(newer, older).find_partner(definition)
    if partner is None:
        return None
    older_block = make_definition_block(older, partner.definition, docs=block.docs, bare=block.bare)
    return make_match(block, older_block, partner.confidence)


def locate_unread_definition(
    newer: FileVersion, block: CodeBlock, older: FileVersion
) -> BlockMatch | None:
    """Return the place where most lines of a definition stand outside all that reads as a function
    in ``older``.

    Such a function stands behind macros, in a dialect, or has an argument list that only a compiler
    takes apart.
    """
    telling_lines = [line for line in block.lines if is_telling(line)]
    if len(telling_lines) < thresholds.LONG_BLOCK:
        return None
    standing = sum(f"\n{line}\n".encode() in older.framed for line in telling_lines)
    if standing < thresholds.UNREAD_SHARE * len(telling_lines):
        return None
    partners = align_lines(newer.lines, older.lines)
    place = map_range(newer.lines, older.lines, block.start, block.stop, partners)
    if place is None:
        return None
    start, stop = place
    for definition in older.definitions:
        overlaps = definition.start < stop and start < definition.stop
        if overlaps and definition.kind == "function":
            return None
    lines = older.lines[start:stop]
    if measure_containment(block.lines, lines) < thresholds.GROWN_CONTAINMENT:
        return None
    older_block = CodeBlock("definition", start, stop, lines, block.name, block.docs, block.bare)
    return make_match(block, older_block, 0.8 * measure_similarity(block.lines, lines))


def is_annotation_line(path: str, line: str) -> bool:
    """Return True if a line is a decorator, an annotation or an attribute of the definition below
    it.
    """
    return line.lstrip().startswith(get_language(path).annotation_marks)


def find_definition_of(version: FileVersion, block: CodeBlock) -> Definition:
    """Return the definition that a block is, as its version lists it.

    It is found by its last line, since what encloses it may have another name in this version.
    Where the version lists none, return a function with the lines of the block.
    """
    for definition in version.by_name.get(block.name, ()):
        if definition.stop == block.stop:
            return definition
    for definition in version.definitions:
        has_name = definition.simple == block.simple
        has_header = block.start <= definition.header < block.stop
        if definition.stop == block.stop and has_name and has_header:
            return definition
    return Definition(block.name, "function", block.start, block.start, block.start, block.stop)


def _locate_by_header(
    newer: FileVersion, block: CodeBlock, older: FileVersion
) -> BlockMatch | None:
    """Return the definition with the same header line, where both versions have that line once.

    The definitions of the file need not be read for that.
    """
    header = _find_unique_header(newer, block, older)
    if header is None:
        return None
    from gitexp.excerpt.symbols.text import find_stop  # needed here only

    stop = find_stop(older.path, older.lines, header, len(block.lines))
    if stop is None:
        return None
    first = header
    while first > 0 and is_annotation_line(older.path, older.lines[first - 1]):
        first -= 1
    if first > 0 and _is_within_statement(older.lines[first - 1]):
        return None
    if block.docs:
        start = find_comment_start(older.lines, first)
    elif block.bare:
        start = header
    else:
        start = first
    alike = measure_likeness(
        newer.count_pairs(block.start, block.stop, ""), older.count_pairs(start, stop, "")
    )
    if alike < thresholds.SAME_HEADER:
        return None
    lines = older.lines[start:stop]
    older_block = CodeBlock(
        "definition", start, stop, lines, block.name, block.docs, block.bare, header - start
    )
    return make_match(block, older_block, 0.7 + 0.3 * alike)


def _find_unique_header(newer: FileVersion, block: CodeBlock, older: FileVersion) -> int | None:
    """Return the line of ``older`` with the text of the header of ``block``; None unless both
    versions have it once.
    """
    if newer.notebook or block.head >= len(block.lines):
        return None
    header = block.lines[block.head]
    if len(header.strip()) < thresholds.LEAST_HEADER:
        return None
    pattern = f"\n{header}\n".encode()
    if older.framed.count(pattern) != 1 or newer.framed.count(pattern) != 1:
        return None
    return older.count_lines_before(older.framed.find(pattern))


def _is_within_statement(line: str) -> bool:
    """Return True if the statement of a line goes on below: arguments of an annotation, or a broken
    header.
    """
    return line.rstrip().endswith((")", ",", "(")) and not COMMENT.match(line)
