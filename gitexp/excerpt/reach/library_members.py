"""What a file adds to the classes of libraries, for code that reads it from their objects."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.scope.names import read_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement

_ADDING_CALLS: dict[tuple[str, ...], str] = {
    ("tqdm", "pandas"): "progress_",
    ("pandarallel", "initialize"): "parallel_",
}
"""Calls after which frames have methods whose names begin so."""


class AddedMember(NamedTuple):
    """A statement that adds a member to a class of a library.

    ``name``: the member; with ``is_prefix`` all that begin so.
    """

    statement: Statement
    name: str
    is_prefix: bool = False

    def find_reading(self, names: set[str]) -> str:
        """Return one of ``names`` that is such a member, or ""."""
        if not self.is_prefix:
            return self.name if self.name in names else ""
        return min((name for name in names if name.startswith(self.name)), default="")


def find_added_members(library: Library, module: Module) -> Iterator[AddedMember]:
    """Yield the statements that add to classes of libraries.

    ``torch.Tensor.clip_low = clip``, ``@patch def clip_low(x: Tensor)``, ``tqdm.pandas()``.
    """
    for name, changes in module.changes.items():
        if not _is_foreign(library, module, name):
            continue
        for statement, change in changes:
            is_member = change.kind in {"member", "set"} and len(change.path) > 1
            if is_member and change.path[-2][:1].isupper():
                yield AddedMember(statement, change.path[-1])
    for statement in module.statements:
        node = statement.node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            prefix = _ADDING_CALLS.get(read_path(node.value.func)[-2:])
            if prefix is not None:
                yield AddedMember(statement, prefix, is_prefix=True)


def _is_foreign(library: Library, module: Module, name: str) -> bool:
    """Return True if a name is that of a library, or of what is in it."""
    bindings = module.bindings.get(name, ())
    if not bindings:
        return bool(module.star_imports)
    sources = [binding.bound_names[name] for binding in bindings]
    return all(source and library.is_foreign(source, module.path) for source in sources)
