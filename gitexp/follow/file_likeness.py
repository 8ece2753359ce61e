"""How alike two files are, by their paths and by their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.lines.likeness import measure_shared_share, measure_similarity
from gitexp.excerpt.locate import thresholds

if TYPE_CHECKING:
    from gitexp.excerpt.locate.version import FileVersion

_FEW_LONG_LINES = 5
"""Files with fewer long lines are compared by their tokens."""

_SIZE_RATIO = 5
"""Files of which one is more than this many times as long as the other are not compared."""

_SAME_NAME_BONUS = 0.2
"""What the same base name is worth beside the share of lines."""


def measure_share(
    path: str, version: FileVersion, other_path: str, other_version: FileVersion
) -> float:
    """Return how much of two files is the same, a little more where their names are the same."""
    has_same_name = get_base_name(path) == get_base_name(other_path)
    if not _may_share(version, other_version, have_same_name=has_same_name):
        return 0.0
    fewest = min(version.long_lines.total(), other_version.long_lines.total())
    if fewest < _FEW_LONG_LINES:
        share = measure_similarity(version.lines, other_version.lines)
    else:
        share = measure_shared_share(version.long_lines, other_version.long_lines)
    return share + _SAME_NAME_BONUS if has_same_name else share


def get_base_name(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def measure_nearness(path: str, other_path: str) -> tuple[bool, int]:
    """Return how near two paths are, for sorting.

    The same base name counts first, then the characters that both begin and end with.
    """
    has_same_name = get_base_name(path) == get_base_name(other_path)
    common_start = _count_common_start(path, other_path)
    common_end = _count_common_start(path[::-1], other_path[::-1])
    return has_same_name, common_start + common_end


def _may_share(version: FileVersion, other: FileVersion, *, have_same_name: bool) -> bool:
    """Return False if two files need not be compared line by line.

    They are not of a size; or they have different names and none of a sample of lines in common.
    """
    smaller, larger = sorted((len(version.framed), len(other.framed)))
    if _SIZE_RATIO * smaller < larger:
        return False
    if have_same_name or len(version.sample) < thresholds.SAMPLED_LINES:
        return True
    return any(line in other.framed for line in version.sample)


def _count_common_start(text: str, other_text: str) -> int:
    """Return how many characters two texts begin with alike."""
    low, high = 0, min(len(text), len(other_text))
    while low < high:
        middle = (low + high + 1) // 2
        if text[low:middle] == other_text[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
