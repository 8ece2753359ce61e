"""Read the statements of a source: of ``if`` and ``try`` the statements inside, one by one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import Span
from gitexp.excerpt.definition import find_comment_start
from gitexp.excerpt.parse.magics import is_run_elsewhere
from gitexp.excerpt.reach.branches import find_arms, find_first_line
from gitexp.excerpt.reach.moment import ArmPlace, Fork
from gitexp.excerpt.reach.statement import (
    Statement,
    find_certain_names,
    find_names_of,
)
from gitexp.excerpt.reach.unparsed import (
    find_magic_variable,
    find_run_import,
    find_shell_result,
    find_text_names,
    read_written_path,
)
from gitexp.excerpt.scope.facts import Import
from gitexp.excerpt.scope.names import find_bound_names, read_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.parse.units import Unit
    from gitexp.excerpt.reach.branches import Arm
    from gitexp.excerpt.reach.moment import Branch
    from gitexp.excerpt.reach.statement import BoundNames, StatementKind
    from gitexp.excerpt.source import Source

StarNames = tuple[tuple[Import, tuple[str, ...]], ...]
"""Star imports, each with the names that it brings in."""

_LABEL_LENGTH = 60


class Reading(NamedTuple):
    """What was read of a source.

    ``forks``: the arms of each ``if`` and ``try``, outer ones first. ``certain_names``: the names
    that an outermost ``if`` or ``try`` binds whichever way it goes. ``written_files``: the cells
    that write a file of Python.
    """

    statements: list[Statement]
    forks: list[tuple[Arm, ...]]
    certain_names: dict[Fork, set[str]]
    written_files: list[Statement]


class _Section(NamedTuple):
    """Lines ``start`` to ``stop`` of a source that are parsed as one; ``tree`` is None if they are
    not Python.
    """

    start: int
    stop: int
    tree: ast.Module | None


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stands around a statement: arms, the lines that open them, and their conditions."""

    branch: Branch = ()
    heads: tuple[Span, ...] = ()
    conditions: tuple[ast.expr, ...] = ()


def read_statements(source: Source, star_names: StarNames = ()) -> Reading:
    """Return the statements of a source; star imports are spelled out by ``star_names``."""
    reader = _Reader(source, dict(star_names))
    for unit in source.units:
        for section in _split_unit(source, unit):
            reader.read(section)
    return reader.reading


def is_future_import(statement: Statement) -> bool:
    """Return True for ``from __future__ import ...``."""
    node = statement.node
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def is_overload(statement: Statement) -> bool:
    """Return True for a signature marked ``@overload``."""
    node = statement.node
    if not isinstance(node, ast.FunctionDef):
        return False
    return any(read_path(decorator)[-1:] == ("overload",) for decorator in node.decorator_list)


class _Reader:
    """Reads the sections of a source one after the other."""

    def __init__(self, source: Source, star_names: dict[Import, tuple[str, ...]]) -> None:
        self._lines = source.lines
        self._star_names = star_names
        self.reading = Reading([], [], {}, [])

    def read(self, section: _Section) -> None:
        """Read the statements of a section."""
        if section.tree is None:
            self._read_text(section)
            return
        for node in section.tree.body:
            number = section.start + node.lineno - 1
            if not self._read_magic(number):
                self._read_node(node, section.start, _Surroundings())

    def _read_text(self, section: _Section) -> None:
        """Read a section that is not Python as one statement."""
        text = "\n".join(self._lines[section.start : section.stop])
        if not text.strip():
            return
        if is_run_elsewhere(text):
            self._read_written_file(section, text)
            return
        names: BoundNames = dict.fromkeys(find_text_names(text))
        label = next(iter(names), "cell")
        spans = (Span(section.start, section.stop),)
        self._add("text", spans, names, label, text=text)

    def _read_written_file(self, section: _Section, text: str) -> None:
        """Read a cell that writes a file of Python; it binds nothing in the notebook."""
        path = read_written_path(text)
        if path:
            spans = (Span(section.start, section.stop),)
            self._add("text", spans, {}, f"%%writefile {path}", text=text)
            self.reading.written_files.append(self.reading.statements[-1])

    def _read_magic(self, number: int) -> bool:
        """Read ``%run utils.ipynb``, ``%env NAME=1`` or ``files = !ls``; False for other lines."""
        line = self._lines[number]
        spans = (Span(number, number + 1),)
        run_import = find_run_import(line) if "%run" in line else None
        if run_import is not None:
            names = self._spell_star({"*": run_import})
            self._add("import", spans, names, line.strip())
            return True
        variable = find_magic_variable(line) if "env" in line else ""
        if variable:
            self._add("text", spans, {}, f"%env {variable}", text=line)
            return True
        result = find_shell_result(line) if "!" in line or "%" in line else None
        if result is not None:
            self._add("text", spans, {result: None}, result, text=line)
            return True
        return False

    def _read_node(self, node: ast.stmt, base: int, around: _Surroundings) -> None:
        """Read a statement; of an ``if`` or ``try`` the statements inside."""
        # A chain of `elif` may be longer than the stack is deep: the loop goes along it, not down.
        while True:
            arms = find_arms(node, self._lines, base)
            if not arms:
                self._read_leaf(node, base, around)
                return
            fork = Fork(base + node.lineno, exclusive=isinstance(node, ast.If))
            self._open_fork(node, fork, arms, around)
            chained = self._read_arms(node, base, fork, arms, around)
            if chained is None:
                return
            node, around = chained

    def _open_fork(
        self, node: ast.stmt, fork: Fork, arms: tuple[Arm, ...], around: _Surroundings
    ) -> None:
        """Note a fork, and read the names that its conditions bind (``:=``)."""
        self.reading.forks.append(arms)
        if not around.branch:
            certain_names = find_certain_names(node, self._find_names)
            self.reading.certain_names[fork] = certain_names
        for condition in _list_conditions(node):
            names = find_bound_names([condition])
            if names:
                spans = (*around.heads, arms[0].head)
                expression = ast.Expr(condition)
                self._add("other", spans, names, next(iter(names)), around, node=expression)

    def _read_arms(
        self, node: ast.stmt, base: int, fork: Fork, arms: tuple[Arm, ...], around: _Surroundings
    ) -> tuple[ast.stmt, _Surroundings] | None:
        """Read the statements in the arms of a fork.

        Where the fork goes on with ``elif``, return that ``if`` and its surroundings.
        """
        opening = arms[0].head
        conditions = (*around.conditions, *_list_conditions(node))
        for number, arm in enumerate(arms):
            branch = (*around.branch, ArmPlace(fork, number))
            heads = (*around.heads, opening)
            if number > 0 and arm.kind != "elif":
                heads = (*heads, arm.head)
            inside = _Surroundings(branch, heads, conditions)
            if arm.kind == "elif":
                return arm.body[0], inside
            for inner in arm.body:
                self._read_node(inner, base, inside)
        return None

    def _read_leaf(self, node: ast.stmt, base: int, around: _Surroundings) -> None:
        """Read a statement that is kept or left as one, with the comment above a definition."""
        start = base + find_first_line(node) - 1
        stop = base + (node.end_lineno or node.lineno)
        kind = _classify(node)
        is_definition = kind in {"function", "class", "assignment"}
        if is_definition and not self._lines[start][:1].isspace():
            start = find_comment_start(self._lines, start, base)
        first_line = " ".join(self._lines[base + node.lineno - 1].split())
        label = next(iter(find_names_of(node)), "") or first_line[:_LABEL_LENGTH]
        spans = (*around.heads, Span(start, stop))
        self._add(kind, spans, self._find_names(node), label, around, node=node)

    def _add(
        self,
        kind: StatementKind,
        spans: tuple[Span, ...],
        names: BoundNames,
        label: str,
        around: _Surroundings | None = None,
        *,
        node: ast.stmt | None = None,
        text: str = "",
    ) -> None:
        around = around or _Surroundings()
        statements = self.reading.statements
        statement = Statement(
            kind,
            len(statements),
            spans,
            names,
            label,
            node=node,
            branch=around.branch,
            conditions=around.conditions,
            text=text,
        )
        statements.append(statement)

    def _find_names(self, node: ast.stmt) -> BoundNames:
        return self._spell_star(find_names_of(node))

    def _spell_star(self, names: BoundNames) -> BoundNames:
        """Return what a statement binds, with the names of a star import as if spelled out."""
        star = names.get("*")
        if star is None or star not in self._star_names:
            return names
        spelled = {name: source for name, source in names.items() if name != "*"}
        for name in self._star_names[star]:
            spelled[name] = replace(star, name=name)
        return spelled


def _split_unit(source: Source, unit: Unit) -> Iterator[_Section]:
    """Yield a unit as one section.

    Of a script that does not parse as one, yield its top-level blocks. Cells stay in one piece.
    """
    if unit.tree is not None or source.kind != "python":
        yield _Section(unit.start, unit.stop, unit.tree)
        return
    starts = [unit.start]
    for number in range(unit.start + 1, unit.stop):
        is_decorated = source.lines[number - 1].startswith("@")
        if _opens_block(source.lines[number]) and not is_decorated:
            starts.append(number)
    stops = [*starts[1:], unit.stop]
    for start, stop in zip(starts, stops, strict=True):
        yield _Section(start, stop, _parse("\n".join(source.lines[start:stop])))


def _opens_block(line: str) -> bool:
    """Return True if a top-level statement may begin with a line."""
    if not line[:1].strip():
        return False
    return not re.match(r"[)\]}#]|(?:else|elif|except|finally)\b", line)


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _classify(node: ast.stmt) -> StatementKind:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function"
    if isinstance(node, ast.ClassDef):
        return "class"
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return "assignment"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return "import"
    return "other"


def _list_conditions(node: ast.stmt) -> tuple[ast.expr, ...]:
    """Return the expressions on which it hangs which arm of a fork runs."""
    if isinstance(node, ast.If):
        return (node.test,)
    if isinstance(node, (ast.Try, ast.TryStar)):
        return tuple(handler.type for handler in node.handlers if handler.type is not None)
    return ()
