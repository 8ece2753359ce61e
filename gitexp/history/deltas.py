"""What an experiment changed in the code that a filter keeps, against its parent or another experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, GitExpError, NotFoundError, RepositoryError
from gitexp.follow.follower import Follower
from gitexp.history.absent import absence_of, absent_ids
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.store.absent import describe_remedy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Experiment
    from gitexp.model.filter import CodeFilter, Rule
    from gitexp.record.record import Record


@dataclass(frozen=True, slots=True)
class ExperimentDelta:
    """The excerpt of an experiment under a filter and its delta against ``origin``; in ``reason`` why there is none of it.

    Where there is a delta, ``reason`` names the rules that it leaves out. ``absent``: of the two those
    whose code is not in this clone; ``remedy`` says what would bring it. ``lacking``: another clone may show more.
    """

    filter: str = ""
    origin: str = ""
    delta: Delta | None = None
    excerpt: Excerpt | None = None
    reason: str = ""
    absent: tuple[str, ...] = ()
    remedy: str = ""
    lacking: bool = False

    @property
    def title(self) -> str:
        """What the delta is against and how large it is, or why there is none."""
        if self.delta is None:
            return self.reason
        title = f"filter {self.filter}, against {self.origin}: {self.delta.summary}"
        return f"{title} ({self.reason})" if self.reason else title

    @property
    def full_title(self) -> str:
        """The title, with what would bring code that is not in this clone."""
        return f"{self.title} ({self.remedy})" if self.remedy else self.title

    @property
    def whole(self) -> Excerpt | None:
        """The excerpt, where it is the first code of a line that is here: there is no parent, or not its code."""
        return self.excerpt if not self.origin or self.absent else None


class Versions(NamedTuple):
    """What a filter leaves of two versions.

    ``unread``: the rules that cannot be read in one of them. ``common``: both without these rules,
    which alone can be compared: else all the code of such a rule would be new or gone. None where no
    rule is left.
    """

    before: Excerpt
    after: Excerpt
    unread: frozenset[Rule]
    common: tuple[Excerpt, Excerpt] | None

    @property
    def reason(self) -> str:
        """Which rules are not compared, and why; "" where all are."""
        unread = {
            item.rule: item for item in (*self.after.missing, *self.before.missing) if item.unread
        }
        if self.common is not None:
            names = ", ".join(str(rule) for rule in unread)
            return f"not compared, for one version cannot be read: {names}" if unread else ""
        first = next(iter(unread.values()))
        return f"no change can be shown: {first.rule}: {first.reason}"

    def compare(self) -> Delta | None:
        """Return what changed; None where they cannot be compared."""
        from gitexp.excerpt.delta.compare import compare_excerpts

        return compare_excerpts(*self.common) if self.common is not None else None


def read_versions(follower: Follower, choice: CodeFilter, before: str, after: str) -> Versions:
    """Cut two versions (full ids). Raises what ``Follower.excerpt_at`` raises."""
    first = follower.cut_excerpt(choice, before)
    second = follower.cut_excerpt(choice, after)
    unread = first.unread | second.unread
    if not unread:
        return Versions(first, second, unread, (first, second))
    common = choice.without(unread)
    if not common.rules:
        return Versions(first, second, unread, None)
    excerpts = follower.cut_excerpt(common, before), follower.cut_excerpt(common, after)
    return Versions(first, second, unread, excerpts)


class Pair(NamedTuple):
    """The excerpts of two versions; ``before`` is None where there is no version before, or where it cannot be read (``gap``)."""

    before: Excerpt | None
    after: Excerpt
    gap: bool

    @property
    def changed(self) -> bool:
        """Whether there is code, and not the same as before."""
        return bool(self.after.text) and (
            self.before is None or self.before.text != self.after.text
        )


def cut_pair(follower: Follower, choice: CodeFilter, before: str, after: str) -> Pair | None:
    """Cut two versions ("" as the first: there is none). None where the second cannot be cut in this clone."""
    try:
        excerpt = follower.cut_excerpt(choice, after)
    except GitExpError:
        return None
    if not before:
        return Pair(None, excerpt, gap=False)
    try:
        both = read_versions(follower, choice, before, after)
    except GitExpError:
        return Pair(None, excerpt, gap=True)
    if both.common is None:
        return Pair(None, excerpt, gap=True)
    return Pair(*both.common, gap=False)


def compute_parent_delta(
    record: Record, experiment: Experiment, filter_name: str = ""
) -> ExperimentDelta:
    """The delta of an experiment against its parent. Raises NotFoundError for a filter that was asked for and is not there."""
    with Follower(record.repository) as follower:
        return compute_delta(record, follower, experiment, filter_name)


def compute_delta(
    record: Record, follower: Follower, experiment: Experiment, filter_name: str = ""
) -> ExperimentDelta:
    """The delta of an experiment against its parent, cut by a follower that lives longer."""
    if not filter_name and not read_filters(record):
        return ExperimentDelta(reason="no filter is saved yet: git exp filter add NAME RULE...")
    choice = find_filter(record, filter_name)
    parent = record.index.read_experiment(experiment.parent) if experiment.parent else None
    follower.prepare([experiment.version, parent.version if parent else ""], choice)
    return compute_delta_against(follower, choice, experiment, parent)


def compute_delta_against(
    follower: Follower, choice: CodeFilter, experiment: Experiment, origin: Experiment | None
) -> ExperimentDelta:
    """The delta of an experiment against another; only its excerpt where there is no other."""
    if not experiment.version:
        return ExperimentDelta(choice.name, reason="no code is tied to it")
    try:
        return _delta(follower, choice, experiment, origin)
    except (NotFoundError, ContentError, RepositoryError) as error:
        return ExperimentDelta(
            choice.name, reason=f"its code cannot be cut: {error.message}", lacking=True
        )


def _delta(
    follower: Follower, choice: CodeFilter, experiment: Experiment, origin: Experiment | None
) -> ExperimentDelta:
    absent = absent_ids(follower, (experiment, origin))
    bring = describe_remedy(follower.repository) if absent else ""
    if experiment.id in absent:
        reason = "its code is not in this clone"
        return ExperimentDelta(
            choice.name, reason=reason, absent=absent, remedy=bring, lacking=True
        )
    if origin is None or not origin.version or absent:
        excerpt = follower.cut_excerpt(choice, experiment.version)
        if origin is None:
            reason = "it has no parent: git exp excerpt shows its code"
        elif absent:
            reason = absence_of(absent)
        else:
            reason = f"{origin.id} has no code tied to it"
        name = origin.id if origin else ""
        lacking = bool(absent or excerpt.unread)
        return ExperimentDelta(choice.name, name, None, excerpt, reason, absent, bring, lacking)
    both = read_versions(follower, choice, origin.version, experiment.version)
    delta = both.compare()
    lacking = bool(both.unread)
    return ExperimentDelta(choice.name, origin.id, delta, both.after, both.reason, lacking=lacking)


def absent_in(changes: Iterable[ExperimentDelta]) -> tuple[str, ...]:
    """Return the ids of the experiments whose code some deltas lack, each once."""
    ids: dict[str, None] = {}
    for change in changes:
        ids.update(dict.fromkeys(change.absent))
    return tuple(ids)


def list_lineage(record: Record, experiment: Experiment) -> list[Experiment]:
    """The experiments from the first ancestor down to this one, along parents."""
    return [
        one
        for name in list_lineage_ids(record, experiment.id)
        if (one := record.index.read_experiment(name)) is not None
    ]


def list_lineage_ids(record: Record, ident: str) -> list[str]:
    """Ids from the first ancestor down to this experiment, along parents."""
    parents = {summary.id: summary.parent for summary in record.read_summaries()}
    line = {ident: None}
    while (ident := parents.get(ident, "")) in parents and ident not in line:
        line[ident] = None
    return list(line)[::-1]
