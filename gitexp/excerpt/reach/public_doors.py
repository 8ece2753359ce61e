"""The public doors of a library, in the repository that is this library.

A function of a framework needs half of the framework. What the package offers to its users is known
by name, so a reach that begins inside of the package ends there.
"""

from __future__ import annotations

import ast
import re
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.excerpt.reach.imports import read_exported_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.scope.facts import Import
    from gitexp.excerpt.source import Source

_PACKAGING_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_LONGEST_CHAIN = 5
"""A name passes through few ``__init__``."""


class PublicDoors:
    """The names that a package exports, by the modules that it has them from.

    ``package``: the folder of the package; "" where the repository is no library, or the root of
    the reach lies outside of it. Then there are no doors. ``met``: the doors at which a reach ended.
    """

    def __init__(
        self, library: Library, load: Callable[[str], Source | None], root_path: str
    ) -> None:
        self._library = library
        self._root_path = root_path
        self.package = _find_package(library, load, root_path)
        self.met: dict[str, None] = {}
        self._exports: dict[str, set[str]] = {}
        self._places: dict[str, set[tuple[str, str]]] = {}
        self._seen: set[str] = set()
        if self.package:
            self._collect_exports(join(self.package, "__init__.py"))

    def ends_at(self, module: Module, name: str) -> bool:
        """Return True if a reach ends at a name of a module; the name is noted as met."""
        if not self.package or module.path == self._root_path:
            return False
        if not module.path.startswith(f"{self.package}/") or not self._is_public(module, name):
            return False
        self.met[name] = None
        return True

    def _is_public(self, module: Module, name: str) -> bool:
        """Return True if a name is exported, under which module it may be read."""
        places = list(self._walk_chain(module, name))
        exported_names = {place_name for _, place_name in places} & self._exports.keys()
        return any(place in self._find_places(door) for door in exported_names for place in places)

    def _find_places(self, name: str) -> set[tuple[str, str]]:
        """Return where an exported name is read: the modules that pass it on, and what defines it.

        With each module the name that it has there.
        """
        if name not in self._places:
            places: set[tuple[str, str]] = set()
            for folder in self._exports[name]:
                places.add((folder, name))
                for path in (f"{folder}.py", f"{folder}/__init__.py"):
                    module = self._library.read_module(path)
                    if module is not None:
                        places.update(self._walk_chain(module, name))
            self._places[name] = places
        return self._places[name]

    def _walk_chain(self, module: Module, name: str) -> Iterator[tuple[str, str]]:
        """Yield the modules that a name is imported through, and its name there."""
        for _ in range(_LONGEST_CHAIN):
            yield _name_module(module.path), name
            statements = module.bindings.get(name, ())
            source = statements[-1].bound_names[name] if statements else None
            if source is None:
                return
            target = self._library.find_target(source, module.path)
            if target.module is None or not target.name:
                return
            module, name = target.module, target.name

    def _collect_exports(self, path: str) -> None:
        """Gather what an ``__init__`` exports, and what the packages do that it exports."""
        module = self._library.read_module(path)
        if module is None or path in self._seen:
            return
        self._seen.add(path)
        listed = read_exported_names(module) or set()
        names = {name for name in module.bindings if not name.startswith("_")}
        # An `__init__` that gathers by star imports offers what they bring, listed or not.
        gathered = {name for name in names if _comes_by_star(module, name)}
        for name in sorted((names & listed or names) | listed | gathered):
            for statement in module.bindings.get(name, ()):
                self._add_export(module, name, statement.bound_names[name])
            if name not in module.bindings:
                self._collect_exports(join(dirname(path), name, "__init__.py"))

    def _add_export(self, module: Module, name: str, source: Import | None) -> None:
        """Note a name that an ``__init__`` binds. ``source`` is None where it is defined there."""
        if source is None:
            self._exports.setdefault(name, set()).add(_name_module(module.path))
            return
        folder = self._find_folder(module.path, source)
        if not f"{folder}/".startswith(f"{self.package}/"):
            return
        # The files of all that is exported need not be read: names of modules are enough.
        self._exports.setdefault(source.name or name, set()).add(folder)
        inner = join(folder, source.name) if source.name else folder
        whole = join(dirname(self.package), source.whole.replace(".", "/"))
        for package in dict.fromkeys((inner, whole) if source.whole else (inner,)):
            self._collect_exports(join(package, "__init__.py"))

    def _find_folder(self, path: str, source: Import) -> str:
        """Return the module that an import of a package's file names, as a path without its ending."""
        inner = source.module.replace(".", "/")
        if not source.level:
            return join(dirname(self.package), inner)
        folder = dirname(path)
        for _ in range(source.level - 1):
            folder = dirname(folder)
        return join(folder, inner) if inner else folder


def _find_package(library: Library, load: Callable[[str], Source | None], root_path: str) -> str:
    """Return the folder of the library that a file belongs to, or "".

    A package at the top or in ``src`` is a library where the repository's packaging names it.
    """
    folder, package = dirname(root_path), ""
    while folder and library.read_module(join(folder, "__init__.py")) is not None:
        package, folder = folder, dirname(folder)
    if not package or folder not in {"", "src"}:
        return ""
    name = re.escape(basename(package)).replace("_", "[-_]")
    naming = re.compile(rf"""["']{name}["']|^name\s*=\s*{name}\s*$""", re.MULTILINE | re.IGNORECASE)
    for path in _PACKAGING_FILES:
        try:
            source = load(path)
        except ContentError:
            continue
        if source is not None and naming.search("\n".join(source.lines)):
            return package
    return ""


def _comes_by_star(module: Module, name: str) -> bool:
    """Return True if a name is brought in by ``from a import *``."""
    nodes = [statement.node for statement in module.bindings[name]]
    return any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes)


def _name_module(path: str) -> str:
    """Return the path of a module without its ending; of an ``__init__`` the package's folder."""
    return path.removesuffix(".py").removesuffix("/__init__")
