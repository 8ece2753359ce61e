"""What a reach has kept so far, what it is asked to leave out, and what is to be read next."""

from __future__ import annotations

import ast
import heapq
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gitexp.excerpt.cut import combine_spans
from gitexp.excerpt.reach.import_lines import find_needless_lines, find_short_lines
from gitexp.excerpt.reach.reasons import Reason
from gitexp.excerpt.scope.facts import ELEMENT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gitexp.excerpt.cut import Span
    from gitexp.excerpt.reach.import_lines import ImportLine
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.moment import Moment
    from gitexp.excerpt.reach.reasons import Trail
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.doubt import Doubt
    from gitexp.excerpt.scope.facts import Effects, Path

    Spans = dict[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """A kept statement whose names are to be looked up, as it runs at ``moment``."""

    module: Module
    statement: Statement
    moment: Moment
    trail: Trail
    effects: Effects


class Agenda:
    """The steps that are still to be taken: certain ones first, then those near to the root."""

    def __init__(self) -> None:
        self._queue: list[tuple[bool, int, int, Step]] = []
        self._numbers = itertools.count()

    def __bool__(self) -> bool:
        return bool(self._queue)

    def push(self, step: Step) -> None:
        """Add a step."""
        is_guess = step.trail.doubt is not None
        heapq.heappush(self._queue, (is_guess, step.trail.depth, next(self._numbers), step))

    def pop(self) -> Step:
        """Return the next step and take it off."""
        return heapq.heappop(self._queue)[-1]


class Limits:
    """What bounds a reach: names to be left out, and the steps from the root (None: all)."""

    def __init__(self, stop: frozenset[str], depth: int | None) -> None:
        self.stop = stop
        self.depth = depth
        self.stopped: dict[str, None] = {}

    def leaves_out(self, name: str) -> bool:
        """Return True if a name is asked to be left out; the name is noted as met."""
        if name not in self.stop:
            return False
        self.stopped[name] = None
        return True

    def stops_path(self, path: Path) -> bool:
        """Return True if a name, or an attribute that is read from it, is asked to be left out.

        An attribute may be named by itself or by its dotted name.
        """
        known = path[: path.index(ELEMENT)] if ELEMENT in path else path
        for size in range(1, len(known) + 1):
            if self.leaves_out(path[size - 1]) or self.leaves_out(".".join(path[:size])):
                return True
        return False

    def is_beyond(self, trail: Trail) -> bool:
        """Return True if a trail is longer than the reach may go."""
        return self.depth is not None and trail.depth > self.depth

    def is_at_end(self, trail: Trail) -> bool:
        """Return True if no further step may follow a trail."""
        return self.depth is not None and trail.depth >= self.depth


class KeptCode:
    """The lines that a reach keeps, and the reason for each name."""

    def __init__(self, root_path: str) -> None:
        self.reasons: dict[tuple[str, str], Reason] = {}
        self._spans: dict[str, list[Span]] = {root_path: []}
        self._certain_spans: dict[str, list[Span]] = {}
        self._statements: dict[tuple[str, int], Trail] = {}
        self._imported_names: dict[tuple[str, int], set[str]] = {}

    @property
    def paths(self) -> list[str]:
        """The files of which something is kept, the root's file first."""
        return list(self._spans)

    def has(self, module: Module, statement: Statement) -> bool:
        """Return True if a statement is kept."""
        return (module.path, statement.position) in self._statements

    def keep_statement(self, module: Module, statement: Statement, trail: Trail) -> None:
        """Keep the lines of a statement, and the reason for the name that led to it."""
        last_name = trail.chain[-1]
        name = last_name if last_name in statement.bound_names else statement.label
        place = (module.path, statement.position)
        is_new = place not in self._statements
        self.add_reason(module, name, trail, statement.spans if is_new else ())
        if place not in self._statements or self._statements[place].doubt:
            self._statements[place] = trail
        self.keep_spans(module.path, statement.spans, trail.doubt)

    def note_imported_name(self, module: Module, statement: Statement, name: str) -> None:
        """Note that an import is kept for a name that it binds; for "" the whole import is."""
        place = (module.path, statement.position)
        names = {name} if name else set(statement.bound_names)
        self._imported_names.setdefault(place, set()).update(names)

    def keep_spans(self, path: str, spans: tuple[Span, ...], doubt: Doubt | None) -> None:
        """Keep some lines of a file."""
        self._spans.setdefault(path, []).extend(spans)
        if doubt is None:
            self._certain_spans.setdefault(path, []).extend(spans)

    def find_trail_beside(self, module: Module, statement: Statement) -> Trail | None:
        """Return how the search came to the ``if`` or ``try`` that a statement stands in."""
        forks = {place.fork for place in statement.branch}
        trails = []
        for (path, position), trail in self._statements.items():
            branch = module.statements[position].branch if path == module.path else ()
            if any(place.fork in forks for place in branch):
                trails.append(trail)
        return min(trails, key=lambda trail: (trail.doubt is not None, trail.depth), default=None)

    def list_imports(self, library: Library) -> list[tuple[str, Statement, Trail]]:
        """Return the kept imports, each with the path of its file and how the search came to it."""
        imports = []
        for (path, position), trail in self._statements.items():
            statement = library.modules[path].statements[position]
            if statement.kind == "import":
                imports.append((path, statement, trail))
        return imports

    def get_spans(self, path: str) -> list[Span]:
        """Return the lines of a file that are kept so far, without what makes Python of them."""
        return self._spans[path]

    def add_reason(
        self, module: Module, name: str, trail: Trail, new_spans: tuple[Span, ...]
    ) -> None:
        """Note why a name is kept, and the lines that it brings; a certain reason replaces a guess."""
        key = (module.path, name)
        reason = self.reasons.get(key)
        line_count = sum(span.stop - span.start for span in new_spans)
        if reason is not None:
            line_count += reason.line_count
        if reason is None or (reason.doubt and not trail.doubt):
            reason = Reason(name, module.path, trail.chain, trail.doubt, trail.depth)
        self.reasons[key] = replace(reason, line_count=line_count)

    def list_spans(self, library: Library) -> Spans:
        """Return what is kept, by path, with what makes Python of it."""
        needless = self._list_needless_lines(library)
        return {
            path: combine_spans(library.modules[path].complete(spans), needless.get(path, ()))
            for path, spans in self._spans.items()
            if spans
        }

    def list_guesses(self, library: Library) -> Spans:
        """Return what is kept by guesses alone, by path."""
        guesses: Spans = {}
        needless = self._list_needless_lines(library)
        for path, spans in self._spans.items():
            hidden = (*self._certain_spans.get(path, ()), *needless.get(path, ()))
            guessed = combine_spans(spans, hidden)
            if guessed:
                guesses[path] = guessed
        return guesses

    def list_short_lines(self, library: Library) -> dict[str, dict[int, ImportLine]]:
        """Return the lines of kept imports that also name what is not in the cut.

        By path and number (from 0). Such a name would end the run of the cut there.
        """
        short_lines: dict[str, dict[int, ImportLine]] = {}
        for (path, position), names in self._imported_names.items():
            module = library.modules[path]
            statement = module.statements[position]
            if names >= statement.bound_names.keys():
                continue
            if not _names_own_file(library, path, statement, names):
                continue
            lines = find_short_lines(statement, names, module.source.lines)
            if lines:
                short_lines.setdefault(path, {}).update(lines)
        return short_lines

    def _list_needless_lines(self, library: Library) -> dict[str, list[Span]]:
        """Return the lines of kept imports that bind only names which nothing kept needs."""
        needless: dict[str, list[Span]] = {}
        for (path, position), names in self._imported_names.items():
            statement = library.modules[path].statements[position]
            lines = find_needless_lines(statement, names)
            needless.setdefault(path, []).extend(lines)
        return needless


def _names_own_file(
    library: Library, path: str, statement: Statement, needed: AbstractSet[str]
) -> bool:
    """Return True if what an import names in vain may be of this repository.

    For ``from a import b`` that is told by the names that are needed: these were followed, so no
    more files are read.
    """
    if not isinstance(statement.node, ast.ImportFrom):
        return True
    for name in needed & statement.bound_names.keys():
        source = statement.bound_names[name]
        if source is not None and library.find_target(source, path).module is not None:
            return True
    return False
