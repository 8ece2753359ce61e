"""The files that a commit changed, and which of them goes on where: renames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import are_kin
from gitexp.follow.file_likeness import measure_nearness, measure_share
from gitexp.follow.places import is_readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.store.objects import ObjectReader

LEAST_SHARE = 0.45
"""Least share of lines at which a file may be another one under a new name. Traced histories."""

_MOST_RIVALS = 12
"""New files that are asked whether they are a file under a new name."""


class ChangedFile(NamedTuple):
    """A file that a commit changed: raw ids of its blobs before and after; None: not there."""

    path: str
    older: bytes | None
    newer: bytes | None


class ChangedFiles:
    """The files that one commit changed.

    Which file goes on where is worked out once for all places that ask.
    """

    def __init__(
        self,
        files: Iterable[ChangedFile],
        objects: ObjectReader,
        read_version: Callable[[str, bytes], FileVersion | None],
    ) -> None:
        """``read_version`` gives a version of a file, None when it cannot be read."""
        listed = list(files)
        self.sources = [file for file in listed if file.older is not None]
        self._added = [file for file in listed if file.older is None and file.newer is not None]
        self._objects = objects
        self._read_version = read_version
        self._successors: dict[str, str] = {}

    def find_successor(self, source: ChangedFile, older: FileVersion) -> str:
        """Return the path at which a file goes on that the commit deleted or rewrote.

        "" when there is none. ``older`` is the version of the file before the commit.
        """
        if source.path not in self._successors:
            self._successors[source.path] = self._compute_successor(source, older)
        return self._successors[source.path]

    def read_successor(self, source: ChangedFile, older: FileVersion) -> FileVersion | None:
        """Return what a file became, under its own name or another one."""
        if source.newer is not None:
            return self.read(source.path, source.newer)
        successor = self.find_successor(source, older)
        for file in self._added:
            if file.path == successor:
                return self.read(file.path, file.newer)
        return None

    def read_older(self, files: Sequence[ChangedFile]) -> Iterator[tuple[ChangedFile, FileVersion]]:
        """Yield the older versions that can be read; git is asked ahead for those to come."""
        names = [file.older.hex() for file in files if file.older is not None]
        for file, _ in zip(files, self._objects.read_ahead(names), strict=True):
            older = self.read(file.path, file.older)
            if older is not None:
                yield file, older

    def read(self, path: str, blob: bytes | None) -> FileVersion | None:
        """Return a version of a file; None when it is no code, or cannot be read."""
        version = self._read_version(path, blob) if blob is not None else None
        return version if is_readable(version) else None

    def _compute_successor(self, source: ChangedFile, older: FileVersion) -> str:
        rivals = self._list_rivals(source)
        self._objects.expect([rival.newer.hex() for rival in rivals if rival.newer is not None])
        best_share, successor = LEAST_SHARE, ""
        for rival in rivals:
            is_unchanged = rival.newer == source.older
            version = older if is_unchanged else self.read(rival.path, rival.newer)
            if version is None:
                continue
            share = measure_share(rival.path, version, source.path, older)
            if share > best_share:
                best_share, successor = share, rival.path
        return successor

    def _list_rivals(self, source: ChangedFile) -> list[ChangedFile]:
        """Return the files that may be a source after the commit: itself, and new ones by
        nearness.
        """
        rivals = [source] if source.newer is not None else []
        added = [file for file in self._added if are_kin(source.path, file.path)]
        added.sort(key=lambda file: measure_nearness(source.path, file.path), reverse=True)
        return [*rivals, *added[:_MOST_RIVALS]]
