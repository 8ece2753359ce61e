"""Names that a package makes when they are first read, by a function ``__getattr__`` (PEP 562)."""

from __future__ import annotations

import ast
import re
from posixpath import basename, dirname
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.excerpt.reach.imports import Library
    from gitexp.excerpt.reach.module import Module

LAZY = "__getattr__"

_MODULE_NAME = re.compile(r"\.*\w+(?:\.\w+)*")


def find_spelled_submodules(library: Library, package: Module) -> list[Module]:
    """Return the modules below a package that strings in it spell: ``"net"``, ``".net"``, ``"pkg.net"``."""
    prefix = f"{basename(dirname(package.path))}."
    modules: dict[str, Module] = {}
    for statement in package.statements:
        if statement.node is None:
            continue
        for node in ast.walk(statement.node):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if not _MODULE_NAME.fullmatch(node.value):
                continue
            inner = node.value.removeprefix(prefix).lstrip(".").replace(".", "/")
            module = library.find_submodule(package, inner)
            if module is not None:
                modules[module.path] = module
    return list(modules.values())
