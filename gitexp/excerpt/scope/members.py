"""What a statement of a class body does to the members of the class, besides names of the module."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import Effects, MemberAct, MemberUse
from gitexp.excerpt.scope.names import read_affixes, read_path
from gitexp.excerpt.scope.operators import find_operands
from gitexp.excerpt.scope.stack import Scope
from gitexp.excerpt.scope.walker import Walker, is_super_call, walk_nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.scope.facts import ChangeKind, Path

# What runs when an object is called (Python itself, torch, Keras), and when a class is called.
_CALLING_OBJECT = ("__call__", "forward", "call")
_CALLING_CLASS = ("__new__", "__init__", "__post_init__")
# Methods that set the attribute their first argument spells: Python itself, torch, torchmetrics.
_SETTING_BY_NAME = {
    "__setattr__",
    "register_buffer",
    "register_parameter",
    "register_module",
    "add_module",
    "add_state",
}
# Python itself gives these to each object; what an object holds somebody must have set.
_SPECIAL = re.compile(r"__(?!dict__)\w+__")


def analyse_member_effects(node: ast.stmt, names_above: Iterable[str]) -> Effects:
    """Return what a statement of a class body does; ``names_above``: bound by the body above it."""
    return walk_nodes(_BodyWalker(names_above), (node,))


class _BodyWalker(Walker):
    """Walks a statement of a class body and notes what it does to the members of the class."""

    def __init__(self, names_above: Iterable[str]) -> None:
        super().__init__()
        self.body = Scope("class", set(names_above))
        self.scopes.append(self.body)

    def _note_member(self, name: str, act: MemberAct, doubt: Doubt | None = None) -> None:
        self.effects.members.add(MemberUse(name, act, doubt))

    def _find_method(self, name: str) -> Scope | None:
        """Return the scope of the method whose object (or class) ``name`` is."""
        owner = self._find_owner(name)
        return owner if owner is not None and owner.receiver == name else None

    def _note_local_read(self, owner: Scope, path: Path, *, called: bool) -> None:
        if owner is self.body:
            self._note_member(path[0], "name")
            return
        if path[0] != owner.receiver:
            return
        members = [name for name in path[1:] if name != "__class__"]
        if members:
            is_called = called and len(members) == 1
            act: MemberAct = "call" if is_called or _SPECIAL.fullmatch(members[0]) else "read"
            self._note_member(members[0], act)
        elif called:
            is_class = owner.of_class or len(path) > 1
            for name in _CALLING_CLASS if is_class else _CALLING_OBJECT:
                self._note_member(name, "call")

    def _note_local_change(
        self, owner: Scope, path: Path, kind: ChangeKind, doubt: Doubt | None
    ) -> None:
        if owner is self.body:
            self._note_member(path[0], "fill", doubt)
            return
        members = [name for name in path[1:] if name != "__class__"]
        if not members:
            return
        if path[0] == owner.receiver:
            if members[0] == "__dict__":
                self._note_member("*", "set", Doubt.MEMBER)
            else:
                self._note_member(members[0], "set")
        elif kind == "set":
            # Another name may hold an object of the class.
            self._note_member(members[0], "set", Doubt.MEMBER)

    def visit(self, node: ast.AST) -> Any:
        """Note what a node says of the object by its form.

        Operators, ``super()``, attributes that are set by strings.
        """
        for operand, methods in find_operands(node):
            if isinstance(operand, ast.Name) and self._find_method(operand.id):
                for method in methods:
                    self._note_member(method, "call")
        if isinstance(node, ast.Attribute) and is_super_call(node.value):
            self._note_member(node.attr, "super")
        elif isinstance(node, ast.Call):
            self._note_set_by_string(node)
        return super().visit(node)

    def _note_set_by_string(self, node: ast.Call) -> None:
        """Note ``setattr(self, "x", 1)``, ``self.register_buffer("x", 1)`` and the like."""
        path = read_path(node.func)
        keywords = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
        arguments = [*node.args, *keywords]
        is_own_method = len(path) == 2 and path[1] in _SETTING_BY_NAME
        if is_own_method and self._find_method(path[0]):
            target = path[:1]
        elif path[-1:] in {("setattr",), ("__setattr__",)} and arguments:
            target = read_path(arguments.pop(0))
        else:
            return
        if len(target) != 1 or not arguments or self._find_owner(target[0]) is None:
            return
        name = _read_spelled_name(arguments[0])
        is_certain = "*" not in name and self._find_method(target[0]) is not None
        self._note_member(name, "set", None if is_certain else Doubt.MEMBER)

    def _note_string_call(self, called: str, node: ast.Call) -> None:
        """Note ``getattr(self, "step_" + mode)``: it means members, not names of the module."""
        spelled = ""
        if called == "getattr" and len(node.args) > 1:
            target = read_path(node.args[0])
            is_object = bool(target) and target[1:] in {(), ("__class__",)}
            if is_object and self._find_method(target[0]):
                spelled = _read_spelled_name(node.args[1])
        if "*" not in spelled:
            super()._note_string_call(called, node)
        elif spelled != "*":
            self._note_member(spelled, "call", Doubt.PATTERN)

    def _visit_decorator(self, node: ast.expr) -> None:
        """Visit a decorator; ``@show.register`` fills ``show`` of the class body."""
        path = read_path(node.func if isinstance(node, ast.Call) else node)
        if path[1:] == ("register",) and self._find_owner(path[0]) is self.body:
            self._note_member(path[0], "fill")
        super()._visit_decorator(node)


def _read_spelled_name(node: ast.expr) -> str:
    """Return the name that an expression spells; ``*`` stands for what is not known of it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "*".join(read_affixes(node) or ("", ""))
