"""Long ids beside each other: what they share is shortened, what tells them apart is not."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Up to this many letters an id stands whole: it fits a line of the tree beside a metric.
_SHORT_ENOUGH = 20
# Of a longer piece that several ids share, the first and the last letters stay.
_LONGEST_PIECE = 12
_FIRST, _LAST = 4, 6


def shorten_ids(ids: Iterable[str]) -> dict[str, str]:
    """Return a label for each id. Two ids never get the same label.

    A piece is shortened in its middle where all ids that begin alike have it, as in ``conv…ec128x5``
    and ``conv…ec128x7`` for ``convencdec_enc256x13dec128x5`` and ``..x7``.
    """
    ordered = sorted(set(ids))
    shared = [_count_shared(*pair) for pair in itertools.pairwise(ordered)]
    labels = {}
    for index, ident in enumerate(ordered):
        forks = _find_forks(shared[:index][::-1]) | _find_forks(shared[index:])
        labels[ident] = _shorten(ident, forks)
    return labels


def _count_shared(left: str, right: str) -> int:
    """Return how many letters two ids share at their beginning."""
    count = 0
    for left_letter, right_letter in zip(left, right, strict=False):
        if left_letter != right_letter:
            break
        count += 1
    return count


def _find_forks(shared: Sequence[int]) -> set[int]:
    """Return where other ids part from one, as numbers of letters.

    ``shared``: how many letters each id on the way shares with the next one, beginning at the one.
    As the ids are sorted, one shares with a far id as much as the least on the way there.
    """
    forks: set[int] = set()
    least = None
    for count in shared:
        least = count if least is None else min(least, count)
        if not least:
            break
        forks.add(least)
    return forks


def _shorten(ident: str, forks: Collection[int]) -> str:
    if len(ident) <= _SHORT_ENOUGH:
        return ident
    pieces = []
    start = 0
    for fork in sorted(forks):
        pieces.append(_shorten_piece(ident[start:fork]))
        start = fork
    return "".join([*pieces, ident[start:]])


def _shorten_piece(piece: str) -> str:
    if len(piece) <= _LONGEST_PIECE:
        return piece
    return f"{piece[:_FIRST]}…{piece[-_LAST:]}"
