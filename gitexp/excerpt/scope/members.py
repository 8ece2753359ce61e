"""Scopes inside a class: what a statement of its body does to the members of the class, besides the names of the module."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from gitexp.excerpt.scope.facts import Facts, How, Own, OwnHow, affixes, dotted
from gitexp.excerpt.scope.operators import operands
from gitexp.excerpt.scope.stack import Scope
from gitexp.excerpt.scope.walker import Walker, walked

if TYPE_CHECKING:
    from collections.abc import Iterable

# What runs when an object is called (Python itself, torch, Keras), and when a class is.
_CALLED = ("__call__", "forward", "call")
_MADE = ("__new__", "__init__", "__post_init__")
# Methods that set the attribute their first argument spells: Python itself, torch, torchmetrics.
_NAMING = {"__setattr__", "register_buffer", "register_parameter", "register_module", "add_module", "add_state"}
# What Python itself gives every object; of what an object holds, somebody must have set it.
_SPECIAL = re.compile(r"__(?!dict__)\w+__")


def member_facts(node: ast.stmt, above: Iterable[str]) -> Facts:
    """What a statement of a class body does; ``above``: the names that the body binds above it."""
    return walked(_BodyWalker(above), (node,))


class _BodyWalker(Walker):
    """Walks a statement of a class body and notes what it does to the members of the class."""

    def __init__(self, above: Iterable[str]) -> None:
        super().__init__()
        self.body = Scope("class", set(above))
        self.scopes.append(self.body)

    def _note(self, name: str, how: OwnHow, guess: bool = False) -> None:
        self.facts.own.add(Own(name, how, guess))

    def _receiver(self, name: str) -> Scope | None:
        """The scope of the method whose object (or class) ``name`` is."""
        owner = self._owner(name)
        return owner if owner is not None and owner.receiver == name else None

    def _read_local(self, owner: Scope, path: tuple[str, ...], called: bool) -> None:
        names = [name for name in path[1:] if name != "__class__"]
        if owner is self.body:
            self._note(path[0], "name")
        elif path[0] == owner.receiver and names:
            self._note(names[0], "call" if (called and len(names) == 1) or _SPECIAL.fullmatch(names[0]) else "read")
        elif path[0] == owner.receiver and called:
            for name in _MADE if owner.of_class or len(path) > 1 else _CALLED:
                self._note(name, "call")

    def _change_local(self, owner: Scope, path: tuple[str, ...], how: How, guess: bool) -> None:
        names = [name for name in path[1:] if name != "__class__"]
        if owner is self.body:
            self._note(path[0], "fill", guess)
        elif names and path[0] == owner.receiver:
            if names[0] == "__dict__":
                self._note("*", "set", guess=True)
            else:
                self._note(names[0], "set")
        elif names and how == "set":
            # Another name may hold an object of the class.
            self._note(names[0], "set", guess=True)

    def visit(self, node: ast.AST) -> Any:
        """Note what a node says of the object by its form: operators, ``super()``, attributes set by strings."""
        for operand, methods in operands(node):
            if isinstance(operand, ast.Name) and self._receiver(operand.id):
                for method in methods:
                    self._note(method, "call")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and dotted(node.value.func) == ("super",):
            self._note(node.attr, "super")
        elif isinstance(node, ast.Call):
            self._set_by_string(node)
        return super().visit(node)

    def _set_by_string(self, node: ast.Call) -> None:
        """``setattr(self, "x", 1)``, ``object.__setattr__(self, "x", 1)``, ``self.register_buffer("x", 1)``."""
        path = target = dotted(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "name")]
        if len(path) == 2 and path[1] in _NAMING and self._receiver(path[0]):  # of the object itself
            target = path[:1]
        elif path[-1:] in {("setattr",), ("__setattr__",)} and arguments:
            target = dotted(arguments.pop(0))
        else:
            return
        if len(target) == 1 and arguments and self._owner(target[0]) is not None:
            name = _spelled(arguments[0])
            self._note(name, "set", guess="*" in name or not self._receiver(target[0]))

    def _dispatch(self, name: str, node: ast.Call) -> None:
        """``getattr(self, "step_" + mode)`` means members, not names of the module."""
        target = dotted(node.args[0]) if name == "getattr" and len(node.args) > 1 else ()
        spelled = _spelled(node.args[1]) if target and target[1:] in {(), ("__class__",)} and self._receiver(target[0]) else ""
        if "*" not in spelled:
            super()._dispatch(name, node)
        elif spelled != "*":
            self._note(spelled, "call", guess=True)

    def _decorator(self, node: ast.expr) -> None:
        """``@show.register`` fills ``show`` of the class body."""
        path = dotted(node.func if isinstance(node, ast.Call) else node)
        if path[1:] == ("register",) and self._owner(path[0]) is self.body:
            self._note(path[0], "fill")
        super()._decorator(node)


def _spelled(node: ast.expr) -> str:
    """The name that an expression spells; ``*`` for what is not known of it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "*".join(affixes(node) or ("", ""))
