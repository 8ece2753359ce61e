"""What an experiment changed in the code that a filter keeps, against its parent or another experiment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import ContentError, GitExpError, NotFoundError, RepositoryError
from gitexp.follow.follower import Follower
from gitexp.record.write.filters import find_filter, read_filters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Experiment
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record


@dataclass(frozen=True, slots=True)
class ExperimentDelta:
    """The excerpt of an experiment under a filter and its delta against ``origin``; in ``reason`` why there is none of it."""

    filter: str = ""
    origin: str = ""
    delta: Delta | None = None
    excerpt: Excerpt | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """What the delta is against and how large it is, or why there is none."""
        if self.delta is None:
            return self.reason
        return f"filter {self.filter}, against {self.origin}: {self.delta.summary}"


def compute_parent_delta(record: Record, experiment: Experiment, filter_name: str = "") -> ExperimentDelta:
    """The delta of an experiment against its parent. Raises NotFoundError for a filter that was asked for and is not there."""
    with Follower(record.repository) as follower:
        return compute_delta(record, follower, experiment, filter_name)


def compute_delta(record: Record, follower: Follower, experiment: Experiment, filter_name: str = "") -> ExperimentDelta:
    """The delta of an experiment against its parent, cut by a follower that lives longer."""
    if not filter_name and not read_filters(record):
        return ExperimentDelta(reason="no filter is saved yet: git exp filter add NAME RULE...")
    choice = find_filter(record, filter_name)
    parent = record.index.read_experiment(experiment.parent) if experiment.parent else None
    prepare_versions(follower, [experiment.version, parent.version if parent else ""])
    return compute_delta_against(follower, choice, experiment, parent)


def prepare_versions(follower: Follower, versions: Iterable[str]) -> None:
    """Index all versions at once before they are cut one by one; those that are not in this clone are passed over."""
    wanted = sorted({version for version in versions if version})
    try:
        follower.prepare(wanted)
    except GitExpError:
        for version in wanted:
            with suppress(GitExpError):
                follower.prepare([version])


def compute_delta_against(follower: Follower, choice: CodeFilter, experiment: Experiment, origin: Experiment | None) -> ExperimentDelta:
    """The delta of an experiment against another; only its excerpt where there is no other."""
    from gitexp.excerpt.delta.compare import compare_excerpts

    if not experiment.version:
        return ExperimentDelta(choice.name, reason="no code is tied to it")
    try:
        excerpt = follower.cut_excerpt(choice, experiment.version)
        if origin is None:
            return ExperimentDelta(choice.name, "", None, excerpt, "it has no parent: git exp excerpt shows its code")
        if not origin.version:
            return ExperimentDelta(choice.name, origin.id, None, excerpt, f"{origin.id} has no code tied to it")
        return ExperimentDelta(choice.name, origin.id, compare_excerpts(follower.cut_excerpt(choice, origin.version), excerpt), excerpt)
    except (NotFoundError, ContentError, RepositoryError) as error:
        return ExperimentDelta(choice.name, reason=f"its code cannot be cut: {error.message}")


def list_lineage(record: Record, experiment: Experiment) -> list[Experiment]:
    """The experiments from the first ancestor down to this one, along parents."""
    return [one for name in list_lineage_ids(record, experiment.id) if (one := record.index.read_experiment(name)) is not None]


def list_lineage_ids(record: Record, ident: str) -> list[str]:
    """Ids from the first ancestor down to this experiment, along parents."""
    parents = {summary.id: summary.parent for summary in record.read_summaries()}
    line = {ident: None}
    while (ident := parents.get(ident, "")) in parents and ident not in line:
        line[ident] = None
    return list(line)[::-1]
