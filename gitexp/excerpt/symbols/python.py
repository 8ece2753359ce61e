"""Find definitions in Python, from its own syntax tree."""

from __future__ import annotations

# From _ast, where the classes are: the module ast takes a millisecond to import.
from _ast import (
    AnnAssign,
    Assign,
    AsyncFunctionDef,
    AugAssign,
    ClassDef,
    FunctionDef,
    List,
    Name,
    Starred,
    Tuple,
)
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from gitexp.excerpt.definition import Definition, find_comment_start
from gitexp.excerpt.symbols import thresholds

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.definition import DefinitionKind

_NamedNode = FunctionDef | AsyncFunctionDef | ClassDef


@lru_cache(maxsize=thresholds.REMEMBERED_TREES)
def find_in_tree(lines: tuple[str, ...], tree: ast.Module) -> tuple[Definition, ...]:
    """Return the definitions of the lines that ``tree`` was parsed from.

    The next version of a file has most of its cells or pieces unchanged: they are read once.
    """
    return tuple(_walk(lines, tree.body, ""))


def _walk(lines: tuple[str, ...], body: Sequence[ast.stmt], prefix: str) -> Iterator[Definition]:
    """Yield the definitions in a list of statements, and in what these hold.

    Assignments count at the top alone: those of functions and classes are parts of them.
    """
    for node in body:
        if isinstance(node, _NamedNode):
            yield _read_definition(lines, node, prefix)
            yield from _walk(lines, node.body, f"{prefix}{node.name}.")
            continue
        if not prefix:
            yield from _read_assignment(lines, node)
        for field in ("body", "orelse", "finalbody"):
            inner_body = getattr(node, field, None)
            if isinstance(inner_body, list):
                yield from _walk(lines, inner_body, prefix)
        for handler in getattr(node, "handlers", ()):
            yield from _walk(lines, handler.body, prefix)


def _read_definition(lines: tuple[str, ...], node: _NamedNode, prefix: str) -> Definition:
    header = node.lineno - 1
    decorator_lines = [decorator.lineno - 1 for decorator in node.decorator_list]
    start = min([header, *decorator_lines])
    stop = node.end_lineno or node.lineno
    body_start = max(header + 1, node.body[0].lineno - 1)
    signature = "".join("".join(lines[header:body_start]).split())
    kind: DefinitionKind = "class" if isinstance(node, ClassDef) else "function"
    lead = find_comment_start(lines, start)
    return Definition(prefix + node.name, kind, lead, start, header, stop, signature)


def _read_assignment(lines: tuple[str, ...], node: ast.stmt) -> Iterator[Definition]:
    first = node.lineno - 1
    lead = find_comment_start(lines, first)
    stop = node.end_lineno or node.lineno
    for name in _list_targets(node):
        yield Definition(name, "assignment", lead, first, first, stop, name)


def _list_targets(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds by assignment."""
    if isinstance(node, Assign):
        waiting: list[ast.expr] = list(node.targets)
    elif isinstance(node, (AnnAssign, AugAssign)):
        waiting = [node.target]
    elif type(node).__name__ == "TypeAlias":  # of Python 3.12 and newer
        waiting = [cast("Any", node).name]
    else:
        return
    while waiting:
        target = waiting.pop(0)
        if isinstance(target, Name):
            yield target.id
        elif isinstance(target, (Tuple, List)):
            waiting[:0] = target.elts
        elif isinstance(target, Starred):
            waiting.insert(0, target.value)
