"""Time as reach sees it: when a root is first called, and what calls at module level change on the way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach_module import END
from gitexp.excerpt.scope_names import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.excerpt.reach_module import Item, Module
    from gitexp.excerpt.scope_names import Use

_CALLABLE = ("function", "class")


def call_time(module: Module, name: str, root: Item) -> int:
    """The position from which a root is looked at: its first call at module level after its definition, through other
    functions too. Without one, or when the root is no function or class, it is the end of the module.
    """
    if root.kind not in _CALLABLE:
        return END
    readers = {
        item.label: {use.path[0] for use in item.facts.uses if use.late}
        for item in module.items
        if item.kind in _CALLABLE and item is not root
    }
    touching = {name}
    while more := {label for label, names in readers.items() if label not in touching and names & touching}:
        touching |= more
    for item in module.items[root.position + 1 :]:
        # ``register(root)`` and ``root.x = 1`` set the root up; they do not run it.
        sets_up = any(change.path[0] == name for change in item.facts.changes)
        if (
            item.kind in {"other", "assignment"}
            and not sets_up
            and any(_runs(item, use) for use in item.facts.uses if use.path[0] in touching)
        ):
            return item.position
    return END


@lru_cache(maxsize=32)
def effects(module: Module) -> dict[str, list[tuple[Item, Change]]]:
    """Statements that change what a module-level name holds through a function they call, by name. Decorators are guesses."""
    inside = changed_by_calling(module)
    found: dict[str, list[tuple[Item, Change]]] = {}
    for item in module.items:
        if item.kind not in {"import", "text"}:
            called = {use.path[0] for use in item.facts.uses if use.called and not use.late}
            for path in sorted({changed for function in called for changed in inside.get(function, ())}):
                found.setdefault(path[0], []).append((item, Change(path, guess=item.kind in _CALLABLE)))
    return found


def _runs(item: Item, use: Use) -> bool:
    """Whether a use at module level calls, or may call: what is handed to another call is taken for called."""
    return not use.late and (use.called or item.kind == "other")


@lru_cache(maxsize=32)
def changed_by_calling(module: Module) -> Mapping[str, set[tuple[str, ...]]]:
    """What a call of each function changes (names with attributes), through the functions it calls too."""
    changed: dict[str, set[tuple[str, ...]]] = {}
    calls: dict[str, set[str]] = {}
    for item in module.items:
        if item.kind == "function":
            found = item.facts
            changed.setdefault(item.label, set()).update(change.path for change in found.changes if change.late and not change.guess)
            changed[item.label].update((name,) for name in found.rebinds)
            calls.setdefault(item.label, set()).update([use.path[0] for use in found.uses if use.called and use.late])
    growing = any(changed.values())
    while growing:
        growing = False
        for name, called in calls.items():
            more = {inner for function in called for inner in changed.get(function, ())} - changed[name]
            growing = growing or bool(more)
            changed[name] |= more
    return {name: paths for name, paths in changed.items() if paths}
