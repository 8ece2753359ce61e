"""Where a definition of one version is in another: by its header, by its name and signature, by likeness."""

from __future__ import annotations

from collections import Counter

from gitexp.excerpt.definition import COMMENT, Definition, find_comment_start
from gitexp.excerpt.lines.likeness import measure_likeness
from gitexp.excerpt.locate.block import BlockMatch, CodeBlock, FileVersion, make_definition_block, make_match
from gitexp.excerpt.symbols.indentation import stop_of

LONG = 6
# Likeness that is enough for another name where the lines themselves stand where they stood.
_IN_PLACE = 0.35
# Overloads that are no more alike, and not of a size, have but the name in common.
_STRANGERS = 0.15
_MARKS = ("@", "#[", "#![", "[[")


def locate_definition(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """Where a definition of ``newer`` is in ``older``: by header, by name, by likeness."""
    near = _by_header(newer, block, older)
    if near is not None:
        return near
    ours = find_definition_of(newer, block)
    found = find_namesake(newer, ours, block, older) or _in_renamed(newer, ours, older) or _renamed(newer, ours, block, older)
    if found is None:
        return None
    item, confidence = found
    return make_match(block, make_definition_block(older, item, docs=block.docs, bare=block.bare), confidence)


def _by_header(newer: FileVersion, block: CodeBlock, older: FileVersion) -> BlockMatch | None:
    """The definition with the same header line, where that line is unique in both versions: found without reading the whole file."""
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
    while start > 0 and is_annotation_line(older.path, older.lines[start - 1]):
        start -= 1
    if start > 0 and older.lines[start - 1].rstrip().endswith((")", ",", "(")) and not COMMENT.match(older.lines[start - 1]):
        return None
    start = find_comment_start(older.lines, start) if block.docs else at if block.bare else start
    found = CodeBlock("definition", start, stop, older.lines[start:stop], block.name, block.docs, block.bare, at - start)
    alike = measure_likeness(newer.pairs(block.start, block.stop, ""), older.pairs(start, stop, ""))
    return make_match(block, found, 0.7 + 0.3 * alike) if alike >= 0.3 else None


def is_annotation_line(path: str, line: str) -> bool:
    """Whether a line is a decorator, an annotation or an attribute of the definition below it."""
    return line.lstrip().startswith(("[", *_MARKS) if path.endswith(".cs") else _MARKS)


def find_definition_of(text: FileVersion, block: CodeBlock) -> Definition:
    """The definition that a block is, as the text lists it: by place, for what encloses it may have another name here."""
    for item in text.by_name.get(block.name, ()):
        if item.stop == block.stop:
            return item
    for item in text.definitions:
        if item.stop == block.stop and item.simple == block.simple and block.start <= item.header < block.stop:
            return item
    return Definition(block.name, "function", block.start, block.start, block.start, block.stop)


def measure_alikeness(newer: FileVersion, one: Definition, older: FileVersion, other: Definition) -> float:
    """How alike two definitions are, their names aside."""
    return measure_likeness(newer.pairs(one.start, one.stop, one.simple), older.pairs(other.start, other.stop, other.simple))


def find_namesake(newer: FileVersion, ours: Definition, block: CodeBlock, older: FileVersion) -> tuple[Definition, float] | None:
    """The definition of the same dotted name; of several overloads or re-definitions the one that pairs with ours.

    What has the name but hardly a body in common gives way to a definition of another name that is far more alike.
    """
    theirs = older.by_name.get(ours.name, [])
    mine = newer.by_name.get(ours.name, []) or [ours]
    signed = [item for item in theirs if item.signature == ours.signature]
    if len(theirs) + len(mine) > 2 and len(signed) == 1 and sum(item.signature == ours.signature for item in mine) == 1:
        return signed[0], 0.7 + 0.3 * measure_alikeness(newer, ours, older, signed[0])
    partner = theirs[0] if len(theirs) == 1 == len(mine) else _paired(newer, ours, mine, older, theirs)
    if partner is None:
        return None
    alike = measure_alikeness(newer, ours, older, partner)
    if alike < 0.3 and (better := _renamed(newer, ours, block, older)) is not None and better[1] > max(0.5, 2 * alike):
        return better
    return partner, 0.7 + 0.3 * alike


def _paired(
    newer: FileVersion, ours: Definition, mine: list[Definition], older: FileVersion, theirs: list[Definition]
) -> Definition | None:
    """The partner of ours when the definitions of one name in two versions are paired, best pairs first."""
    new_signatures, old_signatures = Counter(item.signature for item in mine), Counter(item.signature for item in theirs)
    unique = {sign for sign, count in new_signatures.items() if count == 1 and old_signatures[sign] == 1}
    mine = [item for item in mine if item.signature not in unique]
    theirs = [item for item in theirs if item.signature not in unique]
    scores = ((_pair_score(newer, one, older, other), -abs(i - j), i, j) for i, one in enumerate(mine) for j, other in enumerate(theirs))
    given: set[int] = set()
    taken: set[int] = set()
    for score, _, i, j in sorted(scores, reverse=True):
        # The name is enough where one is left on each side, as it is for a name without overloads, unless nothing else is alike.
        alone = len(mine) - len(given) == 1 == len(theirs) - len(taken) and (score > _STRANGERS or have_similar_size(mine[i], theirs[j]))
        if i in given or j in taken or (score < 0.35 and not alone):
            continue
        if mine[i].start == ours.start:
            return theirs[j]
        given.add(i)
        taken.add(j)
    return None


def have_similar_size(one: Definition, other: Definition) -> bool:
    """Whether neither of two definitions is three times as long as the other."""
    first, second = one.stop - one.start, other.stop - other.start
    return 3 * min(first, second) > max(first, second)


def _pair_score(newer: FileVersion, one: Definition, older: FileVersion, other: Definition) -> float:
    """How well two definitions of one name pair: the same text, then the same signature, then a similar body."""
    if newer.lines[one.start : one.stop] == older.lines[other.start : other.stop]:
        return 3.0
    return measure_alikeness(newer, one, older, other) + (1.0 if one.signature == other.signature else 0.0)


def _in_renamed(newer: FileVersion, ours: Definition, older: FileVersion) -> tuple[Definition, float] | None:
    """The definition of the same simple name in what was renamed to the definition around ours."""
    outer = ours.name.rpartition(".")[0]
    around = next((item for item in newer.by_name.get(outer, ()) if item.start <= ours.start and ours.stop <= item.stop), None)
    if around is None or outer in older.by_name:
        return None
    found = _in_renamed(newer, around, older) or _renamed(newer, around, make_definition_block(newer, around), older)
    if found is None:
        return None
    inner = [item for item in older.by_name.get(f"{found[0].name}.{ours.simple}", ()) if item.kind == ours.kind]
    best = max(inner, key=lambda item: measure_alikeness(newer, ours, older, item), default=None)
    if best is None:
        return None
    alike = measure_alikeness(newer, ours, older, best)
    return (best, 0.6 + 0.4 * alike) if alike >= 0.3 else None


def _renamed(newer: FileVersion, ours: Definition, block: CodeBlock, older: FileVersion) -> tuple[Definition, float] | None:
    """The most similar definition that ``older`` has and ``newer`` lacks, if ours is also what it is most similar to."""
    best: tuple[float, float, Definition] | None = None
    size = block.stop - block.start
    for item in older.definitions:
        if item.kind != ours.kind or is_settled(newer, older, item):
            continue
        other = item.stop - item.start
        if 2 * min(size, other) / (size + other) < 0.2:
            continue
        alike = measure_alikeness(newer, ours, older, item)
        named = item.simple == ours.simple
        long = min(block.weight, other) >= LONG
        floor = 0.3 if named else 0.4 if long and _akin(item.simple, ours.simple) else 0.5 if long else 0.6
        if floor > alike >= _IN_PLACE and _in_place(newer, block, older, item):
            floor = _IN_PLACE
        if alike >= floor and (best is None or alike + 0.3 * named > best[0]) and not is_standing(newer, older, item, alike):
            best = (alike + 0.3 * named, alike, item)
    if best is None or _claimed(newer, ours, older, best[2], best[0]):
        return None
    return best[2], best[1]


def _akin(one: str, other: str) -> bool:
    """Whether one name is in the other: ``placeBox`` and ``placeBoxes``, ``exit`` and ``on_exit``."""
    short, longer = sorted((one.replace("_", "").lower(), other.replace("_", "").lower()), key=len)
    return len(short) > 3 and short in longer


def _in_place(newer: FileVersion, block: CodeBlock, older: FileVersion, item: Definition) -> bool:
    """Whether at least two lines and half of what stands below the header of ours were lines of ``item``, by diff."""
    from gitexp.excerpt.lines.align import align_lines

    body = [number for number in range(block.start + block.head + 1, block.stop) if len(newer.lines[number].strip()) > 2]
    if len(body) < 2:
        return False
    lines = align_lines(newer.lines, older.lines)
    kept = sum(item.header < lines[number] < item.stop for number in body)
    return kept >= 2 and 2 * kept >= len(body)


def is_settled(newer: FileVersion, older: FileVersion, item: Definition) -> bool:
    """Whether a definition of ``older`` goes on under its name in ``newer`` without a doubt: the only one of it, or of one signature."""
    mine = newer.by_name.get(item.name, [])
    return (len(mine) == 1 == len(older.by_name[item.name])) or any(one.signature == item.signature for one in mine)


def is_standing(newer: FileVersion, older: FileVersion, item: Definition, alike: float) -> bool:
    """Whether it goes on under its name, be it as an overload that is at least as much like it as the one that asks: ``alike``."""
    if is_settled(newer, older, item):
        return True
    kept = {one.signature for one in older.by_name[item.name]}
    return any(measure_alikeness(newer, one, older, item) >= alike for one in newer.by_name.get(item.name, ()) if one.signature not in kept)


def _claimed(newer: FileVersion, ours: Definition, older: FileVersion, item: Definition, score: float) -> bool:
    """Whether another new definition of ``newer`` resembles ``item`` more than ours does."""
    for rival in newer.definitions:
        if rival.kind != ours.kind or rival.name in older.by_name or rival.start == ours.start:
            continue
        if measure_alikeness(newer, rival, older, item) + 0.3 * (rival.simple == item.simple) > score:
            return True
    return False
