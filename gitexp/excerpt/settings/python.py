"""Settings of Python code: what stands as a literal where a person would turn it."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.settings.setting import NamedValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REMEMBERED_PIECES = 4096
_LONGEST_VALUE = 60
"""Characters. A longer value is data or text, not a setting."""

_CALLS_THAT_SHOW = frozenset(
    [
        *("print", "display", "format", "join", "split", "replace", "startswith", "endswith"),
        *("debug", "info", "warning", "error", "exception", "isinstance", "getattr", "setattr"),
        *("title", "suptitle", "xlabel", "ylabel", "set_title", "set_xlabel", "set_ylabel"),
    ]
)
"""Calls whose arguments are text for a person, or names of attributes."""

_CALLS_THAT_DECLARE = frozenset(("add_argument", "option", "Option"))
"""``argparse`` and ``click``: ``add_argument("--lr", default=0.1)`` is the setting ``lr``."""

_CALLS_THAT_FILL = frozenset(("dict", "Namespace", "SimpleNamespace", "set_defaults"))
"""Calls whose keywords are settings of the name that they are bound to."""


def read_python_values(tree: ast.Module) -> list[NamedValue]:
    """Return the values of a piece of code, in the order in which they stand there.

    - a constant at the margin, in a class or in a function: ``FILTERS = 50``, ``encoder = tcn``,
      ``config = {"lr": 0.1}`` as ``config.lr``, ``config.lr = 0.1``
    - a default: ``def create_model(filters=50)`` as ``create_model.filters``
    - an argument of a call by keyword: ``Conv1D(kernel_size=5)`` in ``encoder`` as
      ``encoder.Conv1D.kernel_size``; by place, where it is a literal: ``encoder.Conv1D.1``
    - the keys of a dictionary that is bound to no name: ``[{"lr": 0.1}]`` as ``dict.lr``
    - the default of an option: ``add_argument("--lr", default=0.1)`` as ``lr``
    """
    finder = _ValueFinder()
    finder.visit(tree)
    return finder.values


@lru_cache(maxsize=_REMEMBERED_PIECES)
def read_python_text(text: str) -> tuple[NamedValue, ...] | None:
    """Return the values of a text, or None where it is not Python.

    The next version has most pieces unchanged: they are read once.
    """
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
            return tuple(read_python_values(tree))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


class _ValueFinder(ast.NodeVisitor):
    """Walks a piece of code and collects its values, each under the scope it stands in."""

    def __init__(self) -> None:
        self.values: list[NamedValue] = []
        self._scope: list[str] = []
        self._local_names: list[set[str]] = []
        self._bound: set[ast.expr] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Read the defaults, then the body in the function's scope."""
        self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Read the defaults, then the body in the function's scope."""
        self._visit_function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Read the body in the scope of the class."""
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._visit_body(node.name, node.body)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Read a constant, or the values of a dictionary or of a call that fills one."""
        for target in node.targets:
            self._bind(target, node.value)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Read a constant with a type, as in a data class."""
        if node.value is not None:
            self._bind(node.target, node.value)
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        """Read the arguments of a call, then the calls in them."""
        called = _name_callee(node.func)
        if called in _CALLS_THAT_DECLARE:
            self._read_declared_option(node)
        elif called == "set_defaults":
            self._read_keywords((), node.keywords)
        elif node in self._bound:
            pass  # it was read under the name that it is bound to
        elif called and called not in _CALLS_THAT_SHOW:
            self._read_arguments(called, node)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        """Read a dictionary that is bound to no name: one of a list, or the result of a function."""
        if node not in self._bound:
            self._read_dictionary(("dict",), node)
        self.generic_visit(node)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        for parameter, default in _pair_defaults(node.args):
            self._add((node.name, parameter), default)
            self.visit(default)
        self._local_names.append(_list_local_names(node))
        self._visit_body(node.name, node.body)
        self._local_names.pop()

    def _visit_body(self, name: str, body: Iterable[ast.stmt]) -> None:
        self._scope.append(name)
        for statement in body:
            self.visit(statement)
        self._scope.pop()

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        """Read what an assignment binds to a name, an attribute, or several names at once."""
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                for part, part_value in zip(target.elts, value.elts, strict=True):
                    self._bind(part, part_value)
            return
        name = _name_target(target)
        if not name:
            return
        self._read_value((name,), value)

    def _read_value(self, names: tuple[str, ...], value: ast.expr) -> None:
        """Read the values that stand under a name: one, or those of a dictionary."""
        if isinstance(value, ast.Dict):
            self._read_dictionary(names, value)
        elif isinstance(value, ast.Call) and _name_callee(value.func) in _CALLS_THAT_FILL:
            self._bound.add(value)
            self._read_keywords(names, value.keywords)
        else:
            self._add(names, value)

    def _is_choice(self, value: ast.expr) -> bool:
        """Return True for a name from outside the function around: ``encoder = encoder_TCN``.

        ``x = inputs`` and ``x = config.size`` in a function that has ``inputs`` and ``config`` are
        data on their way.
        """
        while isinstance(value, ast.Attribute):
            value = value.value
        if not isinstance(value, ast.Name):
            return False
        return not any(value.id in names for names in self._local_names)

    def _read_dictionary(self, names: tuple[str, ...], node: ast.Dict) -> None:
        self._bound.add(node)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                self._read_value((*names, str(key.value)), value)

    def _read_keywords(self, names: tuple[str, ...], keywords: Iterable[ast.keyword]) -> None:
        for keyword in keywords:
            # ``depth=depth`` passes a value on; it is read where it is set.
            is_passed_on = isinstance(keyword.value, ast.Name) and keyword.value.id == keyword.arg
            if keyword.arg is not None and not is_passed_on:
                self._read_value((*names, keyword.arg), keyword.value)

    def _read_arguments(self, called: str, node: ast.Call) -> None:
        """Read keywords, and the literals among the arguments by place (counted from 1)."""
        for place, argument in enumerate(node.args, 1):
            # A name that is passed by place is data on its way, not a setting.
            if is_literal(argument):
                self._add((called, str(place)), argument)
        self._read_keywords((called,), node.keywords)

    def _read_declared_option(self, node: ast.Call) -> None:
        """Read the default of an option that a parser of the command line declares."""
        flags = [part.value for part in node.args if isinstance(part, ast.Constant)]
        names = [flag for flag in flags if isinstance(flag, str)]
        if not names:
            return
        longest = max(names, key=len)
        name = longest.lstrip("-").replace("-", "_")
        for keyword in node.keywords:
            if keyword.arg == "default" and name:
                self._add((name,), keyword.value, scoped=False)

    def _add(self, names: tuple[str, ...], value: ast.expr, *, scoped: bool = True) -> None:
        if not is_literal(value) and not self._is_choice(value):
            return
        text = format_value(value)
        if len(text) <= _LONGEST_VALUE and text.isprintable():
            scope = self._scope if scoped else ()
            self.values.append(NamedValue(".".join((*scope, *names)), text))


def format_value(node: ast.expr) -> str:
    """Return a value as people read it.

    Numbers are written in one form: ``1e-3`` and ``0.001`` are the same. A string has no quotes.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ast.unparse(node)


def is_literal(node: ast.expr) -> bool:
    """Return True for a value that is written out: a number, a text, a sum or a row of these.

    A value that is computed from names (``size // 2``) follows from other settings.
    """
    match node:
        case ast.Constant(value=value):
            return value is not Ellipsis
        case ast.UnaryOp():
            return is_literal(node.operand)
        case ast.BinOp():
            return is_literal(node.left) and is_literal(node.right)
        case ast.Tuple() | ast.List() | ast.Set():
            return bool(node.elts) and all(map(is_literal, node.elts))
    return False


def _list_local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the parameters of a function, and the names that it binds."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _name_target(target: ast.expr) -> str:
    """Return what an assignment binds as a dotted name, or "" where it is neither name nor attribute."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        owner = _name_target(target.value)
        if owner == "self":
            return target.attr
        return f"{owner}.{target.attr}" if owner else ""
    return ""


def _name_callee(function: ast.expr) -> str:
    """Return the last part of the name that is called: ``Conv1D`` of ``tf.layers.Conv1D``.

    How a library was imported makes no other setting.
    """
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr
    return ""


def _pair_defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Yield each parameter that has a default, with that default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    first_with_default = len(positional) - len(arguments.defaults)
    for parameter, default in zip(positional[first_with_default:], arguments.defaults, strict=True):
        yield parameter.arg, default
    for parameter, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword_default is not None:
            yield parameter.arg, keyword_default
