"""A module as reach sees it: its statements in order, and which binding of a name is in force."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import combine_spans
from gitexp.excerpt.reach.branches import find_completion
from gitexp.excerpt.reach.moment import END, are_exclusive
from gitexp.excerpt.reach.read_statements import (
    StarNames,
    is_future_import,
    is_overload,
    read_statements,
)
from gitexp.excerpt.scope.doubt import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.reach.moment import Branch, Fork, Moment
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Change
    from gitexp.excerpt.source import Source


class Bindings(NamedTuple):
    """The statements that may bind a name as it is seen from somewhere, in their order."""

    statements: list[Statement]
    doubt: Doubt | None


class StatementChange(NamedTuple):
    """A statement that changes what a name holds, and the change."""

    statement: Statement
    change: Change


class Module:
    """The statements of one source and its module-level bindings."""

    def __init__(self, source: Source, star_names: StarNames = ()) -> None:
        """``star_names``: the names that each star import brings in, where that is known."""
        self.source = source
        self.path = source.path
        reading = read_statements(source, star_names)
        self.statements = reading.statements
        self.written_files = reading.written_files
        self._forks = reading.forks
        self._certain_names = reading.certain_names
        self.bindings: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for name in statement.bound_names:
                self.bindings.setdefault(name, []).append(statement)
        self.star_imports = self.bindings.pop("*", [])

    @cached_property
    def changes(self) -> dict[str, list[StatementChange]]:
        """The statements that change what a name holds when they run, by name."""
        changes: dict[str, list[StatementChange]] = {}
        for statement in self.statements:
            if statement.kind == "import":
                continue
            for change in statement.effects.changes:
                if not change.late:
                    by_name = changes.setdefault(change.path[0], [])
                    by_name.append(StatementChange(statement, change))
        return changes

    @cached_property
    def rebinders(self) -> dict[str, list[Statement]]:
        """The functions and classes that bind a module-level name by ``global``, by name."""
        rebinders: dict[str, list[Statement]] = {}
        for statement in self.statements:
            if statement.is_callable:
                for name in statement.effects.rebinds:
                    rebinders.setdefault(name, []).append(statement)
        return rebinders

    def find_bindings(self, name: str, at: Moment = END, branch: Branch = ()) -> Bindings:
        """Return the bindings of ``name`` that a statement at ``at`` in ``branch`` may see.

        Walks back to the last binding that certainly happens. If there is none before ``at`` (cells
        run out of order), it is the first one after: a guess.
        """
        statements = self.bindings.get(name, [])
        visible = self._find_visible(name, statements, at, branch)
        if visible:
            overloads = _find_overloads(statements, visible[0])
            return Bindings([*overloads, *visible], None)
        if not statements:
            return Bindings([], None)
        return Bindings(_find_first_group(statements), Doubt.ORDER)

    def complete(self, kept: Iterable[Span]) -> tuple[Span, ...]:
        """Return kept lines with what makes Python of them.

        ``from __future__`` changes what they mean, and no arm of an ``if`` may be empty.
        """
        kept = tuple(kept)
        future_spans: list[Span] = []
        for statement in self.statements:
            if is_future_import(statement):
                future_spans.extend(statement.spans)
        return combine_spans([*kept, *find_completion(self._forks, kept), *future_spans])

    def find_fillers(self, kept: Iterable[Span]) -> list[Statement]:
        """Return the statements that only stand in kept lines so that no arm is empty."""
        filling = find_completion(self._forks, tuple(kept))
        numbers = {number for span in filling for number in range(span.start, span.stop)}
        return [statement for statement in self.statements if statement.spans[-1].start in numbers]

    def _find_visible(
        self, name: str, statements: list[Statement], at: Moment, branch: Branch
    ) -> list[Statement]:
        """Return the bindings before ``at`` back to one that certainly happens, in their order."""
        visible: list[Statement] = []
        adds_to_package = False
        for statement in reversed(statements):
            if statement.moment >= at or are_exclusive(statement.branch, branch):
                continue
            if adds_to_package and not statement.imports_package(name):
                continue
            visible.append(statement)
            is_around = statement.branch == branch[: len(statement.branch)]
            if is_around:
                if not statement.may_leave(name):
                    break
                # `import a.b` replaces all but what else is imported of `a`.
                adds_to_package = adds_to_package or statement.imports_package(name)
            if self._is_first_of_certain_fork(name, statements, statement, at):
                break
        return visible[::-1]

    def _is_first_of_certain_fork(
        self, name: str, statements: list[Statement], statement: Statement, at: Moment
    ) -> bool:
        """Return True if one of the arms around a statement binds ``name`` for certain.

        The statement must be the first in them that binds it.
        """
        fork = _get_top_fork(statement)
        if fork is None or name not in self._certain_names.get(fork, ()):
            return False
        for earlier in statements:
            is_earlier = earlier.moment < min(statement.moment, at)
            if is_earlier and _get_top_fork(earlier) == fork:
                return False
        return True


def _get_top_fork(statement: Statement) -> Fork | None:
    """Return the outermost ``if`` or ``try`` around a statement."""
    return statement.branch[0].fork if statement.branch else None


def _find_first_group(statements: list[Statement]) -> list[Statement]:
    """Return the first binding, with those in the same ``if`` or ``try``."""
    first = statements[0]
    fork = _get_top_fork(first)
    if fork is None:
        return [first]
    return [statement for statement in statements if _get_top_fork(statement) == fork]


def _find_overloads(statements: list[Statement], definition: Statement) -> list[Statement]:
    """Return the ``@overload`` signatures that stand directly before a definition."""
    stop = statements.index(definition)
    start = stop
    while start > 0 and is_overload(statements[start - 1]):
        start -= 1
    return statements[start:stop]
