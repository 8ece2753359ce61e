"""One step back (or forth) in time: where a block of one version of a file is in another version. Pure: no git, no walk.

In order: the exact text; the definition of the same name; the most similar definition (or cell) that the other version has and this one
lacks; lines by diff, where the block is no definition; the place for which most of its lines vote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.locate.block import AROUND, BlockMatch, CodeBlock, FileVersion, classify_change, make_definition_block
from gitexp.excerpt.locate.definitions import (
    LONG,
    find_definition_of,
    have_similar_size,
    is_annotation_line,
    is_settled,
    is_standing,
    locate_definition,
    measure_alikeness,
)
from gitexp.excerpt.locate.ranges import (
    count_indentation,
    find_shrunken_cell,
    locate_cell,
    locate_lines,
    locate_moved_lines,
    locate_unread_definition,
)

if TYPE_CHECKING:
    from gitexp.excerpt.definition import Definition

# Fewer lines that say something are alike by chance.
_TELLING = 3


def locate_block(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Where ``block`` of ``newer`` is in ``older``, another version of the same (or a renamed) file; None when it isn't there."""
    if block.form == "file":
        whole = CodeBlock("file", 0, len(older.lines), older.lines)
        return BlockMatch(whole, 1.0, classify_change(block, whole))
    found = locate_exactly(newer, block, older)
    if found is None and block.form == "definition":
        return locate_definition(newer, block, older) or locate_unread_definition(newer, block, older)
    if found is None and block.form == "cell":
        found = locate_cell(newer, block, older)
    return found or locate_lines(newer, block, older)


def _occurrences(framed: bytes, pattern: bytes) -> list[int]:
    """Offsets of a pattern that begins and ends with a line feed."""
    found = []
    at = framed.find(pattern)
    while at >= 0:
        found.append(at)
        at = framed.find(pattern, at + 1)
    return found


def locate_exactly(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Where the same text stands in ``older``. Of several, the one whose neighbours fit; None when those belong to other copies."""
    if not block.telling:
        return None
    beside = newer.unchanged(block.start, block.stop, older)
    if beside is not None:
        place, same_above = beside
        # What encloses a method stands above it: there it may have another name, and a twin the name that ours has.
        unsure = not same_above and block.form == "definition" and "." in block.name and older.framed.count(block.framed) > 1
        return BlockMatch(_exactly(block, older, place, unsure=unsure), 1.0, "none")
    pattern = block.framed
    places = _occurrences(older.framed, pattern)
    if not places or (older.framed == b"\n\n" and not older.lines):
        return None
    starts = [older.framed.count(b"\n", 0, at + 1) - 1 for at in places]
    if len(starts) > 1 or newer.framed.count(pattern) > 1:
        twins = [newer.framed.count(b"\n", 0, at + 1) - 1 for at in _occurrences(newer.framed, pattern)]
        start = _own_twin(newer, twins, block, older, starts)
    else:
        start = starts[0]
    if start is None or not _whole(block, older, places[starts.index(start)], len(pattern)):
        return None
    if block.form == "cell" and (match := find_shrunken_cell(newer, block, older, start)) is not None:
        return match
    return BlockMatch(_exactly(block, older, start, unsure=block.form == "definition" and len(starts) > 1), 1.0, "none")


def _exactly(block: CodeBlock, older: FileVersion, start: int, *, unsure: bool) -> CodeBlock:
    """The block where the same lines stand in ``older``, under the name that they have there if that is ``unsure``."""
    stop = start + len(block.lines)
    names = (item.name for item in older.definitions if item.stop == stop and start <= item.header) if unsure else ()
    return block._replace(start=start, stop=stop, name=next(iter(names), block.name))


def _whole(block: CodeBlock, older: FileVersion, at: int, size: int) -> bool:
    """Whether nothing around the place belongs to the definition as well: a decorator above, or lines of its body below."""
    if block.form != "definition":
        return True
    below = older.line_below(at + size)
    if count_indentation(below) > count_indentation(block.lines[0]):
        return False
    return block.bare or block.docs or not is_annotation_line(older.path, older.line_above(at))


def _own_twin(newer: FileVersion, twins: list[int], block: CodeBlock, older: FileVersion, places: list[int]) -> int | None:
    """Of several places with the same text, the one that our copy was; None when all belong to other copies."""
    if block.form == "definition":
        same = [item for item in older.by_name.get(block.name, ()) if item.stop - len(block.lines) in places]
        if len(same) == 1 and len(newer.by_name.get(block.name, ())) == 1:
            return same[0].stop - len(block.lines)
    size = len(block.lines)
    scores = [
        (_context(newer, twin, older, place, size), -abs(twins.index(twin) - places.index(place)), twin, place)
        for twin in twins
        for place in places
    ]
    taken: set[int] = set()
    given: set[int] = set()
    for _, _, twin, place in sorted(scores, reverse=True):
        if twin in given or place in taken:
            continue
        if twin == block.start:
            return place
        given.add(twin)
        taken.add(place)
    return None


def _context(newer: FileVersion, here: int, older: FileVersion, there: int, size: int) -> int:
    """How many lines around two places are the same, up to ``AROUND`` each way, stopping at the first that differ."""
    score = 0
    for step in (-1, 1):
        i, j = (here - 1, there - 1) if step < 0 else (here + size, there + size)
        run = 0
        while run < AROUND and 0 <= i < len(newer.lines) and 0 <= j < len(older.lines) and newer.lines[i].strip() == older.lines[j].strip():
            run += 1
            i, j = i + step, j + step
        score += run
    return score


def locate_elsewhere(newer: FileVersion, block: CodeBlock, older: FileVersion, standing: FileVersion | None) -> BlockMatch | None:
    """Where ``block`` was in another file, whose newer version is ``standing`` (None: deleted). What still stands there is no ancestor."""
    pattern = block.framed
    telling = (block.weight >= 2 or (block.weight and block.form == "definition")) and len(pattern) > 30
    copies = older.framed.count(pattern) if telling else 0
    if copies and (standing is None or standing.framed.count(pattern) < copies):
        start = older.framed.count(b"\n", 0, older.framed.find(pattern) + 1) - 1
        stop = start + len(block.lines)
        name = next((item.name for item in older.definitions if item.stop == stop and start <= item.header), block.name)
        return BlockMatch(CodeBlock(block.form, start, stop, block.lines, name, block.docs, block.bare, block.head), 0.95, "moved")
    if block.form != "definition":
        kept = set(standing.lines) if standing is not None else set()
        return locate_moved_lines(newer, block, older, kept.__contains__, lambda outer: locate_elsewhere(newer, outer, older, standing))
    return _moved_definition(newer, block, older, standing)


def _moved_definition(newer: FileVersion, block: CodeBlock, older: FileVersion, standing: FileVersion | None) -> BlockMatch | None:
    """Of the same name and a similar body, or of another name and much the same body."""
    ours = find_definition_of(newer, block)
    best: tuple[float, float, Definition] | None = None
    for item in older.definitions:
        if item.kind != ours.kind or (standing is not None and is_settled(standing, older, item)):
            continue
        named = item.simple == ours.simple
        if not named and (block.weight < _TELLING or not have_similar_size(ours, item)):
            continue
        alike = measure_alikeness(newer, ours, older, item)
        least = (0.5 if block.weight >= LONG else 0.6) if named else (0.7 if block.weight >= LONG else 0.8)
        score = alike + 0.3 * named
        if alike < least or (best is not None and score <= best[0]) or (not named and _went_on(newer, ours, older, item, alike)):
            continue
        if standing is None or not is_standing(standing, older, item, alike):
            best = (score, alike, item)
    if best is None:
        return None
    found = make_definition_block(older, best[2], docs=block.docs, bare=block.bare)
    change = classify_change(block, found)
    return BlockMatch(found, round(0.9 * best[1], 3), "moved" if change in ("none", "format") else change)


def _went_on(newer: FileVersion, ours: Definition, older: FileVersion, item: Definition, alike: float) -> bool:
    """Whether a definition of ``older`` came to ``newer`` as another than ours: under its own name, or as one more like it."""
    for rival in newer.definitions:
        if rival.kind == item.kind and rival.start != ours.start:
            if rival.simple == item.simple and rival.name.count(".") == ours.name.count("."):
                return True
            if have_similar_size(rival, item) and measure_alikeness(newer, rival, older, item) > alike:
                return True
    return False
