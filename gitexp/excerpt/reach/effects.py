"""What calls change: module-level names that a function fills, and arguments that it fills."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.module import facts_of
from gitexp.excerpt.scope.facts import Change, Facts, Own, dotted
from gitexp.excerpt.scope.members import member_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Item, Module
    from gitexp.excerpt.scope.facts import Handed

_CALLABLE = ("function", "class")
# A name passed on from file to file must end somewhere.
_LONGEST = 20
_NEAR = 2
_SWITCH = re.compile(r"(?:enable_|disable_|set_(?!seed)|use(?:_|$)|register_)")


@dataclass(frozen=True, slots=True)
class _Body:
    """What runs when a name is called (a function, a lambda, what makes an object of a class), and what that does.

    ``changed``: module-level names with attributes; ``filled``: its parameters; ``called``: functions, base classes.
    """

    parameters: tuple[str, ...]
    changed: frozenset[tuple[str, ...]]
    filled: frozenset[str]
    called: frozenset[str]
    handed: tuple[Handed, ...]


def changes(library: Library, module: Module, name: str) -> Iterator[tuple[Item, Change]]:
    """Statements that change what ``name`` holds: by themselves, through a function they call, or through one they hand it to."""
    yield from module.changes.get(name, ())
    yield from _effects(module).get(name, ())
    for item, handed in _handed(module).get(name, ()):
        if _fills(library, module, handed.callee, handed.place):
            yield item, Change(handed.path, guess=item.kind in _CALLABLE, how="argument")


@lru_cache(maxsize=32)
def rewriting(module: Module) -> tuple[Item, ...]:
    """Statements that may bind any name anew: ``exec(open("config.py").read())``, ``globals().update(params)``."""
    return tuple(item for item in module.items if isinstance(item.node, ast.Expr) and _rewrites(item.node.value))


def _rewrites(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr == "update" and isinstance(node.func.value, ast.Call) and dotted(node.func.value.func) == ("globals",)
    return dotted(node.func) in {("exec",), ("execfile",)} and not isinstance(node.args[0] if node.args else None, ast.Constant)


def changed_names(module: Module) -> set[str]:
    """Names for which there may be ``changes``."""
    return {*module.changes, *_effects(module), *_handed(module)}


@lru_cache(maxsize=32)
def _effects(module: Module) -> dict[str, list[tuple[Item, Change]]]:
    """Statements that change what a name holds through a function they call (decorators are guesses) or through a part of it."""
    inside = changed_by_calling(module)
    found: dict[str, list[tuple[Item, Change]]] = {}
    for item in module.items if inside else ():
        if item.kind not in {"import", "text"}:
            called = {use.path[0] for use in item.facts.uses if use.called and not use.late and len(use.path) == 1}
            for path in sorted({changed for function in called for changed in inside.get(function, ())}):
                found.setdefault(path[0], []).append((item, Change(path, guess=item.kind in _CALLABLE)))
    holders = {name for item in module.items if item.kind in {"assignment", "other"} for name in item.facts.parts}
    for name in holders & module.changes.keys():
        for item, change in module.changes[name]:
            for whole in _wholes(module, item, change):
                found.setdefault(whole.path[0], []).append((item, whole))
    return found


def _wholes(module: Module, item: Item, change: Change) -> Iterator[Change]:
    """What a change is to the values that its name holds a part of: ``group = parser.add_argument_group()``."""
    seen = {change.path}
    todo = [change]
    while todo:
        change = todo.pop()
        name = change.path[0]
        bindings = [item] if name in item.facts.parts else module.in_force(name, item.position, item.branch)[0]
        for part in [part for binding in bindings for part in binding.facts.parts.get(name, ())]:
            if part.path not in seen and part.path[0] != name:
                seen.add(part.path)
                todo.append(Change(part.path, guess=change.guess or part.guess, how=change.how))
                yield todo[-1]


@lru_cache(maxsize=32)
def _handed(module: Module) -> dict[str, list[tuple[Item, Handed]]]:
    """Statements that hand what a name holds to a call when they run, by name."""
    found: dict[str, list[tuple[Item, Handed]]] = {}
    for item in module.items:
        for handed in item.facts.handed if item.kind != "import" else ():
            if not handed.late and not handed.parameter:
                found.setdefault(handed.path[0], []).append((item, handed))
    return found


def _fills(library: Library, module: Module, callee: tuple[str, ...], place: int | str) -> bool:
    """Whether a function, here or where an import leads, changes the argument at ``place``."""
    for _ in range(_LONGEST):
        if len(callee) == 1 and place in filled_by_calling(module).get(callee[0], ()):
            return True
        source = next((item.binds[callee[0]] for item in module.bindings.get(callee[0], ())), None)
        target, name = library.target(source, module.path) if source is not None else (None, "")
        if target is None:
            return False
        module, callee = target, (name, *callee[1:]) if name else callee[1:]
        if not callee:
            return False
    return False


@lru_cache(maxsize=32)
def changed_by_calling(module: Module) -> Mapping[str, set[tuple[str, ...]]]:
    """What a call of each function or class changes (names with attributes), through the functions it calls too."""
    filled = filled_by_calling(module)
    changed: dict[str, set[tuple[str, ...]]] = {}
    calls: dict[str, set[str]] = {}
    for label, body in _bodies(module):
        here = changed.setdefault(label, set())
        here.update(body.changed)
        here.update(item.path for item in body.handed if not item.parameter and item.place in filled.get(item.callee[0], ()))
        calls.setdefault(label, set()).update(body.called)
    growing = any(changed.values())
    while growing:
        growing = False
        for name, called in calls.items():
            more = {inner for function in called for inner in changed.get(function, ())} - changed[name]
            growing = growing or bool(more)
            changed[name] |= more
    return {name: paths for name, paths in changed.items() if paths}


@lru_cache(maxsize=32)
def filled_by_calling(module: Module) -> Mapping[str, set[int | str]]:
    """Arguments that each function changes, by position and by keyword, through the functions of its file it hands them to."""
    bodies = list(_bodies(module))
    filled: dict[str, set[int | str]] = {}
    growing = True
    while growing:
        growing = False
        for label, body in bodies:
            names = set(body.filled)
            names.update(item.path[0] for item in body.handed if item.parameter and item.place in filled.get(item.callee[0], ()))
            places = {place for index, name in enumerate(body.parameters) if name in names for place in (index, name)} | names
            growing = growing or not places <= filled.get(label, set())
            filled.setdefault(label, set()).update(places)
    return {name: places for name, places in filled.items() if places}


def _bodies(module: Module) -> Iterator[tuple[str, _Body]]:
    for item in module.items:
        body = _body(item.node) if item.node is not None else None
        if body is not None:
            yield item.label, body


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def _body(node: ast.stmt) -> _Body | None:
    """The body behind the name that a statement binds; None for one that binds nothing that runs when it is called."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _summed_up(facts_of(node), _parameters(node.args))
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return _summed_up(facts_of(node), _parameters(node.value.args))
    if not isinstance(node, ast.ClassDef):
        return None
    start = next((part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"), None)
    bases = [dotted(base)[0] for base in node.bases if dotted(base)]
    if start is None:
        return _summed_up(Facts(), (), bases)
    found = member_facts(start, ())
    return _summed_up(found, _parameters(start.args)[1:], bases if Own("__init__", "super") in found.own else ())


def _summed_up(found: Facts, parameters: tuple[str, ...], bases: Iterable[str] = ()) -> _Body:
    changed = [change.path for change in found.changes if change.late and not change.guess]
    called = [use.path[0] for use in found.uses if use.called and use.late and len(use.path) == 1]
    return _Body(
        parameters,
        changed=frozenset([*changed, *((name,) for name in found.rebinds)]),
        filled=frozenset(found.filled),
        called=frozenset([*called, *bases]),
        handed=tuple(item for item in found.handed if item.late and len(item.callee) == 1),
    )


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    return tuple(item.arg for item in [*arguments.posonlyargs, *arguments.args])


def switches(change: Change, item: Item) -> bool:
    """Whether a statement sets how a foreign module works: ``tf.enable_eager_execution()``, ``plt.rcParams["x"] = 1``,
    ``jax.config.update("jax_enable_x64", True)``.

    Seeds and settings deep inside a library say nothing about the code that is cut.
    """
    size = len(change.path)
    if change.how == "set":
        return size <= _NEAR
    called = [use.path for use in item.facts.uses if use.called and use.path[:size] == change.path]
    return any(_SWITCH.match(path[-1]) or path[-2:] == ("config", "update") for path in called)
