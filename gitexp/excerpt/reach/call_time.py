"""Time as reach sees it: when a root is first called."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.effects import changed_by_calling, filled_by_calling
from gitexp.excerpt.reach.module import END, facts_of
from gitexp.excerpt.scope.facts import bound
from gitexp.excerpt.scope.walker import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.reach.module import Item, Module
    from gitexp.excerpt.scope.facts import Use

_CALLABLE = ("function", "class")
# What gives back a function that calls the one it was given: calling comes later.
_WRAPPING = re.compile(r"partial\w*|\w*jit|[pv]map|(?:value_and_)?grad|function|compile|wraps?|\w*cache|vectorize|remat|delayed|remote")
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CELL_MAGIC = re.compile(r"%%(?!time|capture|prun)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: the position of a statement, or half a step more for one inside it, where ``done`` are the names it has set by then."""

    time: float
    done: frozenset[str] = frozenset()


def call_time(module: Module, name: str, root: Item) -> Moment:
    """The time from which a root is looked at: its first call at module level after its definition, through other functions
    and names too. Without one, or when the root is no function or class, it is the end of the module.
    """
    if root.kind not in _CALLABLE:
        return Moment(END)
    touching = _touching(module, name, root)
    called_in_text = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(touching)))})\s*\(")
    for item in module.items[root.position + 1 :]:
        # ``register(root)`` and ``root.x = 1`` set the root up; they do not run it.
        sets_up = any(change.path[0] == name for change in item.facts.changes)
        if sets_up:
            runs = False
        elif item.kind == "text":
            runs = not _CELL_MAGIC.match(item.text) and any(called_in_text.search(line) for line in _outside_functions(item.text))
        elif item.kind in _CALLABLE:
            runs = any(use.called and not use.late and use.path[0] == name for use in item.facts.uses)
        else:
            runs = any(_runs(item, use) for use in item.facts.uses if use.path[0] in touching)
            runs = runs or (item.kind == "assignment" and not touching.isdisjoint(_consumed(module, item)))
        if runs:
            done = frozenset(_done(module, item.node, touching)) if isinstance(item.node, ast.stmt) else frozenset()
            return Moment(item.position + 0.5, done) if done else Moment(item.position)
    return Moment(END)


def _touching(module: Module, name: str, root: Item) -> set[str]:
    """Names whose call calls the root: functions that read it, names that stand for it or hold it."""
    readers: dict[str, frozenset[str]] = {}
    for item in module.items:
        if item.kind in _CALLABLE and item.node is not None and item is not root:
            readers[item.label] = _read_when_called(item.node)
        elif item.kind == "assignment" and item.position > root.position:
            held = {use.path[0] for use in item.facts.uses if use.late or (not use.called and _whole(use.path))} - _consumed(module, item)
            for bound_name in item.binds:
                readers[bound_name] = readers.get(bound_name, frozenset()) | held
    touching = {name}
    while more := {label for label, names in readers.items() if label not in touching and names & touching}:
        touching |= more
    return touching


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=4096)
def _read_when_called(node: ast.stmt) -> frozenset[str]:
    return frozenset(use.path[0] for use in facts_of(node).uses if use.late)


def _consumed(module: Module, item: Item) -> set[str]:
    """Names that a statement hands to calls which may call them at once."""
    return {handed.path[0] for handed in item.facts.handed if not handed.late and _whole(handed.path) and not _wraps(module, handed.callee)}


def _whole(path: tuple[str, ...]) -> bool:
    """Whether a path leads to something that can be called, not to what Python keeps about it: ``f.__name__``."""
    return not any(part.startswith("__") for part in path[1:])


def _wraps(module: Module, callee: tuple[str, ...]) -> bool:
    """Whether a call gives back a function around the one it is given, as decorators do."""
    own = [item.node for item in module.bindings.get(callee[0], ()) if item.kind == "function" and item.node is not None]
    if own and len(callee) == 1:
        return any(isinstance(node, _INNER) and node is not outer for outer in own for node in ast.walk(outer))
    return bool(_WRAPPING.fullmatch(callee[-1]))


def _runs(item: Item, use: Use) -> bool:
    """Whether a use at module level calls, or may call: what is mentioned outside an assignment is taken for called."""
    return not use.late and (use.called or item.kind == "other")


def _outside_functions(text: str) -> Iterator[str]:
    """Lines of unparsed text that run with it."""
    inside = False
    for line in text.split("\n"):
        if line[:1].strip():
            inside = line.startswith(("def ", "class ", "async def ", "@"))
        if not inside:
            yield line


def _done(module: Module, statement: ast.stmt, touching: set[str]) -> set[str]:
    """Names that a loop or a ``with`` binds or changes before it first calls the root."""
    calls = [_place(node) for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id in touching]
    before = list(_before([statement], min(calls))) if calls else []
    if not before:
        return set()
    found = facts(before)
    changed, filled = changed_by_calling(module), filled_by_calling(module)
    # A loop over data calls many methods that may change something, between one call of the root and the next: guesses do not count.
    names = set(bound(before)) | {change.path[0] for change in found.changes if not change.guess}
    names |= {path[0] for use in found.uses if use.called for path in changed.get(use.path[0], ())}
    names |= {handed.path[0] for handed in found.handed if handed.place in filled.get(handed.callee[0], ())}
    return names | {part.path[0] for name in names for part in found.parts.get(name, ())}


def _before(nodes: Iterable[ast.AST], stop: tuple[int, int]) -> Iterator[ast.AST]:
    """Statements inside ``nodes`` that end before a place in the text, and the targets of those around it."""
    for node in nodes:
        if isinstance(node, ast.stmt) and (node.end_lineno or 0, node.end_col_offset or 0) <= stop:
            yield node
        elif isinstance(node, ast.withitem) and node.optional_vars is not None and _place(node.optional_vars) < stop:
            yield node.optional_vars
        elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)) and (not isinstance(node, ast.stmt) or _place(node) < stop):
            if isinstance(node, (ast.For, ast.AsyncFor)) and _place(node.body[0]) <= stop:
                yield node.target
            yield from _before(ast.iter_child_nodes(node), stop)


def _place(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset
