"""Entries in reading order: a correction stands under what it corrects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.model.experiment import Entry


def sort_into_threads(entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
    """Entries with their depth: 0 for what answers nothing here, then what corrects it or takes it back, each one deeper.

    ``entries`` are in time order. A correction of several entries stands under each of them, but once in a thread.
    """
    every = list(entries)
    here = {entry.id for entry in every}
    answers: dict[str, list[Entry]] = {}
    for entry in every:
        for target in entry.targets:
            answers.setdefault(target, []).append(entry)
    found: list[tuple[int, Entry]] = []
    for first in every:
        if here.intersection(first.targets):
            continue
        todo, seen = [(0, first)], {first.id}
        while todo:
            depth, entry = todo.pop()
            found.append((depth, entry))
            fresh = [answer for answer in answers.get(entry.id, ()) if answer.id not in seen]
            seen.update(answer.id for answer in fresh)
            todo += [(depth + 1, answer) for answer in reversed(fresh)]
    return found
