"""Excerpts of filters with reach rules.

They are cut anew at each version, since what a symbol needs changes from one version to the next.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import NotFoundError
from gitexp.excerpt.cut import Excerpt, MissingRule, RuleSpans, Span, build_excerpt, combine_spans
from gitexp.excerpt.lines.layout import strip_layout
from gitexp.excerpt.reach.carry_over import ReachedLines, carry_over
from gitexp.excerpt.reach.reach import reach
from gitexp.follow.places import NOT_HERE, is_readable
from gitexp.lru import LruCache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitexp.excerpt.reach.import_lines import ImportLine, ShortLines
    from gitexp.excerpt.reach.reach import Reached
    from gitexp.excerpt.source import Source
    from gitexp.follow.ancestry import Ancestry
    from gitexp.follow.places import CodePlace
    from gitexp.follow.positions import Positions
    from gitexp.model.filter import CodeFilter, Rule

_KEPT_EXCERPTS = 1024
"""Excerpts that are kept: more than the experiments of a year."""

_LIKE_VERSIONS = 4
"""Versions from which a reach may be carried over. Trials go back and forth between a few; each that
does not fit costs a look at its files."""

_Root = tuple[str, str]
"""The path of a file, and the symbol in it from which a reach begins."""

_Paths = tuple[str, ...]
"""Every file that a reach asked for."""

_Blobs = tuple[bytes | None, ...]
"""The blobs that these files have at a version (None: no such file)."""


class _ReachCut(NamedTuple):
    """What a reach rule takes in at a version, and every file that it asked for.

    ``lines`` is None where its symbol is not there. ``reached`` is None there too, and where the
    lines were carried over from another version.
    """

    paths: _Paths
    lines: ReachedLines | None
    reached: Reached | None = None


class _CutVersion(NamedTuple):
    """A version of which the kept lines are known, and every file that the reach asked for."""

    lines: ReachedLines
    sources: Mapping[str, Source | None]


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

    def __init__(self, ancestry: Ancestry, code_filter: CodeFilter, positions: Positions) -> None:
        self._ancestry = ancestry
        self._filter = code_filter
        self._positions = positions
        self._cuts: dict[_Root, dict[_Paths, dict[_Blobs, _ReachCut]]] = {}
        self._recent: dict[_Root, deque[_CutVersion]] = {}
        self._excerpts: LruCache[int, Excerpt] = LruCache(_KEPT_EXCERPTS)

    def cut_excerpt(self, number: int) -> Excerpt:
        """Return what the filter leaves of a version."""
        return self._excerpts.get(number, lambda: self._build_excerpt(number))

    def find_reached(self, number: int) -> Iterator[Reached]:
        """Yield what each reach rule takes in at a version, with its reasons."""
        places = self._positions.find_places(number)
        for rule, place in zip(self._filter.rules, places, strict=True):
            if rule.kind != "reach":
                continue
            cut = self._cut_reach(rule, place, number)
            if cut.lines is not None and cut.reached is None:
                # What is carried over has no reasons.
                cut = self._search(self._find_root(rule, place), number)
            if cut.reached is not None:
                yield cut.reached

    def walk_history(self, start: int, *, whitespace: bool) -> Iterator[Changed]:
        """Yield the versions whose excerpt differs from that of every parent, newest first.

        ``start`` is the newest one that is looked at.
        """
        marked = self._ancestry.mark_ancestors(start)
        for number in range(start, -1, -1):
            if not marked[number]:
                continue
            excerpt = self.cut_excerpt(number)
            if not excerpt.text:
                continue
            parents = self._ancestry.index.list_parents(number)
            older_excerpts = [self.cut_excerpt(parent) for parent in parents]
            code = _list_code(excerpt, whitespace=whitespace)
            older_codes = (_list_code(older, whitespace=whitespace) for older in older_excerpts)
            if code not in older_codes:
                yield _make_change(number, excerpt, older_excerpts)

    # One version

    def _build_excerpt(self, number: int) -> Excerpt:
        choices: list[RuleSpans | MissingRule] = []
        gaps = self._positions.find_gaps(number)
        sources: dict[str, Source] = {}
        for rule, place in self._list_visible_places(number):
            spans = self._choose_spans(rule, place, number)
            gap = gaps.get(rule) or self._explain_gap(rule, place, number)
            if gap:
                choices.append(MissingRule(rule, gap, unread=True))
            elif spans is None:
                choices.append(MissingRule(rule, NOT_HERE))
            if spans is not None:
                sources.update(self._read_sources(spans, number))
                readable_spans = {path: spans[path] for path in spans if path in sources}
                choices.append(RuleSpans(rule, readable_spans))
        excerpt = build_excerpt(sources, choices)
        short_lines = self._collect_short_lines(number)
        files = [file.shorten(short_lines.get(file.path, {})) for file in excerpt.files]
        return excerpt._replace(files=tuple(files), guesses=self._collect_guesses(number))

    def _list_visible_places(self, number: int) -> list[tuple[Rule, CodePlace | None]]:
        places = self._positions.find_visible_places(number)
        return list(zip(self._filter.rules, places, strict=True))

    def _choose_spans(
        self, rule: Rule, place: CodePlace | None, number: int
    ) -> Mapping[str, tuple[Span, ...]] | None:
        """Return the lines that a rule chooses, by path; None where it finds nothing."""
        if rule.kind == "reach":
            lines = self._cut_reach(rule, place, number).lines
            return lines.spans if lines is not None else None
        if place is None:
            return None
        return {place.path: (Span(place.block.start, place.block.stop),)}

    def _explain_gap(self, rule: Rule, place: CodePlace | None, number: int) -> str:
        """Return why a reach rule does not take in all it would, or ""."""
        gaps = self._ancestry.objects.gaps
        if rule.kind != "reach" or not gaps:
            return ""
        for path in self._cut_reach(rule, place, number).paths:
            blob = self._ancestry.index.find_blob(path, number)
            if blob is not None and blob.hex() in gaps:
                return f"'{path}' cannot be read in this version: {gaps[blob.hex()].reason}"
        return ""

    def _collect_guesses(self, number: int) -> dict[str, tuple[Span, ...]]:
        """Return the lines that only guesses keep, by path.

        No other rule of the filter keeps them, and no other reach rule for certain.
        """
        guessed_spans: dict[str, list[Span]] = {}
        sure_spans: dict[str, list[Span]] = {}
        for rule, place in self._list_visible_places(number):
            guesses: Mapping[str, tuple[Span, ...]] = {}
            if rule.kind == "reach":
                lines = self._cut_reach(rule, place, number).lines
                guesses = lines.guesses if lines is not None else {}
            chosen_spans = self._choose_spans(rule, place, number) or {}
            for path, spans in chosen_spans.items():
                guessed = guesses.get(path, ())
                guessed_spans.setdefault(path, []).extend(guessed)
                sure_spans.setdefault(path, []).extend(combine_spans(spans, guessed))
        only_guessed = {}
        for path, guessed_here in guessed_spans.items():
            remaining_spans = combine_spans(guessed_here, sure_spans[path])
            if remaining_spans:
                only_guessed[path] = remaining_spans
        return only_guessed

    def _collect_short_lines(self, number: int) -> dict[str, dict[int, str]]:
        """Return the lines of imports that read shorter, by path and number (from 0).

        A line that another rule of the filter wants whole is none of them.
        """
        lines_by_path: dict[str, dict[int, ImportLine]] = {}
        whole_spans: dict[str, list[Span]] = {}
        for rule, place in self._list_visible_places(number):
            if rule.hide:
                continue
            shorter: ShortLines = {}
            if rule.kind == "reach":
                lines_of_rule = self._cut_reach(rule, place, number).lines
                shorter = lines_of_rule.short_lines if lines_of_rule is not None else {}
            for path, spans in (self._choose_spans(rule, place, number) or {}).items():
                lines = lines_by_path.setdefault(path, {})
                for line_number, line in shorter.get(path, {}).items():
                    earlier = lines.get(line_number, line)
                    lines[line_number] = earlier.join(line)
                holes = [Span(line, line + 1) for line in shorter.get(path, {})]
                whole_spans.setdefault(path, []).extend(combine_spans(spans, holes))
        short_lines: dict[str, dict[int, str]] = {}
        for path, lines in lines_by_path.items():
            spans = combine_spans(whole_spans[path])
            short_lines[path] = {
                line_number: line.text
                for line_number, line in lines.items()
                if not any(span.start <= line_number < span.stop for span in spans)
            }
        return short_lines

    # The reach of one rule

    def _cut_reach(self, rule: Rule, place: CodePlace | None, number: int) -> _ReachCut:
        """Return what a reach rule takes in at a version.

        It is that of another version where no file that was asked for differs. Where they differ in
        nothing that decides, it is that of the other version in its new lines.
        """
        root = self._find_root(rule, place)
        cuts = self._cuts.setdefault(root, {})
        for paths, cuts_by_blobs in cuts.items():
            blobs = self._find_blobs(paths, number)
            if blobs in cuts_by_blobs:
                return cuts_by_blobs[blobs]
        cut = self._carry_over(root, number) or self._search(root, number)
        cuts.setdefault(cut.paths, {})[self._find_blobs(cut.paths, number)] = cut
        return cut

    def _find_root(self, rule: Rule, place: CodePlace | None) -> _Root:
        return (place.path if place is not None else rule.path), rule.name

    def _carry_over(self, root: _Root, number: int) -> _ReachCut | None:
        """Return what a reach takes in at a version by what it takes in at a like one, or None."""
        recent = self._recent.setdefault(root, deque(maxlen=_LIKE_VERSIONS))
        for older in recent:
            sources = {path: self._read_source(path, number) for path in older.sources}
            lines = carry_over(older.lines, older.sources, sources)
            if lines is not None:
                # The next version differs from this one in less than from the older one.
                recent.remove(older)
                recent.appendleft(_CutVersion(lines, sources))
                return _ReachCut(tuple(sources), lines)
        return None

    def _search(self, root: _Root, number: int) -> _ReachCut:
        """Search what a reach takes in at a version."""
        sources: dict[str, Source | None] = {}

        def load(path: str) -> Source | None:
            sources[path] = self._read_source(path, number)
            return sources[path]

        bounds = self._filter
        try:
            reached = reach(load, *root, stop=bounds.stop, also=bounds.also, depth=bounds.depth)
        except NotFoundError:
            return _ReachCut(tuple(sources), None)
        lines = ReachedLines(reached.spans, reached.guesses, reached.short_lines)
        recent = self._recent.setdefault(root, deque(maxlen=_LIKE_VERSIONS))
        recent.appendleft(_CutVersion(lines, sources))
        return _ReachCut(tuple(sources), lines, reached)

    def _find_blobs(self, paths: _Paths, number: int) -> _Blobs:
        return tuple(self._ancestry.index.find_blob(path, number) for path in paths)

    def _read_sources(
        self, spans: Mapping[str, tuple[Span, ...]], number: int
    ) -> Iterator[tuple[str, Source]]:
        """Yield those of some files that can be read, with their paths."""
        for path in spans:
            source = self._read_source(path, number)
            if source is not None:
                yield path, source

    def _read_source(self, path: str, number: int) -> Source | None:
        blob = self._ancestry.index.find_blob(path, number)
        version = self._ancestry.read_version(path, blob) if blob is not None else None
        return version.source if is_readable(version) else None


def _make_change(number: int, excerpt: Excerpt, older_excerpts: list[Excerpt]) -> Changed:
    is_certain = not excerpt.unread and not any(older.unread for older in older_excerpts)
    before = None
    if is_certain and older_excerpts and older_excerpts[0].text:
        before = older_excerpts[0]
    return Changed(number, excerpt, before, is_certain)


def _list_code(excerpt: Excerpt, *, whitespace: bool) -> tuple[object, ...]:
    """Return the code that must differ for a change: the kept lines, whatever their files are
    called.

    White space counts only if ``whitespace`` says so.
    """
    texts = (file.kept_lines for file in excerpt.files)
    codes = (lines for lines in texts if lines)
    if whitespace:
        return tuple(codes)
    return tuple(strip_layout(lines) for lines in codes)
