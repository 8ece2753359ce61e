"""Which special methods an expression or statement calls on its operands.

Source: Python language reference, "Data model".
"""

from __future__ import annotations

import ast

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
}
_UNARY: dict[type[ast.unaryop], str] = {
    ast.Not: "__bool__",
    ast.USub: "__neg__",
    ast.UAdd: "__pos__",
    ast.Invert: "__invert__",
}
# The method of the left and of the right operand.
_COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("__eq__", "__eq__"),
    ast.NotEq: ("__ne__", "__ne__"),
    ast.Lt: ("__lt__", "__gt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.GtE: ("__ge__", "__le__"),
    ast.In: ("", "__contains__"),
    ast.NotIn: ("", "__contains__"),
}
_ITERATED = ("__iter__", "__next__")
_ITERATED_ASYNC = ("__aiter__", "__anext__")
_ITERATING_BUILTINS = (
    "iter",
    "list",
    "tuple",
    "set",
    "frozenset",
    "sorted",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "enumerate",
    "zip",
    "map",
    "filter",
)
_NAMESAKE_BUILTINS = (
    "len",
    "next",
    "reversed",
    "str",
    "repr",
    "bool",
    "int",
    "float",
    "abs",
    "hash",
    "format",
)
_BUILTINS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_ITERATING_BUILTINS, _ITERATED),
    **{name: (f"__{name}__",) for name in _NAMESAKE_BUILTINS},
    "print": ("__str__",),
    "dict": ("keys", "__getitem__", *_ITERATED),
}
_ACCESS: dict[type[ast.expr_context], str] = {
    ast.Load: "__getitem__",
    ast.Store: "__setitem__",
    ast.Del: "__delitem__",
}
_CONVERTED = {ord("r"): "__repr__", ord("a"): "__repr__", ord("s"): "__str__"}

FALLBACKS = {
    "__iter__": "__getitem__",
    "__contains__": "__iter__",
    "__reversed__": "__getitem__",
    "__bool__": "__len__",
    "__format__": "__str__",
    "__str__": "__repr__",
    "__ne__": "__eq__",
    **{f"__i{name}__": f"__{name}__" for name in _BINARY.values()},
}
"""The method that Python calls where a class does not have another one."""

Operands = list[tuple[ast.expr, tuple[str, ...]]]
"""Operands, each with the special methods that are called on it."""


def find_operands(node: ast.AST) -> Operands:
    """Return the operands of a node, each with the special methods that the node calls on it."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            name = _BINARY[type(op)]
            return [(left, (f"__{name}__",)), (right, (f"__r{name}__",))]
        case ast.AugAssign(target=target, op=op):
            return [(target, (f"__i{_BINARY[type(op)]}__",))]
        case ast.UnaryOp(op=negation, operand=operand):
            return [(operand, (_UNARY[type(negation)],))]
        case ast.Compare():
            return _find_compared(node)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _BUILTINS:
            return [(argument, _BUILTINS[name]) for argument in arguments]
        case ast.Subscript(value=value, ctx=access):
            return [(value, (_ACCESS[type(access)],))]
        case _:
            return _find_implied(node)


def _find_compared(node: ast.Compare) -> Operands:
    """Return the operands of a chain of comparisons. ``is`` calls nothing."""
    operands: Operands = []
    left = node.left
    for comparison, right in zip(node.ops, node.comparators, strict=True):
        left_method, right_method = _COMPARED.get(type(comparison), ("", ""))
        if left_method:
            operands.append((left, (left_method,)))
        if right_method:
            operands.append((right, (right_method,)))
        left = right
    return operands


def _find_implied(node: ast.AST) -> Operands:
    """Return the operands of what asks for a truth value, iterates, enters or waits."""
    match node:
        case ast.BoolOp(values=values):
            return [(value, ("__bool__",)) for value in values]
        case (
            ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test)
        ):
            return [(test, ("__bool__",))]
        case ast.For(iter=value) | ast.YieldFrom(value=value) | ast.Starred(value=value):
            return [(value, _ITERATED)]
        case ast.AsyncFor(iter=value):
            return [(value, _ITERATED_ASYNC)]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [
                (generator.iter, _ITERATED_ASYNC if generator.is_async else _ITERATED)
                for generator in node.generators
            ]
        case ast.With(items=items):
            return [(item.context_expr, ("__enter__", "__exit__")) for item in items]
        case ast.AsyncWith(items=items):
            return [(item.context_expr, ("__aenter__", "__aexit__")) for item in items]
        case ast.Await(value=value):
            return [(value, ("__await__",))]
        case ast.FormattedValue(value=value, conversion=conversion):
            return [(value, (_CONVERTED.get(conversion, "__format__"),))]
        case _:
            return []
