"""What is said about the size of a reach, in one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.reach.size import measure_large_cut

if TYPE_CHECKING:
    from gitexp.excerpt.reach.reach import Reached

_LISTED_DOORS = 3
_LONGEST_CHAIN = 4
"""Of a longer chain the first names and the last are written."""


def describe_large_cut(reached: Reached) -> str:
    """Return the size of a large cut, its widest step, and how to make it smaller; "" for others."""
    cut = measure_large_cut(reached)
    if cut is None:
        return ""
    size = f"the cut has {cut.line_count:,} lines of {_count(cut.file_count, 'file')}"
    if not cut.widest_step:
        return f"{size}; --depth {cut.depth} makes it smaller"
    chain = cut.widest_step
    if len(chain) > _LONGEST_CHAIN:
        chain = (*chain[: _LONGEST_CHAIN - 2], "...", chain[-1])
    step = f"{cut.widest_share:.0%} of it behind {' -> '.join(chain)}"
    return f"{size}, {step}; --stop {cut.widest_step[-1]} or --depth {cut.depth} make it smaller"


def describe_doors(reached: Reached) -> str:
    """Return at which names of its own library a cut ends; "" for other cuts."""
    if not reached.doors:
        return ""
    names = ", ".join(reached.doors[:_LISTED_DOORS])
    if len(reached.doors) > _LISTED_DOORS:
        names += ", ..."
    library = reached.library.rpartition("/")[2]
    count = _count(len(reached.doors), "name")
    return f"the cut ends at {count} that {library} exports ({names}); --depth 99 goes behind them"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
