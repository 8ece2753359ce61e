"""The stack of scopes in which a statement is read, and the notes taken there: names read, changed and handed over."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gitexp.excerpt.scope.changes import path_of
from gitexp.excerpt.scope.facts import Change, Facts, Handed, Import, Part, Use

if TYPE_CHECKING:
    from gitexp.excerpt.scope.facts import How


@dataclass(slots=True)
class Scope:
    """One scope: the names that it binds. ``receiver``: the argument of a method that is the object, or the class if ``of_class``."""

    kind: Literal["function", "class", "comprehension"]
    names: set[str]
    outer: set[str] = field(default_factory=set)
    imports: dict[str, Import] = field(default_factory=dict)
    receiver: str = ""
    of_class: bool = False
    # Parameters of an outermost function that its body does not bind anew, and what its other names hold parts of.
    given: frozenset[str] = frozenset()
    parts: dict[str, list[Part]] = field(default_factory=dict)


class ScopeStack:
    """Takes notes (``facts``) on names as seen from the innermost scope; what no scope binds is a name of the module."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.scopes: list[Scope] = []

    def _late(self) -> bool:
        return any(scope.kind == "function" for scope in self.scopes)

    def _in_class(self) -> bool:
        """Whether this is the body of a class of the module; of a class inside a class or function it is another ``self``."""
        return [scope.kind for scope in self.scopes] == ["class"]

    def _owner(self, name: str) -> Scope | None:
        """The scope that binds ``name`` as seen from here; None for the module. Class bodies are seen only from within."""
        for depth, scope in enumerate(reversed(self.scopes)):
            if name in scope.outer:
                return None
            if name in scope.names and (scope.kind != "class" or depth == 0):
                return scope
        return None

    def _read(self, path: tuple[str, ...], called: bool = False, guess: bool = False) -> None:
        owner = self._owner(path[0])
        if owner is None:
            self.facts.uses.append(Use(path, self._late(), called, guess))
        elif path[0] in owner.imports:
            self.facts.uses.append(Use(path, self._late(), called, guess, owner.imports[path[0]]))
        else:
            self._read_local(owner, path, called)

    def _read_local(self, owner: Scope, path: tuple[str, ...], called: bool) -> None:
        """A name that an inner scope binds is read: nothing to the module."""

    def _change_local(self, owner: Scope, path: tuple[str, ...], how: How, guess: bool) -> None:
        """What such a name holds is changed."""

    def _change(self, target: ast.expr, how: How = "set", guess: bool = False) -> None:
        while isinstance(target, (ast.Subscript, ast.Starred)):
            target = target.value
        if isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                if not isinstance(item, ast.Name):
                    self._change(item, how, guess)
        elif path := path_of(target):
            self._change_path(path, how, guess)

    def _change_path(self, path: tuple[str, ...], how: How, guess: bool, seen: tuple[str, ...] = ()) -> None:
        owner = self._owner(path[0])
        if owner is None:
            self.facts.changes.append(Change(path, self._late(), guess, how))
            return
        self._change_local(owner, path, how, guess)
        if path[0] in owner.given and not guess:
            self.facts.filled.add(path[0])
        for part in owner.parts.get(path[0], ()):
            if part.path[0] not in (*seen, path[0]):
                self._change_path(part.path, how, guess or part.guess, (*seen, path[0]))

    def _hold_parts(self, name: str, parts: list[Part]) -> None:
        owner = self._owner(name)
        (self.facts.parts if owner is None else owner.parts)[name] = parts

    def _hand(self, callee: tuple[str, ...], node: ast.Call) -> None:
        """Note the values that a call is given."""
        if self._owner(callee[0]) is not None:
            return
        given: list[tuple[int | str, ast.expr]] = [*enumerate(node.args), *((word.arg or "", word.value) for word in node.keywords)]
        for place, value in given:
            if isinstance(value, ast.Constant):
                continue
            if isinstance(value, ast.Lambda):
                inside = sorted({inner.id for inner in ast.walk(value) if isinstance(inner, ast.Name)})
                self.facts.handed.extend(Handed(callee, "", (name,), self._late()) for name in inside if self._owner(name) is None)
            elif path := path_of(value):
                owner = self._owner(path[0])
                if owner is None or path[0] in owner.given:
                    self.facts.handed.append(Handed(callee, place, path, self._late(), owner is not None))
