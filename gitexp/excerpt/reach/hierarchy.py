"""A class with its bases in this repository: where a member is looked up, and what sets it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.reach.effects import find_changes
from gitexp.excerpt.reach.moment import END
from gitexp.excerpt.scope.facts import Effects, MemberAct, MemberUse
from gitexp.excerpt.scope.members import analyse_member_effects
from gitexp.excerpt.scope.names import find_bound_names, read_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.moment import Moment
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Change, Path, Use

_LONGEST_CHAIN = 20
"""An import that leads back to itself must end."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class BodyStatement:
    """A statement of a class body, the names it binds there and what it does."""

    node: ast.stmt
    bound_names: frozenset[str]
    effects: Effects

    def does(self, act: MemberAct, name: str) -> bool:
        """Return True if the statement surely does so to a member."""
        return MemberUse(name, act) in self.effects.members

    def may_set(self, name: str) -> bool:
        """Return True if the statement may set a member.

        Through another name, or spelled by a string that is not known in full.
        """
        for use in self.effects.members:
            if use.act == "set" and use.doubt and fnmatchcase(name, use.name):
                return True
        return False


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class statement of this repository. ``own_bases``: names of its bases that are ours too."""

    module: Module
    statement: Statement
    node: ast.ClassDef
    own_bases: set[Path]


class MemberPlace(NamedTuple):
    """A statement of a class body, and the number of its class in the family."""

    class_index: int
    body_statement: BodyStatement


class _Origin(NamedTuple):
    """The statement that a dotted name comes from, and the attributes that are left of the name."""

    module: Module
    statement: Statement
    attributes: Path


class Family:
    """A class and its bases in this repository, in the order in which members are looked up.

    ``imports``: the lines that lead from one to the next.
    """

    def __init__(self, library: Library, module: Module, statement: Statement) -> None:
        self.library = library
        self.classes: list[OwnClass] = []
        self.imports: list[tuple[Module, Statement]] = []
        pending = [(module, statement)]
        while pending:
            owner, current = pending.pop(0)
            node = current.node
            is_known = any(own.node is node for own in self.classes)
            if isinstance(node, ast.ClassDef) and not is_known:
                own_class = OwnClass(owner, current, node, set())
                self.classes.append(own_class)
                pending.extend(self._find_bases(own_class))
        self._names: set[str] = set()
        for own in self.classes:
            self._names.add(own.node.name)
            self._names.update(path[0] for path in own.own_bases)

    def find_in_body(self, name: str, first: int = 0) -> list[MemberPlace]:
        """Return what binds or fills a member in the first class, from ``first`` on, that has it."""
        for index in range(first, len(self.classes)):
            body = read_class_body(self.classes[index].node)
            if any(name in statement.bound_names for statement in body):
                return [
                    MemberPlace(index, statement)
                    for statement in body
                    if name in statement.bound_names or statement.does("fill", name)
                ]
        return []

    def find_on_object(self, name: str, first: int = 0) -> list[MemberPlace]:
        """Return what gives a member when it is read on the object.

        That is the body of a class, or the methods that set the member. ``__init__`` alone counts
        if it sets the member; also where the body has a value for it, which is only a default.
        """
        in_body = self.find_in_body(name, first)
        is_defined = any(isinstance(place.body_statement.node, _DEFINITIONS) for place in in_body)
        setters = [] if is_defined else self._find_setters(name)
        chosen = [place for place in setters if "__init__" in place.body_statement.bound_names]
        if not chosen and not in_body:
            chosen = setters
        places = list(in_body)
        for setter in chosen:
            places.extend(self._find_leading(setter))
            places.append(setter)
        return places

    def guess_member(self, name: str, *, called: bool) -> list[MemberPlace]:
        """Return what may set a member, or give it, that nothing certain has.

        What is only ``called`` may be of a foreign base.
        """
        places = []
        for index, own in enumerate(self.classes):
            for statement in read_class_body(own.node):
                if statement.may_set(name):
                    places.append(MemberPlace(index, statement))
        if places or called:
            return places
        return [*self.find_in_body("__getattr__"), *self.find_in_body("__init__")]

    def list_members(self, pattern: str) -> set[str]:
        """Return the members whose names fit a pattern."""
        names: set[str] = set()
        for own in self.classes:
            for statement in read_class_body(own.node):
                names.update(statement.bound_names)
        return {name for name in names if fnmatchcase(name, pattern)}

    def find_named_member(self, module: Module, use: Use) -> tuple[str, int] | None:
        """Return the member that ``T.size`` or ``Base.__init__`` means.

        Also the number of the class that it is looked up from. None for other names.
        """
        if use.source is not None or len(use.path) < 2 or use.path[0] not in self._names:
            return None
        for origin in self._find_origins(module, use.path, END, []):
            for index, own in enumerate(self.classes):
                if own.node is origin.statement.node and origin.attributes:
                    return origin.attributes[0], index
        return None

    def find_outside_changes(
        self, name: str, until: Moment
    ) -> Iterator[tuple[Module, Statement, Change]]:
        """Yield the statements outside the classes that set a member on one of them.

        They must run before ``until``, a moment in the module of the first class.
        """
        for own in self.classes:
            is_root_module = own.module is self.classes[0].module
            last = until if is_root_module else END
            for statement, change in find_changes(self.library, own.module, own.node.name):
                sets_member = change.path[1:2] == (name,)
                is_below = own.statement.position < statement.position
                if sets_member and is_below and statement.moment < last:
                    yield own.module, statement, change

    def _find_setters(self, name: str) -> list[MemberPlace]:
        """Return the methods that set a member, in the first class that does."""
        for index, own in enumerate(self.classes):
            body = read_class_body(own.node)
            setters = [statement for statement in body if self._sets(statement, name)]
            if setters:
                return [MemberPlace(index, statement) for statement in setters]
        return []

    def _sets(self, statement: BodyStatement, name: str) -> bool:
        """Return True if a statement sets a member, on the object or on a class of the family."""
        if statement.does("set", name):
            return True
        return any(
            change.path[1:2] == (name,) and change.path[0] in self._names
            for change in statement.effects.changes
        )

    def _find_leading(self, setter: MemberPlace) -> Iterator[MemberPlace]:
        """Yield the methods of the same name, in the classes before, that lead to a method."""
        for index in range(setter.class_index):
            for statement in read_class_body(self.classes[index].node):
                for name in statement.bound_names & setter.body_statement.bound_names:
                    if statement.does("super", name) or self._calls_by_class(statement, name):
                        yield MemberPlace(index, statement)

    def _calls_by_class(self, statement: BodyStatement, name: str) -> bool:
        """Return True for ``Base.name(self)``."""
        return any(
            use.path[-1] == name and use.path[0] in self._names for use in statement.effects.uses
        )

    def _find_bases(self, own: OwnClass) -> Iterator[tuple[Module, Statement]]:
        """Yield the classes that the bases of a class are."""
        for base in own.node.bases:
            path = read_base_path(base)
            imports: list[tuple[Module, Statement]] = []
            at = own.statement.moment
            origins = list(self._find_origins(own.module, path, at, imports))
            are_classes = all(
                isinstance(origin.statement.node, ast.ClassDef) and not origin.attributes
                for origin in origins
            )
            if origins and are_classes:
                own.own_bases.add(path)
                self.imports.extend(imports)
                for origin in origins:
                    yield origin.module, origin.statement

    def _find_origins(
        self, module: Module, path: Path, at: Moment, imports: list[tuple[Module, Statement]]
    ) -> Iterator[_Origin]:
        """Yield the statement that a dotted name comes from, through imports.

        The imports are gathered in ``imports``.
        """
        passed: list[tuple[Module, Statement]] = []
        while path and len(passed) < _LONGEST_CHAIN:
            statements = module.find_bindings(path[0], at).statements
            if len(statements) != 1:
                # Of several, each may be meant: they are kept whole.
                return
            source = statements[0].bound_names.get(path[0])
            if source is None:
                imports.extend(passed)
                yield _Origin(module, statements[0], path[1:])
                return
            passed.append((module, statements[0]))
            target = self.library.find_target(source, module.path)
            if target.module is None:
                return
            module, at = target.module, END
            path = (target.name, *path[1:]) if target.name else path[1:]


def read_base_path(base: ast.expr) -> Path:
    """Return the dotted name of a base class: of ``Base[int]`` that of ``Base``."""
    return read_path(base.value if isinstance(base, ast.Subscript) else base)


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=1024)
def read_class_body(node: ast.ClassDef) -> tuple[BodyStatement, ...]:
    """Return the statements of a class body."""
    statements: list[BodyStatement] = []
    names_above: set[str] = set()
    for statement in node.body:
        bound_names = frozenset(find_bound_names([statement]))
        effects = analyse_member_effects(statement, names_above)
        statements.append(BodyStatement(statement, bound_names, effects))
        names_above |= bound_names
    return tuple(statements)
