"""Imports as reach follows them: which file of the repository a module name means."""

from __future__ import annotations

import ast
import sys
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.excerpt.reach.module import END, Module
from gitexp.excerpt.scope.facts import Import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gitexp.excerpt.reach.module import Item, Stars
    from gitexp.excerpt.source import Source

# An import that leads back to itself must end.
_LONGEST = 20


@lru_cache(maxsize=64)
def _module(source: Source, stars: Stars = ()) -> Module:
    """The statements of a source: many versions of a repository hold the same one."""
    return Module(source, stars)


class Library:
    """The modules of one version, read when they are first asked for."""

    def __init__(self, load: Callable[[str], Source | None], root: str) -> None:
        self._load = load
        self._start = root
        self._root = dirname(root)
        self.modules: dict[str, Module] = {}
        self._plain: dict[str, Module | None] = {}
        self._found: dict[tuple[str, int, str], str] = {}

    def module(self, path: str) -> Module | None:
        """The module in file ``path``, its star imports spelled out; None where there is no such file or it makes no sense as text."""
        if path not in self.modules:
            plain = self._read(path)
            if plain is None:
                return None
            sources = {source for item in plain.stars if (source := item.binds["*"]) is not None}
            stars = tuple((source, self._given(source, plain)) for source in sorted(sources, key=str))
            self.modules[path] = _module(plain.source, stars) if stars else plain
        return self.modules[path]

    def find(self, name: str, level: int, importer: str) -> Module | None:
        """The module that ``name`` (dotted; with ``level`` leading dots) means in file ``importer``; None if it is not ours.

        Absolute names are looked for beside the root of the reach, in what is put on ``sys.path`` and in the folders above, then
        beside the importer (Python 2, or a library that is put on the path) and above that, each with its ``src``. What is in a
        package does not hide the standard library (Python 3), nor does a file mean itself (``callbacks/wandb.py`` imports the
        library), unless it lies in the script's own folder.
        """
        path = self._locate(name, level, importer)
        return self.module(path) if path else None

    def _locate(self, name: str, level: int, importer: str) -> str:
        key = (name, level, importer)
        if key not in self._found and name.startswith("/"):
            base = normpath(join(dirname(importer), name[1:]))
            self._found[key] = next((path for path in (base, f"{base}.ipynb", f"{base}.py") if self._read(path) is not None), "")
        if key not in self._found:
            inner = name.replace(".", "/")
            folders = _above(importer, level) if level else self._folders(name, importer)
            found = (self._in(folder, inner, importer, level) for folder in folders if inner or level)
            self._found[key] = next(filter(None, found), "")
        return self._found[key]

    def target(self, source: Import, importer: str) -> tuple[Module | None, str]:
        """The module that an import leads to and the name taken from it ("" for the module itself); None if it is not ours."""
        if not source.name:
            return self.find(source.module, source.level, importer), ""
        module = self.find(source.module, source.level, importer)
        # What a package imports from itself it does not have yet: a module below it.
        if module is not None and module.path != importer and (source.name in module.bindings or source.name == "*"):
            return module, source.name
        dotted = f"{source.module}.{source.name}" if source.module else source.name
        inner = self.find(dotted, source.level, importer)
        if inner is not None:
            return inner, ""
        return module, source.name

    def below(self, package: Module, name: str) -> Module | None:
        """The module ``name`` of a package, given by its __init__; None for what is no package or has no such module."""
        folder = package.path.removesuffix("__init__.py")
        path = "" if folder == package.path else self._in(folder, name)
        return self.module(path) if path else None

    def lead(self, source: Import, attributes: tuple[str, ...], importer: str) -> tuple[Module | None, str, tuple[str, ...]]:
        """Where an import leads when ``attributes`` are read from what it binds: a module (None if it is not ours), the name
        in that ("" for the module itself) and the attributes that are read from the name.
        """
        target, name = self.target(source, importer)
        inner = tuple(source.whole.split(".")[1:])
        if target is None and inner and attributes[: len(inner)] == inner:
            target, attributes = self.find(source.whole, 0, importer), attributes[len(inner) :]
        while target is not None and not name and attributes:
            first, attributes = attributes[0], attributes[1:]
            below = None if first in target.bindings else self.below(target, first)
            if below is None:
                name = first
            else:
                target = below
        return target, name, attributes

    def held(self, module: Module, path: tuple[str, ...]) -> Module | None:
        """The module of ours that a dotted name means at the end of ``module``."""
        for _ in range(_LONGEST):
            items, _unsure = module.in_force(path[0], END)
            source = items[-1].binds.get(path[0]) if items else None
            target, name, rest = self.lead(source, path[1:], module.path) if source is not None else (None, "", ())
            if target is None or not name:
                return target
            module, path = target, (name, *rest)
        return None

    def star(self, module: Module, item: Item) -> Module | None:
        """The module behind a star import; None if it is not ours."""
        source = item.binds["*"]
        return None if source is None else self.find(source.module, source.level, module.path)

    def _read(self, path: str) -> Module | None:
        if path not in self._plain:
            try:
                source = self._load(path)
            except ContentError:
                source = None
            self._plain[path] = None if source is None else _module(source)
        return self._plain[path]

    def _given(self, source: Import, importer: Module) -> tuple[str, ...]:
        """Names that a star import brings in, through other star imports too; "*" among them where one of these is not ours.

        ``np`` is not if both files import numpy: the file's own import says it all.
        """
        names: set[str] = set()
        todo, seen = [(source, importer.path)], {importer.path}
        while todo:
            star, owner = todo.pop()
            path = self._locate(star.module, star.level, owner)
            module = self._read(path) if path else None
            if module is None or path == owner:
                names.add("*")
            elif path not in seen:
                seen.add(path)
                listed = _listed(module)
                public = listed if listed is not None else {name for name in module.bindings if not name.startswith("_")}
                names |= {name for name in public if not _imported(module, name) & _imported(importer, name)}
                todo.extend((inner, path) for item in module.stars if listed is None and (inner := item.binds["*"]) is not None)
        return tuple(sorted(names))

    def _folders(self, name: str, importer: str) -> Iterator[str]:
        standard = name.partition(".")[0] in sys.stdlib_module_names
        seen: set[str] = set()
        for folder in () if standard else (self._root, *(folder for _, _, folder in self._on_path(importer))):
            if folder not in seen:
                seen.add(folder)
                yield folder
        for start in (self._root,) if standard else (self._root, dirname(importer)):
            folder = start
            while True:
                for candidate in (folder, join(folder, "src")):
                    if candidate not in seen and not (standard and self._is_package(candidate)):
                        seen.add(candidate)
                        yield candidate
                if not folder:
                    break
                folder = dirname(folder)

    def paving(self, target: Module, importer: str) -> Iterator[tuple[Module, Item]]:
        """The statements that put a folder above ``target`` on ``sys.path``."""
        for file, position, folder in self._on_path(importer):
            module = self.module(file)
            if module is not None and (not folder or target.path.startswith(f"{folder}/")):
                yield module, module.items[position]

    def _on_path(self, importer: str) -> tuple[tuple[str, int, str], ...]:
        """Where the root's file or the importer puts a folder on ``sys.path`` (file, position), and the folder."""
        files = dict.fromkeys((self._start, importer))
        return tuple((file, *found) for file in files if (module := self._read(file)) is not None for found in _put_on_path(module))

    def _is_package(self, folder: str) -> bool:
        return self._read(join(folder, "__init__.py")) is not None

    def _in(self, folder: str, inner: str, importer: str = "", level: int = 1) -> str:
        """The file of a module, as Python looks for it: a package goes before a file."""
        base = normpath(join(folder, inner))
        candidates = (normpath(join(base, "__init__.py")), f"{base}.py")[: 2 if inner else 1]
        path = next((path for path in candidates if self._read(path) is not None), "")
        itself = path == importer and (level or folder != self._root or self._is_package(folder))
        return "" if itself else path


def _above(importer: str, level: int) -> Iterator[str]:
    """The folder that the dots of a relative import mean."""
    folder = dirname(importer)
    for _ in range(level - 1):
        folder = dirname(folder)
    yield folder


def _imported(module: Module, name: str) -> set[tuple[str, str]]:
    """What absolute imports of a module bind ``name`` to."""
    sources = [item.binds[name] for item in module.bindings.get(name, ())]
    return {(source.module, source.name) for source in sources if source is not None and not source.level}


def _listed(module: Module) -> set[str] | None:
    """What ``__all__`` lists, with what is added to it later; None without one, or when it is not spelled out."""
    lists = [getattr(item.node, "value", None) for item in module.bindings.get("__all__", ())]
    for item, _ in module.changes.get("__all__", ()):
        call = getattr(item.node, "value", None)
        lists.extend(call.args if isinstance(call, ast.Call) else [None])
    names: set[str] = set()
    for value in lists:
        # ``append`` has the name itself as its argument.
        parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
        if not all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts):
            return None
        names.update(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return names if lists else None


def fitting(module: Module, items: list[Item], path: tuple[str, ...], at: float) -> Iterator[Item]:
    """Of several ``import a.b``, those that bring in what is read from ``a``; also if ``import a`` follows them."""
    sources = [item.binds.get(path[0]) for item in items]
    inner = [_inner(source) for source in sources]
    exact = any(one and path[: len(one)] == one for one in inner)
    yield from (item for item, one in zip(items, inner, strict=True) if not (exact and one) or path[: len(one)] == one)
    if any(source == Import(path[0]) for source in sources):
        loading = {one: item for item in module.bindings[path[0]] if item.position < at and (one := _inner(item.binds[path[0]]))}
        yield from (item for one, item in loading.items() if path[: len(one)] == one and item not in items)


def _inner(source: Import | None) -> tuple[str, ...]:
    """``("a", "b")`` of ``import a.b``."""
    return tuple(source.whole.split(".")) if source is not None and source.whole else ()


@lru_cache(maxsize=64)
def _put_on_path(module: Module) -> tuple[tuple[int, str], ...]:
    """Positions of statements that put a folder on ``sys.path``, and the folder: named from the file, or from the top."""
    if "sys" not in module.bindings:
        return ()
    found: dict[tuple[int, str], None] = {}
    for item, change in module.changes.get("sys", ()):
        for node in ast.walk(item.node) if change.path == ("sys", "path") and item.node is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isprintable():
                for base in (dirname(module.path), ""):
                    folder = normpath(join(base, node.value))
                    if not folder.startswith(("/", "..")):
                        found[item.position, "" if folder == "." else folder] = None
    return tuple(found)
