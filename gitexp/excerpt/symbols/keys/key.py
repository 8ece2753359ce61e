"""A key path and its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.definition import Definition, find_comment_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.definition import DefinitionKind


class Key(NamedTuple):
    """A key of a settings file, with its value.

    ``path`` are the keys around it and itself. Its lines are ``start`` to ``stop``, 0-based and
    half-open. A ``group`` holds further keys.
    """

    path: tuple[str, ...]
    start: int
    stop: int
    is_group: bool = False

    def to_definition(self, lines: Sequence[str]) -> Definition:
        """Return the key as a definition of its file."""
        name = ".".join(self.path)
        kind: DefinitionKind = "class" if self.is_group else "assignment"
        lead = find_comment_start(lines, self.start)
        return Definition(name, kind, lead, self.start, self.start, self.stop, name)
