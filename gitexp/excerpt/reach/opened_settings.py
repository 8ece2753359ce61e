"""Settings files that kept code opens by a literal name: ``open("conf.yaml")``.

A setting of such a file may be what a trial changed. Nothing proves that the file is read, so it is
a guess. Files in which code only writes (``results.json``) are mostly not in the repository.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.cut import Span
from gitexp.excerpt.reach.reasons import Reason
from gitexp.excerpt.scope.doubt import Doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitexp.excerpt.reach.agenda import Limits
    from gitexp.excerpt.reach.reasons import Trail
    from gitexp.excerpt.source import Source

_MOST_LINES = 300
"""Lines of a file that is kept whole. A longer one is data, or settings of everything."""


class FileNaming(NamedTuple):
    """The names of settings files in a kept statement of the file ``path``."""

    path: str
    names: frozenset[str]
    trail: Trail


class OpenedFile(NamedTuple):
    """A settings file that kept code names, and how the search came to that code."""

    span: Span
    reason: Reason


def find_opened_settings(
    namings: Iterable[FileNaming], load: Callable[[str], Source | None], limits: Limits
) -> dict[str, OpenedFile]:
    """Return the settings files of the repository that kept statements name, by path.

    A name is meant from the top of the repository, else from the folder of the code.
    """
    opened: dict[str, OpenedFile] = {}
    for naming in namings:
        for name in sorted(naming.names):
            if limits.leaves_out(name) or limits.leaves_out(posixpath.basename(name)):
                continue
            found = _load_named(name, naming.path, load)
            if found is None or found[0] in opened:
                continue
            path, line_count = found
            chain = (*naming.trail.chain, name)
            doubt = naming.trail.doubt or Doubt.OPENED
            depth = naming.trail.depth + 1
            reason = Reason(posixpath.basename(path), path, chain, doubt, depth, line_count)
            opened[path] = OpenedFile(Span(0, line_count), reason)
    return opened


def _load_named(
    name: str, path: str, load: Callable[[str], Source | None]
) -> tuple[str, int] | None:
    """Return the path and the number of lines of a file that is small enough, None for no file."""
    folder = posixpath.dirname(path)
    for candidate in dict.fromkeys((name, posixpath.join(folder, name))):
        named_path = posixpath.normpath(candidate)
        if named_path.startswith(("../", "/")):
            continue
        source = load(named_path)
        if source is not None and 0 < len(source.lines) <= _MOST_LINES:
            return named_path, len(source.lines)
    return None
