"""Excerpts: what a filter leaves of one version, and how rules are cut out of a source."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gitexp.errors import NotFoundError, UsageError
from gitexp.excerpt.symbols.find import definitions, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitexp.excerpt.source import Source
    from gitexp.model.filter import Rule


class Span(NamedTuple):
    """Lines ``start`` to ``stop`` of a source: 0-based, half-open."""

    start: int
    stop: int


class MissingRule(NamedTuple):
    """A rule that finds nothing in this version, and why in a few words ("not here in this version").

    With ``unread`` that is not certain: something that had to be read is not in this clone. Such a
    rule may also find a part of what it chooses. An excerpt without it says nothing about a change.
    """

    rule: Rule
    reason: str
    unread: bool = False


class FileExcerpt(NamedTuple):
    """The kept lines of one file of one version: disjoint ``spans`` in order over ``lines`` (the whole source)."""

    path: str
    lines: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def kept_lines(self) -> tuple[str, ...]:
        """The kept lines, in source order."""
        return tuple(line for span in self.spans for line in self.lines[span.start : span.stop])

    @property
    def hidden_count(self) -> int:
        """How many lines of the file the filter hides."""
        return len(self.lines) - sum(span.stop - span.start for span in self.spans)


class Excerpt(NamedTuple):
    """What a filter leaves of one version: parts in the order of the filter's rules, one a file, and the rules that found nothing.

    ``guesses``: by path the kept lines of which reach is not certain.
    """

    files: tuple[FileExcerpt, ...]
    missing: tuple[MissingRule, ...] = ()
    guesses: Mapping[str, tuple[Span, ...]] = MappingProxyType({})

    def list_guessed_lines(self, path: str) -> set[int]:
        """Numbers (from 0) of the lines of a file that are kept by a guess."""
        return {
            number for span in self.guesses.get(path, ()) for number in range(span.start, span.stop)
        }

    @property
    def unread(self) -> frozenset[Rule]:
        """The rules of which this excerpt does not show all, because something could not be read."""
        return frozenset(item.rule for item in self.missing if item.unread)

    @property
    def hidden_count(self) -> int:
        """How many lines of the named files the filter hides."""
        return sum(part.hidden_count for part in self.files)

    @property
    def text(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Path and kept lines of each part: two excerpts read the same if and only if these are equal."""
        return tuple((part.path, part.kept_lines) for part in self.files if part.kept_lines)


class RuleSpans(NamedTuple):
    """What one rule chooses in one version: spans by path. The path may differ from the rule's (a file that moved)."""

    rule: Rule
    spans: Mapping[str, tuple[Span, ...]]


def resolve_rule(source: Source, rule: Rule) -> tuple[Span, ...]:
    """The lines that ``rule`` (file, lines, symbol or cell) chooses in the version it is anchored at.

    Raises NotFoundError for a symbol or cell that is not there, AmbiguousError for a heading that fits several times,
    UsageError for a range beyond the end, ValueError for a reach rule: that one needs more than one file (see ``reach``).
    """
    if rule.kind == "file":
        return combine_spans([Span(0, len(source.lines))])
    if rule.kind == "lines":
        return (narrow_span(Span(0, len(source.lines)), rule),)
    if rule.kind == "symbol":
        return (_symbol(source, rule),)
    if rule.kind == "cell":
        from gitexp.excerpt.cells import find_cells

        return combine_spans([narrow_span(Span(*find_cells(source, rule)), rule)])
    raise ValueError(f"{rule}: reach is not resolved in one source")


def narrow_span(whole: Span, rule: Rule) -> Span:
    """The lines ``rule.start`` to ``rule.stop`` of ``whole``, or all of it where the rule gives none.

    Raises UsageError when the range ends beyond ``whole``.
    """
    if not rule.start:
        return whole
    size = whole.stop - whole.start
    if rule.stop > size:
        what = f"cell '{rule.name}' of '{rule.path}'" if rule.kind == "cell" else f"'{rule.path}'"
        lines = f"{size} line" if size == 1 else f"{size} lines"
        hint = (
            f"write {rule.start}-{size}" if rule.start <= size else "check the path and the version"
        )
        raise UsageError(f"rule '{rule}' ends beyond the end: {what} has {lines}", hint)
    return Span(whole.start + rule.start - 1, whole.start + rule.stop)


def combine_spans(included: Iterable[Span], hidden: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Included lines less hidden ones, as disjoint spans in order that neither touch nor are empty."""
    result: list[Span] = []
    holes = _merged(hidden)
    for span in _merged(included):
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


class HasLines(Protocol):
    """Anything with the lines of a file."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them."""


def build_excerpt(
    sources: Mapping[str, HasLines], results: Iterable[RuleSpans | MissingRule]
) -> Excerpt:
    """Put together what the rules of a filter found in one version, in the order of the rules.

    ``sources`` holds every path named in the results. Of a file that has only hide rules the rest is kept.
    """
    results = tuple(results)
    found = [item for item in results if isinstance(item, RuleSpans)]
    wanted = {item.rule.path for item in results if not item.rule.hide}
    included: dict[str, list[Span]] = {}
    hidden: dict[str, list[Span]] = {}
    for item in found:
        for path, spans in item.spans.items():
            included.setdefault(path, [])
            (hidden.setdefault(path, []) if item.rule.hide else included[path]).extend(spans)
    shown = {path for item in found if not item.rule.hide for path in item.spans}
    for item in found:
        if item.rule.hide and item.rule.path not in wanted:
            for path in item.spans:
                if path not in shown:
                    included[path] = [Span(0, len(sources[path].lines))]
    parts = [
        FileExcerpt(path, sources[path].lines, combine_spans(spans, hidden.get(path, ())))
        for path, spans in included.items()
        if path in shown or spans
    ]
    return Excerpt(tuple(parts), tuple(item for item in results if isinstance(item, MissingRule)))


def _merged(spans: Iterable[Span]) -> list[Span]:
    result: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, item.stop)):
        if span.start >= span.stop:
            continue
        if result and span.start <= result[-1].stop:
            result[-1] = Span(result[-1].start, max(result[-1].stop, span.stop))
        else:
            result.append(span)
    return result


def _symbol(source: Source, rule: Rule) -> Span:
    definition = find(source, rule.name)
    if definition is not None:
        return Span(definition.lead, definition.stop)
    from difflib import get_close_matches

    names = list(dict.fromkeys(item.name for item in definitions(source)))
    near = (
        get_close_matches(rule.name, names, n=3, cutoff=0.5)
        or [name for name in names if rule.name.lower() in name.lower()][:3]
    )
    hint = f"near: {', '.join(near)}" if near else "see what it defines, or write path:10-40"
    raise NotFoundError(f"rule '{rule}': '{source.path}' does not define '{rule.name}'", hint)
