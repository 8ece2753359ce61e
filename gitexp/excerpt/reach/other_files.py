"""What other files do to kept names, names that kept strings spell, variables for kept libraries.

They can only be told when the certain part of a reach is known, so they are asked when the agenda
is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.reach.effects import (
    find_changed_names,
    find_changes_by_calling,
    is_library_switch,
)
from gitexp.excerpt.reach.environment import find_environment_settings, may_read
from gitexp.excerpt.reach.library_members import find_added_members
from gitexp.excerpt.reach.moment import END
from gitexp.excerpt.reach.reasons import Trail, Vantage
from gitexp.excerpt.reach.side_effect_imports import find_side_effect_imports
from gitexp.excerpt.scope.doubt import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.search import Search
    from gitexp.excerpt.reach.side_effect_imports import ImportLines
    from gitexp.excerpt.reach.statement import Statement


class OtherFiles:
    """Finds what else a search has to keep, given what it keeps so far."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._library = search.library
        self._registries: dict[str, ImportLines] | None = None

    def keep_spelled_names(self) -> None:
        """Keep the functions and classes whose names kept strings spell.

        Only where a kept statement looks names up by strings.
        """
        search = self._search
        for path, reader in search.dynamic_modules.items():
            self._keep_named(path, reader, search.strings, Doubt.STRING)

    def keep_names_of_values(self) -> None:
        """Keep what kept statements may read from a module that is handed on as a value.

        ``m = nets_a if kind == "a" else nets_b``, then ``m.build()``.
        """
        search = self._search
        for path, reader in list(search.value_modules.items()):
            self._keep_named(path, reader, search.attributes, Doubt.MODULE_VALUE)

    def _keep_named(
        self, path: str, reader: Trail, readings: list[tuple[Trail, set[str]]], doubt: Doubt
    ) -> None:
        """Keep the functions and classes of a module that kept statements name in some way.

        ``readings``: how the search came to each statement, and the names in it.
        """
        search = self._search
        module = self._library.modules[path]
        for trail, names in list(readings):
            for name in sorted(names & module.bindings.keys()):
                is_callable = any(binding.is_callable for binding in module.bindings[name])
                if not is_callable or (path, name) in search.kept.reasons:
                    continue
                if search.ends_at(module, name):
                    continue
                depth = max(trail.depth, reader.depth)
                step = Trail(trail.chain, depth, trail.doubt or doubt)
                search.need(module, name, (), Vantage(), step.step_to(name))

    def keep_changes(self) -> None:
        """Keep the statements of a file that change a name kept in another.

        ``config.FILTERS = 10`` in the notebook. The file is kept itself, or the root's file imports
        it for nothing else.
        """
        for module in list(self._walk_modules()):
            for name in sorted(find_changed_names(module)):
                for binding in module.bindings.get(name, ()):
                    self._keep_changes_of(module, name, binding)
            for statement in module.statements:
                if statement.kind not in {"import", "text"}:
                    self._keep_call(module, statement)

    def keep_members_of_libraries(self) -> None:
        """Keep what a kept file adds to classes of libraries, where kept code reads the name.

        ``torch.Tensor.clip_low = clip``, then ``torch.ones(3).clip_low(1)``.
        """
        search = self._search
        trails: dict[str, Trail] = {}
        for trail, names in search.attributes:
            trails.update(dict.fromkeys(names - trails.keys(), trail))
        for path in search.kept.paths:
            module = self._library.read_module(path)
            if module is None:
                continue
            called_at = search.called_by.get(path, END)
            members = list(find_added_members(self._library, module))
            # A class that kept code names is told from others with such a member.
            kept_names = {m.name for m in members if search.kept.has(module, m.statement)}
            for member in members:
                name = member.find_reading(set(trails))
                statement = member.statement
                if name and name not in kept_names and statement.moment < called_at:
                    beside = trails[name].step_beside(statement.label, Doubt.LIBRARY)
                    search.push(module, statement, statement.moment, beside)

    def keep_environment(self) -> None:
        """Keep the statements of kept files that set variables which a kept library may read."""
        search = self._search
        modules = [self._library.read_module(path) for path in search.kept.paths]
        if not any(module and find_environment_settings(module) for module in modules):
            return
        trails = self._find_trails_of_libraries()
        for module in modules:
            if module is None:
                continue
            called_at = search.called_by.get(module.path, END)
            for statement, variables in find_environment_settings(module):
                if statement.moment >= called_at or search.kept.has(module, statement):
                    continue
                readers = [name for name in trails if may_read(name, variables)]
                for name in readers[:1]:
                    beside = trails[name].step_beside(statement.label, Doubt.ENVIRONMENT)
                    search.push(module, statement, statement.moment, beside)

    def _find_trails_of_libraries(self) -> dict[str, Trail]:
        """Return how the search came to the import of each kept library, by its top package."""
        trails: dict[str, Trail] = {}
        for path, statement, trail in self._search.kept.list_imports(self._library):
            for source in statement.bound_names.values():
                if source is None or source.level or not self._library.is_foreign(source, path):
                    continue
                top_package = (source.whole or source.module).partition(".")[0]
                trails.setdefault(top_package, trail)
        return trails

    def _walk_modules(self) -> Iterator[Module]:
        """Yield the modules that run before the root is called."""
        search = self._search
        if self._registries is None:
            root_module = self._library.modules[search.root_path]
            imports = find_side_effect_imports(self._library, root_module)
            kept_paths = set(search.kept.paths)
            self._registries = {
                path: lines for path, lines in imports.items() if path not in kept_paths
            }
        for path in dict.fromkeys((*search.kept.paths, *self._registries)):
            module = self._library.read_module(path)
            if module is not None:
                yield module

    def _keep_changes_of(self, module: Module, name: str, binding: Statement) -> None:
        """Keep the statements that change what an imported name holds."""
        source = binding.bound_names.get(name)
        if source is None:
            return
        is_foreign = self._library.is_foreign(source, module.path)
        for statement, change in self._search.list_changes(module, name):
            if is_foreign and not is_library_switch(change):
                continue
            target = self._library.find_target(source, module.path)
            if target.module is None:
                continue
            attribute = change.path[1] if len(change.path) > 1 else ""
            name_there = target.name or attribute
            if change.kind == "member" and not _is_class(target.module, name_there):
                continue
            kept = (target.module.path, name_there)
            doubt = None if change.kind == "set" else Doubt.OTHER_FILE
            self._keep(module, binding, statement, kept, doubt)

    def _keep_call(self, module: Module, statement: Statement) -> None:
        """Keep a statement that calls a function of another file which changes a kept name there.

        ``@registry.register("tcn")``.
        """
        for use in statement.effects.uses:
            if not use.called or use.late:
                continue
            for binding in module.bindings.get(use.path[0], ()):
                source = binding.bound_names.get(use.path[0])
                if source is None:
                    continue
                target = self._library.find_target(source, module.path)
                if target.module is None:
                    continue
                function = target.name or ".".join(use.path[1:2])
                changed_by_calling = find_changes_by_calling(target.module)
                for change in changed_by_calling.get(function, ()):
                    kept = (target.module.path, change.path[0])
                    self._keep(module, binding, statement, kept, Doubt.OTHER_FILE)

    def _keep(
        self,
        module: Module,
        binding: Statement,
        statement: Statement,
        kept: tuple[str, str],
        doubt: Doubt | None,
    ) -> None:
        """Keep a statement and the import that it works through, because of a ``kept`` name.

        ``kept``: path and name of what the statement changes.
        """
        search = self._search
        reason = search.kept.reasons.get(kept)
        # When a later statement runs, the root has been called.
        if statement.moment >= search.called_by.get(module.path, END):
            return
        if reason is None or search.kept.has(module, statement):
            return
        lines = (self._registries or {}).get(module.path, ())
        registry_doubt = Doubt.REGISTRY if lines else None
        depth = min(len(reason.chain), search.limits.depth or 0)
        trail = Trail(reason.chain, depth, reason.doubt or doubt or registry_doubt)
        for owner, line in (*lines, (module, binding)):
            search.push(owner, line, END, trail)
        beside = trail.step_beside(statement.label)
        search.push(module, statement, statement.moment, beside)


def _is_class(module: Module, name: str) -> bool:
    """Return True if a name of a module is that of a class."""
    return any(binding.kind == "class" for binding in module.bindings.get(name, ()))
