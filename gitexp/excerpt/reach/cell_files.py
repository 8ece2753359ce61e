"""Cells that write a file of Python: ``%%writefile utils.py``, and then ``from utils import f``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.reach.unparsed import read_written_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.module import Module
    from gitexp.excerpt.reach.statement import Statement
    from gitexp.excerpt.scope.facts import Import


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
