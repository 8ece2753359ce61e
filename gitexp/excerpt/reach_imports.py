"""Imports as reach follows them: which file of the repository a module name means."""

from __future__ import annotations

import ast
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.excerpt.reach_module import Module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.excerpt.reach_module import Item
    from gitexp.excerpt.scope_names import Import
    from gitexp.excerpt.source import Source


@lru_cache(maxsize=32)
def _module(source: Source) -> Module:
    """The statements of a source: many versions of a repository hold the same one."""
    return Module(source)


class Library:
    """The modules of one version, read when they are first asked for."""

    def __init__(self, load: Callable[[str], Source | None], root: str) -> None:
        self._load = load
        self._root = dirname(root)
        self.modules: dict[str, Module] = {}
        self._absent: set[str] = set()
        self._found: dict[tuple[str, int, str], Module | None] = {}

    def module(self, path: str) -> Module | None:
        """The module in file ``path``; None where there is no such file or it makes no sense as text."""
        if path in self._absent:
            return None
        if path not in self.modules:
            try:
                source = self._load(path)
            except ContentError:
                source = None
            if source is None:
                self._absent.add(path)
                return None
            self.modules[path] = _module(source)
        return self.modules[path]

    def find(self, name: str, level: int, importer: str) -> Module | None:
        """The module that ``name`` (dotted; with ``level`` leading dots) means in file ``importer``; None if it is not ours.

        Absolute names are looked for beside the root of the reach (what a script or notebook puts on its path), beside the
        importer, then in the folders above and their ``src``, as far as the top of the repository.
        """
        key = (name, level, importer)
        if key not in self._found:
            self._found[key] = self._find(name, level, importer)
        return self._found[key]

    def _find(self, name: str, level: int, importer: str) -> Module | None:
        inner = name.replace(".", "/")
        if level:
            folder = dirname(importer)
            for _ in range(level - 1):
                folder = dirname(folder)
            return self._in(folder, inner)
        if not inner:
            return None
        found = (self._in(folder, inner) for folder in self._folders(importer))
        return next((module for module in found if module is not None), None)

    def target(self, source: Import, importer: str) -> tuple[Module | None, str]:
        """The module that an import leads to and the name taken from it ("" for the module itself); None if it is not ours."""
        if not source.name:
            return self.find(source.module, source.level, importer), ""
        module = self.find(source.module, source.level, importer)
        if module is not None and (source.name in module.bindings or source.name == "*"):
            return module, source.name
        dotted = f"{source.module}.{source.name}" if source.module else source.name
        inner = self.find(dotted, source.level, importer)
        if inner is not None:
            return inner, ""
        return module, source.name

    def below(self, package: Module, name: str) -> Module | None:
        """The module ``name`` of a package, given by its __init__; None for what is no package or has no such module."""
        folder = package.path.removesuffix("__init__.py")
        return None if folder == package.path else self._in(folder, name)

    def star(self, module: Module, item: Item) -> Module | None:
        """The module behind a star import; None if it is not ours."""
        source = item.binds["*"]
        return None if source is None else self.find(source.module, source.level, module.path)

    def _folders(self, importer: str) -> Iterator[str]:
        seen: set[str] = set()
        for start in (self._root, dirname(importer)):
            folder = start
            while True:
                for candidate in (folder, join(folder, "src")):
                    if candidate not in seen:
                        seen.add(candidate)
                        yield candidate
                if not folder:
                    break
                folder = dirname(folder)

    def _in(self, folder: str, inner: str) -> Module | None:
        base = normpath(join(folder, inner)).removeprefix("./") if inner else folder
        candidates = (f"{base}.py", f"{base}/__init__.py") if inner else (join(base, "__init__.py"),)
        return next((module for path in candidates if (module := self.module(path)) is not None), None)


def exported(module: Module) -> set[str]:
    """Names that a star import takes from a module: its ``__all__`` if that is a plain list, else what has no underscore."""
    for item in module.bindings.get("__all__", ()):
        if isinstance(item.node, ast.Assign) and isinstance(item.node.value, (ast.List, ast.Tuple)):
            values = [part.value for part in item.node.value.elts if isinstance(part, ast.Constant)]
            return {value for value in values if isinstance(value, str)}
    return {name for name in module.bindings if not name.startswith("_")}
