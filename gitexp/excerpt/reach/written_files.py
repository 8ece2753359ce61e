"""Cells that write a file of Python: ``%%writefile utils.py``, and then ``from utils import f``."""

from __future__ import annotations

import ast
import re
from posixpath import normpath
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.facts import Effects, Import, Use
from gitexp.excerpt.scope.names import find_imported_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement

_WRITTEN = re.compile(
    r"\s*%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?([\"']?)(?P<path>[^\s\"'{}$]+\.py)\1\s*(?:\n|$)"
)


def read_written_path(cell: str) -> str:
    """Return the file of Python that a cell writes, or ""."""
    match = _WRITTEN.match(cell)
    return normpath(match.group("path")) if match else ""


def analyse_written_file(cell: str) -> Effects:
    """Return what the file needs that a cell writes: the modules that it imports."""
    effects = Effects()
    code = cell.lstrip("\n").partition("\n")[2]
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return effects
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, source in find_imported_names(node).items():
                effects.uses.append(Use((name,), late=True, source=source))
    return effects


def find_writing_cells(module: Module, source: Import, name: str = "") -> Iterator[Statement]:
    """Yield the cells of a notebook that write the file which an import means.

    Only those that hold ``name``, if one is given.
    """
    for statement in module.written_files:
        written = f"/{read_written_path(statement.text)}"
        if not any(written.endswith(f"/{path}") for path in _list_paths(source)):
            continue
        if not name or re.search(rf"\b{re.escape(name)}\b", statement.text):
            yield statement


def _list_paths(source: Import) -> list[str]:
    """Return the files that an import may mean, from the folder in which it looks for them."""
    modules = [source.module, source.whole]
    if source.name and source.name != "*":
        modules.append(f"{source.module}.{source.name}")
    folders = [module.lstrip("/").removesuffix(".py").replace(".", "/") for module in modules]
    paths = []
    for folder in folders:
        if folder:
            paths += [f"{folder}.py", f"{folder}/__init__.py"]
    return paths
