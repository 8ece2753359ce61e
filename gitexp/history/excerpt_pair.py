"""Two versions as one filter leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.follow.follower import Follower
    from gitexp.model.filter import CodeFilter, Rule


class ExcerptPair(NamedTuple):
    """What a filter leaves of two versions.

    ``unread``: the rules that cannot be read in one of them. ``common``: both versions without
    these rules. Only these can be compared: else all the code of such a rule would be new or gone.
    None where no rule is left.
    """

    older: Excerpt
    newer: Excerpt
    unread: frozenset[Rule]
    common: tuple[Excerpt, Excerpt] | None

    @property
    def reason(self) -> str:
        """Which rules are not compared, and why; "" where all are."""
        missing_rules = (*self.newer.missing, *self.older.missing)
        unread = {missing.rule: missing for missing in missing_rules if missing.unread}
        if self.common is None:
            first = next(iter(unread.values()))
            return f"no change can be shown: {first.rule}: {first.reason}"
        if not unread:
            return ""
        names = ", ".join(str(rule) for rule in unread)
        return f"not compared, for one version cannot be read: {names}"

    def compare(self) -> ReadingDelta | None:
        """Return what changed; None where the versions cannot be compared."""
        from gitexp.excerpt.delta.read import read_delta

        return read_delta(*self.common) if self.common is not None else None


def cut_pair(follower: Follower, code_filter: CodeFilter, older: str, newer: str) -> ExcerptPair:
    """Cut two versions (full ids). Raises what ``Follower.cut_excerpt`` raises."""
    older_excerpt = follower.cut_excerpt(code_filter, older)
    newer_excerpt = follower.cut_excerpt(code_filter, newer)
    unread = older_excerpt.unread | newer_excerpt.unread
    if not unread:
        both = (older_excerpt, newer_excerpt)
        return ExcerptPair(older_excerpt, newer_excerpt, unread, both)
    readable = code_filter.without(unread)
    if not readable.rules:
        return ExcerptPair(older_excerpt, newer_excerpt, unread, None)
    common = (follower.cut_excerpt(readable, older), follower.cut_excerpt(readable, newer))
    return ExcerptPair(older_excerpt, newer_excerpt, unread, common)


class ExcerptStep(NamedTuple):
    """The excerpt of a version, and of the one before it.

    ``before`` is None where there is no version before, or where it cannot be read (``is_gap``).
    """

    before: Excerpt | None
    after: Excerpt
    is_gap: bool

    @property
    def is_change(self) -> bool:
        """True where there is code, and not the same as before."""
        if not self.after.text:
            return False
        return self.before is None or self.before.text != self.after.text


def cut_step(
    follower: Follower, code_filter: CodeFilter, before: str, after: str
) -> ExcerptStep | None:
    """Cut a version and the one before it, "" where there is none.

    Return None where ``after`` cannot be cut in this clone.
    """
    try:
        excerpt = follower.cut_excerpt(code_filter, after)
    except GitExpError:
        return None
    if not before:
        return ExcerptStep(None, excerpt, is_gap=False)
    try:
        pair = cut_pair(follower, code_filter, before, after)
    except GitExpError:
        return ExcerptStep(None, excerpt, is_gap=True)
    if pair.common is None:
        return ExcerptStep(None, excerpt, is_gap=True)
    return ExcerptStep(*pair.common, is_gap=False)
