"""One step back (or forth) in time: where a block of one version of a file is in another version. Pure: no git, no walk.

In order: the exact text; the definition of the same name; the most similar definition (or cell) that the other version has and this one
lacks; lines by diff, where the block is no definition; the place for which most of its lines vote.
"""

from __future__ import annotations

from collections import Counter

from gitexp.excerpt.block import Block, Change, Match, Text, definition_block
from gitexp.excerpt.definition import COMMENT as _COMMENTED
from gitexp.excerpt.definition import Definition, lead_of
from gitexp.excerpt.likeness import likeness, similarity, squeezed

_LONG = 6
_MARKS = ("@", "#[", "#![")


def locate(newer: Text, block: Block, older: Text) -> Match | None:
    """Where ``block`` of ``newer`` is in ``older``, another version of the same (or a renamed) file; None when it isn't there."""
    if block.form == "file":
        whole = Block("file", 0, len(older.lines), older.lines)
        return Match(whole, 1.0, change_of(block, whole))
    found = exact(newer, block, older)
    if found is None and block.form == "definition":
        return _definition(newer, block, older)
    if found is None and block.form == "cell":
        found = _cell(newer, block, older)
    return found or _lines(newer, block, older)


def change_of(newer: Block, older: Block) -> Change:
    """What the texts of two places of a block say about the change between them."""
    if newer.lines == older.lines:
        return "none"
    if squeezed(newer.lines) == squeezed(older.lines):
        return "format"
    return "renamed" if newer.simple != older.simple else "body"


def _matched(block: Block, found: Block, confidence: float) -> Match:
    return Match(found, round(confidence, 3), change_of(block, found))


def _occurrences(framed: bytes, pattern: bytes) -> list[int]:
    """Offsets of a pattern that begins and ends with a line feed."""
    found = []
    at = framed.find(pattern)
    while at >= 0:
        found.append(at)
        at = framed.find(pattern, at + 1)
    return found


def exact(newer: Text, block: Block, older: Text) -> Match | None:
    """Where the same text stands in ``older``. Of several, the one whose neighbours fit; None when those belong to other copies."""
    pattern = ("\n" + "\n".join(block.lines) + "\n").encode()
    places = _occurrences(older.framed, pattern)
    if not places or not block.telling or (older.framed == b"\n\n" and not older.lines):
        return None
    starts = [older.framed.count(b"\n", 0, at + 1) - 1 for at in places]
    if len(starts) > 1 or newer.framed.count(pattern) > 1:
        twins = [newer.framed.count(b"\n", 0, at + 1) - 1 for at in _occurrences(newer.framed, pattern)]
        start = _own_twin(newer, twins, block, older, starts)
    else:
        start = starts[0]
    if start is None or not _whole(block, older, places[starts.index(start)], len(pattern)):
        return None
    stop = start + len(block.lines)
    name = block.name
    if block.form == "definition" and len(starts) > 1:
        name = next((item.name for item in older.definitions if item.stop == stop and start <= item.header), name)
    return Match(Block(block.form, start, stop, block.lines, name, block.docs, block.bare, block.head), 1.0, "none")


def _whole(block: Block, older: Text, at: int, size: int) -> bool:
    """Whether nothing around the place belongs to the definition as well: a decorator above, or lines of its body below."""
    if block.form != "definition":
        return True
    below = older.line_below(at + size)
    if _indentation(below) > _indentation(block.lines[0]):
        return False
    return block.bare or block.docs or not older.line_above(at).lstrip().startswith(_MARKS)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _own_twin(newer: Text, twins: list[int], block: Block, older: Text, places: list[int]) -> int | None:
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


def _context(newer: Text, here: int, older: Text, there: int, size: int) -> int:
    """How many lines around two places are the same, up to 12 each way, stopping at the first that differ."""
    score = 0
    for step in (-1, 1):
        i, j = (here - 1, there - 1) if step < 0 else (here + size, there + size)
        run = 0
        while run < 12 and 0 <= i < len(newer.lines) and 0 <= j < len(older.lines) and newer.lines[i].strip() == older.lines[j].strip():
            run += 1
            i, j = i + step, j + step
        score += run
    return score


def _definition(newer: Text, block: Block, older: Text) -> Match | None:
    near = _by_header(newer, block, older)
    if near is not None:
        return near
    ours = _definition_of(newer, block)
    found = same_name(newer, ours, block, older) or _renamed(newer, ours, block, older)
    if found is None:
        return None
    item, confidence = found
    return _matched(block, definition_block(older, item, docs=block.docs, bare=block.bare), confidence)


def _by_header(newer: Text, block: Block, older: Text) -> Match | None:
    """The definition with the same header line, where that line is unique in both versions: found without reading the whole file."""
    from gitexp.excerpt.symbols_text import stop_of

    if newer.notebook or block.head >= len(block.lines):
        return None
    header = block.lines[block.head]
    pattern = f"\n{header}\n".encode()
    if len(header.strip()) < 6 or older.framed.count(pattern) != 1 or newer.framed.count(pattern) != 1:
        return None
    at = older.framed.count(b"\n", 0, older.framed.find(pattern) + 1) - 1
    stop = stop_of(older.path, older.lines, at, len(block.lines))
    if stop is None:
        return None
    start = at
    while start > 0 and older.lines[start - 1].lstrip().startswith(_MARKS):
        start -= 1
    if start > 0 and older.lines[start - 1].rstrip().endswith((")", ",", "(")) and not _COMMENTED.match(older.lines[start - 1]):
        return None
    start = lead_of(older.lines, start) if block.docs else at if block.bare else start
    found = Block("definition", start, stop, older.lines[start:stop], block.name, block.docs, block.bare, at - start)
    alike = similarity(block.lines, found.lines)
    return _matched(block, found, 0.7 + 0.3 * alike) if alike >= 0.3 else None


def _definition_of(text: Text, block: Block) -> Definition:
    """The definition that a block is, as the text lists it: by place, for what encloses it may have another name here."""
    for item in text.by_name.get(block.name, ()):
        if item.stop == block.stop:
            return item
    for item in text.definitions:
        if item.stop == block.stop and item.simple == block.simple and block.start <= item.header < block.stop:
            return item
    return Definition(block.name, "function", block.start, block.start, block.start, block.stop)


def _alike(newer: Text, one: Definition, older: Text, other: Definition) -> float:
    return likeness(newer.pairs(one.start, one.stop, one.simple), older.pairs(other.start, other.stop, other.simple))


def same_name(newer: Text, ours: Definition, block: Block, older: Text) -> tuple[Definition, float] | None:
    """The definition of the same dotted name; of several overloads or re-definitions the one that pairs with ours."""
    theirs = older.by_name.get(ours.name, [])
    mine = newer.by_name.get(ours.name, []) or [ours]
    if not theirs:
        return None
    if len(theirs) == 1 and len(mine) == 1:
        alike = _alike(newer, ours, older, theirs[0])
        if alike < 0.3 and (better := _renamed(newer, ours, block, older)) is not None and better[1] > max(0.75, 2 * alike):
            return better
        return theirs[0], 0.7 + 0.3 * alike
    signed = [item for item in theirs if item.signature == ours.signature]
    if len(signed) == 1 and sum(item.signature == ours.signature for item in mine) == 1:
        return signed[0], 0.7 + 0.3 * _alike(newer, ours, older, signed[0])
    return _paired(newer, ours, mine, older, theirs)


def _paired(
    newer: Text, ours: Definition, mine: list[Definition], older: Text, theirs: list[Definition]
) -> tuple[Definition, float] | None:
    """The partner of ours when the definitions of one name in two versions are paired, best pairs first."""
    new_signatures, old_signatures = Counter(item.signature for item in mine), Counter(item.signature for item in theirs)
    settled = {sign for sign, count in new_signatures.items() if count == 1 and old_signatures[sign] == 1}
    mine = [item for item in mine if item.signature not in settled]
    theirs = [item for item in theirs if item.signature not in settled]
    scores = ((_pair_score(newer, one, older, other), -abs(i - j), i, j) for i, one in enumerate(mine) for j, other in enumerate(theirs))
    given: set[int] = set()
    taken: set[int] = set()
    for score, _, i, j in sorted(scores, reverse=True):
        if i in given or j in taken or score < 0.35:
            continue
        if mine[i].start == ours.start:
            return theirs[j], min(1.0, score)
        given.add(i)
        taken.add(j)
    return None


def _pair_score(newer: Text, one: Definition, older: Text, other: Definition) -> float:
    """How well two definitions of one name pair: the same text, then the same signature, then a similar body."""
    if newer.lines[one.start : one.stop] == older.lines[other.start : other.stop]:
        return 3.0
    return _alike(newer, one, older, other) + (1.0 if one.signature == other.signature else 0.0)


def _renamed(newer: Text, ours: Definition, block: Block, older: Text) -> tuple[Definition, float] | None:
    """The most similar definition that ``older`` has and ``newer`` lacks, if ours is also what it is most similar to."""
    best: tuple[float, float, Definition] | None = None
    size = block.stop - block.start
    for item in older.definitions:
        if item.kind != ours.kind or (item.name in newer.by_name and _stands(newer, older, item)):
            continue
        other = item.stop - item.start
        if 2 * min(size, other) / (size + other) < 0.2:
            continue
        alike = _alike(newer, ours, older, item)
        named = item.simple == ours.simple
        floor = 0.3 if named else 0.5 if min(block.weight, other) >= _LONG else 0.7
        if alike >= floor and (best is None or alike + 0.3 * named > best[0]):
            best = (alike + 0.3 * named, alike, item)
    if best is None or _claimed(newer, ours, older, best[2], best[0]):
        return None
    return best[2], best[1]


def _stands(newer: Text, older: Text, item: Definition) -> bool:
    """Whether a definition of ``older`` still has its own successor in ``newer``: as many of its name, or the same signature."""
    mine, theirs = newer.by_name[item.name], older.by_name[item.name]
    return len(mine) >= len(theirs) or any(one.signature == item.signature for one in mine)


def _claimed(newer: Text, ours: Definition, older: Text, item: Definition, score: float) -> bool:
    """Whether another new definition of ``newer`` resembles ``item`` more than ours does."""
    for rival in newer.definitions:
        if rival.kind != ours.kind or rival.name in older.by_name or rival.start == ours.start:
            continue
        if _alike(newer, rival, older, item) + 0.3 * (rival.simple == item.simple) > score:
            return True
    return False


def _cell(newer: Text, block: Block, older: Text) -> Match | None:
    """A notebook cell: by id, else the most similar cell that ``newer`` lacks."""
    cells = [cell for cell in older.source.cells if cell.code]
    by_id = [cell for cell in cells if cell.id and cell.id == block.name]
    if len(by_id) == 1:
        cell = by_id[0]
        alike = similarity(block.lines, older.lines[cell.start : cell.stop])
        return _matched(block, Block("cell", cell.start, cell.stop, older.lines[cell.start : cell.stop], cell.id), 0.6 + 0.4 * alike)
    standing = {newer.lines[cell.start : cell.stop] for cell in newer.source.cells if cell.code}
    best, where = 0.5, None
    for cell in cells:
        text = older.lines[cell.start : cell.stop]
        if text in standing:
            continue
        alike = similarity(block.lines, text) + (0.1 if text and block.lines[0] == text[0] else 0.0)
        if alike > best:
            best, where = alike, cell
    if where is None:
        return None
    return _matched(block, Block("cell", where.start, where.stop, older.lines[where.start : where.stop], where.id), min(1.0, best))


def _lines(newer: Text, block: Block, older: Text) -> Match | None:
    """Lines through a diff; where fewer than half of them have a partner there, the window for which most of them vote."""
    from gitexp.excerpt.align import aligned, mapped_range, voted_range

    lines = aligned(newer.lines, older.lines)
    candidates = [mapped_range(newer.lines, older.lines, block.start, block.stop, lines)]
    telling = [number for number in range(block.start, block.stop) if len(newer.lines[number].strip()) > 2]
    if 2 * sum(1 for number in telling if lines[number] >= 0) < len(telling):
        candidates.append(voted_range(block.lines, older.lines))
    best: Match | None = None
    for place in candidates:
        if place is None:
            continue
        found = Block("range", *place, older.lines[place[0] : place[1]], block.name if block.form == "cell" else "")
        alike = similarity(block.lines, found.lines)
        if alike >= (0.4 if block.weight >= _LONG else 0.5) and (best is None or alike > best.confidence):
            best = _matched(block, found, alike)
    return best


def elsewhere(newer: Text, block: Block, older: Text, standing: Text | None) -> Match | None:
    """Where ``block`` was in another file, whose newer version is ``standing`` (None: deleted). What still stands there is no ancestor."""
    pattern = ("\n" + "\n".join(block.lines) + "\n").encode()
    telling = (block.weight >= 2 or (block.weight and block.form == "definition")) and len(pattern) > 30
    copies = older.framed.count(pattern) if telling else 0
    if copies and (standing is None or standing.framed.count(pattern) < copies):
        start = older.framed.count(b"\n", 0, older.framed.find(pattern) + 1) - 1
        stop = start + len(block.lines)
        name = next((item.name for item in older.definitions if item.stop == stop and start <= item.header), block.name)
        return Match(Block(block.form, start, stop, block.lines, name, block.docs, block.bare, block.head), 0.95, "moved")
    if block.form != "definition":
        return None
    return _moved_definition(newer, block, older, standing)


def _moved_definition(newer: Text, block: Block, older: Text, standing: Text | None) -> Match | None:
    ours = _definition_of(newer, block)
    best: tuple[float, Definition] | None = None
    for item in older.definitions:
        if item.simple != ours.simple or item.kind != ours.kind:
            continue
        if standing is not None and item.name in standing.by_name and _stands(standing, older, item):
            continue
        alike = _alike(newer, ours, older, item)
        if alike >= (0.5 if block.weight >= _LONG else 0.6) and (best is None or alike > best[0]):
            best = (alike, item)
    if best is None:
        return None
    found = definition_block(older, best[1], docs=block.docs, bare=block.bare)
    change = change_of(block, found)
    return Match(found, round(0.9 * best[0], 3), "moved" if change in ("none", "format") else change)
