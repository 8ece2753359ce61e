"""Names as statements bind and read them: the values that scope analysis gives, and what needs no scopes to tell."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

How = Literal["set", "method", "argument"]
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Import:
    """Where a name comes from: ``from module import name`` with ``level`` dots, or ``import module`` (``name`` empty).

    ``whole`` is the module that ``import a.b.c`` names in full, where only ``a`` is bound.
    """

    module: str
    level: int = 0
    name: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One reading of a module-level name, with the attributes that follow it: ``("layers", "Foo")``.

    ``late``: not when the statement runs but when a function in it is called. ``called``: the name is called right there.
    ``source``: the name was imported inside the function, so that no module-level name is meant.
    """

    path: tuple[str, ...]
    late: bool = False
    called: bool = False
    guess: bool = False
    source: Import | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change to what a module-level name holds, without binding it anew: ``cfg.x = 1``, ``d["k"] = f``, ``names.append(n)``."""

    path: tuple[str, ...]
    late: bool = False
    guess: bool = False
    how: How = "set"


@dataclass(frozen=True, slots=True)
class Part:
    """The value, by its path, that another name holds a part of: what changes the part changes the value."""

    path: tuple[str, ...]
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """A value handed to a call: ``fill(cfg)``. ``place``: position or keyword; empty for what a lambda there reads.

    ``parameter``: it is a parameter of the function that the call stands in, not a name of the module.
    """

    callee: tuple[str, ...]
    place: int | str
    path: tuple[str, ...]
    late: bool = False
    parameter: bool = False


OwnHow = Literal["read", "call", "super", "set", "name", "fill"]


@dataclass(frozen=True, slots=True)
class Own:
    """What a statement of a class body does to a member of that class; a ``*`` in ``name`` stands for anything.

    ``how``: it reads or calls the member on ``self``, calls it on ``super()``, sets it on ``self``; or it reads it by its plain
    ``name``, as class bodies do, or so changes what it holds (``fill``).
    """

    name: str
    how: OwnHow
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A name looked up by a string in what may be a module: ``getattr(nets, "make_" + kind)``."""

    holder: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""


@dataclass(slots=True)
class Facts:
    """What a statement does to the names of its module. ``dynamic``: it looks names up by strings; ``patterns``: prefix and
    suffix of such names; ``own``: what a statement of a class body does to members of the class; ``filled``: parameters whose value
    a function changes; ``parts``: names bound to parts of other values.
    """

    uses: list[Use] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    rebinds: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    patterns: set[tuple[str, str]] = field(default_factory=set)
    lookups: set[Lookup] = field(default_factory=set)
    dynamic: bool = False
    own: set[Own] = field(default_factory=set)


def bound(nodes: Iterable[ast.AST]) -> dict[str, Import | None]:
    """Names that statements bind in their own scope, with the import that binds them."""
    return bound_by(own_scope(nodes))


def bound_by(nodes: Iterable[ast.AST]) -> dict[str, Import | None]:
    """Names that the nodes of one scope (``own_scope``) bind, with the import that binds them."""
    names: dict[str, Import | None] = {}
    loaded: dict[int, Import] = {}
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names[node.name] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = loaded.get(id(node))
        elif isinstance(node, ast.Assign) and (source := _loads(node.value)):
            loaded.update((id(target), source) for target in node.targets)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(imported(node))
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names[node.name] = None
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names[node.rest] = None
    return names


def _loads(node: ast.expr) -> Import | None:
    """What ``importlib.import_module("a.b")`` gives: the same as ``import a.b as name``."""
    if isinstance(node, ast.Call) and dotted(node.func)[-1:] == ("import_module",) and node.args:
        value = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        if isinstance(value, str):
            name = value.lstrip(".")
            return Import(name, len(value) - len(name))
    return None


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, Import]:
    """Names that an import binds. ``import a.b`` binds ``a``; a star binds ``*``."""
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: Import(node.module or "", node.level, alias.name) for alias in node.names}
    found = {}
    for alias in node.names:
        top = alias.name.partition(".")[0]
        found[alias.asname or top] = Import(alias.name) if alias.asname or top == alias.name else Import(top, whole=alias.name)
    return found


# Stands in a path for any element: ``TABLE[kind].build``.
ELEMENT = "[]"


def values(node: ast.AST | None, name: str, element: bool) -> list[tuple[str, ...]]:
    """Dotted names that an assignment gives to ``name``; with ``element`` those in the list or table that it gives."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(isinstance(target, ast.Name) and target.id == name for target in targets):
        return []
    value = node.value
    several = value.values if isinstance(value, ast.Dict) else value.elts if isinstance(value, (ast.List, ast.Tuple)) else []
    one = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    return [path for part in (several if element else one) if (path := dotted(part))]


# What is inside of these is of another scope, or says nothing of names.
_CLOSED = (ast.Lambda, ast.Name, ast.Constant)


def own_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes that belong to the scope of ``nodes``: not the insides of functions and classes; of comprehensions only ``:=``."""
    todo = list(nodes)[::-1]
    while todo:
        node = todo.pop()
        if isinstance(node, Comprehension):
            for inner in ast.walk(node):
                if isinstance(inner, ast.NamedExpr):
                    yield inner.target
            continue
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            todo.extend([*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)])
        elif isinstance(node, ast.ClassDef):
            todo.extend([*node.decorator_list, *node.bases])
        elif not isinstance(node, _CLOSED):
            todo.extend(list(ast.iter_child_nodes(node))[::-1])


# What these builtins give of an object is an attribute of it.
_ATTRIBUTE_OF = {"type": "__class__", "vars": "__dict__"}


def dotted(node: ast.AST) -> tuple[str, ...]:
    """``a.b.c`` as a tuple (``type(a).b`` is ``a.__class__.b``); empty when the expression does not start at a name."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ATTRIBUTE_OF and len(node.args) == 1:
            parts.append(_ATTRIBUTE_OF[node.func.id])
            node = node.args[0]
        else:
            return ()
    return (node.id, *reversed(parts))


def affixes(node: ast.expr) -> tuple[str, str] | None:
    """What a computed string starts and ends with (``"step_" + mode``); None if neither is known."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node.left, node.right] if isinstance(node, ast.BinOp) else []
    if len(parts) < 2:
        return None
    first, last = (part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "" for part in (parts[0], parts[-1]))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        first, last = first.partition("%")[0], re.split(r"%\w", first)[-1]
    return (first, last) if first or last else None
