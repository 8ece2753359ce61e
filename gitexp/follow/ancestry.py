"""One commit back: where the code of a commit was in its parent, in the same file or elsewhere."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from gitexp.excerpt.locate.locate import locate_block
from gitexp.excerpt.locate.version import FileVersion
from gitexp.follow.changed_files import ChangedFile, ChangedFiles
from gitexp.follow.file_likeness import get_base_name
from gitexp.follow.moves import Moves, StepBack
from gitexp.follow.places import CodePlace, is_readable
from gitexp.lru import LruCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.locate.block import BlockMatch, CodeBlock
    from gitexp.store.objects import ObjectReader
    from gitexp.store.path_index import PathIndex

_ChangeKey = tuple[int, int, bool, str, bytes]
"""Commit, its parent, True for a step forth, path and blob of the place."""

_KEPT_VERSIONS = 64
_KEPT_MATCHES = 50_000
_KEPT_MOVES = 8
_KEPT_COMMITS = 8

_REVIVED_VERSIONS = 40
"""Older versions of a path that are searched for code that came back."""

_MISSING_VERSIONS = 40
"""Versions that are not in this clone, over which code is followed."""

_DOUBTFUL = 0.9
"""Where a match is no better, another file may have been moved over the one that it is in."""

_REVIVED_DEFINITION = 0.75
_REVIVED_LINES = 0.9
"""Least confidence at which code that was deleted before is the same code."""


class Ancestry:
    """Steps between versions, on the index of paths and the reader of blobs."""

    def __init__(self, index: PathIndex, objects: ObjectReader) -> None:
        self.index = index
        self.objects = objects
        self._versions: OrderedDict[tuple[str, bytes], FileVersion | None] = OrderedDict()
        self._matches: dict[tuple[CodePlace, bytes], BlockMatch | None] = {}
        self._moves: LruCache[_ChangeKey, Moves] = LruCache(_KEPT_MOVES)
        self._changed: LruCache[_ChangeKey, ChangedFiles] = LruCache(_KEPT_COMMITS)
        # Blobs of places that are kept over versions that cannot be read, and are not the blobs of
        # those versions.
        self._held: set[bytes] = set()
        # Those that are kept over files that are not in this clone: where they began is not known.
        self.bridged: set[bytes] = set()

    # Versions

    def read_version(self, path: str, blob: bytes) -> FileVersion | None:
        """Return a version of a file; None when it cannot be read."""
        key = (path, blob)
        if key in self._versions:
            self._versions.move_to_end(key)
            return self._versions[key]
        data = self.objects.read(blob.hex())
        version = FileVersion(path, data) if data is not None else None
        self._versions[key] = version
        if len(self._versions) > _KEPT_VERSIONS:
            self._versions.popitem(last=False)
        return version

    def read_version_of(self, place: CodePlace) -> FileVersion:
        """Return the version of the file that holds a place; an empty one if it cannot be read."""
        version = self.read_version(place.path, place.blob)
        return version if is_readable(version) else FileVersion(place.path, b"")

    # Steps

    def is_touched(self, number: int, place: CodePlace) -> bool:
        """Return True if a commit may differ from its first parent at a place."""
        return number in self.index.list_changes(place.path) or place.blob in self._held

    def step_back(self, number: int, parent: int, place: CodePlace) -> StepBack:
        """Return the place in the parent, and what the commit ``number`` changed.

        The change is "introduced" with no place at a birth, and "gap" with the same place where no
        version before is in this clone.
        """
        is_first_parent = self.index.first_parents[number] == parent
        if is_first_parent and not self.is_touched(number, place):
            return StepBack(place, "none", 1.0)
        if is_first_parent:
            blob = self.index.find_blob_before(place.path, number)
        else:
            blob = self.index.find_blob(place.path, parent)
        step = self._step(place, blob, number, parent, forward=False)
        older_place = step.place
        if older_place is not None and older_place.path == place.path:
            if older_place.blob != blob:
                self._held.add(older_place.blob)
        if step.change == "introduced" and place.blob in self.bridged:
            return StepBack(None, "gap", 0.5)
        return step

    def step_forth(self, number: int, parent: int, place: CodePlace) -> CodePlace | None:
        """Return the place in the commit ``number``, given that in its parent.

        None where the commit deleted it.
        """
        blob = self.index.find_blob(place.path, number)
        return self._step(place, blob, number, parent, forward=True).place

    def locate_between(self, place: CodePlace, blob: bytes) -> BlockMatch | None:
        """Return the match of a place in another version of its file."""
        newer = self.read_version(place.path, place.blob)
        older = self.read_version(place.path, blob)
        if newer is None or not is_readable(older):
            return None
        return self._locate(place, newer, blob, older)

    def _step(
        self, place: CodePlace, blob: bytes | None, number: int, parent: int, *, forward: bool
    ) -> StepBack:
        """Return the place in the version ``blob`` of its file (None: no such file), or
        elsewhere.
        """
        if blob == place.blob:
            return StepBack(place, "none", 1.0)
        newer = self.read_version(place.path, place.blob)
        if newer is None:
            return StepBack(place, "none", 0.5)
        older = self.read_version(place.path, blob) if blob is not None else None
        if blob is not None and not is_readable(older):
            if forward:
                return StepBack(place, "none", 0.5)
            step = self._step_past_unreadable(place, parent)
            if step is not None:
                return step
            # The file had nothing of it that can be read until now: the code begins here.
            blob = None
        if blob is not None and is_readable(older):
            match = self._locate(place, newer, blob, older)
            if match is not None:
                if match.confidence < _DOUBTFUL and not forward:
                    moves = self._find_moves(place, newer, number, parent, forward=False)
                    moved_file = moves.find_moved_file(place)
                    if moved_file is not None:
                        return moved_file
                older_place = CodePlace(place.path, blob, match.block)
                return StepBack(older_place, match.change, match.confidence)
        moves = self._find_moves(place, newer, number, parent, forward=forward)
        origin = moves.find_origin(place, added=blob is None)
        return origin or StepBack(None, "introduced", 0.9)

    def _step_past_unreadable(self, place: CodePlace, number: int) -> StepBack | None:
        """Return where a place was before versions that cannot be read, None if it was nowhere.

        Such are broken notebooks, and files that are not in this clone. The commit after them tells
        what changed; where nothing that can be read is behind missing files, that is a gap.
        """
        blob: bytes | None = None
        missing: set[bytes] = set()
        while number >= 0 and len(missing) < _MISSING_VERSIONS:
            blob = self.index.find_blob(place.path, number)
            if blob is None or blob == place.blob:
                break
            version = self.read_version(place.path, blob)
            if version is None:
                missing.add(blob)
            elif is_readable(version):
                return self._step_to_readable(place, blob, over_missing=bool(missing))
            number = self.index.first_parents[number]
        if not missing:
            return StepBack(place, "none", 0.5) if blob == place.blob else None
        self.bridged.add(place.blob)
        is_gap = number < 0 or len(missing) >= _MISSING_VERSIONS
        return StepBack(place, "gap" if is_gap else "none", 0.5)

    def _step_to_readable(
        self, place: CodePlace, blob: bytes, *, over_missing: bool
    ) -> StepBack | None:
        match = self.locate_between(place, blob)
        if match is None:
            return StepBack(place, "none", 0.5) if over_missing else None
        confidence = min(match.confidence, 0.5) if over_missing else match.confidence
        return StepBack(CodePlace(place.path, blob, match.block), match.change, confidence)

    def _locate(
        self, place: CodePlace, newer: FileVersion, blob: bytes, older: FileVersion
    ) -> BlockMatch | None:
        """Return the match of a place in another version, of versions that are read."""
        key = (place, blob)
        if key not in self._matches:
            if len(self._matches) > _KEPT_MATCHES:
                self._matches.clear()
            self._matches[key] = locate_block(newer, place.block, older)
        return self._matches[key]

    # Other files

    def _find_moves(
        self, place: CodePlace, newer: FileVersion, number: int, parent: int, *, forward: bool
    ) -> Moves:
        """Return what a commit moved to the file of a place."""

        def make() -> Moves:
            changed = self._find_changed(place, number, parent, forward=forward)
            return Moves(changed, place.path, newer)

        return self._moves.get((number, parent, forward, place.path, place.blob), make)

    def _find_changed(
        self, place: CodePlace, number: int, parent: int, *, forward: bool
    ) -> ChangedFiles:
        """Return the files that a commit changed; of a merge those that matter to a place."""
        is_first_parent = self.index.first_parents[number] == parent

        def make() -> ChangedFiles:
            files: Iterable[ChangedFile]
            if is_first_parent:
                listed = self.index.list_changed_paths(number)
                files = [ChangedFile(path, older, newer) for path, older, newer in listed]
            else:
                files = self._list_merged_in(number, parent, place)
            if forward:
                files = [ChangedFile(file.path, file.newer, file.older) for file in files]
            return ChangedFiles(files, self.objects, self.read_version)

        merged = ("", b"") if is_first_parent else (place.path, place.blob)
        return self._changed.get((number, parent, forward, *merged), make)

    def _list_merged_in(self, number: int, parent: int, place: CodePlace) -> list[ChangedFile]:
        """Return what a merge took from a further parent to the path of a place.

        That parent lacks the path: a subtree has other paths there.
        """
        is_changed = number in self.index.list_changes(place.path)
        if not is_changed or self.index.find_blob(place.path, parent) is not None:
            return []
        base_name = get_base_name(place.path)
        taken = []
        for path, blob in self.index.list_files(parent):
            may_be_ours = blob == place.blob or get_base_name(path) == base_name
            if may_be_ours and self.index.find_blob(path, number) is None:
                taken.append(ChangedFile(path, blob, None))
        return [*taken, ChangedFile(place.path, None, place.blob)]

    # Code that came back

    def find_revived(self, number: int, place: CodePlace) -> tuple[int, CodePlace] | None:
        """Return the newest older version of the same path that held the block before it was
        deleted.

        The result is the number of the commit and the place in it.
        """
        block = place.block
        if block.form == "range" and block.weight < 3:
            return None
        newer = self.read_version(place.path, place.blob)
        if newer is None:
            return None
        needle = _choose_needle(block)
        least = _REVIVED_DEFINITION if block.simple else _REVIVED_LINES
        ancestors: bytearray | None = None
        changes = self._list_changes_before(number, place.path)
        names = [blob.hex() for _, blob in changes]
        for (commit, blob), _ in zip(changes, self.objects.read_ahead(names), strict=True):
            parent = self.index.first_parents[commit]
            version = self.read_version(place.path, blob)
            if parent < 0 or not is_readable(version) or needle not in version.framed:
                continue
            ancestors = ancestors or self.mark_ancestors(number)
            if not ancestors[commit]:
                continue
            match = locate_block(newer, block, version)
            if match is None or (block.simple and match.block.name != block.name):
                continue
            if match.confidence >= least:
                return parent, CodePlace(place.path, blob, match.block)
        return None

    def _list_changes_before(self, number: int, path: str) -> list[tuple[int, bytes]]:
        """Return the last commits before ``number`` that changed a path, with the blob before each.

        The newest first.
        """
        changes = []
        for commit, (older, _) in self.index.list_changes(path).items():
            if commit < number and older is not None:
                changes.append((commit, older))
        return changes[: -_REVIVED_VERSIONS - 1 : -1]

    def mark_ancestors(self, number: int) -> bytearray:
        """Return one byte for each commit up to ``number``: 1 for its ancestors and itself."""
        first_parents, merges = self.index.first_parents, self.index.merges
        # The last byte is for the parent that a root lacks: -1.
        marked = bytearray(number + 2)
        marked[number] = 1
        for commit in range(number, -1, -1):
            if marked[commit]:
                marked[first_parents[commit]] = 1
                for parent in merges.get(commit, ()):
                    marked[parent] = 1
        return marked


def _choose_needle(block: CodeBlock) -> bytes:
    """Return a line of the block that a version must hold: the header, or one that says
    something.
    """
    if block.simple:
        return block.lines[block.head].strip().encode()
    for line in block.lines:
        if len(line.strip()) > 8:
            return line.strip().encode()
    return b""
