"""From which other file of the same commit code came.

The file was renamed, or the code moved out of another file.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import are_kin
from gitexp.excerpt.locate.locate import locate_block
from gitexp.follow.changed_files import LEAST_SHARE
from gitexp.follow.file_likeness import measure_nearness, measure_share
from gitexp.follow.places import CodePlace
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.locate.block import Change, CodeBlock
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.follow.changed_files import ChangedFile, ChangedFiles

_SEARCHED_FILES = 60
"""Files of a commit that are compared with a new one, the nearest first."""

_CANDIDATES = 3
"""Files that are most like a new one and in which a block is looked for."""

_SURE_SHARE = 0.9
"""A deleted file with this share in common that goes on nowhere else need not compete with
others.
"""

_SURE_MATCH = 0.95
"""A match in another file that is so sure ends the search."""


class StepBack(NamedTuple):
    """Where code was before a commit, what the commit changed, and how sure that is (0 to 1)."""

    place: CodePlace | None
    change: Change
    confidence: float


class _AlikeFile(NamedValues):
    """A file before the commit that is like ours, and the share of lines in common."""

    file: ChangedFile
    older: FileVersion
    share: float


class _Needles(NamedValues):
    """What a file must hold to be searched for a block: its name, or ``least`` of some lines."""

    name: bytes
    lines: Sequence[bytes]
    least: int


class Moves:
    """What one commit's changes of files say about code in ``path``.

    What is found out about files is kept, for there may be several places in one file.
    """

    def __init__(self, changed: ChangedFiles, path: str, newer: FileVersion) -> None:
        """``newer`` is the file ``path`` as the commit has it."""
        self._changed = changed
        self._path = path
        self._newer = newer

    def find_origin(self, place: CodePlace, *, added: bool) -> StepBack | None:
        """Return where a place was before the commit; ``added``: its file is new."""
        if added:
            step = self._find_in_renamed_file(place)
            if step is not None:
                return step
        if place.block.form == "file":
            return None
        return self._find_in_other_file(place)

    def find_moved_file(self, place: CodePlace) -> StepBack | None:
        """Return the file that the commit moved here as it was, be it over another one."""
        moved = [file for file in self._sources if file.newer is None and file.older == place.blob]
        if not moved:
            return None
        nearest = max(moved, key=lambda file: measure_nearness(place.path, file.path))
        return StepBack(CodePlace(nearest.path, place.blob, place.block), "none", 1.0)

    @cached_property
    def _sources(self) -> list[ChangedFile]:
        """The other files that were there before the commit."""
        return [file for file in self._changed.sources if file.path != self._path]

    @cached_property
    def _nearest_sources(self) -> list[ChangedFile]:
        """The files that code may have come from, the likeliest first: deleted ones, near ones."""

        def rank(file: ChangedFile) -> tuple[bool, bool, int]:
            has_same_name, nearness = measure_nearness(self._path, file.path)
            return file.newer is not None, not has_same_name, -nearness

        kin = [file for file in self._sources if are_kin(self._path, file.path)]
        return sorted(kin, key=rank)

    @cached_property
    def _alike_files(self) -> list[_AlikeFile]:
        """The files that are most like ours, the most alike first."""
        alike: list[_AlikeFile] = []
        for file, older in self._changed.read_older(self._nearest_sources[:_SEARCHED_FILES]):
            share = measure_share(self._path, self._newer, file.path, older)
            if share < LEAST_SHARE:
                continue
            alike.append(_AlikeFile(file, older, share))
            is_deleted = file.newer is None
            if share >= _SURE_SHARE and is_deleted:
                if self._changed.find_successor(file, older) == self._path:
                    break
        alike.sort(key=lambda entry: (entry.share, entry.file.newer is None), reverse=True)
        return alike[:_CANDIDATES]

    def _find_in_renamed_file(self, place: CodePlace) -> StepBack | None:
        """Return the place in the file that the commit renamed to ours.

        It is the same blob, otherwise the most similar file that goes on in no other file.
        """
        step = self.find_moved_file(place)
        if step is not None:
            return step
        for alike in self._alike_files:
            file, older = alike.file, alike.older
            if self._changed.find_successor(file, older) != place.path:
                continue
            if self._is_still_there(file, place):
                continue
            match = locate_block(self._newer, place.block, older)
            if match is not None:
                old_place = CodePlace(file.path, file.older or b"", match.block)
                return StepBack(
                    old_place, match.change, min(match.confidence, 0.5 + alike.share / 2)
                )
        return None

    def _is_still_there(self, file: ChangedFile, place: CodePlace) -> bool:
        """Return True if the code also stands in what a file became under its own name.

        Then ours is a copy.
        """
        version = self._changed.read(file.path, file.newer)
        if version is None or not place.block.telling:
            return False
        return place.block.framed in version.framed

    def _find_in_other_file(self, place: CodePlace) -> StepBack | None:
        """Return the place in the other file from which the block came.

        What still stands there, or where that file goes on, is no ancestor.
        """
        # Few histories come here: code mostly stays in its file.
        from gitexp.excerpt.locate.elsewhere import locate_elsewhere

        needles = _choose_needles(place.block)
        best: StepBack | None = None
        for file, older in self._changed.read_older(self._nearest_sources[: 2 * _SEARCHED_FILES]):
            if not _may_hold(older.framed, needles):
                continue
            standing = self._read_standing(file, older, place.path)
            match = locate_elsewhere(self._newer, place.block, older, standing)
            if match is None or (best is not None and match.confidence <= best.confidence):
                continue
            old_place = CodePlace(file.path, file.older or b"", match.block)
            best = StepBack(old_place, match.change, match.confidence)
            if match.confidence >= _SURE_MATCH:
                break
        return best

    def _read_standing(
        self, file: ChangedFile, older: FileVersion, our_path: str
    ) -> FileVersion | None:
        """Return what a file became, unless it became ours."""
        if file.newer is None and self._changed.find_successor(file, older) == our_path:
            return None
        return self._changed.read_successor(file, older)


def _choose_needles(block: CodeBlock) -> _Needles:
    """Return what is looked for in a file before a block is: the longest lines say most."""
    lines = {line.strip() for line in block.lines if len(line.strip()) > 8}
    longest = sorted(lines, key=len, reverse=True)
    # A renamed option may be in all of the five longest.
    chosen = longest[:5] + [line for line in longest[5:12] if len(line) >= 16]
    least = 2 if block.simple and len(chosen) > 2 else 1
    return _Needles(block.simple.encode(), [line.encode() for line in chosen], least)


def _may_hold(framed: bytes, needles: _Needles) -> bool:
    """Return True if it is worth looking for a block in a file."""
    if needles.name and needles.name in framed:
        return True
    return sum(line in framed for line in needles.lines) >= needles.least
