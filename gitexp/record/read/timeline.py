"""When each entry was written and what it is about: read whole once, afterwards only what was added."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.record.index.fill import Index


class Timeline(NamedTuple):
    """Every entry in time order.

    ``entries``: number in the index, seconds since 1970, day where it was written (YYYY-MM-DD); ``about``: by number the experiments, as
    they were called then; ``end``: time, Lamport time and id of the last; ``newest``: highest number, and the id of that event.
    """

    entries: list[tuple[int, float, str]]
    about: dict[int, tuple[str, ...]]
    end: tuple[float, int, str]
    newest: tuple[int, str]


_NONE = Timeline([], {}, (float("-inf"), 0, ""), (0, ""))


def read_timeline(index: Index, before: Timeline | None = None) -> Timeline:
    """The timeline now; ``before`` is one read earlier from an index of the same record."""
    if (
        before is not None
        and index.read_event_ids([before.newest[0]]).get(before.newest[0], "") == before.newest[1]
    ):
        grown = _grown(index, before)
        if grown is not None and len(grown.entries) == index.count_entries():
            return grown
    return _grown(index, _NONE) or _NONE


def _grown(index: Index, before: Timeline) -> Timeline | None:
    """``before`` with what was taken in since; None where some of it happened earlier than what stands there."""
    entries = list(before.entries)
    end, newest = before.end, before.newest
    for place in index.read_entry_places(newest[0]):
        if (place.at, place.lamport, place.id) < end:
            return None
        end = (place.at, place.lamport, place.id)
        newest = max(newest, (place.number, place.id))
        entries.append((place.number, place.at, place.day))
    return Timeline(
        entries, before.about | index.read_entry_subjects(before.newest[0]), end, newest
    )
