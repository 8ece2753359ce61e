"""Modules that a file imports only to have them run: they fill a registry that another file reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Item, Module

Lines = tuple[tuple["Module", "Item"], ...]


def run_by_import(library: Library, module: Module) -> dict[str, Lines]:
    """Modules that the imports of ``module`` whose names it never reads run, by path, each with the imports that lead there.

    A package runs what its ``__init__`` imports; what other modules import is not followed.
    """
    read = {use.path[0] for item in module.items for use in item.facts.uses}
    todo: list[tuple[Module, Item, Lines]] = [(module, item, ()) for item in module.items if not item.binds.keys() & read]
    found: dict[str, Lines] = {}
    while todo:
        owner, item, before = todo.pop(0)
        lines = (*before, (owner, item))
        for target in _targets(library, owner, item):
            if target is not module and target.path not in found:
                found[target.path] = lines
                if target.path.endswith("__init__.py"):
                    todo.extend((target, inner, lines) for inner in target.items)
    return found


def _targets(library: Library, owner: Module, item: Item) -> Iterator[Module]:
    if item.kind != "import":
        return
    for source in item.binds.values():
        if source is not None:
            for target in (library.target(source, owner.path)[0], library.find(source.whole, 0, owner.path)):
                if target is not None:
                    yield target
