"""What a ``try`` tries: the statements that decide which of its arms runs."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitexp.excerpt.reach.module import Branch, Item, Module


def deciding(module: Module, items: Sequence[Item]) -> Iterator[Item]:
    """Statements of a ``try`` on which it hangs whether ``items`` run: all for what follows a failure or a success; else those above,
    if some of ``items`` stand elsewhere and so are in force when the ``try`` fails. One import tells whether a package is there.
    """
    for item in items:
        for depth, (mark, arm) in enumerate(item.branch):
            if mark > 0:
                continue
            body = (*item.branch[:depth], (mark, 0))
            apart = [other for other in items if other.branch[: len(body)] != body]
            if not apart:
                continue
            known = {_package(other) for other in items if other not in apart}
            for other in _tried(module).get(body, ()):
                package = _package(other)
                if (arm or other.position < item.position) and not (package and package in known):
                    known.add(package)
                    yield other


@lru_cache(maxsize=32)
def _tried(module: Module) -> Mapping[Branch, list[Item]]:
    """The simple statements in the bodies of ``try``, by body. Of an ``if`` in it only what does nothing but raise."""
    found: dict[Branch, list[Item]] = {}
    for item in module.items:
        for depth, (mark, arm) in enumerate(item.branch, 1):
            direct = depth == len(item.branch) and not hasattr(item.node, "body") and not isinstance(item.node, ast.Match)
            if mark < 0 and not arm and (direct or isinstance(item.node, (ast.Raise, ast.Assert))):
                found.setdefault(item.branch[:depth], []).append(item)
    return found


def _package(item: Item) -> str:
    """The package that a statement imports, or imports from; empty for what is no import."""
    if isinstance(item.node, ast.ImportFrom):
        return "." * item.node.level + (item.node.module or "").partition(".")[0]
    return item.node.names[0].name.partition(".")[0] if isinstance(item.node, ast.Import) else ""
