"""Calls that train: ``opt.step()``, ``trainer.fit(model)``, and what they were given to train."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.scope.facts import GivenValue
from gitexp.excerpt.scope.names import read_path, read_value_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRAINING = re.compile(
    r"(?:partial_)?fit(?:_(?!transform|predict)\w+)?|train(?:_(?!test)\w+)?|fine_?tune|learn"
    r"|apply_gradients|minimize|optimize"
)
"""Methods and functions of libraries that train what they are given."""

_STEPPING = "step"
"""The method of an optimizer; of other objects the result of ``step`` is used."""

_WEIGHTS = re.compile(
    r"(?:named_)?parameters|(?:trainable_)?(?:variables|weights|params)|state_dict"
)
"""What only an object that can be trained has."""


class TrainingSubject(NamedTuple):
    """A value that a training call may change. ``receiver``: the call is a method of the value."""

    value: GivenValue
    receiver: bool


def find_training_subjects(call: ast.Call, *, discarded: bool) -> Iterator[TrainingSubject]:
    """Yield the values that a call may train; none for a call that does not train."""
    if isinstance(call.func, ast.Name):
        is_training = _TRAINING.fullmatch(call.func.id) is not None
    elif isinstance(call.func, ast.Attribute):
        is_step = discarded and call.func.attr == _STEPPING
        is_training = is_step or _TRAINING.fullmatch(call.func.attr) is not None
    else:
        is_training = False
    if not is_training:
        return
    if isinstance(call.func, ast.Attribute):
        holder = call.func.value
        path = read_value_path(holder)
        if path:
            yield TrainingSubject(GivenValue(path), receiver=True)
        else:
            for value in find_given_values(holder):
                yield TrainingSubject(value, receiver=False)
    for value in _walk_arguments(call):
        yield TrainingSubject(value, receiver=False)


def find_given_values(node: ast.expr) -> list[GivenValue]:
    """Return the values that a call is given, where ``node`` is one: ``SGD(net.parameters())``."""
    return list(_walk_arguments(node)) if isinstance(node, ast.Call) else []


def find_assigned_values(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that an assignment binds, each with what it holds or is a part of.

    ``net, opt = accelerator.prepare(net, opt)`` makes both of the same call.
    """
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = [value] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(values):
            values = value.elts
        for inner_target, inner_value in zip(target.elts, values, strict=True):
            yield from find_assigned_values(inner_target, inner_value)


def _walk_arguments(call: ast.Call) -> Iterator[GivenValue]:
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        yield from _walk_values(argument)


def _walk_values(node: ast.expr) -> Iterator[GivenValue]:
    """Yield the values that an argument is or is made of."""
    path = read_path(node)
    if path:
        is_weights = len(path) > 1 and _WEIGHTS.fullmatch(path[-1]) is not None
        yield GivenValue(path[:-1] if is_weights else path, sure=is_weights)
        return
    if isinstance(node, ast.Call):
        called = read_path(node.func)
        if len(called) > 1 and _WEIGHTS.fullmatch(called[-1]):
            yield GivenValue(called[:-1], sure=True)
        yield from _walk_arguments(node)
        return
    for inner in _list_inner_values(node):
        yield from _walk_values(inner)


def _list_inner_values(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.List() | ast.Tuple() | ast.Set():
            return node.elts
        case ast.Dict():
            return node.values
        case ast.BinOp():
            return [node.left, node.right]
        case ast.Starred() | ast.Subscript():
            return [node.value]
        case ast.ListComp() | ast.GeneratorExp():
            return [generator.iter for generator in node.generators]
        case _:
            return []
