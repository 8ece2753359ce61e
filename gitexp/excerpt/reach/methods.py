"""Cut a class down to one method: the head of the class, the method and what it needs of ``self``."""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import Span
from gitexp.excerpt.reach.branches import find_first_line
from gitexp.excerpt.reach.hierarchy import Family
from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import Effects
from gitexp.excerpt.scope.names import find_bound_names
from gitexp.excerpt.scope.operators import FALLBACKS
from gitexp.excerpt.scope.walker import analyse_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gitexp.excerpt.reach.hierarchy import BodyStatement, MemberPlace, OwnClass
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.moment import Moment
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Use


@dataclass(frozen=True, slots=True)
class ClassPiece:
    """Some lines of a class and what they do. ``root``: they hold the method that was asked for."""

    module: Module
    statement: Statement
    label: str
    spans: tuple[Span, ...]
    effects: Effects
    root: bool = False
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class _NeededMember:
    """A member that is needed, looked up from class ``first`` on. ``act``: as in ``MemberUse``."""

    name: str
    first: int = 0
    act: str = "call"


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """What bounds the cut of a class.

    ``until``: what sets a member on the class later does not count. ``leaves_out`` says whether a
    member (``run``, ``Net.run``) is asked to be left out.
    """

    until: Moment
    leaves_out: Callable[[str], bool]


def cut_class(
    library: Library, module: Module, statement: Statement, member: str, limits: ClassLimits
) -> tuple[ClassPiece, ...]:
    """Return a class and its bases in this repository, cut down to ``member``.

    What the member needs of ``self`` is kept: attributes with the methods that set them,
    ``__init__`` first, and with what sets them on the class. Empty when there is no such class or
    member.
    """
    if not isinstance(statement.node, ast.ClassDef):
        return ()
    member, _, inner_member = member.partition(".")
    family = Family(library, module, statement)
    roots = family.find_on_object(member)
    if not roots:
        return ()
    if inner_member:
        nodes = [place.body_statement.node for place in roots]
        if not any(_has_inner_member(node, inner_member) for node in nodes):
            return ()
    cut = _ClassCut(family, limits)
    cut.take(member, roots, doubt=None, root=True)
    cut.run()
    heads = [_make_head(own, root=own is family.classes[0]) for own in family.classes]
    imports = [
        ClassPiece(owner, line, line.label, line.spans, Effects()) for owner, line in family.imports
    ]
    return (*heads, *cut.pieces.values(), *imports)


class _ClassCut:
    """What is chosen of a family so far: first all that is certain, then guesses."""

    def __init__(self, family: Family, limits: ClassLimits) -> None:
        self.family = family
        self.limits = limits
        self.pieces: dict[int, ClassPiece] = {}
        self._certain: deque[_NeededMember] = deque()
        self._guessed: deque[tuple[_NeededMember, Doubt]] = deque()
        self._seen: set[tuple[_NeededMember, bool]] = set()

    def run(self) -> None:
        """Choose until nothing new is found."""
        while self._certain or self._guessed:
            needed, doubt = self._pop()
            key = (needed, doubt is not None)
            if key in self._seen:
                continue
            self._seen.add(key)
            if not self._is_left_out(needed.name):
                self._look_up(needed, doubt)

    def take(
        self, name: str, places: Sequence[MemberPlace], doubt: Doubt | None, *, root: bool = False
    ) -> bool:
        """Choose the places of a member and what sets it from outside; False when there are none."""
        outside = list(self.family.find_outside_changes(name, self.limits.until))
        for index, body_statement in places:
            own = self.family.classes[index]
            piece = ClassPiece(
                own.module,
                own.statement,
                _make_label(own, name, body_statement),
                (_find_span(own, body_statement.node),),
                body_statement.effects,
                root=root and index == 0,
                doubt=doubt,
            )
            if self._choose(body_statement.node, piece):
                self._need_members(index, body_statement.effects, doubt)
        for module, statement, change in outside:
            if statement.node is None:
                continue
            piece = ClassPiece(
                module,
                statement,
                statement.label,
                statement.spans,
                statement.effects,
                doubt=doubt or change.doubt,
            )
            self._choose(statement.node, piece)
        return bool(places or outside)

    def _pop(self) -> tuple[_NeededMember, Doubt | None]:
        if self._certain:
            return self._certain.popleft(), None
        return self._guessed.popleft()

    def _push(self, needed: _NeededMember, doubt: Doubt | None) -> None:
        if doubt is None:
            self._certain.append(needed)
        else:
            self._guessed.append((needed, doubt))

    def _is_left_out(self, name: str) -> bool:
        dotted_names = [f"{own.node.name}.{name}" for own in self.family.classes]
        return any(self.limits.leaves_out(each) for each in (name, *dotted_names))

    def _look_up(self, needed: _NeededMember, doubt: Doubt | None) -> None:
        """Choose what gives a member: certain places first, then what Python calls instead."""
        if needed.act in {"name", "super"}:
            places = self.family.find_in_body(needed.name, needed.first)
        else:
            places = self.family.find_on_object(needed.name, needed.first)
        if self.take(needed.name, places, doubt):
            return
        if needed.name in FALLBACKS:
            self._push(replace(needed, name=FALLBACKS[needed.name]), doubt)
        elif doubt is None:
            self._push(needed, Doubt.MEMBER)
        else:
            guesses = self.family.guess_member(needed.name, called=needed.act != "read")
            self.take(needed.name, guesses, doubt)

    def _choose(self, node: ast.stmt, piece: ClassPiece) -> bool:
        """Keep a piece, once; the members that it reads by the name of their class are needed."""
        if id(node) in self.pieces:
            return False
        other_uses: list[Use] = []
        for use in piece.effects.uses:
            named = self.family.find_named_member(piece.module, use)
            if named is None:
                other_uses.append(use)
            else:
                name, first = named
                self._push(_NeededMember(name, first), piece.doubt)
        effects = replace(piece.effects, uses=other_uses)
        self.pieces[id(node)] = replace(piece, effects=effects)
        return True

    def _need_members(self, index: int, effects: Effects, doubt: Doubt | None) -> None:
        """Need the members that a statement of class ``index`` uses; setting one does not need it."""
        first_class = {"super": index + 1, "name": index}
        for use in sorted(effects.members, key=lambda use: (use.name, use.act)):
            if use.act in {"set", "fill"}:
                continue
            names = self.family.list_members(use.name) if "*" in use.name else [use.name]
            for name in sorted(names):
                needed = _NeededMember(name, first_class.get(use.act, 0), use.act)
                self._push(needed, doubt or use.doubt)


def _make_head(own: OwnClass, *, root: bool) -> ClassPiece:
    """Return the head of a class. A base that is cut down too must not be kept whole through it."""
    node = own.node
    keywords = [keyword.value for keyword in node.keywords]
    effects = analyse_effects([*node.decorator_list, *node.bases, *keywords])
    effects.uses = [use for use in effects.uses if use.path not in own.own_bases]
    *around, class_span = own.statement.spans
    first_of_body = find_first_line(node.body[0])
    stop = _find_base(own) + max(first_of_body - 1, node.lineno)
    spans = (*around, Span(class_span.start, stop))
    return ClassPiece(own.module, own.statement, node.name, spans, effects, root)


def _make_label(own: OwnClass, name: str, body_statement: BodyStatement) -> str:
    if name not in body_statement.bound_names:
        name = min(body_statement.bound_names, default=name)
    return f"{own.node.name}.{name}"


def _find_span(own: OwnClass, node: ast.stmt) -> Span:
    base = _find_base(own)
    return Span(base + find_first_line(node) - 1, base + (node.end_lineno or node.lineno))


def _find_base(own: OwnClass) -> int:
    """Return the number of lines above what the class was parsed from: its cell."""
    return own.statement.spans[-1].stop - (own.node.end_lineno or own.node.lineno)


def _has_inner_member(node: ast.stmt, member: str) -> bool:
    """Return True if a class inside a class (which is kept whole) has ``member``."""
    if not isinstance(node, ast.ClassDef):
        return False
    name, _, inner_member = member.partition(".")
    binding = [statement for statement in node.body if name in find_bound_names([statement])]
    if not inner_member:
        return bool(binding)
    return any(_has_inner_member(statement, inner_member) for statement in binding)
