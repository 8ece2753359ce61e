"""From which other file of the same commit code came: the file was renamed, or the code moved out of another one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.excerpt.lines.likeness import measure_shared_share, measure_similarity
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.locate.elsewhere import locate_elsewhere
from gitexp.excerpt.locate.locate import locate_block
from gitexp.follow.places import CodePlace, is_readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitexp.excerpt.locate.block import Change, CodeBlock
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.store.objects import ObjectReader

    Changed = tuple[str, bytes | None, bytes | None]
    Origin = tuple[CodePlace, Change, float]

_SEARCHED = 60
_RIVALS = 12
_FILE_SHARE = 0.45
_FEW_LINES = 5
# A file that a commit deleted, that shares this much with ours and went on nowhere else is not asked to compete with others.
_SURE = 0.9

_KIN = (
    {"py", "ipynb", "pyx", "pyi"}, {"js", "jsx", "ts", "tsx", "mjs", "cjs", "vue"},
    {"c", "h", "cc", "cpp", "cxx", "hpp", "hh", "cu", "cuh", "inl"},
    {"java", "kt", "groovy", "scala"},
)  # fmt: skip


class Moves:
    """One commit's changes of files (path, older blob, newer blob; None: not there), and what they say about code in ``path``.

    ``newer`` is that file as the commit has it; ``text`` reads a version of a file: None when that cannot be done. What is found
    out about files is kept, for there may be several places in one.
    """

    def __init__(
        self,
        changed: Sequence[Changed],
        path: str,
        newer: FileVersion,
        objects: ObjectReader,
        text: Callable[[str, bytes], FileVersion | None],
    ) -> None:
        self._path = path
        self._newer = newer
        self._objects = objects
        self._text = text
        self._successors: dict[str, str] = {}
        self._sources = [item for item in changed if item[0] != path and item[1] is not None]
        self._added = [(other, new) for other, old, new in changed if old is None and new is not None and _kin(path, other)]

    def find_origin(self, place: CodePlace, *, added: bool) -> Origin | None:
        """Where a place was before the commit, what changed on the way, how sure that is; ``added``: its file is new."""
        if added and (found := self._renamed_file(place)) is not None:
            return found
        return self._moved(place) if place.block.form != "file" else None

    def find_moved_file(self, place: CodePlace) -> Origin | None:
        """The file that the commit moved here as it was, be it over another one."""
        same = [path for path, old, new in self._sources if new is None and old == place.blob]
        return (CodePlace(max(same, key=lambda path: _nearness(place.path, path)), place.blob, place.block), "none", 1.0) if same else None

    def _renamed_file(self, place: CodePlace) -> Origin | None:
        """The file that the commit renamed to ours: the same blob, else the most similar that went on in no other file."""
        if (whole := self.find_moved_file(place)) is not None:
            return whole
        for share, item, older in self._alike:
            if self._successor(item, older) != place.path or self._still_there(item, place):
                continue
            if (match := locate_block(self._newer, place.block, older)) is not None:
                return CodePlace(item[0], item[1] or b"", match.block), match.change, min(match.confidence, 0.5 + share / 2)
        return None

    def _still_there(self, source: Changed, place: CodePlace) -> bool:
        """Whether the very code of a place also stands in what a file became under its own name: then ours is a copy."""
        text = self._read(source[0], source[2])
        return text is not None and place.block.telling and place.block.framed in text.framed

    @cached_property
    def _near(self) -> list[Changed]:
        """The files that code may have come from, the likeliest first."""
        return sorted((item for item in self._sources if _kin(self._path, item[0])), key=lambda item: _near_first(self._path, item))

    @cached_property
    def _alike(self) -> list[tuple[float, Changed, FileVersion]]:
        """The three of them that are most like our file, with how much they share."""
        scored = []
        for item, older in self._read_older(self._near[:_SEARCHED]):
            if (share := _share(self._path, self._newer, item[0], older)) >= _FILE_SHARE:
                scored.append((share, item[2] is None, item, older))
                if share >= _SURE and item[2] is None and self._successor(item, older) == self._path:
                    break
        scored.sort(key=lambda entry: entry[:2], reverse=True)
        return [(share, item, older) for share, _, item, older in scored[:3]]

    def _successor(self, source: Changed, older: FileVersion) -> str:
        """The path at which the commit goes on with a file that it deleted or rewrote; empty when there is none."""
        if source[0] not in self._successors:
            self._successors[source[0]] = self._find_successor(source, older)
        return self._successors[source[0]]

    def _find_successor(self, source: Changed, older: FileVersion) -> str:
        path, old, new = source
        rivals = [(path, new)] if new is not None else []
        rivals += sorted(self._added, key=lambda item: _nearness(path, item[0]), reverse=True)[:_RIVALS]
        self._objects.expect([blob.hex() for _, blob in rivals])
        best, found = _FILE_SHARE, ""
        for rival, blob in rivals:
            text = self._read(rival, blob) if blob != old else older
            share = _share(rival, text, path, older) if text is not None else 0.0
            if share > best:
                best, found = share, rival
        return found

    def _moved(self, place: CodePlace) -> Origin | None:
        """The other file from which the block came: what still stands there, or where that file goes on, is no ancestor."""
        needles = _needles(place.block)
        best: Origin | None = None
        for (path, old, new), older in self._read_older(self._near[: 2 * _SEARCHED]):
            if not _may_hold(older.framed, needles):
                continue
            match = locate_elsewhere(self._newer, place.block, older, self._standing((path, old, new), older, place.path))
            if match is not None and (best is None or match.confidence > best[2]):
                best = (CodePlace(path, old or b"", match.block), match.change, match.confidence)
                if match.confidence >= 0.95:
                    break
        return best

    def _standing(self, source: Changed, older: FileVersion, ours: str) -> FileVersion | None:
        """What a file became, unless it became ours."""
        path, _, new = source
        if new is not None:
            return self._read(path, new)
        successor = self._successor(source, older)
        if successor in ("", ours):
            return None
        return self._read(successor, dict(self._added)[successor])

    def _read_older(self, files: list[Changed]) -> Iterator[tuple[Changed, FileVersion]]:
        """The older versions that can be read."""
        names = [old.hex() for _, old, _ in files if old is not None]
        for item, _ in zip(files, self._objects.read_ahead(names), strict=True):
            older = self._read(item[0], item[1])
            if older is not None:
                yield item, older

    def _read(self, path: str, blob: bytes | None) -> FileVersion | None:
        text = self._text(path, blob) if blob is not None else None
        return text if is_readable(text) else None


def _share(path: str, text: FileVersion, other: str, older: FileVersion) -> float:
    """How much of two files is the same, a little more where their names are; small files of short lines by their tokens."""
    same_base = _base(path) == _base(other)
    if not _may_share(text, older, strangers=not same_base):
        return 0.0
    if min(text.long_lines.total(), older.long_lines.total()) < _FEW_LINES:
        alike = measure_similarity(text.lines, older.lines)
    else:
        alike = measure_shared_share(text.long_lines, older.long_lines)
    return alike + 0.2 * same_base


def _may_share(text: FileVersion, older: FileVersion, *, strangers: bool) -> bool:
    """Whether two files are of a size, and ``strangers`` have one of a few lines in common: else all lines need not be compared."""
    small, large = sorted((len(text.framed), len(older.framed)))
    if 5 * small < large:
        return False
    return not strangers or len(text.sample) < thresholds.SAMPLED_LINES or any(line in older.framed for line in text.sample)


def _needles(block: CodeBlock) -> tuple[bytes, Sequence[bytes], int]:
    """The name of a block, lines of it that say something, and how many of them a file must hold that has not the name."""
    lines = sorted({line.strip() for line in block.lines if len(line.strip()) > 8}, key=len, reverse=True)
    # The longest say most, but a renamed option may be in all of them.
    telling = lines[:5] + [line for line in lines[5:12] if len(line) >= 16]
    return block.simple.encode(), [line.encode() for line in telling], 2 if block.simple and len(telling) > 2 else 1


def _may_hold(framed: bytes, needles: tuple[bytes, Sequence[bytes], int]) -> bool:
    """Whether it is worth looking for a block in a file."""
    name, telling, least = needles
    return bool(name and name in framed) or sum(line in framed for line in telling) >= least


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _kin(path: str, other: str) -> bool:
    """Whether code may move between two files: of one extension, or of those that go together."""
    ours, theirs = path.rpartition(".")[2].lower(), other.rpartition(".")[2].lower()
    return ours == theirs or any(ours in group and theirs in group for group in _KIN)


def _near_first(path: str, source: Changed) -> tuple[bool, bool, int]:
    """For sorting: deleted files first, then the nearest."""
    same_base, near = _nearness(path, source[0])
    return source[2] is not None, not same_base, -near


def _nearness(path: str, other: str) -> tuple[bool, int]:
    """For sorting: the same base name first, then the longest common end and start of the path."""
    return _base(path) == _base(other), _common(path, other) + _common(path[::-1], other[::-1])


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
