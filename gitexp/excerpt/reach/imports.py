"""Imports as reach follows them: which file of the repository a module name means."""

from __future__ import annotations

import ast
import sys
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.reach.module import Module
from gitexp.excerpt.scope.facts import OWN_MODULE, Import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.excerpt.reach.moment import Moment
    from gitexp.excerpt.reach.read_statements import StarNames
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Path
    from gitexp.excerpt.source import Source

_LONGEST_CHAIN = 20
"""An import that leads back to itself must end."""


class ImportTarget(NamedTuple):
    """Where an import leads.

    ``module`` is None if it is not in this repository. ``name`` is taken from the module, "" for
    the module itself. ``attributes`` are read from the name.
    """

    module: Module | None
    name: str
    attributes: Path = ()


class PathEntry(NamedTuple):
    """A folder that a statement of a file puts on ``sys.path``."""

    file: str
    position: int
    folder: str


@lru_cache(maxsize=64)
def _make_module(source: Source, star_names: StarNames = ()) -> Module:
    """Return the module of a source: many versions of a repository hold the same one."""
    return Module(source, star_names)


class Library:
    """The modules of one version of the repository, read when they are first asked for."""

    def __init__(self, load: Callable[[str], Source | None], root_path: str) -> None:
        """``load`` gives the source of a path; ``root_path`` is the file in which reach begins."""
        self._load = load
        self._root_path = root_path
        self._root_folder = dirname(root_path)
        self.modules: dict[str, Module] = {}
        self._plain_modules: dict[str, Module | None] = {}
        self._found_paths: dict[tuple[str, int, str], str] = {}

    # Modules

    def read_module(self, path: str) -> Module | None:
        """Return the module in file ``path``, its star imports spelled out.

        None where there is no such file, or where it makes no sense as text.
        """
        if path not in self.modules:
            plain = self._read_plain(path)
            if plain is None:
                return None
            star_names = self._find_star_names(plain)
            self.modules[path] = _make_module(plain.source, star_names) if star_names else plain
        return self.modules[path]

    def find_module(self, name: str, level: int, importer: str) -> Module | None:
        """Return the module that ``name`` means in file ``importer``; None if it is not ours.

        ``name`` is dotted and has ``level`` leading dots. Absolute names are looked for beside the
        root of the reach, in what is put on ``sys.path`` and in the folders above, then beside the
        importer (Python 2, or a library that is put on the path) and above that, each with its
        ``src``. What is in a package does not hide the standard library (Python 3). A file does not
        mean itself (``callbacks/wandb.py`` imports the library), unless it lies in the script's own
        folder.
        """
        path = self._find_path(name, level, importer)
        return self.read_module(path) if path else None

    def find_submodule(self, package: Module, name: str) -> Module | None:
        """Return the module ``name`` of a package, which is given by its ``__init__``."""
        folder = package.path.removesuffix("__init__.py")
        if folder == package.path:
            return None
        path = self._find_in_folder(folder, name)
        return self.read_module(path) if path else None

    def find_star_module(self, module: Module, statement: Statement) -> Module | None:
        """Return the module behind a star import; None if it is not ours."""
        source = statement.bound_names["*"]
        if source is None:
            return None
        return self.find_module(source.module, source.level, module.path)

    # Imports

    def find_target(self, source: Import, importer: str) -> ImportTarget:
        """Return the module that an import leads to, and the name taken from it."""
        module = self.find_module(source.module, source.level, importer)
        if not source.name:
            return ImportTarget(module, "")
        dotted_name = f"{source.module}.{source.name}" if source.module else source.name
        # What a package imports from itself it does not have yet: a module below it.
        if module is not None and module.path != importer:
            if source.name == "*":
                return ImportTarget(module, "*")
            if source.name in module.bindings and not (
                self._leads_back(module, source.name, importer)
                and self.find_module(dotted_name, source.level, importer) is not None
            ):
                return ImportTarget(module, source.name)
        submodule = self.find_module(dotted_name, source.level, importer)
        if submodule is not None:
            return ImportTarget(submodule, "")
        return ImportTarget(module, source.name)

    def follow_import(self, source: Import, attributes: Path, importer: str) -> ImportTarget:
        """Return where an import leads when ``attributes`` are read from what it binds."""
        target, name, _ = self.find_target(source, importer)
        inner = tuple(source.whole.split(".")[1:])
        if target is None and inner and attributes[: len(inner)] == inner:
            target = self.find_module(source.whole, 0, importer)
            attributes = attributes[len(inner) :]
        while target is not None and not name and attributes:
            first, attributes = attributes[0], attributes[1:]
            is_bound = first in target.bindings
            submodule = None if is_bound else self.find_submodule(target, first)
            if submodule is None:
                name = first
            else:
                target = submodule
        return ImportTarget(target, name, attributes)

    def is_foreign(self, source: Import, importer: str) -> bool:
        """Return True if an import ends at what is not in this repository.

        It may lead there through files of ours: ``from preamble import plt``.
        """
        for _ in range(_LONGEST_CHAIN):
            target = self.find_target(source, importer)
            if target.module is None:
                return True
            bindings = target.module.bindings.get(target.name, ())
            inner = bindings[-1].bound_names[target.name] if bindings else None
            if inner is None:
                return False
            source, importer = inner, target.module.path
        return False

    def _leads_back(self, module: Module, name: str, importer: str) -> bool:
        """Return True if what a module calls ``name`` it has from the importer itself.

        A package that star-imports the file that imports from the package does not have the name
        yet when that file runs.
        """
        for _ in range(_LONGEST_CHAIN):
            bindings = module.bindings.get(name, ())
            source = bindings[-1].bound_names[name] if bindings else None
            if source is None:
                return False
            origin = self.find_module(source.module, source.level, module.path)
            if origin is None:
                return False
            if origin.path == importer:
                return True
            module, name = origin, source.name
        return False

    def find_held_module(self, module: Module, path: Path) -> Module | None:
        """Return the module of ours that a dotted name means at the end of ``module``."""
        for _ in range(_LONGEST_CHAIN):
            statements = module.find_bindings(path[0]).statements
            source = statements[-1].bound_names.get(path[0]) if statements else None
            if source is None:
                return None
            target = self.follow_import(source, path[1:], module.path)
            if target.module is None or not target.name:
                return target.module
            module = target.module
            path = (target.name, *target.attributes)
        return None

    def find_path_statements(self, path: str, importer: str) -> Iterator[tuple[Module, Statement]]:
        """Yield the statements that put a folder above the file ``path`` on ``sys.path``."""
        for entry in self._list_path_entries(importer):
            module = self.read_module(entry.file)
            is_above = not entry.folder or path.startswith(f"{entry.folder}/")
            if module is not None and is_above:
                yield module, module.statements[entry.position]

    # Files

    def _read_plain(self, path: str) -> Module | None:
        """Return the module in a file, its star imports not spelled out."""
        if path not in self._plain_modules:
            try:
                source = self._load(path)
            except ContentError:
                source = None
            self._plain_modules[path] = None if source is None else _make_module(source)
        return self._plain_modules[path]

    def _exists(self, path: str) -> bool:
        return self._read_plain(path) is not None

    def _find_path(self, name: str, level: int, importer: str) -> str:
        """Return the file that a module name means in ``importer``, or ""."""
        key = (name, level, importer)
        if key not in self._found_paths:
            if name.startswith("/"):
                path = self._find_run_path(name, importer)
            else:
                path = self._find_module_path(name, level, importer)
            self._found_paths[key] = path
        return self._found_paths[key]

    def _find_run_path(self, name: str, importer: str) -> str:
        """Return the file that ``%run NAME`` runs, or ""."""
        base = normpath(join(dirname(importer), name[1:]))
        for path in (base, f"{base}.ipynb", f"{base}.py"):
            if self._exists(path):
                return path
        return ""

    def _find_module_path(self, name: str, level: int, importer: str) -> str:
        if name == OWN_MODULE:
            return importer
        inner = name.replace(".", "/")
        if not inner and not level:
            return ""
        if level:
            folders = iter([_find_folder_above(importer, level)])
        else:
            folders = self._walk_folders(name, importer)
        for folder in folders:
            path = self._find_in_folder(folder, inner, importer, level)
            if path:
                return path
        return ""

    def _walk_folders(self, name: str, importer: str) -> Iterator[str]:
        """Yield the folders in which an absolute name is looked for, each once."""
        is_standard = name.partition(".")[0] in sys.stdlib_module_names
        seen: set[str] = set()
        if not is_standard:
            on_path = [entry.folder for entry in self._list_path_entries(importer)]
            for folder in (self._root_folder, *on_path):
                if folder not in seen:
                    seen.add(folder)
                    yield folder
        starts = [self._root_folder]
        if not is_standard:
            starts.append(dirname(importer))
        for start in starts:
            for folder in _walk_up(start):
                for candidate in (folder, join(folder, "src")):
                    if candidate in seen or (is_standard and self._is_package(candidate)):
                        continue
                    seen.add(candidate)
                    yield candidate

    def _find_in_folder(self, folder: str, inner: str, importer: str = "", level: int = 1) -> str:
        """Return the file of a module as Python looks for it: a package goes before a file."""
        base = normpath(join(folder, inner))
        candidates = [normpath(join(base, "__init__.py"))]
        if inner:
            candidates.append(f"{base}.py")
        path = next((candidate for candidate in candidates if self._exists(candidate)), "")
        if path == importer:
            is_own_folder = folder == self._root_folder and not self._is_package(folder)
            if level or not is_own_folder:
                return ""
        return path

    def _is_package(self, folder: str) -> bool:
        return self._exists(join(folder, "__init__.py"))

    def _list_path_entries(self, importer: str) -> list[PathEntry]:
        """Return where the root's file or the importer puts a folder on ``sys.path``."""
        entries: list[PathEntry] = []
        for file in dict.fromkeys((self._root_path, importer)):
            module = self._read_plain(file)
            if module is not None:
                entries.extend(_find_path_entries(module))
        return entries

    # Star imports

    def _find_star_names(self, module: Module) -> StarNames:
        """Return the names that each star import of a module brings in."""
        sources: set[Import] = set()
        for statement in module.star_imports:
            source = statement.bound_names["*"]
            if source is not None:
                sources.add(source)
        return tuple(
            (source, self._list_star_names(source, module)) for source in sorted(sources, key=str)
        )

    def _list_star_names(self, source: Import, importer: Module) -> tuple[str, ...]:
        """Return the names that a star import brings in, through other star imports too.

        ``*`` is among them where one of these is not ours. ``np`` is not if both files import
        numpy: the file's own import says it all.
        """
        names: set[str] = set()
        pending = [(source, importer.path)]
        seen = {importer.path}
        while pending:
            star, owner = pending.pop()
            path = self._find_path(star.module, star.level, owner)
            module = self._read_plain(path) if path else None
            if module is None or path == owner:
                names.add("*")
                continue
            if path in seen:
                continue
            seen.add(path)
            exported = read_exported_names(module)
            if exported is None:
                public = {name for name in module.bindings if not name.startswith("_")}
                for statement in module.star_imports:
                    inner = statement.bound_names["*"]
                    if inner is not None:
                        pending.append((inner, path))
            else:
                public = exported
            for name in public:
                if not _find_absolute_sources(module, name) & _find_absolute_sources(
                    importer, name
                ):
                    names.add(name)
        return tuple(sorted(names))


def select_imports(
    module: Module, statements: list[Statement], path: Path, at: Moment
) -> list[Statement]:
    """Return those of several ``import a.b`` that bring in what is read from ``a``.

    An ``import a.b`` counts also if ``import a`` follows it.
    """
    sources = [statement.bound_names.get(path[0]) for statement in statements]
    inner_paths = [_split_whole(source) for source in sources]
    is_named = any(inner and path[: len(inner)] == inner for inner in inner_paths)
    selected: list[Statement] = []
    for statement, inner in zip(statements, inner_paths, strict=True):
        fits = path[: len(inner)] == inner
        if fits or not (is_named and inner):
            selected.append(statement)
    if Import(path[0]) not in sources:
        return selected
    loading: dict[Path, Statement] = {}
    for statement in module.bindings[path[0]]:
        inner = _split_whole(statement.bound_names[path[0]])
        if inner and statement.moment < at:
            loading[inner] = statement
    for inner, statement in loading.items():
        if path[: len(inner)] == inner and statement not in statements:
            selected.append(statement)
    return selected


def _split_whole(source: Import | None) -> Path:
    """Return ``("a", "b")`` of ``import a.b``, () of other imports."""
    return tuple(source.whole.split(".")) if source is not None and source.whole else ()


def _find_folder_above(importer: str, level: int) -> str:
    """Return the folder that the dots of a relative import mean."""
    folder = dirname(importer)
    for _ in range(level - 1):
        folder = dirname(folder)
    return folder


def _walk_up(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, the repository's top ("") last."""
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""


def _find_absolute_sources(module: Module, name: str) -> set[tuple[str, str]]:
    """Return what absolute imports of a module bind ``name`` to: modules and names."""
    found: set[tuple[str, str]] = set()
    for statement in module.bindings.get(name, ()):
        source = statement.bound_names[name]
        if source is not None and not source.level:
            found.add((source.module, source.name))
    return found


def read_exported_names(module: Module) -> set[str] | None:
    """Return what ``__all__`` lists, with what is added to it later.

    None without an ``__all__``, or when it is not spelled out.
    """
    values = [
        getattr(statement.node, "value", None) for statement in module.bindings.get("__all__", ())
    ]
    for statement, _ in module.changes.get("__all__", ()):
        call = getattr(statement.node, "value", None)
        values.extend(call.args if isinstance(call, ast.Call) else [None])
    names: set[str] = set()
    for value in values:
        # `append` has the name itself as its argument.
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
        for element in elements:
            if not isinstance(element, ast.Constant) or not isinstance(element.value, str):
                return None
            names.add(element.value)
    return names if values else None


@lru_cache(maxsize=64)
def _find_path_entries(module: Module) -> tuple[PathEntry, ...]:
    """Return the folders that statements of a module put on ``sys.path``.

    A folder may be named from the file, or from the repository's top.
    """
    if "sys" not in module.bindings:
        return ()
    entries: dict[PathEntry, None] = {}
    for statement, change in module.changes.get("sys", ()):
        if change.path != ("sys", "path") or statement.node is None:
            continue
        for folder in _find_spelled_folders(module, statement.node):
            entries[PathEntry(module.path, statement.position, folder)] = None
    return tuple(entries)


def _find_spelled_folders(module: Module, node: ast.AST) -> Iterator[str]:
    """Yield the folders in the repository that the strings of a statement may mean."""
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Constant) or not isinstance(inner.value, str):
            continue
        if not inner.value.isprintable():
            continue
        for base in (dirname(module.path), ""):
            folder = normpath(join(base, inner.value))
            if not folder.startswith(("/", "..")):
                yield "" if folder == "." else folder
