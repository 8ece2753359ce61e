"""Plain deltas of two excerpts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.excerpt.delta.compare import compare_file_pairs
from gitexp.excerpt.delta.files import pair_files

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta


def compare_excerpts(old: Excerpt, new: Excerpt, **how: Any) -> Delta:
    """The plain delta of two excerpts, their files paired as the reading delta pairs them."""
    return compare_file_pairs(pair_files(old.files, new.files), **how)
