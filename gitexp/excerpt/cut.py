"""Excerpts: what a filter leaves of one version, and how it is put together from its rules."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Protocol

    from gitexp.excerpt.parse.cells.cell import Cell
    from gitexp.model.filter import Rule

    class HasLines(Protocol):
        """Anything with the lines of a file."""

        @property
        def lines(self) -> tuple[str, ...]:
            """All lines of the file."""

        @property
        def notebook_cells(self) -> tuple[Cell, ...]:
            """The cells of a notebook file; none of a text file."""


class Span(NamedTuple):
    """Lines ``start`` to ``stop`` of a source: 0-based, half-open."""

    start: int
    stop: int


class MissingRule(NamedTuple):
    """A rule that finds nothing in this version, and why in a few words: "not here in this version".

    With ``unread`` that is not certain: something that had to be read is not in this clone. Such a
    rule may also find a part of what it chooses. An excerpt without it says nothing about a change.
    """

    rule: Rule
    reason: str
    unread: bool = False


class FileExcerpt(NamedTuple):
    """The kept lines of one file of one version.

    ``lines`` is the whole source; ``spans`` are the kept ones: disjoint, in order. ``notebook_cells``
    are the cells of a notebook file where they are known. A text file has its cells in its lines.
    ``short_lines``: lines that read shorter than in the source, by number: the line of the source.
    """

    path: str
    lines: tuple[str, ...]
    spans: tuple[Span, ...]
    notebook_cells: tuple[Cell, ...] = ()
    short_lines: Mapping[int, str] = MappingProxyType({})

    def shorten(self, texts: Mapping[int, str]) -> FileExcerpt:
        """Return the excerpt with other texts for some lines, by number (from 0)."""
        if not texts:
            return self
        lines = list(self.lines)
        sources = {number: lines[number] for number in texts}
        for number, text in texts.items():
            lines[number] = text
        return self._replace(lines=tuple(lines), short_lines=sources)

    def restore(self) -> FileExcerpt:
        """Return the excerpt with all lines as they are in the source."""
        return self.shorten(self.short_lines)._replace(short_lines={})

    @property
    def kept_numbers(self) -> Iterator[int]:
        """The numbers (from 0) of the kept lines, in source order."""
        for span in self.spans:
            yield from range(span.start, span.stop)

    @property
    def kept_lines(self) -> tuple[str, ...]:
        """The kept lines, in source order."""
        kept_lines: list[str] = []
        for span in self.spans:
            kept_lines.extend(self.lines[span.start : span.stop])
        return tuple(kept_lines)

    @property
    def hidden_count(self) -> int:
        """The number of lines of the file that the filter hides."""
        kept_count = sum(span.stop - span.start for span in self.spans)
        return len(self.lines) - kept_count


class Excerpt(NamedTuple):
    """What a filter leaves of one version: files in the order of its rules, and what was not found.

    ``guesses``: by path the kept lines of which reach is not certain.
    """

    files: tuple[FileExcerpt, ...]
    missing: tuple[MissingRule, ...] = ()
    guesses: Mapping[str, tuple[Span, ...]] = MappingProxyType({})

    def list_guessed_lines(self, path: str) -> set[int]:
        """Return the numbers (from 0) of the lines of a file that are kept by a guess."""
        numbers: set[int] = set()
        for span in self.guesses.get(path, ()):
            numbers.update(range(span.start, span.stop))
        return numbers

    @property
    def unread(self) -> frozenset[Rule]:
        """The rules of which the excerpt does not show all, because something could not be read."""
        return frozenset(missing.rule for missing in self.missing if missing.unread)

    @property
    def hidden_count(self) -> int:
        """The number of lines of the named files that the filter hides."""
        return sum(file.hidden_count for file in self.files)

    @property
    def text(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Path and kept lines of each file that has any.

        Two excerpts read the same if and only if these are equal.
        """
        texts = ((file.path, file.kept_lines) for file in self.files)
        return tuple((path, lines) for path, lines in texts if lines)


class RuleSpans(NamedTuple):
    """What one rule chooses in one version: spans by path.

    A path may differ from the rule's: the file moved.
    """

    rule: Rule
    spans: Mapping[str, tuple[Span, ...]]


def build_excerpt(
    sources: Mapping[str, HasLines], results: Iterable[RuleSpans | MissingRule]
) -> Excerpt:
    """Return the excerpt of what the rules of a filter found in one version, in their order.

    ``sources`` holds every path that is named in the results. Of a file that has only hide rules,
    lost include rules counted, the rest is kept.
    """
    results = tuple(results)
    choices = [result for result in results if isinstance(result, RuleSpans)]
    missing = tuple(result for result in results if isinstance(result, MissingRule))
    included = _collect_spans(choice for choice in choices if not choice.rule.hide)
    hidden = _collect_spans(choice for choice in choices if choice.rule.hide)
    include_paths = {result.rule.path for result in results if not result.rule.hide}
    whole_paths = _collect_spans(
        choice for choice in choices if choice.rule.hide and choice.rule.path not in include_paths
    )
    files = []
    for path in _collect_spans(choices):
        source = sources[path]
        lines = source.lines
        if path in included:
            spans = included[path]
        elif path in whole_paths:
            spans = [Span(0, len(lines))]
        else:
            continue
        kept_spans = combine_spans(spans, hidden.get(path, ()))
        files.append(FileExcerpt(path, lines, kept_spans, source.notebook_cells))
    return Excerpt(tuple(files), missing)


def _collect_spans(choices: Iterable[RuleSpans]) -> dict[str, list[Span]]:
    """Return all spans of some rules by path, paths in the order in which the rules name them."""
    collected: dict[str, list[Span]] = {}
    for choice in choices:
        for path, spans in choice.spans.items():
            collected.setdefault(path, []).extend(spans)
    return collected


def combine_spans(included: Iterable[Span], hidden: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Return the included lines less the hidden ones: disjoint spans in order, none empty, none
    that touch.
    """
    result: list[Span] = []
    holes = _merge_spans(hidden)
    for span in _merge_spans(included):
        start = span.start
        for hole in holes:
            if hole.stop <= start or hole.start >= span.stop:
                continue
            if hole.start > start:
                result.append(Span(start, hole.start))
            start = hole.stop
        if start < span.stop:
            result.append(Span(start, span.stop))
    return tuple(result)


def _merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, overlapping and touching ones put together, without empty ones."""
    merged: list[Span] = []
    for span in sorted(spans):
        if span.start >= span.stop:
            continue
        if merged and span.start <= merged[-1].stop:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.stop, span.stop))
        else:
            merged.append(span)
    return merged
