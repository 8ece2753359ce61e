"""Find the code that the rules of a filter choose at any commit.

The commit may be older or newer than the anchor, on another branch, or not related at all.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from gitexp.errors import AmbiguousError, ContentError, NotFoundError, UsageError
from gitexp.excerpt.locate.locate import locate_block
from gitexp.follow.file_likeness import get_base_name
from gitexp.follow.places import (
    CodePlace,
    build_excerpt_at,
    is_readable,
    make_missing_path_error,
    resolve_block,
    restore_typed_range,
)
from gitexp.follow.routes import Routes
from gitexp.lru import LruCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.locate.version import FileVersion
    from gitexp.follow.ancestry import Ancestry
    from gitexp.model.filter import Rule
    from gitexp.store.objects import MissingObject

    Places = tuple[CodePlace | None, ...]

_MOST_VERSIONS = 200
"""Versions of a path that are searched for the last one that has a rule."""

_MOST_FILES = 200
"""Files of a version that is not related in which code is searched."""

_KEPT_EXCERPTS = 1024
"""Excerpts that are kept: more than the experiments of a year."""

_CAME_BACK = 0.75
"""Least confidence at which code that was lost between two versions came back in its file."""

_NO_COMMIT = -1
"""The number of no commit."""

_ANCHOR_ABSENT = (
    "not found by its name, and the version that it was written for is not in this clone"
)
_FILES_ABSENT = "not found in the files that this clone has; it lacks some"


class Positions:
    """The places of the rules of one filter at any commit; commits are numbers in the index.

    The rules are read at the anchor and followed from there. Without an anchor (None: it is not in
    this clone) a rule has a place only where its name is found.
    """

    def __init__(self, ancestry: Ancestry, rules: Sequence[Rule], anchor: int | None) -> None:
        self._ancestry = ancestry
        self._index = ancestry.index
        self._rules = rules
        self._has_anchor = anchor is not None
        self._anchor = _NO_COMMIT if anchor is None else anchor
        self._routes = Routes(ancestry, self._anchor)
        self._anchor_places: dict[int, CodePlace | None] = {}
        self._places: dict[int, Places] = {}
        self._excerpts: LruCache[int, Excerpt] = LruCache(_KEPT_EXCERPTS)

    # Places and excerpts

    def find_places(self, number: int) -> Places:
        """Return the place of each rule at a commit; None for a rule that is not there.

        Raises NotFoundError, UsageError or ContentError when the anchor lacks what a rule names.
        """
        places = self._places.get(number)
        if places is None:
            places = tuple(self._find_place(rule, number) for rule in range(len(self._rules)))
            self._places[number] = places
        return places

    def find_visible_places(self, number: int) -> Places:
        """Return the places as an excerpt shows them.

        At the anchor these are the lines that were typed. None where a file cannot be read.
        """
        visible_places = []
        for rule, place in zip(self._rules, self.find_places(number), strict=True):
            visible_places.append(self._show_place(rule, place, number))
        return tuple(visible_places)

    def cut_excerpt(self, number: int) -> Excerpt:
        """Return what the rules leave of a version."""
        return self._excerpts.get(number, lambda: self._build_excerpt(number))

    def check(self) -> None:
        """Raise what is wrong with a rule at the anchor, which must be in this clone."""
        for rule in self._rules:
            self._resolve_at_anchor(rule)

    def _build_excerpt(self, number: int) -> Excerpt:
        places = self.find_visible_places(number)
        gaps = self.find_gaps(number) if None in places else {}
        return build_excerpt_at(self._rules, places, self._ancestry.read_version_of, gaps)

    def _show_place(self, rule: Rule, place: CodePlace | None, number: int) -> CodePlace | None:
        if place is None or self._index.find_blob(place.path, number) != place.blob:
            return None
        version = self._ancestry.read_version(place.path, place.blob)
        if number != self._anchor or version is None or place.path != rule.path:
            return place
        return place._replace(block=restore_typed_range(rule, version, place.block))

    # Gaps: what cannot be read in this clone

    def find_gaps(self, number: int) -> dict[Rule, str]:
        """Return the rules without a place at a version that may be there all the same, and why."""
        gaps = {}
        places = self.find_places(number)
        visible_places = self.find_visible_places(number)
        for rule, place, visible_place in zip(self._rules, places, visible_places, strict=True):
            if visible_place is not None:
                continue
            paths = [rule.path] if place is None else [rule.path, place.path]
            reason = self._explain_doubt(rule, paths, number)
            if reason:
                gaps[rule] = reason
        return gaps

    def _explain_doubt(self, rule: Rule, paths: Sequence[str], number: int) -> str:
        """Return why a rule that was not found may be at a version all the same, or ""."""
        for path in paths:
            missing_object = self._find_missing_object(path, number)
            if missing_object:
                return f"cannot be read in this version: {missing_object.reason}"
        if not self._has_anchor:
            return _ANCHOR_ABSENT
        missing_object = self._find_missing_object(rule.path, self._anchor)
        if missing_object:
            reason = missing_object.reason
            return f"cannot be read in the version that it was written for: {reason}"
        return _FILES_ABSENT if self._ancestry.objects.lacked_any else ""

    def _find_missing_object(self, path: str, number: int) -> MissingObject | None:
        """Return why a file of a version cannot be read.

        None where it can be read, and where the version has no such file.
        """
        blob = self._index.find_blob(path, number)
        if blob is None or self._ancestry.read_version(path, blob) is not None:
            return None
        return self._ancestry.objects.gaps[blob.hex()]

    # One rule

    def find_last_before(self, number: int, rule: int) -> tuple[int, CodePlace] | None:
        """Return the newest ancestor of ``number`` that has a rule, and the place there.

        ``number`` itself does not have the rule.
        """
        wanted = self._rules[rule]
        place = self._anchor_places.get(rule)
        ancestors = self._ancestry.mark_ancestors(number)
        if place is not None and self._anchor <= number and ancestors[self._anchor]:
            return self._anchor, place
        if wanted.kind in ("lines", "reach"):
            return None
        changes = self._index.list_changes(wanted.path)
        commits = [commit for commit in changes if commit <= number and ancestors[commit]]
        commits.sort(reverse=True)
        for commit in commits[:_MOST_VERSIONS]:
            older_blob, _ = changes[commit]
            older_place = self._find_by_name(wanted, older_blob)
            parent = self._index.first_parents[commit]
            if older_place is not None and parent >= 0:
                return parent, older_place
        return None

    def _find_place(self, rule: int, number: int) -> CodePlace | None:
        wanted = self._rules[rule]
        if number != self._anchor and wanted.by_name:
            blob = self._index.find_blob(wanted.path, number)
            named_place = self._find_by_name(wanted, blob)
            if named_place is not None:
                return named_place
        if rule not in self._anchor_places:
            self._anchor_places[rule] = self._find_at_anchor(wanted)
        place = self._anchor_places[rule]
        if place is None or number == self._anchor:
            return place
        return self._follow_place(place, number)

    def _find_by_name(self, rule: Rule, blob: bytes | None) -> CodePlace | None:
        """Return what a rule names in a version of its own path, by the name alone."""
        version = self._read_code(rule.path, blob)
        if blob is None or version is None:
            return None
        try:
            block = resolve_block(rule, version)
        except (UsageError, NotFoundError, AmbiguousError):
            return None
        return CodePlace(rule.path, blob, block)

    def _find_at_anchor(self, rule: Rule) -> CodePlace | None:
        """Return the place of a rule at the anchor.

        None for a name that is not there: it may be in other versions. None too where the anchor
        cannot be read in this clone.
        """
        if not self._has_anchor or self._find_missing_object(rule.path, self._anchor):
            return None
        try:
            return self._resolve_at_anchor(rule)
        except NotFoundError:
            if rule.kind == "lines":
                raise
            return None

    def _resolve_at_anchor(self, rule: Rule) -> CodePlace:
        """Return the place of a rule at the anchor. Raises an error that names the anchor."""
        commit = self._index.get_commit(self._anchor)
        blob = self._index.find_blob(rule.path, self._anchor)
        if blob is None:
            raise make_missing_path_error(rule, commit)
        subject = f"rule '{rule}': '{rule.path}' in {commit[:12]}"
        missing_object = self._find_missing_object(rule.path, self._anchor)
        if missing_object:
            problem = f"{subject} cannot be read: {missing_object.reason}"
            raise ContentError(problem, missing_object.hint)
        version = self._read_code(rule.path, blob)
        if version is None:
            hint = "it is binary, or a broken notebook: choose another version"
            raise ContentError(f"{subject} is not code", hint)
        try:
            block = resolve_block(rule, version)
        except NotFoundError as error:
            raise NotFoundError(f"{error.message} in {commit[:12]}", error.hint) from None
        return CodePlace(rule.path, blob, block)

    def _read_code(self, path: str, blob: bytes | None) -> FileVersion | None:
        """Return a version of a file; None when there is none, or it cannot be read as code."""
        version = self._ancestry.read_version(path, blob) if blob is not None else None
        return version if is_readable(version) else None

    # From the anchor to another commit

    def _follow_place(self, place: CodePlace, number: int) -> CodePlace | None:
        """Follow a place from the anchor to ``number``.

        The route leads down to the newest version that both come from, then up.
        """
        base = self._routes.find_common_version(number)
        if base is None:
            return self._find_by_content(place, number)
        older_place = self._follow_down(place, self._routes.list_commits_down(self._anchor, base))
        followed_place = None
        if older_place is not None:
            commits = self._routes.list_commits_down(number, base)
            followed_place = self._follow_up(older_place, commits[::-1])
        if followed_place is not None:
            return followed_place
        blob = self._index.find_blob(place.path, number)
        return self._find_returned(place, blob) if blob is not None else None

    def _follow_down(self, place: CodePlace, commits: Sequence[int]) -> CodePlace | None:
        """Follow a place back through commits, each followed by a parent of it."""
        older_place: CodePlace | None = place
        for child, parent in itertools.pairwise(commits):
            if older_place is None:
                return None
            older_place = self._ancestry.step_back(child, parent, older_place).place
        return older_place

    def _follow_up(self, place: CodePlace, commits: Sequence[int]) -> CodePlace | None:
        """Follow a place forth through commits, each followed by a child of it."""
        newer_place: CodePlace | None = place
        for parent, child in itertools.pairwise(commits):
            if newer_place is None:
                return None
            newer_place = self._ancestry.step_forth(child, parent, newer_place)
        return newer_place

    def _find_returned(self, place: CodePlace, blob: bytes) -> CodePlace | None:
        """Return code that was lost on the route and stands in its file again."""
        match = self._ancestry.locate_between(place, blob)
        if match is None or match.confidence < _CAME_BACK:
            return None
        return CodePlace(place.path, blob, match.block)

    def _find_by_content(self, place: CodePlace, number: int) -> CodePlace | None:
        """Return the place in a version that is not related.

        That is in the same path, else in a file of the same kind that holds the same text.
        """
        newer = self._ancestry.read_version(place.path, place.blob)
        if newer is None:
            return None
        blob = self._index.find_blob(place.path, number)
        version = self._read_code(place.path, blob)
        if blob is not None and version is not None:
            match = locate_block(newer, place.block, version)
            if match is not None:
                return CodePlace(place.path, blob, match.block)
        from gitexp.excerpt.locate.elsewhere import locate_elsewhere  # few versions come here

        for path, kin_blob in self._list_kin_files(place.path, number):
            version = self._read_code(path, kin_blob)
            if version is None:
                continue
            match = locate_elsewhere(newer, place.block, version, None)
            if match is not None:
                return CodePlace(path, kin_blob, match.block)
        return None

    def _list_kin_files(self, path: str, number: int) -> list[tuple[str, bytes]]:
        """Return path and blob of files with the same extension, those of the same name first."""
        base_name = get_base_name(path)
        extension = "." + path.rpartition(".")[2]
        namesakes, kin_files = [], []
        for kin_path, blob in self._index.list_files(number):
            if kin_path == path or not kin_path.endswith(extension):
                continue
            if get_base_name(kin_path) == base_name:
                namesakes.append((kin_path, blob))
            else:
                kin_files.append((kin_path, blob))
        return [*namesakes, *kin_files][:_MOST_FILES]
