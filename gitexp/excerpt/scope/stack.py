"""The stack of scopes in which a statement is read.

What the statement does to names is noted there: names that it reads, changes and hands over.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from gitexp.excerpt.scope.facts import (
    Change,
    Effects,
    GivenValue,
    HandedValue,
    Import,
    Training,
    Use,
    ValuePart,
)
from gitexp.excerpt.scope.names import reaches_element, read_value_path
from gitexp.excerpt.scope.training import TrainingSubject

if TYPE_CHECKING:
    from gitexp.excerpt.scope.doubt import Doubt
    from gitexp.excerpt.scope.facts import ChangeKind, Path


@dataclass(slots=True)
class Scope:
    """One scope: the names that it binds.

    ``outer``: names that it declares ``global``. ``imports``: those of its names that are imported.
    ``receiver``: the argument of a method that is the object, or the class if ``of_class``.
    ``parameters``: those of an outermost function that its body does not bind anew. ``parts``: what
    its names hold parts of. ``given``: what calls were given that made its names.
    """

    kind: Literal["function", "class", "comprehension"]
    names: set[str]
    outer: set[str] = field(default_factory=set)
    imports: dict[str, Import] = field(default_factory=dict)
    receiver: str = ""
    of_class: bool = False
    parameters: frozenset[str] = frozenset()
    parts: dict[str, list[ValuePart]] = field(default_factory=dict)
    given: dict[str, list[GivenValue]] = field(default_factory=dict)


class ScopeStack:
    """Notes effects on names as seen from the innermost scope.

    A name that no scope of the stack binds is a name of the module.
    """

    def __init__(self) -> None:
        self.effects = Effects()
        self.scopes: list[Scope] = []

    def _is_late(self) -> bool:
        """Return True inside a function: what stands here runs when the function is called."""
        return any(scope.kind == "function" for scope in self.scopes)

    def _is_in_class(self) -> bool:
        """Return True directly in the body of a class of the module.

        A class inside a class or a function has another ``self``.
        """
        return [scope.kind for scope in self.scopes] == ["class"]

    def _find_owner(self, name: str) -> Scope | None:
        """Return the scope that binds ``name`` as seen from here; None for the module.

        The names of a class body are seen only from within that body.
        """
        for depth, scope in enumerate(reversed(self.scopes)):
            if name in scope.outer:
                return None
            if name in scope.names and (scope.kind != "class" or depth == 0):
                return scope
        return None

    def _note_read(self, path: Path, *, called: bool = False, doubt: Doubt | None = None) -> None:
        owner = self._find_owner(path[0])
        if owner is None:
            self.effects.uses.append(Use(path, self._is_late(), called, doubt))
        elif path[0] in owner.imports:
            source = owner.imports[path[0]]
            self.effects.uses.append(Use(path, self._is_late(), called, doubt, source))
        else:
            self.effects.attributes.update(path[1:])
            self._note_local_read(owner, path, called=called)

    def _note_local_read(self, owner: Scope, path: Path, *, called: bool) -> None:
        """Note that a name of an inner scope is read: nothing to the module."""

    def _note_local_change(
        self, owner: Scope, path: Path, kind: ChangeKind, doubt: Doubt | None
    ) -> None:
        """Note that what a name of an inner scope holds is changed: nothing to the module."""

    def _note_change(
        self, target: ast.expr, kind: ChangeKind = "set", doubt: Doubt | None = None
    ) -> None:
        """Note that what an expression names is changed; of a tuple each element."""
        of_element = reaches_element(target, by_setting=kind == "set")
        while isinstance(target, (ast.Subscript, ast.Starred)):
            target = target.value
        if isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                if not isinstance(element, ast.Name):
                    self._note_change(element, kind, doubt)
            return
        path = read_value_path(target)
        if path:
            self._note_path_change(Change(path, self._is_late(), doubt, kind, of_element))

    def _note_path_change(self, change: Change, seen: tuple[str, ...] = ()) -> None:
        """Note a change, and what it is to the values that the changed name holds parts of."""
        name = change.path[0]
        owner = self._find_owner(name)
        if owner is None:
            self.effects.changes.append(change)
            return
        self._note_local_change(owner, change.path, change.kind, change.doubt)
        if name in owner.parameters and change.doubt is None:
            self.effects.filled.add(name)
        for part in owner.parts.get(name, ()):
            if part.path[0] not in (*seen, name):
                doubt = change.doubt or part.doubt
                whole = replace(change, path=part.path, doubt=doubt, of_element=part.is_element)
                self._note_path_change(whole, (*seen, name))

    def _note_parts(self, name: str, parts: list[ValuePart]) -> None:
        """Note that ``name`` is bound to parts of other values."""
        owner = self._find_owner(name)
        parts_by_name = self.effects.parts if owner is None else owner.parts
        parts_by_name[name] = parts

    def _note_given(self, name: str, values: list[GivenValue]) -> None:
        """Note that ``name`` is bound to what a call makes of other values."""
        owner = self._find_owner(name)
        given_by_name = self.effects.given if owner is None else owner.given
        if values:
            given_by_name[name] = values

    def _note_training(
        self, subject: TrainingSubject, callee: Path, seen: tuple[str, ...] = ()
    ) -> None:
        """Note a call that may train a value, and what that value was given in this scope."""
        value, name = subject.value, subject.value.path[0]
        owner = self._find_owner(name)
        if owner is None:
            training = Training(value, subject.receiver, callee, self._is_late())
            self.effects.trainings.append(training)
            return
        if name in owner.parameters:
            sure = value.sure or subject.receiver
            self.effects.trained[name] = self.effects.trained.get(name, False) or sure
        for inner in owner.given.get(name, ()):
            if inner.path[0] not in (*seen, name):
                inner_subject = TrainingSubject(inner, receiver=False)
                self._note_training(inner_subject, callee, (*seen, name))

    def _note_contents(self, name: str, paths: list[Path]) -> None:
        """Note that ``name`` is bound to a list or table of other values of the module."""
        if paths and self._find_owner(name) is None:
            self.effects.contents[name] = paths

    def _note_handed_values(self, callee: Path, call: ast.Call) -> None:
        """Note the values that a call of a module-level name is given."""
        if self._find_owner(callee[0]) is not None:
            return
        for position, argument in enumerate(call.args):
            self._note_handed_value(callee, position, argument)
        for keyword in call.keywords:
            self._note_handed_value(callee, keyword.arg or "", keyword.value)

    def _note_handed_value(self, callee: Path, place: int | str, value: ast.expr) -> None:
        if isinstance(value, ast.Constant):
            return
        late = self._is_late()
        if isinstance(value, ast.Lambda):
            names = {inner.id for inner in ast.walk(value) if isinstance(inner, ast.Name)}
            for name in sorted(names):
                if self._find_owner(name) is None:
                    self.effects.handed.append(HandedValue(callee, "", (name,), late))
            return
        path = read_value_path(value)
        if not path:
            return
        owner = self._find_owner(path[0])
        if owner is None:
            self.effects.handed.append(HandedValue(callee, place, path, late))
        elif path[0] in owner.parameters:
            self.effects.handed.append(HandedValue(callee, place, path, late, parameter=True))
