"""Names in syntax trees: what statements bind, and how expressions spell a name."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.facts import OWN_MODULE, Import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.scope.facts import Path

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_CLOSED = (ast.Lambda, ast.Name, ast.Constant)
"""What stands inside of these belongs to another scope, or says nothing of names."""

_QUERY_NAMES = re.compile(
    r"(?:[<>=!+*/%&|(,-]|\b(?:in|and|or|not))\s*@([^\W\d]\w*)|@([^\W\d]\w*)\s*[<>=!]"
)
"""Names of Python in a string that compares: no address and no decorator reads so."""

_LONGEST_QUERY = 500
"""Longer strings are texts."""

_QUERIED = re.compile(r"(?<![\w@])@([^\W\d]\w*(?:\.[^\W\d]\w*)*)")
"""A name of Python in the query string of a frame."""

_ATTRIBUTE_BUILTINS = {"type": "__class__", "vars": "__dict__"}
"""What these builtins give of an object is an attribute of it."""


def find_bound_names(nodes: Iterable[ast.AST]) -> dict[str, Import | None]:
    """Return the names that statements bind in their own scope, with the import that binds each."""
    return collect_bound_names(walk_own_scope(nodes))


def collect_bound_names(nodes: Iterable[ast.AST]) -> dict[str, Import | None]:
    """Return the names that the nodes of one scope bind, with the import that binds each.

    ``nodes``: as ``walk_own_scope`` gives them.
    """
    names: dict[str, Import | None] = {}
    loaded_modules: dict[int, Import] = {}
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names[node.name] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = loaded_modules.get(id(node))
        elif isinstance(node, ast.Assign):
            source = _find_loaded_module(node.value)
            if source is not None:
                loaded_modules.update((id(target), source) for target in node.targets)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(find_imported_names(node))
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names[node.name] = None
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names[node.rest] = None
    return names


def find_imported_names(node: ast.Import | ast.ImportFrom) -> dict[str, Import]:
    """Return the names that an import binds. ``import a.b`` binds ``a``; a star binds ``*``."""
    names: dict[str, Import] = {}
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            source = Import(node.module or "", node.level, alias.name)
            names[alias.asname or alias.name] = source
            continue
        top = alias.name.partition(".")[0]
        binds_all = alias.asname is not None or top == alias.name
        source = Import(alias.name) if binds_all else Import(top, whole=alias.name)
        names[alias.asname or top] = source
    return names


def find_assigned_paths(node: ast.AST | None, name: str, *, elements: bool) -> list[Path]:
    """Return the paths that an assignment gives to ``name``: ``m = nets.a`` gives ``("nets",
    "a")``.

    With ``elements``, return those in the list or table that the assignment gives.
    """
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(isinstance(target, ast.Name) and target.id == name for target in targets):
        return []
    values = _list_elements(node.value) if elements else _list_alternatives(node.value)
    paths = [read_path(value) for value in values]
    return [path for path in paths if path]


def walk_own_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield all nodes that belong to the scope of ``nodes``.

    The insides of functions and classes do not; of comprehensions only the targets of ``:=`` do.
    """
    pending = list(nodes)[::-1]
    while pending:
        node = pending.pop()
        if isinstance(node, Comprehension):
            for inner in ast.walk(node):
                if isinstance(inner, ast.NamedExpr):
                    yield inner.target
            continue
        yield node
        if isinstance(node, FunctionNode):
            defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            pending.extend([*node.decorator_list, *defaults])
        elif isinstance(node, ast.ClassDef):
            pending.extend([*node.decorator_list, *node.bases])
        elif not isinstance(node, _CLOSED):
            pending.extend(list(ast.iter_child_nodes(node))[::-1])


def read_path(node: ast.AST) -> Path:
    """Return ``a.b.c`` as ``("a", "b", "c")``; () when the expression does not start at a name.

    ``type(a).b`` reads as ``a.__class__.b``.
    """
    attributes: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call) and _is_attribute_builtin(node):
            attributes.append(_ATTRIBUTE_BUILTINS[read_path(node.func)[0]])
            node = node.args[0]
        else:
            return ()
    return (node.id, *reversed(attributes))


def read_value_path(node: ast.expr) -> Path:
    """Return the path of the value that ``node`` is or is a part of; () if it has no name.

    ``cfg.layers[0]`` is a part of ``("cfg", "layers")``. Where attributes are not plain, the name
    alone is returned.
    """
    if isinstance(node, ast.Name):
        return (node.id,)
    while isinstance(node, (ast.Subscript, ast.Starred)):
        node = node.value
    inner = node
    while True:
        if isinstance(inner, (ast.Attribute, ast.Subscript)):
            inner = inner.value
        elif isinstance(inner, ast.Call) and read_path(inner.func) == ("vars",) and inner.args:
            inner = inner.args[0]
        else:
            return read_path(node) or read_path(inner)


def reaches_element(node: ast.expr, *, by_setting: bool) -> bool:
    """Return True if an expression leads into what a named value holds: ``tables[0].size``.

    ``by_setting``: the expression is set, and ``tables[0] = 1`` changes the list itself.
    """
    inner = node.value if by_setting and isinstance(node, ast.Subscript) else node
    while isinstance(inner, (ast.Attribute, ast.Starred)):
        inner = inner.value
    return isinstance(inner, ast.Subscript)


def read_affixes(node: ast.expr) -> tuple[str, str] | None:
    """Return what a computed string starts and ends with (``"step_" + mode``).

    None if neither is known.
    """
    if isinstance(node, ast.JoinedStr):
        pieces = node.values
    elif isinstance(node, ast.BinOp):
        pieces = [node.left, node.right]
    else:
        return None
    if len(pieces) < 2:
        return None
    prefix, suffix = _read_string(pieces[0]), _read_string(pieces[-1])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        suffix = re.split(r"%\w", prefix)[-1]
        prefix = prefix.partition("%")[0]
    return (prefix, suffix) if prefix or suffix else None


def find_queried_paths(call: ast.Call) -> list[Path]:
    """Return the Python names that the query string of a call reads: ``df.query("a > @limit")``."""
    keywords = [keyword.value for keyword in call.keywords if keyword.arg == "expr"]
    paths = []
    for argument in [*call.args[:1], *keywords]:
        for node in ast.walk(argument):
            text = _read_string(node)
            paths += [tuple(name.split(".")) for name in _QUERIED.findall(text)]
    return paths


def find_names_of_query(text: str) -> list[str]:
    """Return the names of Python that a string reads if it is a query: ``"a > @limit"``."""
    if "@" not in text or len(text) > _LONGEST_QUERY:
        return []
    return [before or after for before, after in _QUERY_NAMES.findall(text)]


def _find_loaded_module(node: ast.expr) -> Import | None:
    """Return what ``importlib.import_module("a.b")`` gives: the same as ``import a.b as name``.

    ``sys.modules["a.b"]`` gives the same; ``sys.modules[__name__]`` is the module itself.
    """
    if isinstance(node, ast.Subscript) and read_path(node.value)[-2:] == ("sys", "modules"):
        if read_path(node.slice) == ("__name__",):
            return Import(OWN_MODULE)
        name = _read_string(node.slice)
        return Import(name) if name else None
    if not isinstance(node, ast.Call) or not node.args:
        return None
    if read_path(node.func)[-1:] != ("import_module",):
        return None
    argument = node.args[0]
    if read_path(argument) == ("__name__",):
        return Import(OWN_MODULE)
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        return None
    name = argument.value.lstrip(".")
    return Import(name, level=len(argument.value) - len(name))


def _list_elements(value: ast.expr) -> list[ast.expr]:
    """Return the values of a table or the elements of a list."""
    if isinstance(value, ast.Dict):
        return value.values
    if isinstance(value, (ast.List, ast.Tuple)):
        return value.elts
    return []


def _list_alternatives(value: ast.expr) -> list[ast.expr]:
    """Return the values of which an expression gives one."""
    if isinstance(value, ast.IfExp):
        return [value.body, value.orelse]
    return [value]


def _is_attribute_builtin(node: ast.Call) -> bool:
    is_builtin = isinstance(node.func, ast.Name) and node.func.id in _ATTRIBUTE_BUILTINS
    return is_builtin and len(node.args) == 1


def _read_string(node: ast.AST) -> str:
    """Return the text of a string constant, or ""."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""
