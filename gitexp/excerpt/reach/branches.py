"""Arms: the bodies of ``if`` and ``try``, whose statements are kept one by one, and what makes Python of the kept ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.cut import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_Kind = Literal["if", "elif", "else", "try", "except", "finally"]


class Arm(NamedTuple):
    """One body of an ``if`` or ``try``. ``head``: the lines that open it; of an ``elif`` none, for that is an ``if`` of its own.

    ``statements`` are the lines of each statement of ``body``. ``trivial``: it does nothing.
    """

    kind: _Kind
    head: Span
    body: Sequence[ast.stmt]
    statements: tuple[Span, ...]

    @property
    def trivial(self) -> bool:
        """Whether it only stands there because Python wants a body."""
        return all(isinstance(node.value if isinstance(node, ast.Expr) else node, (ast.Pass, ast.Constant)) for node in self.body)


def arms_of(node: ast.stmt, lines: Sequence[str], base: int) -> tuple[Arm, ...]:
    """The arms of an ``if`` or ``try``; none for all else, which is kept whole. ``base``: the line where the tree begins."""
    bodies: list[tuple[_Kind, list[ast.stmt]]]
    if isinstance(node, ast.If):
        chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and _opens(node.orelse[0], lines, base, "elif")
        bodies = [("if", node.body), ("elif" if chained else "else", node.orelse)]
    elif isinstance(node, (ast.Try, ast.TryStar)):
        bodies = [("try", node.body), ("else", node.orelse), ("finally", node.finalbody)]
        bodies[1:1] = [("except", handler.body) for handler in node.handlers]
    else:
        return ()
    found: list[Arm] = []
    below = base + node.lineno - 1
    for kind, body in bodies:
        if body:
            first = base + first_line(body[0]) - 1
            head = Span(below, below if kind == "elif" else max(first, below + (not found)))
            statements = tuple(Span(base + first_line(inner) - 1, base + (inner.end_lineno or inner.lineno)) for inner in body)
            found.append(Arm(kind, head, body, statements))
            below = statements[-1].stop
    return tuple(found)


def first_line(node: ast.stmt) -> int:
    """The line of a statement, or of the first of its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def completed(forks: Iterable[Sequence[Arm]], kept: Iterable[Span]) -> Iterator[Span]:
    """What kept lines need around them to be Python: a statement in each open arm, and an ``except`` or ``finally`` for each ``try``.

    ``forks``: the arms of each ``if`` and ``try``, outer ones first. Handlers that do nothing say that a failure does not matter: they
    come along. Else the shortest statement stands for the rest.
    """
    lines = {line for span in kept for line in range(span.start, span.stop)}
    for arms in forks:
        if arms[0].head.start not in lines:
            continue
        closing = [arm for arm in arms if arm.kind == "except"] or [arm for arm in arms if arm.kind == "finally"]
        added = [arm for arm in closing if arm.trivial]
        if closing and not added and not any(_any(lines, *arm.statements) for arm in closing):
            added = [min(closing, key=lambda arm: _size(_shortest(arm)))]
        for arm in arms:
            if arm in added or (_any(lines, arm.head) and not _any(lines, *arm.statements)):
                for span in (arm.head, _shortest(arm)):
                    lines.update(range(span.start, span.stop))
                    yield span


def _opens(node: ast.stmt, lines: Sequence[str], base: int, word: str) -> bool:
    return lines[base + node.lineno - 1].lstrip().startswith(word)


def _shortest(arm: Arm) -> Span:
    return min(arm.statements, key=_size)


def _size(span: Span) -> int:
    return span.stop - span.start


def _any(lines: set[int], *spans: Span) -> bool:
    return any(line in lines for span in spans for line in range(span.start, span.stop))
