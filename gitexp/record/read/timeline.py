"""When each entry was written and what it is about.

It is read whole once, afterwards only what was added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.record.index.fill import Index


class Timeline(NamedTuple):
    """Every entry in the order of time.

    ``entries``: number in the index, seconds since 1970, day where it was written (YYYY-MM-DD).
    ``about``: by number the experiments, as they were called then. ``short``: the notes of a few
    words. ``end``: time, Lamport time and
    id of the last entry. ``newest``: the highest number, and the id of that event.
    """

    entries: list[tuple[int, float, str]]
    about: dict[int, tuple[str, ...]]
    short: set[int]
    end: tuple[float, int, str]
    newest: tuple[int, str]


_MOST_SHORT = 32
"""Bytes of a note of a few words, beside the ids in it: a metric, and what fits a line of a card."""

_EMPTY = Timeline([], {}, set(), (float("-inf"), 0, ""), (0, ""))


def read_timeline(index: Index, before: Timeline | None = None) -> Timeline:
    """Return the timeline now.

    ``before`` is one that was read earlier from an index of the same record.
    """
    if before is not None and _is_of_same_index(index, before):
        extended = _extend(index, before)
        if extended is not None and len(extended.entries) == index.count_entries():
            return extended
    return _extend(index, _EMPTY) or _EMPTY


def _is_of_same_index(index: Index, timeline: Timeline) -> bool:
    """Return True if the numbers in a timeline are those of an index.

    An index that was made anew has given the numbers anew.
    """
    number, ident = timeline.newest
    return index.read_event_ids([number]).get(number, "") == ident


def _extend(index: Index, before: Timeline) -> Timeline | None:
    """Return ``before`` with what was taken in since.

    Return None where some of it happened earlier than the end of ``before``.
    """
    entries = list(before.entries)
    end, newest = before.end, before.newest
    first_new = before.newest[0]
    for place in index.read_entry_places(first_new):
        position = (place.at, place.lamport, place.id)
        if position < end:
            return None
        end = position
        newest = max(newest, (place.number, place.id))
        entries.append((place.number, place.at, place.day))
    about = before.about | index.read_entry_subjects(first_new)
    short = before.short | index.find_short_notes(_MOST_SHORT, first_new)
    return Timeline(entries, about, short, end, newest)
