"""Modules as reach sees them: top-level statements in order, what each binds, and which binding is in force where."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from gitexp.excerpt.cut import Span, combine_spans
from gitexp.excerpt.definition import find_comment_start
from gitexp.excerpt.magics import is_run_elsewhere
from gitexp.excerpt.reach.branches import arms_of, completed, first_line
from gitexp.excerpt.reach.unparsed import run_by_magic, shell_result, text_facts, text_names
from gitexp.excerpt.scope.facts import Change, Facts, Import, bound, dotted
from gitexp.excerpt.scope.walker import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitexp.excerpt.reach.branches import Arm
    from gitexp.excerpt.source import Source
    from gitexp.excerpt.units import Unit

Kind = Literal["function", "class", "assignment", "import", "other", "text"]
Branch = tuple[tuple[int, int], ...]
Stars = tuple[tuple[Import, tuple[str, ...]], ...]
_Binds = Callable[[ast.stmt], dict[str, Import | None]]
END = 1 << 60


@dataclass(eq=False, slots=True)
class Item:
    """A statement that is kept or left as one. ``spans``: its lines, with the heads of the ``if`` and ``try`` around it.

    ``position`` counts statements of the module. ``branch`` names the arms of ``if`` and ``try`` it stands in. ``rest`` are
    expressions outside the statement that it needs as well: the conditions around it.
    """

    kind: Kind
    position: int
    spans: tuple[Span, ...]
    binds: dict[str, Import | None]
    label: str
    node: ast.stmt | None = None
    branch: Branch = ()
    rest: tuple[ast.expr, ...] = ()
    text: str = ""
    _facts: Facts | None = field(default=None, repr=False)

    @property
    def facts(self) -> Facts:
        """What the statement does to the names of its module."""
        if self._facts is None:
            self._facts = text_facts(self.text) if self.node is None else facts_of(self.node, *self.rest)
        return self._facts


class Module:
    """The statements of one source and its module-level bindings."""

    def __init__(self, source: Source, stars: Stars = ()) -> None:
        """``stars``: the names that star imports bring in, where that is known."""
        self.source = source
        self._given = dict(stars)
        self.path = source.path
        self.items: list[Item] = []
        self.sure: dict[int, set[str]] = {}
        self._forks: list[tuple[Arm, ...]] = []
        for unit in source.units:
            for part in _parsable(source, unit):
                self._read(part)
        self.bindings: dict[str, list[Item]] = {}
        for item in self.items:
            for name in item.binds:
                self.bindings.setdefault(name, []).append(item)
        self.stars = self.bindings.pop("*", [])

    @cached_property
    def changes(self) -> dict[str, list[tuple[Item, Change]]]:
        """Statements that change what a name holds when they run, by name."""
        found: dict[str, list[tuple[Item, Change]]] = {}
        for item in self.items:
            if item.kind != "import":
                for change in item.facts.changes:
                    if not change.late:
                        found.setdefault(change.path[0], []).append((item, change))
        return found

    @cached_property
    def rebinders(self) -> dict[str, list[Item]]:
        """Functions that bind a module-level name by ``global``, by name."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            if item.kind in {"function", "class"}:
                for name in item.facts.rebinds:
                    found.setdefault(name, []).append(item)
        return found

    def in_force(self, name: str, at: float, branch: Branch = ()) -> tuple[list[Item], bool]:
        """The bindings of ``name`` that a statement at position ``at`` may see, and whether that is a guess.

        Walks back to the last binding that certainly happens. If there is none before ``at`` (cells run out of order),
        it is the first one after: a guess.
        """
        known = self.bindings.get(name, [])
        found: list[Item] = []
        added = False
        for item in reversed(known):
            if item.position >= at or _exclusive(item.branch, branch) or (added and not _imports(item, name)):
                continue
            found.append(item)
            if item.branch == branch[: len(item.branch)]:
                if not _partial(item, name):
                    break
                # ``import a.b`` replaces all but what else is imported of ``a``.
                added = added or _imports(item, name)
            top = item.branch[0][0] if item.branch else -1
            if name in self.sure.get(top, ()) and not any(
                other.branch[:1] and other.branch[0][0] == top for other in _before(known, item, at)
            ):
                break
        if found or not known:
            return [*_overloads(known, found), *found[::-1]], False
        first = known[0]
        group = first.branch[0][0] if first.branch else None
        return [item for item in known if item is first or (group is not None and item.branch and item.branch[0][0] == group)], True

    def whole(self, kept: Iterable[Span]) -> tuple[Span, ...]:
        """Kept lines with what makes Python of them: ``from __future__`` changes what they mean, and no arm may be empty."""
        kept = tuple(kept)
        future = [span for item in self.items if _from_future(item) for span in item.spans]
        return combine_spans([*kept, *completed(self._forks, kept), *future])

    def _read(self, part: _Part) -> None:
        lines = self.source.lines
        if part.tree is None:
            text = "\n".join(lines[part.start : part.stop])
            if text.strip() and not is_run_elsewhere(text):
                names: dict[str, Import | None] = dict.fromkeys(text_names(text))
                self._add("text", (Span(part.start, part.stop),), names, next(iter(names), "cell"), text=text)
            return
        for node in part.tree.body:
            number = part.start + node.lineno - 1
            line = lines[number]
            if "%run" in line and (run := run_by_magic(line)):
                self._add("import", (Span(number, number + 1),), self._spelled({"*": run}), line.strip())
            elif ("!" in line or "%" in line) and (name := shell_result(line)):
                self._add("text", (Span(number, number + 1),), {name: None}, name, text=line)
            else:
                self._statement(node, part.start, (), (), ())

    def _names(self, node: ast.stmt) -> dict[str, Import | None]:
        return self._spelled(_binds(node))

    def _spelled(self, binds: dict[str, Import | None]) -> dict[str, Import | None]:
        """What a statement binds; a star import binds the names it brings in as if they were spelled out."""
        star = binds.get("*")
        if star is None or star not in self._given:
            return binds
        found = {name: replace(star, name=name) for name in self._given[star]}
        return {name: source for name, source in binds.items() if name != "*"} | found

    def _add(self, kind: Kind, spans: tuple[Span, ...], binds: dict[str, Import | None], label: str, **more: object) -> Item:
        item = Item(kind, len(self.items), spans, binds, label, **more)  # type: ignore[arg-type]  # fields of Item, named by the callers below
        self.items.append(item)
        return item

    def _statement(self, node: ast.stmt, base: int, branch: Branch, heads: tuple[Span, ...], rest: tuple[ast.expr, ...]) -> None:
        # A chain of ``elif`` may be longer than the stack is deep: it is gone along, not down.
        while arms := arms_of(node, self.source.lines, base):
            self._forks.append(arms)
            # The arms of an ``if`` exclude each other, those of a ``try`` do not: marked by the sign.
            mark = base + node.lineno if isinstance(node, ast.If) else -base - node.lineno
            if not branch:
                self.sure[mark] = _certain(node, self._names)
            opening = arms[0].head
            conditions = (*rest, *_conditions(node))
            for test in _conditions(node):
                if names := bound([test]):
                    label = next(iter(names))
                    self._add("other", (*heads, opening), names, label, node=ast.Expr(test), branch=branch, rest=rest)
            for number, arm in enumerate(arms):
                inside = (*branch, (mark, number))
                above = (*heads, opening, arm.head) if number and arm.kind != "elif" else (*heads, opening)
                if arm.kind == "elif":
                    node, branch, heads, rest = arm.body[0], inside, above, conditions
                    break
                for inner in arm.body:
                    self._statement(inner, base, inside, above, conditions)
            else:
                return
        self._leaf(node, base, branch, heads, rest)

    def _leaf(self, node: ast.stmt, base: int, branch: Branch, heads: tuple[Span, ...], rest: tuple[ast.expr, ...]) -> None:
        lines = self.source.lines
        start = base + first_line(node) - 1
        stop = base + (node.end_lineno or node.lineno)
        kind = _kind(node)
        binds = self._names(node)
        if kind in {"function", "class", "assignment"} and not lines[start][:1].isspace():
            start = find_comment_start(lines, start, base)
        label = next(iter(_binds(node)), "") or " ".join(lines[base + node.lineno - 1].split())[:60]
        self._add(kind, (*heads, Span(start, stop)), binds, label, node=node, branch=branch, rest=rest)


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    stop: int
    tree: ast.Module | None


def _parsable(source: Source, unit: Unit) -> Iterator[_Part]:
    """A unit, or, of a script that does not parse as a whole, its top-level blocks each by itself. Cells stay whole."""
    if unit.tree is not None or source.kind != "python":
        yield _Part(unit.start, unit.stop, unit.tree)
        return
    lines = source.lines
    starts = [unit.start]
    for number in range(unit.start + 1, unit.stop):
        line = lines[number]
        opens = line[:1].strip() and not re.match(r"[)\]}#]|(?:else|elif|except|finally)\b", line)
        if opens and not lines[number - 1].startswith("@"):
            starts.append(number)
    for start, stop in zip(starts, [*starts[1:], unit.stop], strict=True):
        try:
            yield _Part(start, stop, ast.parse("\n".join(lines[start:stop])))
        except (SyntaxError, ValueError, RecursionError):
            yield _Part(start, stop, None)


# Versions of a file share the trees of what is the same in them (``source``): what is known of a node is known in all of them.


@lru_cache(maxsize=4096)
def facts_of(*nodes: ast.AST) -> Facts:
    """What statements, and expressions that they need as well, do to the names of their module."""
    found = facts(nodes)
    found.uses = list(dict.fromkeys(found.uses))
    return found


@lru_cache(maxsize=4096)
def _binds(node: ast.stmt) -> dict[str, Import | None]:
    return bound([node])


def _kind(node: ast.stmt) -> Kind:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return "assignment"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return "import"
    return "other"


def _from_future(item: Item) -> bool:
    return isinstance(item.node, ast.ImportFrom) and item.node.module == "__future__"


def _conditions(node: ast.stmt) -> tuple[ast.expr, ...]:
    if isinstance(node, ast.If):
        return (node.test,)
    if isinstance(node, (ast.Try, ast.TryStar)):
        return tuple(handler.type for handler in node.handlers if handler.type is not None)
    return ()


def _certain(node: ast.stmt, binds: _Binds = _binds) -> set[str]:
    """Names that a statement binds whichever way it goes."""
    if isinstance(node, ast.If):
        names = _all_certain(node.body, binds)
        while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            names &= _all_certain(node.body, binds)
        return names & _all_certain(node.orelse, binds)
    if isinstance(node, (ast.Try, ast.TryStar)):
        names = _all_certain([*node.body, *node.orelse], binds)
        for handler in node.handlers:
            names &= _all_certain(handler.body, binds)
        return names | _all_certain(node.finalbody, binds)
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.AugAssign, ast.Match)):
        return set()
    if isinstance(node, ast.Import):
        # ``import a.b`` after ``import a.c`` adds to ``a``.
        return {name for name, source in binds(node).items() if source is not None and not source.whole}
    return set(binds(node))


def _all_certain(body: Iterable[ast.stmt], binds: _Binds) -> set[str]:
    return {name for node in body for name in _certain(node, binds)}


def _partial(item: Item, name: str) -> bool:
    """Whether ``name`` may keep an earlier value when ``item`` has run."""
    if item.node is None:
        return item.kind == "text" and shell_result(item.text) is None
    return not isinstance(item.node, ast.ImportFrom) and name not in _certain(item.node)


def _imports(item: Item, name: str) -> bool:
    """Whether a statement is ``import name`` or ``import name.inner``."""
    source = item.binds[name]
    return source is not None and source.module == name and not source.name


def _overloads(known: list[Item], found: list[Item]) -> list[Item]:
    """The ``@overload`` signatures that stand directly before the definition that is found."""
    at = known.index(found[-1]) if found else 0
    start = at
    while (
        start
        and isinstance(node := known[start - 1].node, ast.FunctionDef)
        and any(dotted(mark)[-1:] == ("overload",) for mark in node.decorator_list)
    ):
        start -= 1
    return known[start:at]


def _exclusive(one: Branch, two: Branch) -> bool:
    arms = dict(two)
    return any(mark > 0 and arms.get(mark, arm) != arm for mark, arm in one)


def _before(known: Iterable[Item], item: Item, at: float) -> list[Item]:
    return [other for other in known if other.position < min(item.position, at)]
