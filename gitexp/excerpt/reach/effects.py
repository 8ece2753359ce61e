"""What calls change: module-level names that a function fills, and arguments that it fills."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.handed import find_handed_values, find_place, list_parameters
from gitexp.excerpt.reach.module import StatementChange
from gitexp.excerpt.reach.statement import analyse_nodes
from gitexp.excerpt.reach.training import find_trained_names, find_training_changes
from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import Change, Effects, MemberUse, ValuePart
from gitexp.excerpt.scope.members import analyse_member_effects
from gitexp.excerpt.scope.names import FunctionNode, read_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import HandedValue, Path

_NEAR = 2
"""Longest path of a setting of a library: ``plt.rcParams`` is one, a setting deeper inside is not."""


@dataclass(frozen=True, slots=True)
class _Body:
    """What runs when a name is called, and what that does.

    It is a function, a lambda, or what makes an object of a class. ``changed``: changes of
    module-level names. ``filled``: parameters whose value is changed. ``called``: functions and base
    classes. ``handed``: values that it gives to calls.
    """

    parameters: tuple[str, ...]
    changed: frozenset[Change]
    filled: frozenset[str]
    called: frozenset[str]
    handed: tuple[HandedValue, ...]


def find_changes(library: Library, module: Module, name: str) -> Iterator[StatementChange]:
    """Yield the statements that change what ``name`` holds.

    They do so by themselves, through a function they call, or through one they hand it to.
    """
    yield from module.changes.get(name, ())
    yield from _find_indirect_changes(module).get(name, ())
    for statement, handed in find_handed_values(module).get(name, ()):
        if _is_filled(library, module, handed.callee, handed.place):
            doubt = Doubt.DEFINITION if statement.is_callable else None
            yield StatementChange(statement, Change(handed.path, doubt=doubt, kind="argument"))
    for statement, handed, change in _find_handed_parts(module).get(name, ()):
        if _is_filled(library, module, handed.callee, handed.place):
            yield StatementChange(statement, change)
    yield from find_training_changes(library, module, name)


def find_changed_names(module: Module) -> set[str]:
    """Return the names for which ``find_changes`` may find something."""
    indirect, handed = _find_indirect_changes(module), find_handed_values(module)
    return {
        *module.changes,
        *indirect,
        *handed,
        *_find_handed_parts(module),
        *find_trained_names(module),
    }


@lru_cache(maxsize=32)
def find_rebinding_statements(module: Module) -> tuple[Statement, ...]:
    """Return the statements that may bind any name.

    ``exec(open("config.py").read())``, ``globals().update(params)``.
    """
    return tuple(
        statement
        for statement in module.statements
        if isinstance(statement.node, ast.Expr) and _may_rebind(statement.node.value)
    )


@lru_cache(maxsize=32)
def find_changes_by_calling(module: Module) -> Mapping[str, set[Change]]:
    """Return what a call of each function or class changes, through the functions it calls too.

    To call a function of an imported module is no change of that module, unless the function sets
    how it works.
    """
    filled = find_arguments_filled_by_calling(module)
    changed: dict[str, set[Change]] = defaultdict(set)
    callees: dict[str, set[str]] = defaultdict(set)
    for label, body in _walk_bodies(module):
        for change in body.changed:
            if change.kind != "method" or not _holds_module(module, change.path[0]):
                changed[label].add(change)
        for handed in body.handed:
            is_filled = handed.place in filled.get(handed.callee[0], ())
            if is_filled and not handed.parameter:
                changed[label].add(Change(handed.path))
        callees[label].update(body.called)
    growing = any(changed.values())
    while growing:
        growing = False
        for label, called in callees.items():
            size = len(changed[label])
            for function in called:
                changed[label].update(changed.get(function, ()))
            growing = growing or len(changed[label]) > size
    return {label: changes for label, changes in changed.items() if changes}


@lru_cache(maxsize=32)
def find_arguments_filled_by_calling(module: Module) -> Mapping[str, set[int | str]]:
    """Return the arguments that each function changes, by position and by keyword.

    It may change them through the functions of its file that it hands them to.
    """
    bodies = list(_walk_bodies(module))
    filled: dict[str, set[int | str]] = defaultdict(set)
    growing = True
    while growing:
        growing = False
        for label, body in bodies:
            places = _find_filled_places(body, filled)
            growing = growing or not places <= filled[label]
            filled[label].update(places)
    return {label: places for label, places in filled.items() if places}


def is_library_switch(change: Change) -> bool:
    """Return True if a change of a foreign module sets how the module works.

    ``tf.enable_eager_execution()``, ``plt.rcParams["x"] = 1``, ``jax.config.update("x64", True)``.
    Seeds and settings deep inside a library say nothing about the code that is cut.
    """
    if change.kind == "set":
        return len(change.path) <= _NEAR
    return change.kind == "switch"


def _may_rebind(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        holder = node.func.value
        of_globals = isinstance(holder, ast.Call) and read_path(holder.func) == ("globals",)
        return of_globals and node.func.attr == "update"
    if read_path(node.func) not in {("exec",), ("execfile",)}:
        return False
    argument = node.args[0] if node.args else None
    return not isinstance(argument, ast.Constant)


@lru_cache(maxsize=32)
def _find_indirect_changes(module: Module) -> dict[str, list[StatementChange]]:
    """Return the statements that change what a name holds by a call or through a part, by name.

    A function that a class or function calls when it is made (a decorator) is a guess.
    """
    changes: dict[str, list[StatementChange]] = {}
    changed_by_calling = find_changes_by_calling(module)
    if changed_by_calling:
        for statement in module.statements:
            for change in _list_changes_by_calls(statement, changed_by_calling):
                doubt = change.doubt or (Doubt.DEFINITION if statement.is_callable else None)
                indirect = StatementChange(statement, replace(change, doubt=doubt))
                changes.setdefault(change.path[0], []).append(indirect)
    for name in _find_part_holders(module) & module.changes.keys():
        for statement, change in module.changes[name]:
            for inner in _find_changed_wholes(module, statement, change):
                by_name = changes.setdefault(inner.path[0], [])
                by_name.append(StatementChange(statement, inner))
    return changes


def _list_changes_by_calls(
    statement: Statement, changed_by_calling: Mapping[str, set[Change]]
) -> list[Change]:
    """Return what the functions change that a statement calls when it runs."""
    if statement.kind in {"import", "text"}:
        return []
    changes: set[Change] = set()
    for use in statement.effects.uses:
        if use.called and not use.late and len(use.path) == 1:
            changes.update(changed_by_calling.get(use.path[0], ()))
    return sorted(changes, key=str)


def _holds_module(module: Module, name: str) -> bool:
    """Return True if a name is that of a module, by ``import name``."""
    sources = [statement.bound_names[name] for statement in module.bindings.get(name, ())]
    return bool(sources) and all(source is not None and not source.name for source in sources)


def _find_part_holders(module: Module) -> set[str]:
    """Return the names that are bound to parts of other values, or to lists of them."""
    holders: set[str] = set()
    for statement in module.statements:
        if statement.kind in {"assignment", "other"}:
            holders.update(statement.effects.parts)
            holders.update(statement.effects.contents)
    return holders


def _find_changed_wholes(module: Module, statement: Statement, change: Change) -> Iterator[Change]:
    """Yield what a change is to the values of which its name holds a part.

    ``group = parser.add_argument_group()``: what changes ``group`` changes ``parser``.
    """
    seen = {change.path}
    pending = [change]
    while pending:
        change = pending.pop()
        name = change.path[0]
        if name in statement.effects.parts:
            bindings = [statement]
        else:
            at, branch = statement.moment, statement.branch
            bindings = module.find_bindings(name, at, branch).statements
        for binding in bindings:
            for part in _list_wholes(binding, change):
                if part.path in seen or part.path[0] == name:
                    continue
                seen.add(part.path)
                doubt = change.doubt or part.doubt
                inner = Change(part.path, False, doubt, change.kind, part.is_element)
                pending.append(inner)
                yield inner


def _list_wholes(binding: Statement, change: Change) -> list[ValuePart]:
    """Return the values that a change touches too, by what a binding gives the changed name.

    ``for t in tables: t.x = 1`` changes ``tables``; with ``tables = [train, test]`` it changes both.
    """
    name = change.path[0]
    wholes = list(binding.effects.parts.get(name, ()))
    if change.of_element:
        contents = binding.effects.contents.get(name, ())
        wholes += [ValuePart(path, Doubt.ALIAS) for path in contents]
    return wholes


@lru_cache(maxsize=32)
def _find_handed_parts(module: Module) -> dict[str, list[tuple[Statement, HandedValue, Change]]]:
    """Return the statements that hand a part of what a name holds to a call, by that name.

    ``for table in [train, test]: clean(table)``. With each, what it is if the call changes it.
    """
    found: dict[str, list[tuple[Statement, HandedValue, Change]]] = {}
    handed_values = find_handed_values(module)
    for name in _find_part_holders(module) & handed_values.keys():
        for statement, handed in handed_values[name]:
            change = Change(handed.path, kind="argument")
            for inner in _find_changed_wholes(module, statement, change):
                found.setdefault(inner.path[0], []).append((statement, handed, inner))
    return found


def _is_filled(library: Library, module: Module, callee: Path, place: int | str) -> bool:
    """Return True if a function, here or where an import leads, changes the argument at ``place``."""
    return find_place(library, module, callee, place, _list_filled_places) is not None


@lru_cache(maxsize=32)
def _list_filled_places(module: Module) -> Mapping[str, dict[int | str, bool]]:
    """Return the arguments that each function changes, in the form of ``find_place``."""
    filled = find_arguments_filled_by_calling(module)
    return {label: dict.fromkeys(places, True) for label, places in filled.items()}


def _find_filled_places(body: _Body, filled: Mapping[str, set[int | str]]) -> set[int | str]:
    """Return the arguments that a body changes, given what each function changes so far."""
    names = set(body.filled)
    for handed in body.handed:
        is_filled = handed.place in filled.get(handed.callee[0], ())
        if handed.parameter and is_filled:
            names.add(handed.path[0])
    places: set[int | str] = set(names)
    for position, parameter in enumerate(body.parameters):
        if parameter in names:
            places.add(position)
    return places


def _walk_bodies(module: Module) -> Iterator[tuple[str, _Body]]:
    """Yield the label of each statement that defines something callable, with its body."""
    for statement in module.statements:
        body = _find_body(statement.node) if statement.node is not None else None
        if body is not None:
            yield statement.label, body


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def _find_body(node: ast.stmt) -> _Body | None:
    """Return the body behind the name that a statement binds.

    None for a statement that binds nothing that runs when it is called.
    """
    if isinstance(node, FunctionNode):
        return _summarise(analyse_nodes(node), list_parameters(node.args))
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return _summarise(analyse_nodes(node), list_parameters(node.value.args))
    if not isinstance(node, ast.ClassDef):
        return None
    bases = [path[0] for path in map(read_path, node.bases) if path]
    initialiser = _find_initialiser(node)
    if initialiser is None:
        return _summarise(Effects(), (), bases)
    effects = analyse_member_effects(initialiser, ())
    calls_base = MemberUse("__init__", "super") in effects.members
    parameters = list_parameters(initialiser.args)[1:]
    return _summarise(effects, parameters, bases if calls_base else ())


def _find_initialiser(node: ast.ClassDef) -> ast.FunctionDef | None:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return statement
    return None


def _summarise(effects: Effects, parameters: tuple[str, ...], bases: Iterable[str] = ()) -> _Body:
    """Return what a function does when it is called: what is certain and happens late.

    A switch of a library counts although it is not certain.
    """
    changed = {Change((name,)) for name in effects.rebinds}
    for change in effects.changes:
        if change.late and (change.kind == "switch" or not change.doubt):
            changed.add(replace(change, late=False))
    called = set(bases)
    for use in effects.uses:
        if use.called and use.late and len(use.path) == 1:
            called.add(use.path[0])
    handed = [value for value in effects.handed if value.late and len(value.callee) == 1]
    return _Body(
        parameters,
        changed=frozenset(changed),
        filled=frozenset(effects.filled),
        called=frozenset(called),
        handed=tuple(handed),
    )
