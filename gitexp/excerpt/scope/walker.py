"""Scopes: which module-level names a statement reads, binds and changes, and when it does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.changes import changed_by, part_of, parts_of_loop, path_of, thrown_away
from gitexp.excerpt.scope.facts import (
    ELEMENT,
    Change,
    Comprehension,
    Facts,
    Lookup,
    Use,
    affixes,
    bound,
    bound_by,
    dotted,
    imported,
    own_scope,
)
from gitexp.excerpt.scope.stack import Scope, ScopeStack

if TYPE_CHECKING:
    from collections.abc import Iterable

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

# Methods whose first argument is the class without a decorator that says so.
_OF_CLASS = ("__new__", "__init_subclass__", "__class_getitem__")


def facts(nodes: Iterable[ast.AST]) -> Facts:
    """What ``nodes`` (statements or expressions of a module) do, by Python's rules of scope."""
    return walked(Walker(), tuple(nodes))


def walked(walker: Walker, nodes: tuple[ast.AST, ...]) -> Facts:
    """What a walk over ``nodes`` finds."""
    try:
        for node in nodes:
            changes, handed = len(walker.facts.changes), len(walker.facts.handed)
            walker.visit(node)
            if isinstance(node, ast.expr):
                # What a condition changes, the statement under it does not.
                del walker.facts.changes[changes:], walker.facts.handed[handed:]
    except RecursionError:
        # Generated code nests deeper than the stack: every name in it may then be one of the module.
        names = {inner.id for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        return Facts(uses=[Use((name,), late=True, guess=True) for name in sorted(names)])
    return walker.facts


class Walker(ScopeStack, ast.NodeVisitor):
    """Walks statements with a stack of scopes; a name that no scope of the stack binds is one of the module."""

    def __init__(self) -> None:
        super().__init__()
        self.alone: set[int] = set()

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read((node.id,))
            return
        scope = self.scopes[-1] if self.scopes else None
        if scope is not None and scope.kind == "class":
            scope.names.add(node.id)
        elif self._late() and self._owner(node.id) is None:
            self.facts.rebinds.add(node.id)
            self._read((node.id,))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = dotted(node)
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        if path:
            self._read(path)
        elif not (isinstance(node.value, ast.Call) and dotted(node.value.func) == ("super",)):
            table = dotted(node.value.value) if isinstance(node.value, ast.Subscript) else ()
            if table:
                self._read((*table, ELEMENT, node.attr))
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.isidentifier():
            self.facts.strings.add(node.value)

    # Statements that change what a name holds

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        part = part_of(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name) and part is not None:
                self._hold_parts(target.id, [part])
            self.visit(target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for name, parts in parts_of_loop(node.target, node.iter).items():
            self._hold_parts(name, parts)
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._read((node.target.id,))
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        self.visit(node.target)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self.visit(target)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._throw_away(node.value)
        self.visit(node.value)

    def _throw_away(self, node: ast.expr) -> None:
        self.alone.update(id(inner) for inner in thrown_away(node))

    def visit_Call(self, node: ast.Call) -> None:
        for target, how, guess in changed_by(node, id(node) in self.alone):
            self._change(target, how, guess)
        path = dotted(node.func)
        if path:
            self._read(path, called=True)
            self._dispatch(path[-1], node)
        else:
            self.visit(node.func)
            table = path_of(node.func) if isinstance(node.func, ast.Subscript) else ()
            if table and self._owner(table[0]) is None:
                self._read(table, called=True)
        self._hand(path or ("", getattr(node.func, "attr", "")), node)
        for item in [*node.args, *(keyword.value for keyword in node.keywords)]:
            self.visit(item)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Call) and dotted(node.value.func) in {("globals",), ("locals",), ("vars",)}:
            self._by_string(node.slice)
        holder = dotted(node.value)
        if len(holder) > 1 and holder[-1] == "__dict__":
            self._look_up(holder[:-1], node.slice)
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    def _dispatch(self, name: str, node: ast.Call) -> None:
        """Names looked up by strings: getattr(module, "name"), globals().get("name"), eval("name")."""
        if name == "getattr" and len(node.args) >= 2:
            path = dotted(node.args[0])
            if not path or not self._look_up(path, node.args[1]):
                self._by_string(node.args[1])
        elif name in {"eval", "exec"} and node.args:
            self._quoted(node.args[0])
            self.facts.dynamic = True

    def _look_up(self, holder: tuple[str, ...], node: ast.expr) -> bool:
        """A name looked up by a string in ``holder``, which may be a module; True when it is known."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._read((*holder, node.value), guess=True)
            return True
        if self._owner(holder[0]) is None:
            self.facts.lookups.add(Lookup(holder, *affixes(node) or ()))
        return False

    def _by_string(self, node: ast.expr) -> None:
        self.facts.dynamic = True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._read((node.value,), guess=True)
            return
        pattern = affixes(node)
        if pattern is not None:
            self.facts.patterns.add(pattern)

    def _quoted(self, node: ast.expr) -> None:
        """Code in a string: an annotation, the argument of eval."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                self.visit(ast.parse(node.value, mode="eval").body)
            except (SyntaxError, ValueError, RecursionError):
                return

    def _annotation(self, node: ast.expr | None) -> None:
        """An annotation; strings in it are annotations too, except inside ``Literal[...]``."""
        if node is None:
            return
        if isinstance(node, ast.Constant):
            self._quoted(node)
        elif isinstance(node, ast.Subscript):
            self._annotation(node.value)
            if dotted(node.value)[-1:] != ("Literal",):
                self._annotation(node.slice)
        elif isinstance(node, (ast.Tuple, ast.List, ast.BinOp)):
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.expr):
                    self._annotation(inner)
        else:
            self.visit(node)

    # Scopes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)
        self._bind_here(node.name)
        decorators = {dotted(decorator) for decorator in node.decorator_list}
        method = self._in_class() and ("staticmethod",) not in decorators
        self._function(node, node.body, method, ("classmethod",) in decorators or node.name in _OF_CLASS)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        # A lambda is mostly handed over as a callback, for what it does.
        self._throw_away(node.body)
        # In a class body it is a method if its argument is named so: ``size = property(lambda self: self.width)``.
        first = next((argument.arg for argument in node.args.args), "")
        self._function(node, [node.body], method=self._in_class() and first in {"self", "cls"})

    def _decorator(self, node: ast.expr) -> None:
        path = dotted(node)
        callee = dotted(node.func) if isinstance(node, ast.Call) else path
        if len(callee) > 1 and not self.scopes:
            # ``@registry.register("tcn")`` puts the function into what the name holds.
            self.facts.changes.append(Change(callee[:-1], guess=True, how="method"))
        if path:
            self._read(path, called=True)
        else:
            self.visit(node)

    def _bind_here(self, name: str) -> None:
        if self.scopes and self.scopes[-1].kind == "class":
            self.scopes[-1].names.add(name)
        elif self.scopes and name in self.scopes[-1].outer:
            self.facts.rebinds.add(name)

    def _function(self, node: _Function, body: list[ast.stmt] | list[ast.expr], method: bool, of_class: bool = False) -> None:
        arguments = node.args
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.visit(default)
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
        for item in every:
            self._annotation(item.annotation)
        if not isinstance(node, ast.Lambda):
            self._annotation(node.returns)
        inside = list(own_scope(body))
        names = bound_by(inside)
        outer = {name for inner in inside if isinstance(inner, ast.Global) for name in inner.names}
        free = {name for inner in inside if isinstance(inner, ast.Nonlocal) for name in inner.names}
        # What is declared nonlocal belongs to an enclosing function, where it is bound as well.
        local = ({item.arg for item in every} | set(names)) - outer - free
        first = every[0].arg if method and every else ""
        imports = {name: source for name, source in names.items() if source is not None}
        given = frozenset() if self._late() else frozenset(item.arg for item in every) - names.keys()
        self.scopes.append(Scope("function", local, outer, imports, first, of_class, given))
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)
        for base in [*node.bases, *(keyword.value for keyword in node.keywords)]:
            self.visit(base)
        self._bind_here(node.name)
        self.scopes.append(Scope("class", set()))
        for statement in node.body:
            self.visit(statement)
        self.scopes.pop()

    def _comprehension(self, node: Comprehension) -> None:
        first, *others = node.generators
        self.visit(first.iter)
        targets = bound([generator.target for generator in node.generators])
        self.scopes.append(Scope("comprehension", set(targets)))
        for generator in node.generators:
            for name, parts in parts_of_loop(generator.target, generator.iter).items():
                self._hold_parts(name, parts)
        for condition in first.ifs:
            self.visit(condition)
        for generator in others:
            self.visit(generator.iter)
            for condition in generator.ifs:
                self.visit(condition)
        for result in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(result)
        self.scopes.pop()

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.scopes and self.scopes[-1].kind == "class":
            self.scopes[-1].imports.update(imported(node))
            self.scopes[-1].names.update(imported(node))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.visit_Import(node)
