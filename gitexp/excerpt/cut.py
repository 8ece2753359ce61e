"""Excerpts: what a filter leaves of one version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.filter import Rule


@dataclass(frozen=True, slots=True)
class Span:
    """Lines ``start`` to ``stop`` of a source: 0-based, half-open."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule that finds nothing in this version, and why in a few words ("not here in this version")."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """The kept lines of one file of one version: disjoint ``spans`` in order over ``lines`` (the whole source)."""

    path: str
    lines: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def kept(self) -> tuple[str, ...]:
        """The kept lines, in source order."""
        return tuple(line for span in self.spans for line in self.lines[span.start : span.stop])

    @property
    def hidden(self) -> int:
        """How many lines of the file the filter hides."""
        return len(self.lines) - sum(span.stop - span.start for span in self.spans)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a filter leaves of one version: parts in the order of the filter's rules, one a file, and the rules that found nothing."""

    parts: tuple[FilePart, ...]
    missing: tuple[Missing, ...] = ()

    @property
    def hidden(self) -> int:
        """How many lines of the named files the filter hides."""
        return sum(part.hidden for part in self.parts)

    @property
    def text(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Path and kept lines of each part: two excerpts read the same if and only if these are equal."""
        return tuple((part.path, part.kept) for part in self.parts if part.kept)
