"""One commit back: where the code of a commit was in its parent, in the same file or elsewhere."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from gitexp.excerpt.locate.locate import locate_block
from gitexp.excerpt.locate.version import FileVersion
from gitexp.follow.moves import Moves
from gitexp.follow.places import CodePlace, is_readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.locate.block import BlockMatch, Change, CodeBlock
    from gitexp.follow.moves import Changed
    from gitexp.store.objects import ObjectReader
    from gitexp.store.paths import PathIndex

_KEPT_TEXTS = 64
_KEPT_MOVES = 8
_OLDER_VERSIONS = 40
_MISSING = 40
# Where a match is no better than this, another file may have been moved over the one it is in.
_DOUBTFUL = 0.9


class Ancestry:
    """Steps between versions, on the index of paths and the reader of blobs."""

    def __init__(self, index: PathIndex, objects: ObjectReader) -> None:
        self.index = index
        self.objects = objects
        self._texts: OrderedDict[tuple[str, bytes], FileVersion | None] = OrderedDict()
        self._steps: dict[tuple[CodePlace, bytes], BlockMatch | None] = {}
        self._moves: dict[tuple[int, int, bool, str, bytes], Moves] = {}
        self.bridged: set[bytes] = set()  # those of them kept over files that are not in this clone: where they began is not known
        self._held: set[bytes] = set()  # blobs of places kept over versions that cannot be read: not those of the versions themselves

    def read_version(self, path: str, blob: bytes) -> FileVersion | None:
        """A version of a file; None when it cannot be read."""
        key = (path, blob)
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        data = self.objects.read(blob.hex())
        text = FileVersion(path, data) if data is not None else None
        self._texts[key] = text
        if len(self._texts) > _KEPT_TEXTS:
            self._texts.popitem(last=False)
        return text

    def read_version_of(self, place: CodePlace) -> FileVersion:
        """The version of the file that holds a place; empty where it cannot be read."""
        text = self.read_version(place.path, place.blob)
        return text if is_readable(text) else FileVersion(place.path, b"")

    def is_touched(self, number: int, place: CodePlace) -> bool:
        """Whether a commit may differ from its first parent at a place."""
        return number in self.index.list_changes(place.path) or place.blob in self._held

    def step_back(self, number: int, parent: int, place: CodePlace) -> tuple[CodePlace | None, Change, float]:
        """The place in the parent, what the commit ``number`` changed, and how sure that is.

        (None, "introduced", ...) at a birth; (the same place, "gap", ...) where no version before is in this clone.
        """
        first = self.index.first_parents[number] == parent
        if first and not self.is_touched(number, place):
            return place, "none", 1.0
        blob = self.index.find_blob_before(place.path, number) if first else self.index.find_blob(place.path, parent)
        found = self._stepped(place, blob, number, parent, forward=False)
        if found[0] is not None and found[0].path == place.path and found[0].blob != blob:
            self._held.add(found[0].blob)
        if found[1] == "introduced" and place.blob in self.bridged:
            return None, "gap", 0.5
        return found

    def step_forth(self, number: int, parent: int, place: CodePlace) -> CodePlace | None:
        """The place in the commit ``number``, given that in its parent; None where the commit deleted it."""
        return self._stepped(place, self.index.find_blob(place.path, number), number, parent, forward=True)[0]

    def _stepped(
        self, place: CodePlace, blob: bytes | None, number: int, parent: int, *, forward: bool
    ) -> tuple[CodePlace | None, Change, float]:
        if blob == place.blob:
            return place, "none", 1.0
        newer = self.read_version(place.path, place.blob)
        if newer is None:
            return place, "none", 0.5
        if blob is not None:
            older = self.read_version(place.path, blob)
            if not is_readable(older):
                return self._past_unreadable(place, parent) if not forward else (place, "none", 0.5)
            match = self._located(place, newer, blob, older)
            if match is not None:
                if match.confidence < _DOUBTFUL and not forward:
                    over = self._moves_of(place, newer, number, parent, forward=False).find_moved_file(place)
                    if over is not None:
                        return over
                return CodePlace(place.path, blob, match.block), match.change, match.confidence
        moves = self._moves_of(place, newer, number, parent, forward=forward)
        return moves.find_origin(place, added=blob is None) or (None, "introduced", 0.9)

    def _past_unreadable(self, place: CodePlace, number: int) -> tuple[CodePlace | None, Change, float]:
        """Where a place was before versions that cannot be read: broken notebooks, files that are not in this clone.

        The commit after them tells what changed; where nothing that can be read is behind missing files, that is a gap.
        """
        missing: set[bytes] = set()
        while number >= 0 and len(missing) < _MISSING and (blob := self.index.find_blob(place.path, number)) is not None:
            if blob == place.blob:
                break
            text = self.read_version(place.path, blob)
            if text is None:
                missing.add(blob)
            elif is_readable(text):
                match = self.locate_between(place, blob)
                sure = min(match.confidence, 0.5) if match and missing else match.confidence if match else 0.5
                return (CodePlace(place.path, blob, match.block), match.change, sure) if match else (place, "none", 0.5)
            number = self.index.first_parents[number]
        if missing:
            self.bridged.add(place.blob)
        return place, "gap" if missing and (number < 0 or len(missing) >= _MISSING) else "none", 0.5

    def locate_between(self, place: CodePlace, blob: bytes) -> BlockMatch | None:
        """Where a place is in another version of its file."""
        newer, older = self.read_version(place.path, place.blob), self.read_version(place.path, blob)
        if newer is None or not is_readable(older):
            return None
        return self._located(place, newer, blob, older)

    def _located(self, place: CodePlace, newer: FileVersion, blob: bytes, older: FileVersion) -> BlockMatch | None:
        """As ``between``, of versions that are read."""
        key = (place, blob)
        if key not in self._steps:
            if len(self._steps) > 50_000:
                self._steps.clear()
            self._steps[key] = locate_block(newer, place.block, older)
        return self._steps[key]

    def _moves_of(self, place: CodePlace, newer: FileVersion, number: int, parent: int, *, forward: bool) -> Moves:
        """What a commit moved to the file of a place."""
        key = (number, parent, forward, place.path, place.blob)
        known = self._moves.get(key)
        if known is None:
            first = self.index.first_parents[number] == parent
            changed: Sequence[Changed] = self.index.list_changed_paths(number) if first else self._merged_in(number, parent, place)
            if forward:
                changed = [(path, new, old) for path, old, new in changed]
            known = Moves(changed, place.path, newer, self.objects, self.read_version)
            while len(self._moves) >= _KEPT_MOVES:
                del self._moves[next(iter(self._moves))]
            self._moves[key] = known
        return known

    def _merged_in(self, number: int, parent: int, place: CodePlace) -> Sequence[Changed]:
        """What a merge took from a further parent to the path of a place, which that parent lacks: a subtree has other paths there."""
        if number not in self.index.list_changes(place.path) or self.index.find_blob(place.path, parent) is not None:
            return ()
        base = "/" + place.path.rpartition("/")[2]
        files = [(path, blob) for path, blob in self.index.list_files(parent) if blob == place.blob or ("/" + path).endswith(base)]
        taken = [(path, blob, None) for path, blob in files if self.index.find_blob(path, number) is None]
        return [*taken, (place.path, None, place.blob)]

    def find_revived(self, number: int, place: CodePlace) -> tuple[int, CodePlace] | None:
        """The newest older version of the same path that held the block before it was deleted, with the number of its commit."""
        if place.block.form == "range" and place.block.weight < 3:
            return None
        newer = self.read_version(place.path, place.blob)
        needle = (place.block.lines[place.block.head] if place.block.simple else _telling(place.block)).strip().encode()
        changes = self.index.list_changes(place.path)
        older = [(n, old) for n, (old, _) in changes.items() if n < number and old is not None][: -_OLDER_VERSIONS - 1 : -1]
        before: bytearray | None = None
        for (at, old), _ in zip(older, self.objects.read_ahead([old.hex() for _, old in older]), strict=True):
            parent = self.index.first_parents[at]
            text = self.read_version(place.path, old)
            if newer is None or parent < 0 or not is_readable(text):
                continue
            if needle not in text.framed:
                continue
            before = before or self.mark_ancestors(number)
            if not before[at]:
                continue
            match = locate_block(newer, place.block, text)
            if match is None or (place.block.simple and match.block.name != place.block.name):
                continue
            if match.confidence >= (0.75 if place.block.simple else 0.9):
                return parent, CodePlace(place.path, old, match.block)
        return None

    def mark_ancestors(self, number: int) -> bytearray:
        """Which commits are ancestors of ``number``, itself included: one byte a commit, up to ``number``."""
        first, merges = self.index.first_parents, self.index.merges
        marked = bytearray(number + 2)  # the last one is for the parent that a root lacks: -1
        marked[number] = 1
        for at in range(number, -1, -1):
            if marked[at]:
                marked[first[at]] = 1
                if at in merges:
                    for parent in merges[at]:
                        marked[parent] = 1
        return marked


def _telling(block: CodeBlock) -> str:
    """A line of the block that says something."""
    return next((line.strip() for line in block.lines if len(line.strip()) > 8), "")
