"""A class with its bases in this repository: where a member is looked up, and what sets it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.effects import changes
from gitexp.excerpt.reach.module import END, Item, Module
from gitexp.excerpt.scope.facts import Own, OwnHow, bound, dotted
from gitexp.excerpt.scope.members import member_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.scope.facts import Change, Facts, Use

# An import that leads back to itself must end.
_LONGEST = 20
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Part:
    """A statement of a class body, the names it binds there and what it does."""

    node: ast.stmt
    binds: frozenset[str]
    facts: Facts

    def does(self, how: OwnHow, name: str) -> bool:
        """Whether it does so to a member."""
        return Own(name, how) in self.facts.own

    def may_set(self, name: str) -> bool:
        """Whether it may set a member: through another name, or spelled by a string that is not known in full."""
        return any(own.how == "set" and own.guess and fnmatchcase(name, own.name) for own in self.facts.own)


@dataclass(frozen=True, slots=True)
class Class:
    """A class statement. ``ours``: the names of its bases that are all in this repository."""

    module: Module
    item: Item
    node: ast.ClassDef
    ours: set[tuple[str, ...]]


# Of each: the number of its class in the family, and the statement.
Place = tuple[int, Part]


class Family:
    """A class and its bases in this repository, in the order in which members are looked up.

    ``imports`` are the lines that lead from one to the next.
    """

    def __init__(self, library: Library, module: Module, item: Item) -> None:
        self.library = library
        self.classes: list[Class] = []
        self.imports: list[tuple[Module, Item]] = []
        todo = [(module, item)]
        while todo:
            owner, current = todo.pop(0)
            if isinstance(current.node, ast.ClassDef) and all(known.node is not current.node for known in self.classes):
                self.classes.append(Class(owner, current, current.node, set()))
                todo.extend(self._bases(self.classes[-1]))
        self._names = {name[0] for known in self.classes for name in ((known.node.name,), *known.ours)}

    def having(self, name: str, first: int = 0) -> list[Place]:
        """What binds or fills a member in the first class, from ``first`` on, whose body has it."""
        for index in range(first, len(self.classes)):
            parts = parts_of(self.classes[index].node)
            if any(name in part.binds for part in parts):
                return [(index, part) for part in parts if name in part.binds or part.does("fill", name)]
        return []

    def reading(self, name: str, first: int = 0) -> list[Place]:
        """What gives a member when it is read on the object: the body of a class, or the methods that set it.

        ``__init__`` alone if it sets it; also where the body has a value for it, which is only a default.
        """
        found = self.having(name, first)
        setters = [] if any(isinstance(part.node, _DEFINITION) for _, part in found) else self._setters(name)
        at_start = [place for place in setters if "__init__" in place[1].binds]
        chosen = at_start or ([] if found else setters)
        return [*found, *(place for setter in chosen for place in (*self._leading(*setter), setter))]

    def _setters(self, name: str) -> list[Place]:
        """The methods that set a member, in the first class that does."""
        for index, known in enumerate(self.classes):
            if setters := [(index, part) for part in parts_of(known.node) if self._sets(part, name)]:
                return setters
        return []

    def guessing(self, name: str, called: bool) -> list[Place]:
        """What may set a member, or give it, that nothing certain has. What is only ``called`` may be of a foreign base."""
        found = [(i, part) for i, known in enumerate(self.classes) for part in parts_of(known.node) if part.may_set(name)]
        return found or ([] if called else [*self.having("__getattr__"), *self.having("__init__")])

    def spelled(self, pattern: str) -> set[str]:
        """The members whose names fit a pattern."""
        every = {name for known in self.classes for part in parts_of(known.node) for name in part.binds}
        return {name for name in every if fnmatchcase(name, pattern)}

    def member(self, module: Module, use: Use) -> tuple[str, int] | None:
        """The member that ``T.size`` or ``Base.__init__`` means, and the class it is looked up from; None for other names."""
        if use.source is None and len(use.path) > 1 and use.path[0] in self._names:
            for _, item, rest in self._resolve(module, use.path, END, []):
                for index, known in enumerate(self.classes):
                    if known.node is item.node and rest:
                        return rest[0], index
        return None

    def outside(self, name: str, until: float) -> Iterator[tuple[Module, Item, Change]]:
        """The statements outside the classes that set a member on one of them before ``until`` (a position of the first one's module)."""
        for known in self.classes:
            module, own = known.module, known.node.name
            last = until if module is self.classes[0].module else END
            for item, change in changes(self.library, module, own):
                if change.path[1:2] == (name,) and known.item.position < item.position < last:
                    yield module, item, change

    def _sets(self, part: Part, name: str) -> bool:
        by_class = (change for change in part.facts.changes if change.path[1:2] == (name,))
        return part.does("set", name) or any(change.path[0] in self._names for change in by_class)

    def _leading(self, index: int, part: Part) -> Iterator[Place]:
        """The methods of the same name, in the classes before, that lead to a method of class ``index``."""
        for before in range(index):
            for other in parts_of(self.classes[before].node):
                for name in other.binds & part.binds:
                    if other.does("super", name) or any(use.path[-1] == name for use in other.facts.uses if use.path[0] in self._names):
                        yield before, other

    def _bases(self, known: Class) -> Iterator[tuple[Module, Item]]:
        """The classes that the bases of a class are."""
        for base in known.node.bases:
            path = base_name(base)
            imports: list[tuple[Module, Item]] = []
            found = list(self._resolve(known.module, path, known.item.position, imports))
            if found and all(isinstance(item.node, ast.ClassDef) and not rest for _, item, rest in found):
                known.ours.add(path)
                self.imports.extend(imports)
                yield from ((module, item) for module, item, _ in found)

    def _resolve(
        self, module: Module, path: tuple[str, ...], at: int, imports: list[tuple[Module, Item]]
    ) -> Iterator[tuple[Module, Item, tuple[str, ...]]]:
        """The statement that a dotted name comes from, through imports (gathered in ``imports``), and what is left of the name."""
        passed: list[tuple[Module, Item]] = []
        while path and len(passed) < _LONGEST:
            items, _ = module.in_force(path[0], at)
            if len(items) != 1:
                # Of several, each may be meant: they come whole.
                return
            source = items[0].binds.get(path[0])
            if source is None:
                imports.extend(passed)
                yield module, items[0], path[1:]
                return
            passed.append((module, items[0]))
            target, name = self.library.target(source, module.path)
            if target is None:
                return
            module, at, path = target, END, (name, *path[1:]) if name else path[1:]


def base_name(base: ast.expr) -> tuple[str, ...]:
    """The dotted name of a base class: of ``Base[int]`` that of ``Base``."""
    return dotted(base.value if isinstance(base, ast.Subscript) else base)


# Versions of a file share the trees of what is the same in them.
@lru_cache(maxsize=1024)
def parts_of(node: ast.ClassDef) -> tuple[Part, ...]:
    """The statements of a class body."""
    found: list[Part] = []
    above: set[str] = set()
    for statement in node.body:
        binds = frozenset(bound([statement]))
        found.append(Part(statement, binds, member_facts(statement, above)))
        above |= binds
    return tuple(found)
