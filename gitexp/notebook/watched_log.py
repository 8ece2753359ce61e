"""Whether the TensorBoard log of a session grew, for the automatic mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


class WatchedLog:
    """The log folder that the last cell with one named, and how far its files had come."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self._folder: Path | None = None
        self._bytes = 0

    def has_grown(self, cell: str) -> bool:
        """Return True if the event files of the folder grew since the last call."""
        match = self._pattern.search(cell)
        if match and Path(match[1]) != self._folder:
            self._folder = Path(match[1])
            self._bytes = 0
        if self._folder is None:
            return False
        before = self._bytes
        self._bytes = sum(file.stat().st_size for file in self._folder.rglob("*tfevents*"))
        return self._bytes > before
