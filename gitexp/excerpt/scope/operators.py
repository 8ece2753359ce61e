"""Operators: which special methods an expression or statement calls on its operands (Python language reference, "Data model")."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_UNARY: dict[type[ast.unaryop], str] = {ast.Not: "__bool__", ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
# Of the left and of the right operand.
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
_BUILTIN = {
    **dict.fromkeys(("iter", "list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max"), _ITERATED),
    **dict.fromkeys(("any", "all", "enumerate", "zip", "map", "filter"), _ITERATED),
    **{name: (f"__{name}__",) for name in ("len", "next", "reversed", "str", "repr", "bool", "int", "float", "abs", "hash", "format")},
    "print": ("__str__",),
    "dict": ("keys", "__getitem__", *_ITERATED),
}
_ACCESS: dict[type[ast.expr_context], str] = {ast.Load: "__getitem__", ast.Store: "__setitem__", ast.Del: "__delitem__"}
_CONVERTED = {ord("r"): "__repr__", ord("a"): "__repr__", ord("s"): "__str__"}

# What Python calls where a class does not have the method.
INSTEAD = {
    "__iter__": "__getitem__",
    "__contains__": "__iter__",
    "__reversed__": "__getitem__",
    "__bool__": "__len__",
    "__format__": "__str__",
    "__str__": "__repr__",
    "__ne__": "__eq__",
    **{f"__i{name}__": f"__{name}__" for name in _BINARY.values()},
}


def operands(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """The operands of a node, each with the special methods that it calls on it."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield left, (f"__{_BINARY[type(op)]}__",)
            yield right, (f"__r{_BINARY[type(op)]}__",)
        case ast.AugAssign(target=target, op=op):
            yield target, (f"__i{_BINARY[type(op)]}__",)
        case ast.UnaryOp(op=negation, operand=operand):
            yield operand, (_UNARY[type(negation)],)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for one, comparison, two in zip([left, *comparators], ops, comparators, strict=False):
                # ``is`` calls nothing.
                yield from ((side, (name,)) for side, name in zip((one, two), _COMPARED.get(type(comparison), ()), strict=False) if name)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _BUILTIN:
            yield from ((argument, _BUILTIN[name]) for argument in arguments)
        case ast.Subscript(value=value, ctx=access):
            yield value, (_ACCESS[type(access)],)
        case _:
            yield from _parts(node)


def _parts(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """Of what asks for a truth value, iterates, enters or waits."""
    match node:
        case ast.BoolOp(values=values):
            yield from ((value, ("__bool__",)) for value in values)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test, ("__bool__",)
        case ast.For(iter=value) | ast.YieldFrom(value=value) | ast.Starred(value=value):
            yield value, _ITERATED
        case ast.AsyncFor(iter=value):
            yield value, ("__aiter__", "__anext__")
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from ((part.iter, ("__aiter__", "__anext__") if part.is_async else _ITERATED) for part in node.generators)
        case ast.With(items=items):
            yield from ((item.context_expr, ("__enter__", "__exit__")) for item in items)
        case ast.AsyncWith(items=items):
            yield from ((item.context_expr, ("__aenter__", "__aexit__")) for item in items)
        case ast.Await(value=value):
            yield value, ("__await__",)
        case ast.FormattedValue(value=value, conversion=conversion):
            yield value, (_CONVERTED.get(conversion, "__format__"),)
