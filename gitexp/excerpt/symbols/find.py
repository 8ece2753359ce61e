"""Definitions of a source: functions, classes, methods and top-level assignments, by dotted name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, DefinitionKind, find_comment_start

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.source import Source, Unit


def definitions(source: Source) -> tuple[Definition, ...]:
    """All definitions of a source in order of their first line; a class comes before its methods."""
    if source.kind == "text":
        from gitexp.excerpt.symbols.indentation import text_definitions

        found = list(text_definitions(source.path, source.lines))
    else:
        found = []
        for unit in source.units:
            found.extend(_unit_definitions(source.lines, unit))
    found.sort(key=lambda item: (item.start, -item.stop))
    return tuple(found)


def find(source: Source, dotted_name: str) -> Definition | None:
    """The definition of ``dotted_name`` that is in force at the end of the source: the last one.

    Outside Python the enclosing names may be left out where what remains is unique.
    """
    return (
        named(definitions(source), dotted_name)
        if source.kind == "text"
        else _in_units(source, dotted_name)
    )


def named(found: Sequence[Definition], dotted_name: str) -> Definition | None:
    """The last definition of a name in text other than Python."""
    exact = [item for item in found if item.name == dotted_name]
    if exact:
        return exact[-1]
    loose = [item for item in found if item.name.endswith("." + dotted_name)]
    return loose[-1] if len({item.name for item in loose}) == 1 else None


def _in_units(source: Source, dotted_name: str) -> Definition | None:
    """The last definition of a name, read only from what holds its last word."""
    for unit in source.list_units_with(dotted_name.rpartition(".")[2]):
        found = [item for item in _unit_definitions(source.lines, unit) if item.name == dotted_name]
        if found:
            return max(found, key=lambda item: item.start)
    return None


def _unit_definitions(lines: tuple[str, ...], unit: Unit) -> Iterator[Definition]:
    if unit.tree is not None:
        base = unit.start
        for item in _in_piece(lines[base : unit.stop], unit.tree):
            name, kind, lead, start, header, stop, signature = item
            yield Definition(
                name, kind, base + lead, base + start, base + header, base + stop, signature
            )
        return
    from gitexp.excerpt.symbols.indentation import indented_definitions

    yield from indented_definitions(lines, unit.start, unit.stop)


@lru_cache(maxsize=2048)
def _in_piece(lines: tuple[str, ...], tree: ast.Module) -> tuple[Definition, ...]:
    """Definitions of a cell or a piece of a script by itself: the next version of the file has most of them unchanged."""
    return tuple(_from_tree(lines, 0, tree.body, ""))


def _from_tree(
    lines: tuple[str, ...], base: int, body: Sequence[ast.stmt], prefix: str
) -> Iterator[Definition]:
    """Definitions in a list of statements, those inside ``if``, ``try``, ``with`` and loops too; assignments at the top only."""
    import ast

    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield _from_node(lines, base, node, prefix)
            yield from _from_tree(lines, base, node.body, f"{prefix}{node.name}.")
            continue
        if not prefix:
            for name in _targets(node):
                first = base + node.lineno - 1
                yield Definition(
                    name,
                    "assignment",
                    find_comment_start(lines, first, base),
                    first,
                    first,
                    base + (node.end_lineno or node.lineno),
                    name,
                )
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                yield from _from_tree(lines, base, inner, prefix)
        for handler in getattr(node, "handlers", ()):
            yield from _from_tree(lines, base, handler.body, prefix)


def _from_node(
    lines: tuple[str, ...],
    base: int,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    prefix: str,
) -> Definition:
    header = base + node.lineno - 1
    start = min([header, *(base + item.lineno - 1 for item in node.decorator_list)])
    stop = base + (node.end_lineno or node.lineno)
    opening = max(header + 1, base + node.body[0].lineno - 1) if node.body else stop
    signature = "".join("".join(lines[header:opening]).split())
    kind: DefinitionKind = "class" if hasattr(node, "bases") else "function"
    return Definition(
        prefix + node.name,
        kind,
        find_comment_start(lines, start, base),
        start,
        header,
        stop,
        signature,
    )


def _targets(node: ast.stmt) -> Iterator[str]:
    """Names that a statement binds by assignment."""
    import ast

    if isinstance(node, ast.Assign):
        found: list[ast.expr] = list(node.targets)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        found = [node.target]
    else:
        return
    while found:
        target = found.pop(0)
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            found[:0] = target.elts
        elif isinstance(target, ast.Starred):
            found.insert(0, target.value)
