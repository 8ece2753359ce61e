"""Parts of a class: one method with the head of its class and what it needs of ``self``."""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Span
from gitexp.excerpt.reach.branches import first_line
from gitexp.excerpt.reach.hierarchy import Family
from gitexp.excerpt.scope.facts import Facts, bound
from gitexp.excerpt.scope.operators import INSTEAD
from gitexp.excerpt.scope.walker import facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.reach.hierarchy import Class, Part, Place
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Item, Module


@dataclass(frozen=True, slots=True)
class Partial:
    """Some lines of a class and what they need. ``root``: it holds the method that was asked for."""

    module: Module
    item: Item
    label: str
    spans: tuple[Span, ...]
    facts: Facts
    root: bool = False
    guess: bool = False


def part_of_class(
    library: Library, module: Module, item: Item, member: str, until: float, leaves_out: Callable[[str], bool]
) -> tuple[Partial, ...]:
    """The class in ``item`` (and its bases in this repository) cut down to ``member`` and what that needs of ``self``.

    Attributes come with the methods that set them, ``__init__`` first, and with what sets them on the class before position
    ``until``; without the members that ``leaves_out`` names (``run``, ``Net.run``). Empty when there is no such class or member.
    """
    if not isinstance(item.node, ast.ClassDef):
        return ()
    member, _, deeper = member.partition(".")
    family = Family(library, module, item)
    roots = family.reading(member)
    if not roots or (deeper and not any(_holds(part.node, deeper) for _, part in roots)):
        return ()
    cut = _Cut(family, until, leaves_out)
    cut.take(member, roots, guess=False, root=True)
    cut.run()
    heads = (_head(known, known is family.classes[0]) for known in family.classes)
    lines = (Partial(owner, line, line.label, line.spans, Facts()) for owner, line in family.imports)
    return (*heads, *cut.pieces.values(), *lines)


@dataclass(frozen=True, slots=True)
class _Want:
    """A member that is needed, looked up from class ``first`` on. ``how``: as in ``Own``."""

    name: str
    first: int = 0
    how: str = "call"


class _Cut:
    """What is chosen of a family so far: everything certain first, then guesses."""

    def __init__(self, family: Family, until: float, leaves_out: Callable[[str], bool]) -> None:
        self.family = family
        self.until = until
        self.leaves_out = leaves_out
        self.pieces: dict[int, Partial] = {}
        self._todo: tuple[deque[_Want], deque[_Want]] = (deque(), deque())
        self._seen: set[tuple[_Want, bool]] = set()

    def run(self) -> None:
        """Choose until nothing new is found."""
        certain, unsure = self._todo
        while certain or unsure:
            guess = not certain
            want = (certain or unsure).popleft()
            if (want, guess) in self._seen:
                continue
            self._seen.add((want, guess))
            if any(self.leaves_out(name) for name in (want.name, *(f"{known.node.name}.{want.name}" for known in self.family.classes))):
                continue
            look_up = self.family.having if want.how in {"name", "super"} else self.family.reading
            places = look_up(want.name, want.first)
            if self.take(want.name, places, guess):
                continue
            if want.name in INSTEAD:
                self._todo[guess].append(replace(want, name=INSTEAD[want.name]))
            elif guess:
                self.take(want.name, self.family.guessing(want.name, want.how != "read"), guess)
            else:
                unsure.append(want)

    def take(self, name: str, places: list[Place], guess: bool, root: bool = False) -> bool:
        """Choose the places of a member and what sets it from outside; False when there are none."""
        outside = list(self.family.outside(name, self.until))
        for index, part in places:
            known = self.family.classes[index]
            label = f"{known.node.name}.{name if name in part.binds else min(part.binds, default=name)}"
            spans = (_span(known, part),)
            if self._choose(part.node, Partial(known.module, known.item, label, spans, part.facts, root and index == 0, guess)):
                self._need_members(index, part.facts, guess)
        for module, item, change in outside:
            if item.node is not None:
                self._choose(item.node, Partial(module, item, item.label, item.spans, item.facts, guess=guess or change.guess))
        return bool(places or outside)

    def _choose(self, node: ast.stmt, piece: Partial) -> bool:
        """Keep a piece, once; the members that it reads by the name of their class are needed."""
        if id(node) in self.pieces:
            return False
        named = {use: found for use in piece.facts.uses if (found := self.family.member(piece.module, use))}
        self._todo[piece.guess].extend(_Want(name, first) for name, first in named.values())
        rest = replace(piece.facts, uses=[use for use in piece.facts.uses if use not in named])
        self.pieces[id(node)] = replace(piece, facts=rest)
        return True

    def _need_members(self, index: int, found: Facts, guess: bool) -> None:
        """What a statement of class ``index`` does to members of its class makes them needed, but setting them does not."""
        first = {"super": index + 1, "name": index}
        for own in sorted(found.own, key=lambda own: (own.name, own.how)):
            if own.how not in {"set", "fill"}:
                names = self.family.spelled(own.name) if "*" in own.name else [own.name]
                self._todo[guess or own.guess].extend(_Want(name, first.get(own.how, 0), own.how) for name in sorted(names))


def _head(known: Class, root: bool) -> Partial:
    """The head of a class. A base that is cut down too must not come in whole through it."""
    node = known.node
    found = facts([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
    found.uses = [use for use in found.uses if use.path not in known.ours]
    head = Span(known.item.spans[-1].start, _base(known) + max(first_line(node.body[0]) - 1, node.lineno))
    return Partial(known.module, known.item, node.name, (*known.item.spans[:-1], head), found, root)


def _span(known: Class, part: Part) -> Span:
    return Span(_base(known) + first_line(part.node) - 1, _base(known) + (part.node.end_lineno or part.node.lineno))


def _base(known: Class) -> int:
    """The lines above what the class was parsed from: its cell."""
    return known.item.spans[-1].stop - (known.node.end_lineno or known.node.lineno)


def _holds(node: ast.stmt, member: str) -> bool:
    """Whether a class inside a class (which is kept whole) has ``member``."""
    name, _, deeper = member.partition(".")
    inner = [part for part in node.body if name in bound([part])] if isinstance(node, ast.ClassDef) else []
    return bool(inner) and (not deeper or any(_holds(part, deeper) for part in inner))
