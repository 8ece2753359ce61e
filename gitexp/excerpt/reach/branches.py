"""The arms of ``if`` and ``try``, whose statements are kept one by one.

What is kept of them must be Python: this module also finds what an open arm lacks for that.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.cut import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BUILTINS = frozenset(dir(builtins))

_ArmKind = Literal["if", "elif", "else", "try", "except", "finally"]


class Arm(NamedTuple):
    """One body of an ``if`` or ``try``.

    ``head``: the lines that open it; of an ``elif`` none, for that is an ``if`` of its own.
    ``statements``: the lines of each statement of ``body``.
    """

    kind: _ArmKind
    head: Span
    body: Sequence[ast.stmt]
    statements: tuple[Span, ...]

    @property
    def trivial(self) -> bool:
        """True if the body only stands there because Python wants one."""
        return all(_does_nothing(node) for node in self.body)

    @property
    def filler(self) -> Span:
        """The lines of the statement that fills the arm: one that needs no names, else the shortest."""
        return self.statements[self._choose_filler()]

    @property
    def needs_names(self) -> bool:
        """True if each statement of the body reads names."""
        return _reads_names(self.body[self._choose_filler()])

    def _choose_filler(self) -> int:
        """Return the number of the statement that fills the arm."""
        numbers = range(len(self.body))
        return min(
            numbers, key=lambda n: (_reads_names(self.body[n]), _count_lines(self.statements[n]))
        )


def find_arms(node: ast.stmt, lines: Sequence[str], base: int) -> tuple[Arm, ...]:
    """Return the arms of an ``if`` or ``try``; none for other statements, which are kept whole.

    ``base``: the number (from 0) of the line where the tree of ``node`` begins.
    """
    arms: list[Arm] = []
    line_below = base + node.lineno - 1
    for kind, body in _list_bodies(node, lines, base):
        if not body:
            continue
        first = base + find_first_line(body[0]) - 1
        if kind == "elif":
            head = Span(line_below, line_below)
        else:
            least = line_below if arms else line_below + 1
            head = Span(line_below, max(first, least))
        statements = tuple(_find_span(inner, base) for inner in body)
        arms.append(Arm(kind, head, body, statements))
        line_below = statements[-1].stop
    return tuple(arms)


def find_first_line(node: ast.stmt) -> int:
    """Return the line (from 1) of a statement, or of the first of its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def find_completion(forks: Iterable[Sequence[Arm]], kept: Iterable[Span]) -> Iterator[Span]:
    """Yield the lines that kept lines need around them to be Python.

    That is a statement in each open arm, and an ``except`` or ``finally`` for each ``try``.
    ``forks``: the arms of each ``if`` and ``try``, outer ones first. Handlers that do nothing say
    that a failure does not matter: they are kept too. Otherwise the shortest statement stands for
    the others.
    """
    kept_lines = {line for span in kept for line in range(span.start, span.stop)}
    for arms in forks:
        if arms[0].head.start not in kept_lines:
            continue
        needed_arms = _find_needed_handlers(arms, kept_lines)
        for arm in arms:
            is_empty = not _has_kept(arm.statements, kept_lines)
            is_open = _has_kept([arm.head], kept_lines)
            if arm in needed_arms or (is_open and is_empty):
                for span in (arm.head, arm.filler):
                    kept_lines.update(range(span.start, span.stop))
                    yield span


def _list_bodies(
    node: ast.stmt, lines: Sequence[str], base: int
) -> list[tuple[_ArmKind, list[ast.stmt]]]:
    """Return the kind and the body of each arm; a body may be empty."""
    if isinstance(node, ast.If):
        otherwise: _ArmKind = "elif" if _has_elif(node, lines, base) else "else"
        return [("if", node.body), (otherwise, node.orelse)]
    if isinstance(node, (ast.Try, ast.TryStar)):
        bodies: list[tuple[_ArmKind, list[ast.stmt]]] = [("try", node.body)]
        bodies += [("except", handler.body) for handler in node.handlers]
        bodies += [("else", node.orelse), ("finally", node.finalbody)]
        return bodies
    return []


def _has_elif(node: ast.If, lines: Sequence[str], base: int) -> bool:
    """Return True if an ``if`` goes on with ``elif``, not with an ``if`` below ``else``."""
    if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
        return False
    return lines[base + node.orelse[0].lineno - 1].lstrip().startswith("elif")


def _find_span(node: ast.stmt, base: int) -> Span:
    start = base + find_first_line(node) - 1
    return Span(start, base + (node.end_lineno or node.lineno))


def _find_needed_handlers(arms: Sequence[Arm], kept_lines: set[int]) -> list[Arm]:
    """Return the handlers of a ``try`` to be kept: those that do nothing, else one if none is kept."""
    handlers = [arm for arm in arms if arm.kind == "except"]
    if not handlers:
        handlers = [arm for arm in arms if arm.kind == "finally"]
    trivial = [arm for arm in handlers if arm.trivial]
    if trivial or not handlers:
        return trivial
    if any(_has_kept(arm.statements, kept_lines) for arm in handlers):
        return []
    return [min(handlers, key=lambda arm: (arm.needs_names, _count_lines(arm.filler)))]


def _does_nothing(node: ast.stmt) -> bool:
    inner = node.value if isinstance(node, ast.Expr) else node
    return isinstance(inner, (ast.Pass, ast.Constant))


def _reads_names(node: ast.stmt) -> bool:
    """Return True if a statement reads names that are no builtins."""
    return any(
        isinstance(inner, ast.Name)
        and isinstance(inner.ctx, ast.Load)
        and inner.id not in _BUILTINS
        for inner in ast.walk(node)
    )


def _count_lines(span: Span) -> int:
    return span.stop - span.start


def _has_kept(spans: Iterable[Span], kept_lines: set[int]) -> bool:
    """Return True if a line of the spans is kept."""
    return any(line in kept_lines for span in spans for line in range(span.start, span.stop))
