"""Entries in reading order: a correction stands under what it corrects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.model.experiment import Entry


def sort_into_threads(entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
    """Return entries in reading order, each with its depth.

    The depth is 0 for an entry that answers none of ``entries``. What corrects an entry or takes it
    back stands under it, one deeper. ``entries`` are in time order. A correction of several entries
    stands under each of them, but once in a thread.
    """
    in_time_order = list(entries)
    ids = {entry.id for entry in in_time_order}
    answers: dict[str, list[Entry]] = {}
    for entry in in_time_order:
        for target in entry.targets:
            answers.setdefault(target, []).append(entry)
    rows: list[tuple[int, Entry]] = []
    for entry in in_time_order:
        if ids.isdisjoint(entry.targets):
            rows += _read_thread(entry, answers)
    return rows


def _read_thread(first: Entry, answers: Mapping[str, list[Entry]]) -> list[tuple[int, Entry]]:
    """Return an entry and all that answers it, with the depth of each."""
    rows: list[tuple[int, Entry]] = []
    todo = [(0, first)]
    seen = {first.id}
    while todo:
        depth, entry = todo.pop()
        rows.append((depth, entry))
        unseen = [answer for answer in answers.get(entry.id, ()) if answer.id not in seen]
        seen.update(answer.id for answer in unseen)
        todo += [(depth + 1, answer) for answer in reversed(unseen)]
    return rows
