"""How large a reach is, and which of its steps takes the most in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.reach.reach import Reached
    from gitexp.excerpt.reach.reasons import Reason

MOST_LINES = 2000
"""A longer cut is large: nobody reads it, and forty screens of code are no gist."""

MOST_FILES = 40
"""A cut of more files is large."""

_MAIN_SHARE = 0.5
"""The widest step is the last one behind which this share of the lines stands."""


class LargeCut(NamedTuple):
    """The size of a large cut, and how it could be made smaller.

    ``widest_step``: the name, with those before it, behind which most of the lines stand; () where
    the steps beside each other are alike. ``depth``: the steps that give a cut of bearable size.
    """

    line_count: int
    file_count: int
    widest_step: tuple[str, ...]
    widest_share: float
    depth: int


def measure_large_cut(reached: Reached) -> LargeCut | None:
    """Return the size of a cut that is large; None for others."""
    line_count = 0
    for spans in reached.spans.values():
        line_count += sum(span.stop - span.start for span in spans)
    file_count = len(reached.spans)
    if line_count <= MOST_LINES and file_count <= MOST_FILES:
        return None
    widest_step, share = _find_widest_step(reached.reasons)
    depth = _choose_depth(reached.reasons)
    return LargeCut(line_count, file_count, widest_step, share, depth)


def _find_widest_step(reasons: Sequence[Reason]) -> tuple[tuple[str, ...], float]:
    """Return the longest chain behind which most of the lines stand, and its share of them.

    The root is no step. The first step counts with any share: it can be stopped at.
    """
    lines_behind: dict[tuple[str, ...], int] = {}
    for reason in reasons:
        for length in range(2, len(reason.chain) + 1):
            chain = reason.chain[:length]
            lines_behind[chain] = lines_behind.get(chain, 0) + reason.line_count
    all_lines = sum(reason.line_count for reason in reasons)
    if not lines_behind or not all_lines:
        return (), 0.0
    wide = [chain for chain, lines in lines_behind.items() if lines >= _MAIN_SHARE * all_lines]
    first_steps = [chain for chain in lines_behind if len(chain) == 2]
    if wide:
        widest = max(wide, key=len)
    else:
        widest = max(first_steps, key=lines_behind.__getitem__)
    return widest, lines_behind[widest] / all_lines


def _choose_depth(reasons: Sequence[Reason]) -> int:
    """Return the most steps that keep the cut of bearable size, at least 1."""
    depth = 0
    while depth < max((reason.depth for reason in reasons), default=0):
        near = [reason for reason in reasons if reason.depth <= depth + 1]
        paths = {reason.path for reason in near}
        if sum(reason.line_count for reason in near) > MOST_LINES or len(paths) > MOST_FILES:
            break
        depth += 1
    return max(depth, 1)
