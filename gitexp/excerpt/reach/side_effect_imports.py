"""Modules that a file imports only to have them run: they fill a registry that another file reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement

ImportLines = tuple[tuple["Module", "Statement"], ...]


def find_side_effect_imports(library: Library, module: Module) -> dict[str, ImportLines]:
    """Return the modules that imports of ``module`` run whose names it never reads.

    By path, each with the imports that lead there. A package runs what its ``__init__`` imports;
    what other modules import is not followed.
    """
    names_read: set[str] = set()
    for statement in module.statements:
        names_read.update(use.path[0] for use in statement.effects.uses)
    pending: list[tuple[Module, Statement, ImportLines]] = []
    for statement in module.statements:
        if not statement.bound_names.keys() & names_read:
            pending.append((module, statement, ()))
    found: dict[str, ImportLines] = {}
    while pending:
        owner, statement, lines_before = pending.pop(0)
        lines = (*lines_before, (owner, statement))
        for target in _find_targets(library, owner, statement):
            if target is module or target.path in found:
                continue
            found[target.path] = lines
            if target.path.endswith("__init__.py"):
                pending.extend((target, inner, lines) for inner in target.statements)
    return found


def _find_targets(library: Library, owner: Module, statement: Statement) -> Iterator[Module]:
    """Yield the modules of ours that an import runs."""
    if statement.kind != "import":
        return
    for source in statement.bound_names.values():
        if source is None:
            continue
        target = library.find_target(source, owner.path).module
        if target is not None:
            yield target
        whole = library.find_module(source.whole, 0, owner.path)
        if whole is not None:
            yield whole
