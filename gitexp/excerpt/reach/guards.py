"""What a ``try`` tries: the statements that decide which of its arms runs."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.moment import ArmPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.moment import Branch
    from gitexp.excerpt.reach.statement import Statement


def find_guards(module: Module, statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements of a ``try`` on which it hangs whether ``statements`` run.

    For what follows a failure or a success, all that is tried; otherwise those above, if some of
    ``statements`` stand elsewhere and so are in force when the ``try`` fails. One import tells
    whether a package is there.
    """
    for statement in statements:
        for depth, place in enumerate(statement.branch):
            if not place.fork.exclusive:
                yield from _find_guards_of_try(module, statements, statement, depth)


def _find_guards_of_try(
    module: Module, statements: Sequence[Statement], statement: Statement, depth: int
) -> Iterator[Statement]:
    """Yield the guards in the ``try`` at ``depth`` of the branch of a statement."""
    place = statement.branch[depth]
    tried_branch = (*statement.branch[:depth], ArmPlace(place.fork, 0))
    inside: list[Statement] = []
    outside: list[Statement] = []
    for other in statements:
        is_inside = other.branch[: len(tried_branch)] == tried_branch
        (inside if is_inside else outside).append(other)
    if not outside:
        return
    packages = {_find_package(other) for other in inside}
    for tried in _find_tried(module).get(tried_branch, ()):
        is_in_other_arm = place.number > 0
        if not is_in_other_arm and tried.position >= statement.position:
            continue
        package = _find_package(tried)
        if not package or package not in packages:
            packages.add(package)
            yield tried


@lru_cache(maxsize=32)
def _find_tried(module: Module) -> Mapping[Branch, list[Statement]]:
    """Return the simple statements that each ``try`` tries, by the branch of what is tried.

    Of an ``if`` in it only what does nothing but raise counts.
    """
    tried: dict[Branch, list[Statement]] = {}
    for statement in module.statements:
        for depth, place in enumerate(statement.branch, 1):
            if place.fork.exclusive or place.number > 0:
                continue
            is_direct = depth == len(statement.branch) and _is_simple(statement.node)
            if is_direct or isinstance(statement.node, (ast.Raise, ast.Assert)):
                tried.setdefault(statement.branch[:depth], []).append(statement)
    return tried


def _is_simple(node: ast.stmt | None) -> bool:
    """Return True for a statement that holds no other statements."""
    return not hasattr(node, "body") and not isinstance(node, ast.Match)


def _find_package(statement: Statement) -> str:
    """Return the package that a statement imports, or imports from; "" for what is no import."""
    node = statement.node
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "").partition(".")[0]
    if isinstance(node, ast.Import):
        return node.names[0].name.partition(".")[0]
    return ""
