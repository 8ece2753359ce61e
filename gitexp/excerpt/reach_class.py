"""Parts of a class: one method with the head of its class and what it needs of ``self``."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Span
from gitexp.excerpt.reach_module import END
from gitexp.excerpt.scope import facts
from gitexp.excerpt.scope_names import Facts, bound, dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.reach_imports import Library
    from gitexp.excerpt.reach_module import Item, Module

# An import that leads back to itself must end.
_LONGEST = 20
_Class = tuple["Module", "Item", ast.ClassDef]


@dataclass(frozen=True, slots=True)
class Partial:
    """Some lines of a class and what they need. ``root``: it holds the method that was asked for."""

    module: Module
    item: Item
    label: str
    spans: tuple[Span, ...]
    facts: Facts
    root: bool


def part_of_class(library: Library, module: Module, item: Item, member: str) -> tuple[Partial, ...]:
    """The class in ``item`` (and its bases in this repository) cut down to ``member`` and what that needs of ``self``.

    Attributes come with the methods that set them, ``__init__`` first. Empty when there is no such class or member.
    """
    if not isinstance(item.node, ast.ClassDef):
        return ()
    member, _, deeper = member.partition(".")
    imports: list[tuple[Module, Item]] = []
    classes = list(_with_bases(library, module, item, imports))
    todo: list[tuple[str, int]] = [(member, 0)]
    seen: set[tuple[str, int]] = set()
    chosen: dict[int, tuple[int, ast.stmt, str]] = {}
    while todo:
        wanted = todo.pop(0)
        if wanted in seen:
            continue
        seen.add(wanted)
        for index, node in _members(classes, *wanted):
            if id(node) not in chosen:
                chosen[id(node)] = (index, node, wanted[0])
                found = facts([node], enclosing_class=True)
                todo.extend((name, 0) for name in sorted(found.own))
                todo.extend((name, index + 1) for name in sorted(found.inherited))
    found_there = [node for _, node, name in chosen.values() if name == member]
    if not found_there or (deeper and not any(_holds(node, deeper) for node in found_there)):
        return ()
    used = {index for index, _, _ in chosen.values()} | {0}
    lines = [Partial(owner, line, line.label, line.spans, Facts(), False) for owner, line in imports]
    pieces = [piece for index in sorted(used) for piece in _partials(classes, index, chosen.values(), member)]
    return (*pieces, *lines)


def _partials(classes: list[_Class], index: int, chosen: Iterable[tuple[int, ast.stmt, str]], member: str) -> Iterator[Partial]:
    """The head of a class and its chosen members."""
    module, item, node = classes[index]
    base = item.spans[-1].stop - (node.end_lineno or node.lineno)
    decorators: list[ast.expr] = getattr(node.body[0], "decorator_list", [])
    first = min([node.body[0].lineno, *(decorator.lineno for decorator in decorators)])
    head = (*item.spans[:-1], Span(item.spans[-1].start, base + max(first - 1, node.lineno)))
    header = facts([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
    # A base that is cut down too must not come in whole through the head.
    ours = {other.name for _, _, other in classes}
    bases = {dotted(base_node) for base_node in node.bases if dotted(base_node)[-1:] and dotted(base_node)[-1] in ours}
    header.uses = [use for use in header.uses if use.path not in bases]
    yield Partial(module, item, node.name, head, header, index == 0)
    for where, part, name in chosen:
        if where == index:
            above: list[ast.expr] = getattr(part, "decorator_list", [])
            start = min([part.lineno, *(decorator.lineno for decorator in above)])
            span = Span(base + start - 1, base + (part.end_lineno or part.lineno))
            yield Partial(module, item, f"{node.name}.{name}", (span,), facts([part], enclosing_class=True), name == member and index == 0)


def _holds(node: ast.stmt, member: str) -> bool:
    """Whether a class inside a class (which is kept whole) has ``member``."""
    name, _, deeper = member.partition(".")
    inner = [part for part in node.body if name in bound([part])] if isinstance(node, ast.ClassDef) else []
    return bool(inner) and (not deeper or any(_holds(part, deeper) for part in inner))


def _with_bases(library: Library, module: Module, item: Item, imports: list[tuple[Module, Item]]) -> Iterator[_Class]:
    """The class and its bases in this repository, in the order in which members are looked up; ``imports`` gathers the lines between."""
    todo = [(module, item)]
    seen: set[int] = set()
    while todo:
        owner, current = todo.pop(0)
        node = current.node
        if not isinstance(node, ast.ClassDef) or id(node) in seen:
            continue
        seen.add(id(node))
        yield owner, current, node
        for base in node.bases:
            todo.extend(_resolve(library, owner, dotted(base), current.position, imports))


def _resolve(
    library: Library, module: Module, path: tuple[str, ...], at: int, imports: list[tuple[Module, Item]]
) -> Iterator[tuple[Module, Item]]:
    """The statement that a base class comes from, through imports."""
    passed: list[tuple[Module, Item]] = []
    while path and len(passed) < _LONGEST:
        items, _ = module.in_force(path[0], at)
        if not items:
            return
        source = items[-1].binds.get(path[0])
        if source is None:
            imports.extend(passed)
            yield module, items[-1]
            return
        passed.append((module, items[-1]))
        target, name = library.target(source, module.path)
        if target is None:
            return
        module, at, path = target, END, (name, *path[1:]) if name else path[1:]


def _members(classes: list[_Class], name: str, first: int) -> Iterator[tuple[int, ast.stmt]]:
    """Where a member is defined, from class ``first`` on: in the first that has it; else the methods that set it on ``self``
    (``__init__`` alone if it does).
    """
    for index, (_, _, node) in enumerate(classes):
        found = [part for part in node.body if name in bound([part])] if index >= first else []
        if found:
            yield from ((index, part) for part in found)
            return
    for index, (_, _, node) in enumerate(classes):
        setters = [part for part in node.body if name in facts([part], enclosing_class=True).own_set]
        if setters:
            at_start = [part for part in setters if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
            yield from ((index, part) for part in at_start or setters)
            return
