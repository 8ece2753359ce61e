"""What is not Python in a module: cells that do not parse, results of the shell, notebooks and scripts that ``%run`` runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitexp.excerpt.scope.facts import Change, Facts, Import, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

_BINDING = re.compile(r"\s*(?:(?:async\s+)?def\s+(\w+)|class\s+(\w+)|([^\W\d]\w*)\s*=(?!=))")
_CHANGE = re.compile(r"\s*([^\W\d]\w*)(?:\.\w+|\[[^\]]*\])+\s*=(?!=)")
_SHELL_RESULT = re.compile(r"([^\W\d]\w*)\s*=\s*[%!]")
_RUN = re.compile(r"\s*%run\s+(?:-\w\s+)*([\"']?)([^\s\"'{}$]+)\1(?:\s|$)")
_WORD = re.compile(r"[^\W\d]\w*")
_NOT_CODE = re.compile(r"#.*|\"[^\"\n]*\"|'[^'\n]*'")


def text_names(text: str) -> Iterator[str]:
    """Names that unparsed text seems to bind."""
    for line in text.split("\n"):
        match = _BINDING.match(line)
        if match and (match.group(3) is None or not line[:1].isspace()):
            yield match.group(1) or match.group(2) or match.group(3)


def text_facts(text: str) -> Facts:
    """What unparsed text may use: every word outside comments and strings. All of it is a guess."""
    found = Facts()
    for line in text.split("\n"):
        match = _CHANGE.match(line)
        if match and not line[:1].isspace():
            found.changes.append(Change((match.group(1),), guess=True))
        code = _NOT_CODE.sub(" ", line)
        found.uses.extend(Use((word,), late=True, guess=True) for word in _WORD.findall(code))
    found.uses = list(dict.fromkeys(found.uses))
    return found


def shell_result(line: str) -> str | None:
    """The name that ``files = !ls`` binds; None for other lines."""
    match = _SHELL_RESULT.match(line)
    return match.group(1) if match else None


def run_by_magic(line: str) -> Import | None:
    """What ``%run utils.ipynb`` brings in: all names, as a star import does. The file is named by its path, after a slash."""
    match = _RUN.match(line)
    return Import(f"/{match.group(2)}", name="*") if match and match.group(2).isprintable() else None
