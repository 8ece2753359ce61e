"""What an expression changes without binding a name.

Such are calls that fill, fit or load, and the parts of a value that a loop hands out. Python does
not say which method changes its object: the lists below are of verbs that libraries agree on.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import ChangeKind, ValuePart
from gitexp.excerpt.scope.method_words import is_accessor, is_looking, is_switch_call
from gitexp.excerpt.scope.names import read_path, read_value_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.scope.facts import Path

# Methods that change their object for certain.
_CHANGING = re.compile(
    r"(?:append|extend|insert|update|add\w*|set\w*|remove|pop(?:item|left)?|discard|clear|sort"
    r"|reverse|register\w*|__setitem__|[a-z]\w*_)"
)
# Where the result is used, only a method that changes its object as well counts: `opt.update` and
# `x.add` give new values elsewhere.
_CHANGING_USED = re.compile(
    r"(?:pop|popitem|popleft|setdefault|add_\w+|set_(?!index|axis)\w+|register\w*|[a-z]\w*_"
    r"|(?:partial_)?fit|fit_\w+|load_(?:weights|state\w*)|restore|train|train_(?:on_batch|step)"
    r"|learn)"
)
# Functions that change what they are given.
_TAKING = re.compile(r"_?(?:register|configure|patch|setup|install|init|enable|freeze)\w*")
# Functions that change their first argument. PyTorch marks those by a last underscore.
_IN_PLACE = re.compile(
    r"(?:[a-z]\w*_|heap(?:push|pop|ify|replace|pushpop)|insort\w*|setattr|delattr)"
)
_IN_PLACE_ALONE = re.compile(r"(?:shuffle|fill_diagonal|copyto|put|place|putmask)")
# Methods whose result is a part of their object.
_GIVING = re.compile(r"(?:add_\w+|setdefault)")
# Functions that hand on the elements of their arguments.
_PASSING_ON = (
    "enumerate",
    "zip",
    "reversed",
    "list",
    "tuple",
    "sorted",
    "iter",
    "filter",
    "chain",
)


_LITERALS = (ast.List, ast.Tuple, ast.Set)


class ChangedValue(NamedTuple):
    """An expression whose value a call changes, in which way, and why that is not certain."""

    node: ast.expr
    kind: ChangeKind
    doubt: Doubt | None


@dataclass(frozen=True, slots=True)
class _Verb:
    """What the name of a function or method says of a call.

    ``method``: it changes its object, where the result is thrown away. ``method_used``: where the
    result is used. ``certain``: it surely does. ``takes``: it changes what it is given. ``first``:
    its first argument; ``first_alone``: only where the result is thrown away. ``flag``: it defines
    a flag of a script.
    """

    method: bool
    method_used: bool
    certain: bool
    takes: bool
    first: bool
    first_alone: bool
    flag: bool


@lru_cache(maxsize=4096)
def _read_verb(name: str) -> _Verb:
    return _Verb(
        method=not is_looking(name),
        method_used=bool(_CHANGING_USED.fullmatch(name)),
        certain=bool(_CHANGING.fullmatch(name)),
        takes=bool(_TAKING.fullmatch(name)),
        first=bool(_IN_PLACE.fullmatch(name)),
        first_alone=name == "next" or bool(_IN_PLACE_ALONE.fullmatch(name)),
        # absl and TensorFlow 1 keep all flags in one object, which scripts call FLAGS.
        flag=name.startswith("DEFINE_"),
    )


def walk_discarded(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions whose result is thrown away when that of ``node`` is."""
    if isinstance(node, ast.Await):
        yield from walk_discarded(node.value)
    elif isinstance(node, (ast.ListComp, ast.SetComp)):
        yield from walk_discarded(node.elt)
    elif isinstance(node, ast.IfExp):
        yield from walk_discarded(node.body)
        yield from walk_discarded(node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from walk_discarded(node.values[-1])
    else:
        yield node


def find_changed_values(call: ast.Call, *, discarded: bool) -> Iterator[ChangedValue]:
    """Yield what a call changes by itself. ``discarded``: its result is thrown away."""
    verb = _read_verb(_read_called_name(call.func))
    if isinstance(call.func, ast.Attribute):
        in_place = any(_is_in_place(keyword) for keyword in call.keywords)
        changes_object = verb.method if discarded else verb.method_used
        is_switch = is_switch_call(call, call.func)
        if is_accessor(call.func.value) and not verb.certain and not is_switch:
            changes_object = False
        if in_place or changes_object:
            is_certain = in_place or verb.certain
            kind: ChangeKind = "switch" if is_switch else "method"
            yield ChangedValue(call.func.value, kind, None if is_certain else Doubt.METHOD)
    if discarded and verb.takes:
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            if isinstance(argument, ast.Name):
                yield ChangedValue(argument, "argument", Doubt.ARGUMENT)
    yield from _find_changed_arguments(call, verb, discarded)
    if verb.flag:
        yield ChangedValue(ast.Name("FLAGS", ast.Load()), "method", None)


def find_loop_parts(target: ast.expr, values: ast.expr) -> dict[str, list[ValuePart]]:
    """Return the names that a loop binds to parts of values: ``for p in net.parameters()``."""
    parts = list(_walk_iterated_parts(values))
    if not parts:
        return {}
    return {node.id: parts for node in ast.walk(target) if isinstance(node, ast.Name)}


def find_contents(value: ast.expr) -> list[Path]:
    """Return the values that a list or table holds which an assignment gives: ``[train, test]``."""
    if not isinstance(value, (*_LITERALS, ast.Dict, ast.Call)):
        return []
    return [part.path for part in _walk_iterated_parts(value) if not part.is_element]


def find_assigned_part(value: ast.expr) -> ValuePart | None:
    """Return the value that an assignment gives another name, as a whole or in part.

    ``c = cfg``, ``optim = cfg.optim``, or what a method hands out to be filled further:
    ``parser.add_argument_group()``, ``config.setdefault("k", {})``.
    """
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if not _GIVING.fullmatch(value.func.attr):
            return None
        path = read_value_path(value.func.value)
        return ValuePart(path) if path else None
    if isinstance(value, (ast.Name, ast.Attribute)):
        path = read_path(value)
        if path:
            return ValuePart(path, Doubt.ALIAS if len(path) > 1 else None)
    return None


def _read_called_name(called: ast.expr) -> str:
    """Return the last name of what is called: ``fit`` of ``model.fit``."""
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _is_in_place(keyword: ast.keyword) -> bool:
    """Return True for the argument ``inplace=True``."""
    value = keyword.value
    return keyword.arg == "inplace" and isinstance(value, ast.Constant) and value.value is True


def _find_changed_arguments(call: ast.Call, verb: _Verb, discarded: bool) -> Iterator[ChangedValue]:
    """Yield the first argument where the function changes it, and the argument ``out=``."""
    if call.args and verb.first:
        yield ChangedValue(call.args[0], "argument", None)
    elif call.args and verb.first_alone:
        is_next = _read_called_name(call.func) == "next"
        if is_next or discarded:
            yield ChangedValue(call.args[0], "argument", Doubt.ARGUMENT)
    for keyword in call.keywords:
        if keyword.arg == "out":
            yield ChangedValue(keyword.value, "argument", Doubt.ARGUMENT)


def _walk_iterated_parts(node: ast.expr) -> Iterator[ValuePart]:
    """Yield the values whose parts an expression walks through, or that it walks through itself."""
    if isinstance(node, _LITERALS):
        for element in node.elts:
            yield from _walk_elements(element)
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _walk_elements(value)
        return
    path = read_value_path(node)
    if path:
        # What stands behind a plain name may be made anew at each step: the batches of a loader.
        doubt = Doubt.LOOP if isinstance(node, ast.Name) else None
        yield ValuePart(path, doubt, is_element=True)
        return
    if not isinstance(node, ast.Call):
        return
    called = read_path(node.func)
    if called and called[-1] in _PASSING_ON:
        for argument in node.args:
            yield from _walk_iterated_parts(argument)
    elif called == ("dict",):
        for keyword in node.keywords:
            yield from _walk_elements(keyword.value)
    elif isinstance(node.func, ast.Attribute):
        yield from _walk_iterated_parts(node.func.value)


def _walk_elements(node: ast.expr) -> Iterator[ValuePart]:
    """Yield the values that an element of a list is, or holds: ``("train", train)``."""
    if isinstance(node, (*_LITERALS, ast.Dict)):
        yield from _walk_iterated_parts(node)
        return
    path = read_value_path(node)
    if path:
        yield ValuePart(path)
