"""What is not Python in a module.

Such are cells that do not parse or write a file, results of the shell, notebooks and scripts that
``%run`` runs.
"""

from __future__ import annotations

import ast
import re
from posixpath import normpath
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.doubt import Doubt
from gitexp.excerpt.scope.facts import Change, Effects, Import, Use
from gitexp.excerpt.scope.names import find_imported_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_BINDING = re.compile(
    r"\s*(?:(?:async\s+)?def\s+(\w+)|class\s+(\w+)|(?P<variable>[^\W\d]\w*)\s*=(?!=))"
)
_CHANGE = re.compile(r"\s*([^\W\d]\w*)(?:\.\w+|\[[^\]]*\])+\s*=(?!=)")
_SHELL_RESULT = re.compile(r"([^\W\d]\w*)\s*=\s*[%!]")
_RUN = re.compile(r"\s*%run\s+(?:-\w\s+)*([\"']?)(?P<path>[^\s\"'{}$]+)\1(?:\s|$)")
_VARIABLE = re.compile(r"\s*%(?:set_)?env\s+(?P<name>[A-Za-z_]\w*)(?:\s*=|\s+)\s*\S")
_WRITTEN = re.compile(
    r"\s*%%(?:writefile|file)\s+(?:-a\s+|--append\s+)?([\"']?)(?P<path>[^\s\"'{}$]+\.py)\1\s*(?:\n|$)"
)
_WORD = re.compile(r"[^\W\d]\w*")
_NOT_CODE = re.compile(r"#.*|\"[^\"\n]*\"|'[^'\n]*'")


def find_text_names(text: str) -> Iterator[str]:
    """Yield the names that unparsed text seems to bind."""
    for line in text.split("\n"):
        match = _BINDING.match(line)
        if match is None:
            continue
        is_variable = match.group("variable") is not None
        if is_variable and line[:1].isspace():
            continue
        yield next(name for name in match.groups() if name)


def analyse_text(text: str) -> Effects:
    """Return what unparsed text may use: each word outside comments and strings, as a guess."""
    effects = Effects()
    uses: dict[Use, None] = {}
    for line in text.split("\n"):
        match = _CHANGE.match(line)
        if match and not line[:1].isspace():
            effects.changes.append(Change((match.group(1),), doubt=Doubt.UNPARSED))
        code = _NOT_CODE.sub(" ", line)
        for word in _WORD.findall(code):
            uses[Use((word,), late=True, doubt=Doubt.UNPARSED)] = None
    effects.uses = list(uses)
    return effects


def find_shell_result(line: str) -> str | None:
    """Return the name that ``files = !ls`` binds; None for other lines."""
    match = _SHELL_RESULT.match(line)
    return match.group(1) if match else None


def find_magic_variable(line: str) -> str:
    """Return the variable that ``%env NAME=1`` or ``%set_env NAME 1`` sets, "" for another line."""
    match = _VARIABLE.match(line)
    return match["name"] if match else ""


def find_run_import(line: str) -> Import | None:
    """Return what ``%run utils.ipynb`` brings in: all names, as a star import does.

    The file is named by its path, after a slash.
    """
    match = _RUN.match(line)
    if match is None or not match.group("path").isprintable():
        return None
    return Import(f"/{match.group('path')}", name="*")


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
