"""An extent: a definition as it is found in a masked text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gitexp.excerpt.definition import DefinitionKind


class Extent(NamedTuple):
    """A definition by offsets in a masked text, under its own name alone.

    ``header`` is the offset of the first modifier or word of the header, ``stop`` that of the last
    character. ``signature`` is the header without white space.
    """

    name: str
    kind: DefinitionKind
    header: int
    stop: int
    signature: str
