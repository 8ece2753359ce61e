"""The search behind reach: from a root along free variables.

A free variable is a name that no enclosing scope binds (Python language reference, "Naming and
binding"). Each is looked up as the binding in force when it is read: a function reads the names of
its module when it is called, all else when it runs. So the search goes over pairs of a statement
and a moment.
"""

from __future__ import annotations

import builtins
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.agenda import Agenda, KeptCode, Step
from gitexp.excerpt.reach.call_time import find_call_time
from gitexp.excerpt.reach.cell_files import find_writing_cells
from gitexp.excerpt.reach.effects import (
    find_changes,
    find_rebinding_statements,
    is_library_switch,
)
from gitexp.excerpt.reach.guards import find_guards
from gitexp.excerpt.reach.imports import select_imports
from gitexp.excerpt.reach.lazy_names import LAZY, find_spelled_submodules
from gitexp.excerpt.reach.methods import ClassLimits, cut_class
from gitexp.excerpt.reach.moment import END, Moment
from gitexp.excerpt.reach.opened_settings import FileNaming
from gitexp.excerpt.reach.reasons import Trail, Vantage
from gitexp.excerpt.reach.unparsed import read_written_path
from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import ELEMENT, Import, Use
from gitexp.excerpt.scope.names import find_assigned_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.reach.agenda import Limits
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.methods import ClassPiece
    from gitexp.excerpt.reach.module import Module, StatementChange
    from gitexp.excerpt.reach.public_doors import PublicDoors
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Change, Path, StringLookup

_BUILTINS = frozenset(dir(builtins))
_UNREACHED = 1 << 60
"""Depth of what the search has not met yet."""


class Search:
    """One reach under way.

    ``strings``: for each kept statement the strings in it that could be names. ``dynamic_modules``:
    the modules whose names kept statements look up by strings, and how the search came there.
    ``attributes`` and ``value_modules``: the same of attributes that kept statements read from
    values, and of modules that kept statements hand on as values. ``file_namings``: the names of
    settings files in kept statements.
    ``called_by``: for each file of a root, the moment at which its roots have been called.
    """

    def __init__(
        self, library: Library, root_path: str, limits: Limits, doors: PublicDoors | None
    ) -> None:
        self.library = library
        self.root_path = root_path
        self.limits = limits
        self._doors = doors
        self.kept = KeptCode(root_path)
        self.strings: list[tuple[Trail, set[str]]] = []
        self.file_namings: list[FileNaming] = []
        self.dynamic_modules: dict[str, Trail] = {}
        self.attributes: list[tuple[Trail, set[str]]] = []
        self.value_modules: dict[str, Trail] = {}
        self.called_by: dict[str, Moment] = {}
        self._agenda = Agenda()
        self._pushed: dict[tuple[str, int, Moment, bool], int] = {}
        self._needed: dict[tuple[str, str, Path, Vantage, bool], int] = {}
        self._changes: dict[tuple[str, str], tuple[StatementChange, ...]] = {}
        self._done_names: dict[tuple[str, Moment], frozenset[str]] = {}

    # Roots

    def add_root(self, module: Module, symbol: str) -> bool:
        """Add a root; False when the module has no such symbol."""
        name, _, member = symbol.partition(".")
        statements = module.find_bindings(name).statements
        trail = Trail((symbol,), 0)
        if not statements:
            return self._keep_star_imports(module, name, (), trail)
        call_time = find_call_time(module, name, statements[-1])
        moment = call_time.moment
        earlier = self.called_by.get(module.path, moment)
        self.called_by[module.path] = max(moment, earlier)
        if call_time.done:
            self._done_names[module.path, moment] = call_time.done
        for statement in statements:
            if member:
                if not self._add_member(module, statement, member, moment, trail):
                    return False
            else:
                doubt = _get_text_doubt(statement)
                beside = trail.step_beside(symbol, doubt)
                self._keep(module, statement, (name,), moment, beside)
        self._keep_guards(module, statements, moment, trail)
        if not member:
            self._keep_changes(module, (name,), statements, moment, trail)
        return True

    def _add_member(
        self, module: Module, statement: Statement, member: str, moment: Moment, trail: Trail
    ) -> bool:
        """Add a member of a class as root; False when the class does not have it."""
        limits = ClassLimits(moment, self.limits.leaves_out)
        pieces = cut_class(self.library, module, statement, member, limits)
        if not pieces and statement.kind == "class":
            return False
        for piece in pieces:
            is_root_module = piece.module is module
            self._keep_piece(piece, trail, moment if is_root_module else END)
        if not pieces:
            name = trail.chain[0].partition(".")[0]
            beside = trail.step_beside(trail.chain[0], _get_text_doubt(statement))
            self._keep(module, statement, (name,), moment, beside)
        return True

    def expand_all(self) -> None:
        """Take all steps of the agenda, and those that come up on the way."""
        while self._agenda:
            self._expand(self._agenda.pop())

    @property
    def has_steps(self) -> bool:
        """True if steps are left to be taken."""
        return bool(self._agenda)

    # Reading a kept statement

    def _expand(self, step: Step) -> None:
        """Look up the names that a kept statement reads."""
        if self.limits.is_at_end(step.trail):
            return
        for use in step.effects.uses:
            self._look_up_use(step, use)
        for prefix, suffix in step.effects.patterns:
            for name in _list_fitting_names(step.module, prefix, suffix):
                vantage = Vantage(step.moment, step.moment)
                trail = step.trail.step_to(name, Doubt.PATTERN)
                self.need(step.module, name, (), vantage, trail)
        for lookup in step.effects.lookups:
            self._look_up_string(step, lookup)
        self.strings.append((step.trail, step.effects.strings))
        if step.effects.file_names:
            names = frozenset(step.effects.file_names)
            self.file_namings.append(FileNaming(step.module.path, names, step.trail))
        self.attributes.append((step.trail, self._list_attributes(step)))
        if step.effects.dynamic:
            self.dynamic_modules.setdefault(step.module.path, step.trail)

    def _list_attributes(self, step: Step) -> set[str]:
        """Return the attributes that a statement reads from what is no import."""
        attributes = set(step.effects.attributes)
        for use in step.effects.uses:
            bindings = step.module.bindings.get(use.path[0], ())
            if all(binding.kind != "import" for binding in bindings):
                attributes.update(use.path[1:])
        return attributes

    def _look_up_string(self, step: Step, lookup: StringLookup) -> None:
        """Look up a name of another module that is spelled in part, or by other kept strings."""
        module = self.library.find_held_module(step.module, lookup.holder)
        if module is None:
            return
        if not lookup.prefix and not lookup.suffix:
            self.dynamic_modules.setdefault(module.path, step.trail)
            return
        for name in module.bindings:
            if name.startswith(lookup.prefix) and name.endswith(lookup.suffix):
                use = Use((*lookup.holder, name), late=True, doubt=Doubt.PATTERN)
                self._look_up_use(step, use)

    def _look_up_use(self, step: Step, use: Use) -> None:
        name, attributes = use.path[0], use.path[1:]
        trail = step.trail.step_to(name, use.doubt)
        if use.source is not None:
            if not self.limits.stops_path(use.path):
                self._follow_import(step.module, use.source, attributes, trail)
            return
        if self._is_bound_inside(step, use):
            return
        if use.late:
            vantage = Vantage(step.moment, step.moment)
        else:
            vantage = self._find_vantage(step, use)
        self.need(step.module, name, attributes, vantage, trail)

    def _is_bound_inside(self, step: Step, use: Use) -> bool:
        """Return True if a statement has bound a name itself whenever it reads the name.

        A function in a loop reads the name when it is called: then nothing may bind it after the loop.
        """
        statement, name = step.statement, use.path[0]
        if not statement.binds_before_reading(name):
            return False
        if not use.late:
            return True
        bindings = step.module.bindings[name]
        return not any(statement.moment < other.moment < step.moment for other in bindings)

    def _find_vantage(self, step: Step, use: Use) -> Vantage:
        """Return from where a statement sees a name that it reads when it runs.

        A function that is called while the statement runs sees the names of that moment; one that
        is only mentioned is called later.
        """
        moment = step.statement.moment
        called_at = step.moment
        if use.called:
            inside = Moment(moment.position, inside=True)
            is_split = (step.module.path, inside) in self._done_names
            called_at = inside if is_split else moment
        return Vantage(moment, called_at, step.statement.branch)

    # Looking up a name

    def need(
        self, module: Module, name: str, attributes: Path, vantage: Vantage, trail: Trail
    ) -> None:
        """Keep what ``name`` means in ``module``; ``attributes`` are read from it."""
        path = (name, *attributes)
        if self.limits.stops_path(path):
            return
        if self._is_known((module.path, name, attributes, vantage), trail):
            return
        at = self._find_moment_of(module, name, vantage)
        bindings = module.find_bindings(name, at, vantage.branch)
        for statement in module.rebinders.get(name, ()):
            rebinding = trail.step_to(statement.label, Doubt.GLOBAL)
            self.push(module, statement, vantage.called_at, rebinding)
        if not bindings.statements:
            self._keep_star_imports(module, name, attributes, trail)
            self._keep_lazy_names(module, name, attributes, trail)
            return
        for statement in select_imports(module, bindings.statements, path, vantage.at):
            doubt = bindings.doubt or _get_text_doubt(statement)
            beside = trail.step_beside(name, doubt)
            self._keep(module, statement, path, vantage.called_at, beside)
        self._keep_guards(module, bindings.statements, vantage.called_at, trail)
        self._keep_changes(module, path, bindings.statements, at, trail)

    def _find_moment_of(self, module: Module, name: str, vantage: Vantage) -> Moment:
        """Return the moment at which a name is seen.

        Inside a statement only the names are seen that the statement has set by then.
        """
        done = self._done_names.get((module.path, vantage.at))
        if done is None or name in done:
            return vantage.at
        return Moment(vantage.at.position)

    def _is_known(self, need: tuple[str, str, Path, Vantage], trail: Trail) -> bool:
        """Return True if a name was looked up like this before, as near and as certainly.

        Imports may lead back to themselves.
        """
        is_guess = trail.doubt is not None
        certain_depth = self._needed.get((*need, False), _UNREACHED)
        depth = self._needed.get((*need, is_guess), _UNREACHED)
        if min(certain_depth, depth) <= trail.depth:
            return True
        self._needed[*need, is_guess] = trail.depth
        return False

    # Imports

    def ends_at(self, module: Module, name: str) -> bool:
        """Return True if a name of another file is a public door, at which the reach ends."""
        return self._doors is not None and self._doors.ends_at(module, name)

    def _follow_import(
        self, module: Module, source: Import, attributes: Path, trail: Trail
    ) -> None:
        """Go where an import leads: to a name in the other file, or to an attribute of a module."""
        target = self.library.follow_import(source, attributes, module.path)
        if target.module is None:
            self._keep_writing_cells(module, source, trail)
            return
        if not source.level:
            self._keep_path_statements(target.module.path, module, trail)
        if not target.name:
            self.value_modules.setdefault(target.module.path, trail)
        if target.name and target.name != "*" and not self.ends_at(target.module, target.name):
            beside = trail.step_beside(target.name)
            self.need(target.module, target.name, target.attributes, Vantage(), beside)

    def _keep_star_imports(self, module: Module, name: str, attributes: Path, trail: Trail) -> bool:
        """Keep, on suspicion, the star imports that may bring ``name`` in; True when there are any."""
        if name in _BUILTINS:
            return False
        for statement in module.star_imports:
            beside = trail.step_beside(name, Doubt.STAR)
            self.push(module, statement, END, beside)
            target = self.library.find_star_module(module, statement)
            source = statement.bound_names["*"]
            if target is not None:
                if not self.ends_at(target, name):
                    self.need(target, name, attributes, Vantage(), beside)
            elif source is not None:
                self._keep_writing_cells(module, source, beside, name)
        return bool(module.star_imports)

    def _keep_lazy_names(self, module: Module, name: str, attributes: Path, trail: Trail) -> None:
        """Keep the function that makes the names which a module does not bind (PEP 562).

        As a guess, the name in the modules below it that strings of the package spell.
        """
        if module.path == self.root_path or LAZY not in module.bindings or name == LAZY:
            return
        self.need(module, LAZY, (), Vantage(), trail.step_beside(LAZY))
        for submodule in find_spelled_submodules(self.library, module):
            if name in submodule.bindings and not self.ends_at(submodule, name):
                beside = trail.step_beside(name, Doubt.STRING)
                self.need(submodule, name, attributes, Vantage(), beside)

    def _keep_writing_cells(
        self, module: Module, source: Import, trail: Trail, name: str = ""
    ) -> None:
        """Keep the cells of the notebook that write the file which an import means."""
        root_module = self.library.read_module(self.root_path)
        for owner in dict.fromkeys((module, root_module)):
            if owner is None:
                continue
            for statement in find_writing_cells(owner, source, name):
                beside = trail.step_beside(statement.label, Doubt.WRITTEN)
                self.push(owner, statement, END, beside)
                written = normpath(join(dirname(owner.path), read_written_path(statement.text)))
                if not source.level:
                    self._keep_path_statements(written, module, beside)

    def _keep_path_statements(self, path: str, importer: Module, trail: Trail) -> None:
        """Keep the lines that put a folder on ``sys.path`` in which ``path`` is found."""
        for owner, statement in self.library.find_path_statements(path, importer.path):
            beside = trail.step_beside(statement.label)
            self.push(owner, statement, statement.moment, beside)

    # What changes a kept name

    def list_changes(self, module: Module, name: str) -> tuple[StatementChange, ...]:
        """Return the statements that change what a name holds."""
        key = (module.path, name)
        if key not in self._changes:
            self._changes[key] = tuple(find_changes(self.library, module, name))
        return self._changes[key]

    def _keep_changes(
        self,
        module: Module,
        path: Path,
        statements: Sequence[Statement],
        until: Moment,
        trail: Trail,
    ) -> None:
        """Keep what changes a name between its binding and ``until``.

        Of a module, what changes that which is read from it.
        """
        first = min(statement.position for statement in statements)
        sources = [statement.bound_names.get(path[0]) for statement in statements]
        is_foreign = all(self._is_foreign(module, source) for source in sources)
        holds_module = all(source is not None and not source.name for source in sources)
        for statement, change in self.list_changes(module, path[0]):
            if not (first < statement.position and statement.moment < until):
                continue
            if change.kind == "member":
                counts = all(binding.kind == "class" for binding in statements)
            elif is_foreign:
                counts = is_library_switch(change) or _changes_class(change, path)
            else:
                counts = not (holds_module and _concerns_other(change, path))
            if counts:
                doubt = change.doubt or (Doubt.LIBRARY if is_foreign else None)
                beside = trail.step_beside(statement.label, doubt)
                self.push(module, statement, until, beside)
                self._keep_guards(module, [statement], until, trail)
        if all(statement.kind == "assignment" for statement in statements):
            for statement in find_rebinding_statements(module):
                if first < statement.position and statement.moment < until:
                    beside = trail.step_beside(statement.label, Doubt.REBINDING)
                    self.push(module, statement, until, beside)

    def _is_foreign(self, module: Module, source: Import | None) -> bool:
        """Return True for an import of what is not in this repository."""
        return source is not None and self.library.is_foreign(source, module.path)

    def _keep_guards(
        self, module: Module, statements: Sequence[Statement], moment: Moment, trail: Trail
    ) -> None:
        """Keep what decides whether ``statements`` run: what a ``try`` tries."""
        for statement in find_guards(module, statements):
            self.push(module, statement, moment, trail.step_beside(statement.label))

    # Keeping

    def _keep(
        self, module: Module, statement: Statement, path: Path, moment: Moment, trail: Trail
    ) -> None:
        """Keep a binding of ``path[0]``, and what is read from it by the rest of ``path``."""
        name, attributes = path[0], path[1:]
        self.push(module, statement, moment, trail, name)
        source = statement.bound_names.get(name)
        if source is not None and not self.limits.is_beyond(trail):
            self._follow_import(module, source, attributes, trail)
        if attributes:
            self._keep_from_modules(module, statement, path, moment, trail)

    def _keep_from_modules(
        self, module: Module, statement: Statement, path: Path, moment: Moment, trail: Trail
    ) -> None:
        """Keep what is read from a name that holds modules: ``m = nets``, ``T = {"a": nets.a}``."""
        is_element = path[1] == ELEMENT
        attributes = path[2:] if is_element else path[1:]
        for value in find_assigned_paths(statement.node, path[0], elements=is_element):
            if self.library.find_held_module(module, value) is None:
                continue
            vantage = Vantage(statement.moment, moment, statement.branch)
            further = trail.step_to(value[0])
            self.need(module, value[0], (*value[1:], *attributes), vantage, further)

    def push(
        self,
        module: Module,
        statement: Statement,
        moment: Moment,
        trail: Trail,
        imported_name: str = "",
    ) -> None:
        """Keep a statement as it runs at ``moment``, unless it is left out or kept like this.

        ``imported_name``: the only name for which an import is kept; "" keeps all of its lines.
        """
        if self.limits.is_beyond(trail):
            return
        if statement.is_callable and self.limits.leaves_out(statement.label):
            return
        if statement.kind == "import":
            self.kept.note_imported_name(module, statement, imported_name)
        is_guess = trail.doubt is not None
        place = (module.path, statement.position, moment)
        certain_depth = self._pushed.get((*place, False), _UNREACHED)
        depth = self._pushed.get((*place, is_guess), _UNREACHED)
        if min(certain_depth, depth) <= trail.depth:
            return
        self._pushed[*place, is_guess] = trail.depth
        self.kept.keep_statement(module, statement, trail)
        self._agenda.push(Step(module, statement, moment, trail, statement.effects))

    def keep_fillers(self) -> None:
        """Keep what the lines need that only stand there because Python wants no empty arm."""
        for path in self.kept.paths:
            module = self.library.read_module(path)
            if module is None:
                continue
            for statement in module.find_fillers(self.kept.get_spans(path)):
                trail = self.kept.find_trail_beside(module, statement)
                if trail is not None and statement.effects.uses:
                    self.push(module, statement, END, trail.step_beside(statement.label))

    def _keep_piece(self, piece: ClassPiece, trail: Trail, moment: Moment) -> None:
        """Keep some lines of a class."""
        own_trail = trail if piece.root else trail.step_to(piece.label, piece.doubt)
        if self.limits.is_beyond(own_trail):
            return
        self.kept.add_reason(piece.module, piece.label, own_trail, piece.spans)
        self.kept.keep_spans(piece.module.path, piece.spans, own_trail.doubt)
        step = Step(piece.module, piece.statement, moment, own_trail, piece.effects)
        self._agenda.push(step)


def _get_text_doubt(statement: Statement) -> Doubt | None:
    """Return the doubt of what a cell binds that is not Python."""
    return Doubt.UNPARSED if statement.kind == "text" else None


def _list_fitting_names(module: Module, prefix: str, suffix: str) -> list[str]:
    """Return the names of a module that begin and end so, with something between."""
    least = len(prefix) + len(suffix)
    return [
        name
        for name in module.bindings
        if name.startswith(prefix) and name.endswith(suffix) and len(name) > least
    ]


def _changes_class(change: Change, path: Path) -> bool:
    """Return True if a change sets a member of the class of a library that ``path`` names.

    ``torch.Tensor.ndim = ...`` for what reads ``torch.Tensor``.
    """
    name = change.path[-2:-1]
    is_class = bool(name) and name[0][:1].isupper()
    return change.kind == "set" and is_class and path[: len(change.path) - 1] == change.path[:-1]


def _concerns_other(change: Change, path: Path) -> bool:
    """Return True if a change of a module does not concern what is read from it by ``path``.

    To call a function of a module is no change to the module: what that function changes is found
    from there.
    """
    is_call = len(change.path) == 1 and change.kind != "argument"
    reads_other = any(changed != read for changed, read in zip(change.path, path, strict=False))
    return is_call or reads_other
