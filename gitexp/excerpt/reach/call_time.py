"""When a root is first called."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.effects import (
    find_arguments_filled_by_calling,
    find_changes_by_calling,
)
from gitexp.excerpt.reach.moment import END, Moment
from gitexp.excerpt.reach.statement import analyse_nodes
from gitexp.excerpt.scope.names import FunctionNode, find_bound_names
from gitexp.excerpt.scope.walker import analyse_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Path, Use

# What gives back a function that calls the one it was given: the call comes later.
_WRAPPING = re.compile(
    r"partial\w*|\w*jit|[pv]map|(?:value_and_)?grad|function|compile|wraps?|\w*cache|vectorize"
    r"|remat|delayed|remote"
)
_CELL_MAGIC = re.compile(r"%%(?!time|capture|prun)")

_TextPlace = tuple[int, int]
"""Line and column in a parsed text."""


@dataclass(frozen=True, slots=True)
class CallTime:
    """The moment of a first call.

    Where the call stands inside a loop or ``with``, ``done`` are the names that this statement has
    bound or changed by then.
    """

    moment: Moment
    done: frozenset[str] = frozenset()


def find_call_time(module: Module, name: str, root: Statement) -> CallTime:
    """Return the time from which a root is looked at.

    It is the first call at module level after the definition, through other functions and names
    too. Without a call, or when the root is no function or class, it is the end of the module.
    """
    if not root.is_callable:
        return CallTime(END)
    callers = _find_callers(module, name, root)
    for statement in module.statements[root.position + 1 :]:
        if not _calls_root(module, statement, name, callers):
            continue
        done: set[str] = set()
        if isinstance(statement.node, ast.stmt):
            done = _find_done_names(module, statement.node, callers)
        moment = Moment(statement.position, inside=bool(done))
        return CallTime(moment, frozenset(done))
    return CallTime(END)


def _calls_root(module: Module, statement: Statement, name: str, callers: set[str]) -> bool:
    """Return True if a statement calls, or may call, the root when it runs."""
    uses = statement.effects.uses
    # `register(root)` and `root.x = 1` set the root up; they do not run it.
    if any(change.path[0] == name for change in statement.effects.changes):
        return False
    if statement.kind == "text":
        return _text_calls(statement.text, callers)
    if statement.is_callable:
        return any(use.called and not use.late and use.path[0] == name for use in uses)
    if any(use.path[0] in callers and _may_call(statement, use) for use in uses):
        return True
    if statement.kind != "assignment":
        return False
    return not callers.isdisjoint(_find_consumed_names(module, statement))


def _text_calls(text: str, callers: set[str]) -> bool:
    """Return True if text that is not Python calls one of ``callers``."""
    if _CELL_MAGIC.match(text):
        return False
    names = "|".join(map(re.escape, sorted(callers)))
    call = re.compile(rf"(?<![\w.])(?:{names})\s*\(")
    return any(call.search(line) for line in _walk_lines_outside_functions(text))


def _find_callers(module: Module, name: str, root: Statement) -> set[str]:
    """Return the names whose call calls the root.

    They are functions that read it, and names that stand for it or hold it.
    """
    read_by: dict[str, frozenset[str]] = {}
    for statement in module.statements:
        if statement.is_callable and statement.node is not None and statement is not root:
            read_by[statement.label] = _find_late_names(statement.node)
        elif statement.kind == "assignment" and statement.position > root.position:
            held = _find_held_names(module, statement)
            for bound_name in statement.bound_names:
                read_by[bound_name] = read_by.get(bound_name, frozenset()) | held
    callers = {name}
    growing = True
    while growing:
        new_callers = {
            label for label, names in read_by.items() if label not in callers and names & callers
        }
        callers |= new_callers
        growing = bool(new_callers)
    return callers


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def _find_late_names(node: ast.stmt) -> frozenset[str]:
    """Return the names that a function or class reads when it is called."""
    return frozenset(use.path[0] for use in analyse_nodes(node).uses if use.late)


def _find_held_names(module: Module, statement: Statement) -> set[str]:
    """Return the names that an assignment does not call, but holds to be called later."""
    held: set[str] = set()
    for use in statement.effects.uses:
        if use.late or (not use.called and _is_callable_path(use.path)):
            held.add(use.path[0])
    return held - _find_consumed_names(module, statement)


def _find_consumed_names(module: Module, statement: Statement) -> set[str]:
    """Return the names that a statement hands to calls which may call them at once."""
    consumed: set[str] = set()
    for handed in statement.effects.handed:
        if handed.late or not _is_callable_path(handed.path):
            continue
        if not _is_wrapper(module, handed.callee):
            consumed.add(handed.path[0])
    return consumed


def _is_callable_path(path: Path) -> bool:
    """Return True if a path leads to what can be called, not to what Python keeps about it.

    ``f.__name__`` cannot be called.
    """
    return not any(attribute.startswith("__") for attribute in path[1:])


def _is_wrapper(module: Module, callee: Path) -> bool:
    """Return True if a call gives back a function around the one it is given, as decorators do."""
    own_functions = [
        statement.node
        for statement in module.bindings.get(callee[0], ())
        if statement.kind == "function" and statement.node is not None
    ]
    if own_functions and len(callee) == 1:
        return any(has_inner_function(node) for node in own_functions)
    return bool(_WRAPPING.fullmatch(callee[-1]))


def has_inner_function(node: ast.stmt) -> bool:
    """Return True if a function or lambda stands inside of a statement."""
    for inner in ast.walk(node):
        if inner is not node and isinstance(inner, (FunctionNode, ast.Lambda)):
            return True
    return False


def _may_call(statement: Statement, use: Use) -> bool:
    """Return True if a use at module level calls, or may call.

    What is mentioned outside an assignment is taken for called.
    """
    return not use.late and (use.called or statement.kind == "other")


def _walk_lines_outside_functions(text: str) -> Iterator[str]:
    """Yield the lines of unparsed text that run with it."""
    is_inside = False
    for line in text.split("\n"):
        if line[:1].strip():
            is_inside = line.startswith(("def ", "class ", "async def ", "@"))
        if not is_inside:
            yield line


def _find_done_names(module: Module, statement: ast.stmt, callers: set[str]) -> set[str]:
    """Return the names that a loop or a ``with`` binds or changes before it first calls the root."""
    calls = [
        _find_place(node)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id in callers
    ]
    nodes = list(_walk_before([statement], min(calls))) if calls else []
    if not nodes:
        return set()
    effects = analyse_effects(nodes)
    names = set(find_bound_names(nodes))
    # A loop over data calls many methods that may change something, between one call of the root
    # and the next: guesses do not count.
    names.update(change.path[0] for change in effects.changes if not change.doubt)
    changed = find_changes_by_calling(module)
    for use in effects.uses:
        if use.called:
            names.update(change.path[0] for change in changed.get(use.path[0], ()))
    filled = find_arguments_filled_by_calling(module)
    for handed in effects.handed:
        if handed.place in filled.get(handed.callee[0], ()):
            names.add(handed.path[0])
    wholes = {part.path[0] for name in names for part in effects.parts.get(name, ())}
    return names | wholes


def _walk_before(nodes: Iterable[ast.AST], stop: _TextPlace) -> Iterator[ast.AST]:
    """Yield the statements inside ``nodes`` that end before a place in the text.

    Of the loops and ``with`` around the place, yield the targets.
    """
    for node in nodes:
        if isinstance(node, ast.stmt) and _find_end(node) <= stop:
            yield node
        elif isinstance(node, ast.withitem):
            if node.optional_vars is not None and _find_place(node.optional_vars) < stop:
                yield node.optional_vars
        elif _may_surround(node, stop):
            if isinstance(node, (ast.For, ast.AsyncFor)) and _find_place(node.body[0]) <= stop:
                yield node.target
            yield from _walk_before(ast.iter_child_nodes(node), stop)


def _may_surround(node: ast.AST, stop: _TextPlace) -> bool:
    """Return True if a place in the text may stand inside a node that holds statements."""
    if isinstance(node, ast.stmt):
        return _find_place(node) < stop
    return isinstance(node, (ast.ExceptHandler, ast.match_case))


def _find_place(node: ast.expr | ast.stmt) -> _TextPlace:
    return node.lineno, node.col_offset


def _find_end(node: ast.stmt) -> _TextPlace:
    return node.end_lineno or 0, node.end_col_offset or 0
