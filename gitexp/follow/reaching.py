"""Excerpts of filters with reach rules: cut anew at each version, since what a symbol needs changes
from one to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError
from gitexp.excerpt.cut import Excerpt, MissingRule, RuleSpans, Span, build_excerpt, combine_spans
from gitexp.excerpt.lines.likeness import strip_layout
from gitexp.excerpt.reach.reach import reach
from gitexp.follow.places import NOT_HERE, is_readable
from gitexp.lru import LruCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.reach.reach import Reached
    from gitexp.excerpt.source import Source
    from gitexp.follow.ancestry import Ancestry
    from gitexp.follow.places import CodePlace
    from gitexp.follow.positions import Positions
    from gitexp.model.filter import CodeFilter, Rule


# Excerpts kept to be shown again: more than the experiments of a year.
_KEPT = 1024

# Every file that was asked for on the way of a reach; the blobs that they had (None: no such file).
_Files = tuple[str, ...]
_Blobs = tuple[bytes | None, ...]


class _Cut(NamedTuple):
    """What a reach rule takes in (None: its symbol is not there), and every file that was asked for on the way."""

    files: _Files
    reached: Reached | None


class Changed(NamedTuple):
    """A version whose excerpt differs from that of every parent, with that of the first parent.

    ``before`` is None where there is none, or where it is not ``certain`` because something could
    not be read.
    """

    number: int
    excerpt: Excerpt
    before: Excerpt | None
    certain: bool


class ReachFollower:
    """A filter with reach rules over the versions of a repository (by number in the index)."""

    def __init__(self, ancestry: Ancestry, choice: CodeFilter, positions: Positions) -> None:
        self._ancestry = ancestry
        self._choice = choice
        self._positions = positions
        self._cuts: dict[tuple[str, str], dict[_Files, dict[_Blobs, Reached | None]]] = {}
        self._excerpts: LruCache[int, Excerpt] = LruCache(_KEPT)

    def cut_excerpt(self, number: int) -> Excerpt:
        """What the filter leaves of a version."""
        return self._excerpts.get(number, lambda: self._built(number))

    def _built(self, number: int) -> Excerpt:
        results: list[RuleSpans | MissingRule] = []
        gaps = self._positions.find_gaps(number)
        sources: dict[str, Source] = {}
        for rule, place in zip(
            self._choice.rules, self._positions.find_visible_places(number), strict=True
        ):
            found = self._found(rule, place, number)
            gap = gaps.get(rule) or self._gap(rule, place, number)
            if gap:
                results.append(MissingRule(rule, gap, unread=True))
            elif found is None:
                results.append(MissingRule(rule, NOT_HERE))
            if found is None:
                continue
            for path in found:
                source = self._source(path, number)
                if source is not None:
                    sources[path] = source
            results.append(
                RuleSpans(rule, {path: spans for path, spans in found.items() if path in sources})
            )
        return build_excerpt(sources, results)._replace(guesses=self._guesses(number))

    def _gap(self, rule: Rule, place: CodePlace | None, number: int) -> str:
        """Return why a reach rule does not take in all it would, or ""."""
        gaps = self._ancestry.objects.gaps
        if rule.kind != "reach" or not gaps:
            return ""
        for path in self._cut(rule, place, number).files:
            blob = self._ancestry.index.find_blob(path, number)
            if blob is not None and blob.hex() in gaps:
                return f"'{path}' cannot be read in this version: {gaps[blob.hex()].reason}"
        return ""

    def _guesses(self, number: int) -> dict[str, tuple[Span, ...]]:
        """What only guesses keep: no other rule of the filter, and no other reach rule for
        certain.
        """
        guessed: dict[str, list[Span]] = {}
        sure: dict[str, list[Span]] = {}
        for rule, place in zip(
            self._choice.rules, self._positions.find_visible_places(number), strict=True
        ):
            reached = self._cut(rule, place, number).reached if rule.kind == "reach" else None
            for path, spans in (self._found(rule, place, number) or {}).items():
                lines = reached.guesses.get(path, ()) if reached is not None else ()
                guessed.setdefault(path, []).extend(lines)
                sure.setdefault(path, []).extend(combine_spans(spans, lines))
        return {
            path: spans
            for path, lines in guessed.items()
            if (spans := combine_spans(lines, sure[path]))
        }

    def find_reached(self, number: int) -> Iterator[Reached]:
        """What each reach rule takes in at a version, with its reasons."""
        for rule, place in zip(
            self._choice.rules, self._positions.find_places(number), strict=True
        ):
            if (
                rule.kind == "reach"
                and (reached := self._cut(rule, place, number).reached) is not None
            ):
                yield reached

    def walk_history(self, start: int, *, whitespace: bool) -> Iterator[Changed]:
        """Yield the versions from ``start`` back whose excerpt differs from that of every parent, newest first."""
        marked = self._ancestry.mark_ancestors(start)
        for number in range(start, -1, -1):
            if not marked[number]:
                continue
            excerpt = self.cut_excerpt(number)
            if not excerpt.text:
                continue
            parents = [
                self.cut_excerpt(parent) for parent in self._ancestry.index.list_parents(number)
            ]
            own = _essence(excerpt, whitespace=whitespace)
            if any(_essence(parent, whitespace=whitespace) == own for parent in parents):
                continue
            certain = not excerpt.unread and not any(parent.unread for parent in parents)
            before = parents[0] if parents and parents[0].text and certain else None
            yield Changed(number, excerpt, before, certain)

    def _found(
        self, rule: Rule, place: CodePlace | None, number: int
    ) -> dict[str, tuple[Span, ...]] | None:
        if rule.kind == "reach":
            reached = self._cut(rule, place, number).reached
            return dict(reached.spans) if reached is not None else None
        return (
            {place.path: (Span(place.block.start, place.block.stop),)}
            if place is not None
            else None
        )

    def _cut(self, rule: Rule, place: CodePlace | None, number: int) -> _Cut:
        """The reach of a rule at a version; taken from another version where no file asked for differs."""
        path = place.path if place is not None else rule.path
        blob = self._ancestry.index.find_blob
        cuts = self._cuts.setdefault((path, rule.name), {})
        for files, known in cuts.items():
            blobs = tuple(blob(name, number) for name in files)
            if blobs in known:
                return _Cut(files, known[blobs])
        asked: dict[str, bytes | None] = {}

        def load(name: str) -> Source | None:
            asked[name] = blob(name, number)
            return self._source(name, number)

        choice = self._choice
        try:
            reached = reach(
                load, path, rule.name, stop=choice.stop, also=choice.also, depth=choice.depth
            )
        except NotFoundError:
            reached = None
        cuts.setdefault(tuple(asked), {})[tuple(asked.values())] = reached
        return _Cut(tuple(asked), reached)

    def _source(self, path: str, number: int) -> Source | None:
        blob = self._ancestry.index.find_blob(path, number)
        text = self._ancestry.read_version(path, blob) if blob is not None else None
        return text.source if is_readable(text) else None


def _essence(excerpt: Excerpt, *, whitespace: bool) -> tuple[object, ...]:
    """What must differ for a change: the kept lines, without white space unless that counts,
    whatever their files are called.
    """
    if whitespace:
        return tuple(part.kept_lines for part in excerpt.files if part.kept_lines)
    return tuple(strip_layout(part.kept_lines) for part in excerpt.files if part.kept_lines)
