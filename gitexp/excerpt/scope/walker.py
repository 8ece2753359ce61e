"""Which module-level names a statement reads, binds and changes, and when: Python's rules of scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.changes import (
    find_assigned_part,
    find_changed_values,
    find_contents,
    find_loop_parts,
    walk_discarded,
)
from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import ELEMENT, Change, Effects, StringLookup, Use
from gitexp.excerpt.scope.names import (
    Comprehension,
    FunctionNode,
    collect_bound_names,
    find_bound_names,
    find_imported_names,
    find_names_of_query,
    find_queried_paths,
    read_affixes,
    read_path,
    read_value_path,
    walk_own_scope,
)
from gitexp.excerpt.scope.stack import Scope, ScopeStack
from gitexp.excerpt.scope.training import (
    find_assigned_values,
    find_given_values,
    find_training_subjects,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.scope.facts import Path

_NAMESPACES = {("globals",), ("locals",), ("vars",)}

_SETTINGS_ENDS = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".gin", ".env")
_NO_NAME = set("\n*?{}%<>|:")
"""No file that code opens has these in its name; a pattern or a sentence may."""

_QUERYING = {"query", "eval"}
"""Methods of pandas that read Python names in a string: ``@limit``."""

_CLASS_METHODS = ("__new__", "__init_subclass__", "__class_getitem__")
"""Methods whose first argument is the class, without a decorator that says so."""


def analyse_effects(nodes: Iterable[ast.AST]) -> Effects:
    """Return what statements or expressions of a module do to its names."""
    return walk_nodes(Walker(), tuple(nodes))


def walk_nodes(walker: Walker, nodes: Sequence[ast.AST]) -> Effects:
    """Return the effects that a walk over ``nodes`` notes."""
    try:
        for node in nodes:
            walker.visit_whole(node)
    except RecursionError:
        # Generated code nests deeper than the stack: each name in it may then be one of the module.
        inner_nodes = [inner for node in nodes for inner in ast.walk(node)]
        names = {inner.id for inner in inner_nodes if isinstance(inner, ast.Name)}
        uses = [Use((name,), late=True, doubt=Doubt.TOO_DEEP) for name in sorted(names)]
        return Effects(uses=uses)
    return walker.effects


class Walker(ScopeStack, ast.NodeVisitor):
    """Walks statements with a stack of scopes, and notes their effects on names."""

    def __init__(self) -> None:
        super().__init__()
        self._discarded: set[int] = set()

    def visit_whole(self, node: ast.AST) -> None:
        """Visit a statement, or an expression that a statement depends on."""
        effects = self.effects
        changes, handed = len(effects.changes), len(effects.handed)
        self.visit(node)
        if isinstance(node, ast.expr):
            # What a condition changes, the statement under it does not.
            del effects.changes[changes:]
            del effects.handed[handed:]

    # Names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._note_read((node.id,))
            return
        scope = self.scopes[-1] if self.scopes else None
        if scope is not None and scope.kind == "class":
            scope.names.add(node.id)
        elif self._is_late() and self._find_owner(node.id) is None:
            self.effects.rebinds.add(node.id)
            self._note_read((node.id,))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = read_path(node)
        if not isinstance(node.ctx, ast.Load):
            self._note_change(node)
        if path:
            self._note_read(path)
        elif not is_super_call(node.value):
            if isinstance(node.ctx, ast.Load):
                self.effects.attributes.add(node.attr)
            table = read_path(node.value.value) if isinstance(node.value, ast.Subscript) else ()
            if table:
                self._note_read((*table, ELEMENT, node.attr))
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if not isinstance(node.value, str):
            return
        for name in find_names_of_query(node.value):
            self._note_read((name,), doubt=Doubt.STRING)
        if node.value.isidentifier():
            self.effects.strings.add(node.value)
        elif node.value.endswith(_SETTINGS_ENDS) and not set(node.value) & _NO_NAME:
            self.effects.file_names.add(node.value)

    # Statements that change what a name holds

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        part = find_assigned_part(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._note_contents(target.id, find_contents(node.value))
            if isinstance(target, ast.Name) and part is not None:
                self._note_parts(target.id, [part])
            for name, value in find_assigned_values(target, node.value):
                self._note_given(name, find_given_values(value))
            self.visit(target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for name, parts in find_loop_parts(node.target, node.iter).items():
            self._note_parts(name, parts)
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._note_read((node.target.id,))
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        # In a class `device: str` alone binds no name.
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self.visit(target)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._mark_discarded(node.value)
        self.visit(node.value)

    def _mark_discarded(self, node: ast.expr) -> None:
        self._discarded.update(id(inner) for inner in walk_discarded(node))

    def visit_Call(self, node: ast.Call) -> None:
        for changed in find_changed_values(node, discarded=id(node) in self._discarded):
            self._note_change(changed.node, changed.kind, changed.doubt)
        path = read_path(node.func)
        callee = path if isinstance(node.func, ast.Name) else ()
        for subject in find_training_subjects(node, discarded=id(node) in self._discarded):
            self._note_training(subject, callee)
        if path:
            self._note_read(path, called=True)
            self._note_string_call(path[-1], node)
        else:
            self._visit_called(node.func)
        self._note_query(node)
        self._note_hydra_config(node)
        method = getattr(node.func, "attr", "")
        self._note_handed_values(path or ("", method), node)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            self.visit(keyword.value)

    def _note_hydra_config(self, node: ast.Call) -> None:
        """Note the file of ``hydra.main(config_path="conf", config_name="config")``."""
        constants = {
            keyword.arg: keyword.value.value
            for keyword in node.keywords
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
        }
        name = constants.get("config_name", "")
        if not name or set(name) & _NO_NAME:
            return
        file = name if name.endswith(_SETTINGS_ENDS) else f"{name}.yaml"
        folder = constants.get("config_path", "")
        self.effects.file_names.add(f"{folder}/{file}" if folder else file)

    def _visit_called(self, called: ast.expr) -> None:
        """Visit what is called where it is no plain name: ``TABLE[kind](x)`` calls an element."""
        self.visit(called)
        if isinstance(called, ast.Subscript):
            table = read_value_path(called)
            if table and self._find_owner(table[0]) is None:
                self._note_read(table, called=True)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.value, ast.Call) and read_path(node.value.func) in _NAMESPACES:
            self._note_string(node.slice)
        holder = read_path(node.value)
        if len(holder) > 1 and holder[-1] == "__dict__":
            self._note_lookup(holder[:-1], node.slice)
        if not isinstance(node.ctx, ast.Load):
            self._note_change(node)
        self.generic_visit(node)

    # Names that strings spell

    def _note_string_call(self, called: str, node: ast.Call) -> None:
        """Note the names that a call looks up by strings: ``getattr(module, "f")``, ``eval("f")``."""
        if called == "getattr" and len(node.args) >= 2:
            holder, name = node.args[0], node.args[1]
            path = read_path(holder)
            if not path or not self._note_lookup(path, name):
                self._note_string(name)
        elif called in {"eval", "exec"} and node.args:
            self._visit_quoted(node.args[0])
            self.effects.dynamic = True

    def _note_query(self, node: ast.Call) -> None:
        """Note the names that the query of a frame reads: ``df.query("a > @limit")``."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _QUERYING:
            for path in find_queried_paths(node):
                self._note_read(path)

    def _note_lookup(self, holder: Path, node: ast.expr) -> bool:
        """Note a name that a string looks up in ``holder``, which may be a module.

        Return True when the name is known.
        """
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._note_read((*holder, node.value), doubt=Doubt.STRING)
            return True
        if self._find_owner(holder[0]) is None:
            prefix, suffix = read_affixes(node) or ("", "")
            self.effects.lookups.add(StringLookup(holder, prefix, suffix))
        return False

    def _note_string(self, node: ast.expr) -> None:
        """Note a name of this module that a string looks up."""
        self.effects.dynamic = True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._note_read((node.value,), doubt=Doubt.STRING)
            return
        affixes = read_affixes(node)
        if affixes is not None:
            self.effects.patterns.add(affixes)

    def _visit_quoted(self, node: ast.expr) -> None:
        """Visit code in a string: an annotation, the argument of ``eval``."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return
        try:
            expression = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return
        self.visit(expression)

    def _visit_annotation(self, node: ast.expr | None) -> None:
        """Visit an annotation.

        Strings in it are annotations too, except inside ``Literal[...]``.
        """
        if node is None:
            return
        if isinstance(node, ast.Constant):
            self._visit_quoted(node)
        elif isinstance(node, ast.Subscript):
            self._visit_annotation(node.value)
            if read_path(node.value)[-1:] != ("Literal",):
                self._visit_annotation(node.slice)
        elif isinstance(node, (ast.Tuple, ast.List, ast.BinOp)):
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.expr):
                    self._visit_annotation(inner)
        else:
            self.visit(node)

    # Scopes

    def visit_FunctionDef(self, node: FunctionNode) -> None:
        for decorator in node.decorator_list:
            self._visit_decorator(decorator)
        if not self.scopes:
            self._note_added_member(node)
        decorators = {read_path(decorator) for decorator in node.decorator_list}
        is_method = self._is_in_class() and ("staticmethod",) not in decorators
        of_class = ("classmethod",) in decorators or node.name in _CLASS_METHODS
        self._visit_signature(node.args)
        self._visit_annotation(node.returns)
        # The name is bound when the function is made: `def device(self) -> device` in a class means
        # the `device` of the module.
        self._bind_definition(node.name)
        self._visit_body(node.args, node.body, is_method=is_method, of_class=of_class)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        # A lambda is mostly handed over as a callback, for what it does.
        self._mark_discarded(node.body)
        # In a class body it is a method if its argument is named so:
        # `size = property(lambda self: self.width)`.
        first = node.args.args[0].arg if node.args.args else ""
        is_method = self._is_in_class() and first in {"self", "cls"}
        self._visit_signature(node.args)
        self._visit_body(node.args, [node.body], is_method=is_method, of_class=False)

    def _visit_decorator(self, node: ast.expr) -> None:
        path = read_path(node)
        callee = read_path(node.func) if isinstance(node, ast.Call) else path
        if len(callee) > 1 and not self.scopes:
            # `@registry.register("tcn")` puts the function into what the name holds.
            change = Change(callee[:-1], doubt=Doubt.DECORATOR, kind="method")
            self.effects.changes.append(change)
        if path:
            self._note_read(path, called=True)
        else:
            self.visit(node)

    def _note_added_member(self, node: FunctionNode) -> None:
        """Note the classes that a decorator may add a function of the module to.

        They are those that the decorator is given, ``@add_to_class(Net)``, and the annotation of the
        first argument, ``@patch``.
        """
        classes: list[ast.AST] = []
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call):
                classes += decorator.args
        arguments = [*node.args.posonlyargs, *node.args.args]
        if node.decorator_list and arguments and arguments[0].annotation is not None:
            classes += _list_named_classes(arguments[0].annotation)
        for path in dict.fromkeys(map(read_path, classes)):
            if path:
                change = Change((*path, node.name), doubt=Doubt.DECORATOR, kind="member")
                self.effects.changes.append(change)

    def _bind_definition(self, name: str) -> None:
        """Bind the name of a function or class in the scope that it stands in."""
        if not self.scopes:
            return
        scope = self.scopes[-1]
        if scope.kind == "class":
            scope.names.add(name)
        elif name in scope.outer:
            self.effects.rebinds.add(name)

    def _visit_signature(self, arguments: ast.arguments) -> None:
        """Visit the defaults and annotations of arguments, which run outside the function."""
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.visit(default)
        for argument in _list_arguments(arguments):
            self._visit_annotation(argument.annotation)

    def _visit_body(
        self, arguments: ast.arguments, body: Sequence[ast.AST], *, is_method: bool, of_class: bool
    ) -> None:
        """Visit the body of a function in a scope of its own."""
        own_nodes = list(walk_own_scope(body))
        bound_names = collect_bound_names(own_nodes)
        outer: set[str] = set()
        enclosing: set[str] = set()
        for node in own_nodes:
            if isinstance(node, ast.Global):
                outer.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                # Such a name belongs to an enclosing function, which binds it as well.
                enclosing.update(node.names)
        parameters = [argument.arg for argument in _list_arguments(arguments)]
        free_parameters: frozenset[str] = frozenset()
        if not self._is_late():
            free_parameters = frozenset(parameters) - bound_names.keys()
        scope = Scope(
            "function",
            names={*parameters, *bound_names} - outer - enclosing,
            outer=outer,
            imports={name: source for name, source in bound_names.items() if source is not None},
            receiver=parameters[0] if is_method and parameters else "",
            of_class=of_class,
            parameters=free_parameters,
        )
        self.scopes.append(scope)
        for statement in body:
            self.visit(statement)
        self.scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._visit_decorator(decorator)
        for base in node.bases:
            self.visit(base)
        for keyword in node.keywords:
            self.visit(keyword.value)
        self.scopes.append(Scope("class", set()))
        for statement in node.body:
            self.visit(statement)
        self.scopes.pop()
        self._bind_definition(node.name)

    def _visit_comprehension(self, node: Comprehension) -> None:
        first, *others = node.generators
        self.visit(first.iter)
        targets = find_bound_names([generator.target for generator in node.generators])
        self.scopes.append(Scope("comprehension", set(targets)))
        for generator in node.generators:
            for name, parts in find_loop_parts(generator.target, generator.iter).items():
                self._note_parts(name, parts)
        for condition in first.ifs:
            self.visit(condition)
        for generator in others:
            self.visit(generator.iter)
            for condition in generator.ifs:
                self.visit(condition)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for result in results:
            self.visit(result)
        self.scopes.pop()

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._visit_comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._visit_comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._visit_comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._visit_comprehension(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.scopes and self.scopes[-1].kind == "class":
            imported = find_imported_names(node)
            self.scopes[-1].imports.update(imported)
            self.scopes[-1].names.update(imported)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.visit_Import(node)


def is_super_call(node: ast.AST) -> bool:
    """Return True for a call of ``super``."""
    return isinstance(node, ast.Call) and read_path(node.func) == ("super",)


def _list_named_classes(annotation: ast.expr) -> list[ast.expr]:
    """Return the classes of which an annotation names one or several: ``A | B``, ``(A, B)``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _list_named_classes(ast.parse(annotation.value, mode="eval").body)
        except (SyntaxError, ValueError):
            return []
    if isinstance(annotation, ast.BinOp):
        return [*_list_named_classes(annotation.left), *_list_named_classes(annotation.right)]
    return annotation.elts if isinstance(annotation, (ast.Tuple, ast.List)) else [annotation]


def _list_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return all arguments of a function: positional ones first, ``*args`` and ``**kwargs`` last."""
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for variable in (arguments.vararg, arguments.kwarg):
        if variable is not None:
            listed.append(variable)
    return listed
