"""A statement of a module: what it binds, what it does, and where it stands."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from gitexp.excerpt.reach.moment import Moment
from gitexp.excerpt.reach.unparsed import (
    analyse_text,
    analyse_written_file,
    find_shell_result,
    read_written_path,
)
from gitexp.excerpt.scope.flow import find_outer_names
from gitexp.excerpt.scope.names import find_bound_names
from gitexp.excerpt.scope.walker import analyse_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.reach.moment import Branch
    from gitexp.excerpt.scope.facts import Effects, Import

    BoundNames = dict[str, Import | None]

StatementKind = Literal["function", "class", "assignment", "import", "other", "text"]

CALLABLE_KINDS = ("function", "class")


@dataclass(eq=False, slots=True)
class Statement:
    """A statement that is kept or left as one.

    ``position`` counts the statements of the module. ``spans``: its lines, with the heads of the
    ``if`` and ``try`` around it. ``bound_names``: the names that it binds, each with its import.
    ``conditions``: expressions around the statement that it needs as well. ``node`` is None for
    text that is not Python: then ``text`` has it.
    """

    kind: StatementKind
    position: int
    spans: tuple[Span, ...]
    bound_names: BoundNames
    label: str
    node: ast.stmt | None = None
    branch: Branch = ()
    conditions: tuple[ast.expr, ...] = ()
    text: str = ""
    _effects: Effects | None = field(default=None, repr=False)

    @property
    def effects(self) -> Effects:
        """What the statement does to the names of its module."""
        if self._effects is None:
            if self.node is None and read_written_path(self.text):
                self._effects = analyse_written_file(self.text)
            elif self.node is None:
                self._effects = analyse_text(self.text)
            else:
                self._effects = analyse_nodes(self.node, *self.conditions)
        return self._effects

    @property
    def moment(self) -> Moment:
        """The moment before the statement runs."""
        return Moment(self.position)

    @property
    def is_callable(self) -> bool:
        """True if the statement defines a function or a class."""
        return self.kind in CALLABLE_KINDS

    def may_leave(self, name: str) -> bool:
        """Return True if ``name`` may keep an earlier value when the statement has run."""
        if self.node is None:
            return self.kind == "text" and find_shell_result(self.text) is None
        if isinstance(self.node, ast.ImportFrom):
            return False
        return name not in find_certain_names(self.node)

    def binds_before_reading(self, name: str) -> bool:
        """Return True if the statement reads ``name`` only where it has bound the name itself.

        ``for x in data: total += x`` needs no ``x`` from above.
        """
        if name not in self.bound_names or self.node is None:
            return False
        outer_names = find_outer_names(self.node)
        if outer_names is None or name in outer_names:
            return False
        conditions = analyse_nodes(*self.conditions).uses if self.conditions else []
        return all(use.path[0] != name for use in conditions)

    def imports_package(self, name: str) -> bool:
        """Return True for ``import name`` and ``import name.inner``."""
        source = self.bound_names[name]
        return source is not None and source.module == name and not source.name


# Versions of a file share the trees of what is the same in them (`source`): what is known of a node
# is known in all of them.


@lru_cache(maxsize=4096)
def analyse_nodes(*nodes: ast.AST) -> Effects:
    """Return what statements, and the expressions they need, do to the names of their module."""
    effects = analyse_effects(nodes)
    effects.uses = list(dict.fromkeys(effects.uses))
    return effects


@lru_cache(maxsize=4096)
def find_names_of(node: ast.stmt) -> BoundNames:
    """Return the names that a statement binds, with the import that binds each."""
    return find_bound_names([node])


def find_certain_names(
    node: ast.stmt, find_names: Callable[[ast.stmt], BoundNames] = find_names_of
) -> set[str]:
    """Return the names that a statement binds whichever way it goes.

    ``find_names`` says what a simple statement binds.
    """
    if isinstance(node, ast.If):
        return _find_certain_of_if(node, find_names)
    if isinstance(node, (ast.Try, ast.TryStar)):
        names = _find_certain_of_body([*node.body, *node.orelse], find_names)
        for handler in node.handlers:
            names &= _find_certain_of_body(handler.body, find_names)
        return names | _find_certain_of_body(node.finalbody, find_names)
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.AugAssign, ast.Match)):
        return set()
    names_of_node = find_names(node)
    if isinstance(node, ast.Import):
        # `import a.b` after `import a.c` adds to `a`.
        return {
            name
            for name, source in names_of_node.items()
            if source is not None and not source.whole
        }
    return set(names_of_node)


def _find_certain_of_if(node: ast.If, find_names: Callable[[ast.stmt], BoundNames]) -> set[str]:
    names = _find_certain_of_body(node.body, find_names)
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        names &= _find_certain_of_body(node.body, find_names)
    return names & _find_certain_of_body(node.orelse, find_names)


def _find_certain_of_body(
    body: Iterable[ast.stmt], find_names: Callable[[ast.stmt], BoundNames]
) -> set[str]:
    names: set[str] = set()
    for node in body:
        names |= find_certain_names(node, find_names)
    return names
