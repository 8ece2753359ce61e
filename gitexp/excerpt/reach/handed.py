"""Values that statements hand to functions, and what the functions do to them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import HandedValue, Path

    Places = Mapping[str, dict[int | str, bool]]

_LONGEST_CHAIN = 20
"""A name that is passed on from file to file must end somewhere."""


@lru_cache(maxsize=32)
def find_handed_values(module: Module) -> dict[str, list[tuple[Statement, HandedValue]]]:
    """Return the statements that hand what a name holds to a call when they run, by name."""
    found: dict[str, list[tuple[Statement, HandedValue]]] = {}
    for statement in module.statements:
        if statement.kind == "import":
            continue
        for handed in statement.effects.handed:
            if not handed.late and not handed.parameter:
                found.setdefault(handed.path[0], []).append((statement, handed))
    return found


def find_place(
    library: Library,
    module: Module,
    callee: Path,
    place: int | str,
    find_places: Callable[[Module], Places],
) -> bool | None:
    """Return what a function does to the argument at ``place``; None if it does nothing to it.

    The function is in ``module`` or where an import leads. ``find_places`` says of the functions of
    a module what they do to their arguments, by position and by keyword.
    """
    for _ in range(_LONGEST_CHAIN):
        name = callee[0]
        result = find_places(module).get(name, {}).get(place) if len(callee) == 1 else None
        if result is not None:
            return result
        bindings = module.bindings.get(name)
        source = bindings[0].bound_names[name] if bindings else None
        if source is None:
            return None
        target = library.find_target(source, module.path)
        if target.module is None:
            return None
        module = target.module
        callee = (target.name, *callee[1:]) if target.name else callee[1:]
        if not callee:
            return None
    return None


def list_parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """Return the parameters of a function that take arguments by position."""
    return tuple(argument.arg for argument in [*arguments.posonlyargs, *arguments.args])
