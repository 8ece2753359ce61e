"""Pair the files of two excerpts: which one came from which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import FileExcerpt

    FilePair = tuple[FileExcerpt | None, FileExcerpt | None]

_SAME_FILE = 0.4
"""Least likeness of two files of different paths that are compared as one file that moved.

Below it the two texts are shorter to read than their difference.
"""

_EDITED = 0.99
"""Most likeness of two files whose text differs: one that only moved comes before it."""


def pair_files(
    old_files: Sequence[FileExcerpt], new_files: Sequence[FileExcerpt]
) -> list[FilePair]:
    """Return which file of the old excerpt each file of the new one came from, None for none.

    Files of one path belong together, then files with the same kept text, then those that have most
    lines in common. The order is that of the new files; what is gone stands behind them, with None
    for the new file.
    """
    unpaired = {file.path: file for file in old_files}
    origins: dict[str, FileExcerpt] = {}
    for new_file in new_files:
        if new_file.path in unpaired:
            origins[new_file.path] = unpaired.pop(new_file.path)
    moved = [file for file in new_files if file.path not in origins]
    for old_file, new_file in _list_alike(list(unpaired.values()), moved):
        if old_file.path in unpaired and new_file.path not in origins:
            origins[new_file.path] = unpaired.pop(old_file.path)
    pairs: list[FilePair] = [(origins.get(new_file.path), new_file) for new_file in new_files]
    pairs += [(old_file, None) for old_file in unpaired.values()]
    return pairs


def _list_alike(
    old_files: Sequence[FileExcerpt], new_files: Sequence[FileExcerpt]
) -> list[tuple[FileExcerpt, FileExcerpt]]:
    """Return all pairs of an old and a new file that may be one file, the most alike first."""
    scored = []
    for new_index, new_file in enumerate(new_files):
        for old_index, old_file in enumerate(old_files):
            likeness = _measure_likeness(old_file.kept_lines, new_file.kept_lines)
            if likeness >= _SAME_FILE:
                scored.append((-likeness, new_index, old_index))
    scored.sort()
    return [(old_files[old_index], new_files[new_index]) for _, new_index, old_index in scored]


def _measure_likeness(old_lines: Sequence[str], new_lines: Sequence[str]) -> float:
    """Return the share of common lines, 0 to 1; 1 only when the text is the same."""
    if not old_lines or not new_lines:
        return 0.0
    if tuple(old_lines) == tuple(new_lines):
        return 1.0
    old_counts = Counter(line for line in old_lines if line.strip())
    new_counts = Counter(line for line in new_lines if line.strip())
    shared = (old_counts & new_counts).total()
    return min(_EDITED, 2 * shared / (len(old_lines) + len(new_lines)))
