"""Where the rules of a filter are at any commit: older or newer than the anchor, on another branch,
or not related at all.
"""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, ContentError, NotFoundError, UsageError
from gitexp.excerpt.locate.elsewhere import locate_elsewhere
from gitexp.excerpt.locate.locate import locate_block
from gitexp.follow.places import (
    CodePlace,
    build_excerpt_at,
    is_readable,
    make_missing_path_error,
    resolve_block,
    restore_typed_range,
)
from gitexp.lru import LruCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.follow.ancestry import Ancestry
    from gitexp.model.filter import Rule
    from gitexp.store.objects import MissingObject

_TRIED = 200
_KEPT = 1024


ANCHOR_ABSENT = (
    "not found by its name, and the version that it was written for is not in this clone"
)
LACKING = "not found in the files that this clone has; it lacks some"


class Positions:
    """The rules of one filter, read at its anchor and followed from there to other commits (all by number in the index).

    Without an anchor (None: it is not in this clone) only what is found by its name has a place.
    """

    def __init__(self, ancestry: Ancestry, rules: Sequence[Rule], anchor: int | None) -> None:
        self._ancestry = ancestry
        self._index = ancestry.index
        self._rules = rules
        self._has_anchor = anchor is not None
        self._anchor = -1 if anchor is None else anchor  # -1 is the number of no commit
        self._anchored: dict[int, CodePlace | None] = {}
        self._known: dict[int, tuple[CodePlace | None, ...]] = {}
        self._excerpts: LruCache[int, Excerpt] = LruCache(_KEPT)

    def find_places(self, number: int) -> tuple[CodePlace | None, ...]:
        """The place of each rule at a commit; None where it is not there.

        Raises NotFoundError, UsageError or ContentError when the anchor lacks what a rule names.
        """
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = tuple(
                self._place(rule, number) for rule in range(len(self._rules))
            )
        return known

    def cut_excerpt(self, number: int) -> Excerpt:
        """What the rules leave of a version."""
        return self._excerpts.get(number, lambda: self._built(number))

    def _built(self, number: int) -> Excerpt:
        places = self.find_visible_places(number)
        gaps = self.find_gaps(number) if None in places else {}
        return build_excerpt_at(self._rules, places, self._ancestry.read_version_of, gaps)

    def find_gaps(self, number: int) -> dict[Rule, str]:
        """Return the rules that have no place at a version and may be there all the same, and why."""
        gaps = {}
        places = self.find_places(number)
        for rule, place, shown in zip(
            self._rules, places, self.find_visible_places(number), strict=True
        ):
            paths = [rule.path] if place is None else [rule.path, place.path]
            reason = self._why_unsure(rule, paths, number) if shown is None else ""
            if reason:
                gaps[rule] = reason
        return gaps

    def _why_unsure(self, rule: Rule, paths: Sequence[str], number: int) -> str:
        """Return why a rule that was not found may be at a version all the same, or ""."""
        for path in paths:
            if gap := self._gap(path, number):
                return f"cannot be read in this version: {gap.reason}"
        if not self._has_anchor:
            return ANCHOR_ABSENT
        if gap := self._gap(rule.path, self._anchor):
            return f"cannot be read in the version that it was written for: {gap.reason}"
        return LACKING if self._ancestry.objects.lacked_any else ""

    def _gap(self, path: str, number: int) -> MissingObject | None:
        """Return why a file that a version has cannot be read; None where it can, or is not there."""
        blob = self._index.find_blob(path, number)
        if blob is None or self._ancestry.read_version(path, blob) is not None:
            return None
        return self._ancestry.objects.gaps[blob.hex()]

    def find_visible_places(self, number: int) -> tuple[CodePlace | None, ...]:
        """The places as an excerpt shows them: at the anchor the lines that were typed, and nothing
        where a file cannot be read.
        """
        return tuple(
            self._shown(rule, place, number)
            for rule, place in zip(self._rules, self.find_places(number), strict=True)
        )

    def _shown(self, rule: Rule, place: CodePlace | None, number: int) -> CodePlace | None:
        if place is None or self._index.find_blob(place.path, number) != place.blob:
            return None
        text = self._ancestry.read_version(place.path, place.blob)
        if number != self._anchor or text is None or place.path != rule.path:
            return place
        return CodePlace(place.path, place.blob, restore_typed_range(rule, text, place.block))

    def find_last_before(self, number: int, rule: int) -> tuple[int, CodePlace] | None:
        """Where a rule that is not at ``number`` was last: the newest ancestor that has it, and the
        place there.
        """
        wanted = self._rules[rule]
        place = self._anchored.get(rule)
        before = self._ancestry.mark_ancestors(number)
        if place is not None and self._anchor <= number and before[self._anchor]:
            return self._anchor, place
        if wanted.kind in ("lines", "reach"):
            return None
        changes = self._index.list_changes(wanted.path)
        for at in sorted((n for n in changes if n <= number and before[n]), reverse=True)[:_TRIED]:
            found = self._direct(wanted, changes[at][0])
            if found is not None and self._index.first_parents[at] >= 0:
                return self._index.first_parents[at], found
        return None

    def _place(self, rule: int, number: int) -> CodePlace | None:
        wanted = self._rules[rule]
        if number != self._anchor and wanted.by_name:
            found = self._direct(wanted, self._index.find_blob(wanted.path, number))
            if found is not None:
                return found
        if rule not in self._anchored:
            self._anchored[rule] = self._at_anchor(wanted)
        place = self._anchored[rule]
        if place is None or number == self._anchor:
            return place
        return self._followed(place, number)

    def _direct(self, rule: Rule, blob: bytes | None) -> CodePlace | None:
        """What a rule names in a version of its own path, by name alone."""
        text = self._ancestry.read_version(rule.path, blob) if blob is not None else None
        if blob is None or not is_readable(text):
            return None
        try:
            return CodePlace(rule.path, blob, resolve_block(rule, text))
        except (UsageError, NotFoundError, AmbiguousError):
            return None

    def check(self) -> None:
        """Raise what is wrong with a rule at the anchor, which must be in this clone."""
        for rule in self._rules:
            self._named(rule)

    def _at_anchor(self, rule: Rule) -> CodePlace | None:
        """The place at the anchor; None for a name that is not there, which may be in other versions.

        None too where the anchor cannot be read in this clone.
        """
        if not self._has_anchor or self._gap(rule.path, self._anchor):
            return None
        try:
            return self._named(rule)
        except NotFoundError:
            if rule.kind == "lines":
                raise
            return None

    def _named(self, rule: Rule) -> CodePlace:
        commit = self._index.get_commit(self._anchor)
        blob = self._index.find_blob(rule.path, self._anchor)
        if blob is None:
            raise make_missing_path_error(rule, commit)
        if gap := self._gap(rule.path, self._anchor):
            raise ContentError(
                f"rule '{rule}': '{rule.path}' in {commit[:12]} cannot be read: {gap.reason}",
                gap.hint,
            )
        text = self._ancestry.read_version(rule.path, blob)
        if not is_readable(text):
            raise ContentError(
                f"rule '{rule}': '{rule.path}' in {commit[:12]} is not code",
                "it is binary, or a broken notebook: choose another version",
            )
        try:
            return CodePlace(rule.path, blob, resolve_block(rule, text))
        except NotFoundError as error:
            raise NotFoundError(f"{error.message} in {commit[:12]}", error.hint) from None

    def _followed(self, place: CodePlace, number: int) -> CodePlace | None:
        """Follow a place from the anchor to ``number``: down to the nearest common version, then
        up.
        """
        base = self._base(number)
        if base is None:
            return self._by_content(place, number)
        found: CodePlace | None = place
        way = self._way(self._anchor, base)
        for child, parent in itertools.pairwise(way):
            if found is not None:
                found = self._ancestry.step_back(child, parent, found)[0]
        way = self._way(number, base)[::-1]
        for parent, child in itertools.pairwise(way):
            if found is not None:
                found = self._ancestry.step_forth(child, parent, found)
        if found is None and (blob := self._index.find_blob(place.path, number)) is not None:
            return self._same_path(place, blob)
        return found

    def _same_path(self, place: CodePlace, blob: bytes) -> CodePlace | None:
        """What was lost on the way may have come back: then the text says so."""
        match = self._ancestry.locate_between(place, blob)
        return (
            CodePlace(place.path, blob, match.block)
            if match is not None and match.confidence >= 0.75
            else None
        )

    @cached_property
    def _older(self) -> bytearray:
        return self._ancestry.mark_ancestors(self._anchor)

    @cached_property
    def _younger(self) -> bytearray:
        return self._descendants(self._anchor)

    def _descendants(self, number: int) -> bytearray:
        """Which commits have ``number`` among their ancestors, itself included: one byte a
        commit.
        """
        marked = bytearray(len(self._index))
        marked[number] = 1
        first = self._index.first_parents
        merges = self._index.merges
        for at in range(number + 1, len(self._index)):
            above = first[at]
            if (above >= 0 and marked[above]) or (
                at in merges and any(marked[parent] for parent in merges[at])
            ):
                marked[at] = 1
        return marked

    def _base(self, number: int) -> int | None:
        """The nearest version that the anchor and ``number`` have in common; None when they are not
        related.
        """
        if number <= self._anchor and self._older[number]:
            return number
        if number > self._anchor and self._younger[number]:
            return self._anchor
        theirs = self._ancestry.mark_ancestors(number)
        for at in range(min(number, self._anchor), -1, -1):
            if theirs[at] and self._older[at]:
                return at
        return None

    def _way(self, number: int, base: int) -> list[int]:
        """Commits from ``number`` down to its ancestor ``base``, along first parents where they
        lead there.
        """
        way = [number]
        first = self._index.first_parents
        while way[-1] > base and first[way[-1]] >= base:
            way.append(first[way[-1]])
        if way[-1] == base:
            return way
        towards = self._younger if base == self._anchor else self._descendants(base)
        way = [number]
        while way[-1] != base:
            way.append(
                next(parent for parent in self._index.list_parents(way[-1]) if towards[parent])
            )
        return way

    def _by_content(self, place: CodePlace, number: int) -> CodePlace | None:
        """In a version that is not related: by the same path, else in a file of the same kind that
        holds the same text.
        """
        newer = self._ancestry.read_version(place.path, place.blob)
        blob = self._index.find_blob(place.path, number)
        if newer is None:
            return None
        if blob is not None and is_readable(text := self._ancestry.read_version(place.path, blob)):
            match = locate_block(newer, place.block, text)
            if match is not None:
                return CodePlace(place.path, blob, match.block)
        for path, other in self._kin_files(place.path, number):
            text = self._ancestry.read_version(path, other)
            if (
                is_readable(text)
                and (match := locate_elsewhere(newer, place.block, text, None)) is not None
            ):
                return CodePlace(path, other, match.block)
        return None

    def _kin_files(self, path: str, number: int) -> list[tuple[str, bytes]]:
        """Files of a version with the same extension, those of the same name first."""
        base, extension = path.rpartition("/")[2], path.rpartition(".")[2]
        files = [
            item
            for item in self._index.list_files(number)
            if item[0] != path and item[0].endswith("." + extension)
        ]
        return sorted(files, key=lambda item: item[0].rpartition("/")[2] != base)[:_TRIED]
