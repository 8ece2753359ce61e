"""Routes through the commits between the anchor of a filter and any other version."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.follow.ancestry import Ancestry


class Routes:
    """Routes from one commit, the anchor, to other commits; all are numbers in the index.

    A commit has a greater number than its parents.
    """

    def __init__(self, ancestry: Ancestry, anchor: int) -> None:
        self._ancestry = ancestry
        self._index = ancestry.index
        self._anchor = anchor

    def find_common_version(self, number: int) -> int | None:
        """Return the newest commit that the anchor and ``number`` both come from.

        That may be one of the two. None when they are not related.
        """
        if number <= self._anchor and self._anchor_ancestors[number]:
            return number
        if number > self._anchor and self._anchor_descendants[number]:
            return self._anchor
        ancestors = self._ancestry.mark_ancestors(number)
        for commit in range(min(number, self._anchor), -1, -1):
            if ancestors[commit] and self._anchor_ancestors[commit]:
                return commit
        return None

    def list_commits_down(self, number: int, base: int) -> list[int]:
        """Return the commits from ``number`` down to its ancestor ``base``, both included.

        The route goes along first parents where they lead to ``base``.
        """
        first_parents = self._index.first_parents
        route = [number]
        while route[-1] > base and first_parents[route[-1]] >= base:
            route.append(first_parents[route[-1]])
        if route[-1] == base:
            return route
        return self._list_commits_over_merges(number, base)

    def _list_commits_over_merges(self, number: int, base: int) -> list[int]:
        if base == self._anchor:
            descendants = self._anchor_descendants
        else:
            descendants = self._mark_descendants(base)
        route = [number]
        while route[-1] != base:
            parents = self._index.list_parents(route[-1])
            route.append(next(parent for parent in parents if descendants[parent]))
        return route

    @cached_property
    def _anchor_ancestors(self) -> bytearray:
        return self._ancestry.mark_ancestors(self._anchor)

    @cached_property
    def _anchor_descendants(self) -> bytearray:
        return self._mark_descendants(self._anchor)

    def _mark_descendants(self, number: int) -> bytearray:
        """Return one byte for each commit: 1 for those that come from ``number``, and itself."""
        first_parents, merges = self._index.first_parents, self._index.merges
        marked = bytearray(len(self._index))
        marked[number] = 1
        for commit in range(number + 1, len(self._index)):
            parent = first_parents[commit]
            if parent >= 0 and marked[parent]:
                marked[commit] = 1
            elif commit in merges:
                marked[commit] = any(marked[parent] for parent in merges[commit])
        return marked
