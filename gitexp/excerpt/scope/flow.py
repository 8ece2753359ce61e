"""Which names a compound statement reads before it has bound them itself.

Source: the definite assignment analysis of Java (JLS 16), on Python's statements. A loop may run no
time at all, so after the loop its names are not bound for certain; inside of its body they are.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.names import find_bound_names
from gitexp.excerpt.scope.walker import analyse_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Match)
"""Statements that are kept whole and hold other statements."""

_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)

_Bound = frozenset[str] | None
"""The names that are bound for certain; None where the end is never reached."""


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def find_outer_names(node: ast.stmt) -> frozenset[str] | None:
    """Return the names that a compound statement may read as they were before it.

    None for other statements. ``for x in data: total += x`` reads ``data`` and ``total``, not ``x``.
    """
    if not isinstance(node, COMPOUND):
        return None
    flow = _Flow()
    flow.run([node], frozenset())
    return frozenset(flow.outer_names)


class _Flow:
    """Goes along statements in the order in which they run, and gathers what is read too early."""

    def __init__(self) -> None:
        self.outer_names: set[str] = set()

    def run(self, body: Sequence[ast.stmt], bound: frozenset[str]) -> _Bound:
        """Read statements; ``bound``: the names bound before them. Return those bound after."""
        for node in body:
            after = self._run_statement(node, bound)
            if after is None:
                return None
            bound = after
        return bound

    def _run_statement(self, node: ast.stmt, bound: frozenset[str]) -> _Bound:
        match node:
            case ast.For() | ast.AsyncFor():
                inside = self._read([node.iter], bound)
                inside = self._read([node.target], inside)
                self.run(node.body, inside)
                return self._join(bound, self.run(node.orelse, bound))
            case ast.While():
                inside = self._read([node.test], bound)
                self.run(node.body, inside)
                return self._join(inside, self.run(node.orelse, inside))
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    bound = self._read([item.context_expr], bound)
                    if item.optional_vars is not None:
                        bound = self._read([item.optional_vars], bound)
                return self.run(node.body, bound)
            case ast.If():
                inside = self._read([node.test], bound)
                otherwise = bound | _find_certain_walrus(node.test)
                return self._join(self.run(node.body, inside), self.run(node.orelse, otherwise))
            case ast.Try() | ast.TryStar():
                return self._run_try(node, bound)
            case ast.Match():
                return self._run_match(node, bound)
            case _:
                after = self._read([node], bound)
                return None if isinstance(node, _LEAVING) else after

    def _run_try(self, node: ast.Try | ast.TryStar, bound: frozenset[str]) -> _Bound:
        tried = self.run(node.body, bound)
        after = self.run(node.orelse, tried) if tried is not None else None
        for handler in node.handlers:
            inside = self._read([handler.type], bound) if handler.type is not None else bound
            if handler.name:
                inside |= {handler.name}
            after = self._join(after, self.run(handler.body, inside))
        at_last = self.run(node.finalbody, bound)
        if after is None or at_last is None:
            return None
        return after | at_last

    def _run_match(self, node: ast.Match, bound: frozenset[str]) -> _Bound:
        bound = self._read([node.subject], bound)
        after: _Bound = bound
        for case in node.cases:
            inside = self._read([case.pattern], bound)
            if case.guard is not None:
                inside = self._read([case.guard], inside)
            self.run(case.body, inside)
        return after

    def _read(self, nodes: Iterable[ast.AST], bound: frozenset[str]) -> frozenset[str]:
        """Read simple statements or expressions, and return the names bound after them."""
        for node in nodes:
            for use in analyse_effects([node]).uses:
                if use.source is None and not _binds_first(node, use.path[0]):
                    if use.path[0] not in bound:
                        self.outer_names.add(use.path[0])
            if isinstance(node, ast.Delete):
                bound -= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif not isinstance(node, ast.AnnAssign) or node.value is not None:
                bound |= find_bound_names([node]).keys()
        return bound

    def _join(self, one: _Bound, other: _Bound) -> _Bound:
        """Return what is bound after one of two ways: the end of a way may not be reached."""
        if one is None:
            return other
        return one if other is None else one & other


def _binds_first(node: ast.AST, name: str) -> bool:
    """Return True if an expression binds a name by ``:=`` before it reads the name."""
    places = [
        (inner.lineno, inner.col_offset, isinstance(inner.ctx, ast.Load))
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and inner.id == name
    ]
    if not any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node)):
        return False
    return bool(places) and not min(places)[2]


def _find_certain_walrus(node: ast.expr) -> frozenset[str]:
    """Return the names that a condition binds by ``:=`` also where it is false."""
    if isinstance(node, ast.NamedExpr):
        return frozenset({node.target.id})
    if isinstance(node, ast.Compare):
        return _find_certain_walrus(node.left)
    if isinstance(node, ast.UnaryOp):
        return _find_certain_walrus(node.operand)
    return frozenset()
