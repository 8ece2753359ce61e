"""Filtered history: commits, kept working trees and experiments whose excerpt changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.errors import GitExpError
from gitexp.named_values import NamedValues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.follow.follower import Follower
    from gitexp.follow.steps import CommitStep
    from gitexp.history.excerpt_pair import ExcerptStep
    from gitexp.model.experiment import Experiment, Snapshot
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

    Progress = Callable[[int, int], None]


def _ignore_progress(done: int, total: int) -> None:
    """Do nothing: for those who do not ask how far it is."""


class TrialStep(NamedValues):
    """A kept working tree or an experiment whose excerpt differs from the one before.

    ``at`` is ISO 8601. ``before`` is None where the code first appears here.
    ``kinds`` holds "gap" where the version before is not in this clone, "pinned" where a pinned
    excerpt stands in for a version that is not. ``confidence`` (0 to 1)
    says how sure it is that the excerpt is the same code as before.
    """

    commit: str
    at: str
    title: str
    excerpt: Excerpt
    before: Excerpt | None
    kinds: tuple[str, ...]
    confidence: float = 1.0

    @property
    def time(self) -> int:
        """``at`` in seconds since 1970."""
        return _read_seconds(self.at)


class LogStep(NamedValues):
    """A version whose excerpt changed, and the ids of the experiments tied to it.

    The excerpts of a commit are read when they are asked for: ask while the Follower is open.
    """

    version: CommitStep | TrialStep
    experiments: tuple[str, ...]


class StepView(NamedValues):
    """A version whose excerpt changed, as every view prints it.

    ``at`` is ISO 8601, by the clock of whoever made it. ``experiments``: those tied to it.
    """

    commit: str
    at: str
    title: str
    kinds: tuple[str, ...]
    confidence: float
    experiments: tuple[Experiment, ...]
    excerpt: Excerpt
    delta: ReadingDelta


def view_step(record: Record, step: LogStep) -> StepView:
    """Return a step as a plain value."""
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.read import read_delta

    version = step.version
    experiments = (record.index.read_experiment(ident) for ident in step.experiments)
    before = version.before or Excerpt(())
    return StepView(
        version.commit,
        version.at,
        version.title,
        version.kinds,
        version.confidence,
        tuple(experiment for experiment in experiments if experiment is not None),
        version.excerpt,
        read_delta(before, version.excerpt),
    )


def walk_commit_steps(
    record: Record, follower: Follower, code_filter: CodeFilter, start: str, *, with_record: bool
) -> Iterator[LogStep]:
    """Yield the commits reachable from ``start`` that changed the excerpt, newest first.

    With ``with_record``, each comes with the experiments whose code it holds.
    """
    for step in follower.walk_history(code_filter, start):
        idents: tuple[str, ...] = ()
        if with_record:
            linked = record.index.find_linked_experiments(step.commit)
            idents = tuple(ident for ident, holds_code in linked.items() if holds_code)
        yield LogStep(step, idents)


class _KeptTree(NamedValues):
    """A snapshot and its experiment."""

    snapshot: Snapshot
    experiment: Experiment


def walk_snapshot_steps(
    record: Record,
    follower: Follower,
    code_filter: CodeFilter,
    progress: Progress = _ignore_progress,
) -> Iterator[LogStep]:
    """Yield the kept working trees whose excerpt differs from that of their commit, newest first.

    Left out are those that are not in this clone, and those of which a commit of the same
    experiment holds the same excerpt: that commit is a step itself. ``progress`` is called with
    (read, all).
    """
    kept_trees = _list_kept_trees(record)
    follower.prepare(_list_versions(kept_trees), code_filter)
    for number, kept in enumerate(kept_trees):
        snapshot, experiment = kept.snapshot, kept.experiment
        progress(number, len(kept_trees))
        if snapshot.commit == snapshot.base:
            continue
        step = _cut_change(follower, code_filter, snapshot.base, snapshot.commit)
        if step is None or _holds_same(follower, code_filter, experiment, step.after):
            continue
        kinds = ("snapshot", *_list_marks(follower, code_filter, step, [snapshot.commit]))
        title = f"working tree of {experiment.id}"
        trial = TrialStep(snapshot.commit, snapshot.at, title, step.after, step.before, kinds)
        yield LogStep(trial, (experiment.id,))


def _list_kept_trees(record: Record) -> list[_KeptTree]:
    """Return the kept working trees of all experiments, newest first."""
    kept_trees = []
    for experiment in record.read_experiments():
        kept_trees += [_KeptTree(snapshot, experiment) for snapshot in experiment.snapshots]
    kept_trees.sort(key=lambda kept: _read_seconds(kept.snapshot.at), reverse=True)
    return kept_trees


def _list_versions(kept_trees: Iterable[_KeptTree]) -> Iterator[str]:
    """Yield the commits whose code is looked at to find the steps among kept working trees."""
    for kept in kept_trees:
        yield kept.snapshot.commit
        yield kept.snapshot.base
        yield from kept.experiment.links


def walk_experiment_steps(
    record: Record,
    follower: Follower,
    code_filter: CodeFilter,
    progress: Progress = _ignore_progress,
) -> Iterator[LogStep]:
    """Yield the experiments whose excerpt differs from their parent's, newest first.

    One without a parent is compared with the experiment before it. Left out are those whose code is
    not in this clone. ``progress`` is called with (read, all).
    """
    experiments = [experiment for experiment in record.read_experiments() if experiment.version]
    by_id = {experiment.id: experiment for experiment in experiments}
    follower.prepare((experiment.version for experiment in experiments), code_filter)
    for index in range(len(experiments) - 1, -1, -1):
        progress(len(experiments) - 1 - index, len(experiments))
        experiment = experiments[index]
        before = experiments[index - 1] if index else None
        origin = by_id.get(experiment.parent) or before
        origin_version = origin.version if origin else ""
        step = _cut_change(follower, code_filter, origin_version, experiment.version)
        if step is None:
            continue
        versions = (experiment.version, origin_version)
        kinds = ("experiment", *_list_marks(follower, code_filter, step, versions))
        title = _describe_origin(experiment, origin)
        trial = TrialStep(experiment.version, experiment.at, title, step.after, step.before, kinds)
        yield LogStep(trial, (experiment.id,))


def _list_marks(
    follower: Follower, code_filter: CodeFilter, step: ExcerptStep, versions: Iterable[str]
) -> list[str]:
    """Return which kinds a step between two versions has for what is not in this clone."""
    marks = ["gap"] if step.is_gap else []
    if any(follower.stood_in(code_filter, version) for version in versions):
        marks.append("pinned")
    return marks


def _describe_origin(experiment: Experiment, origin: Experiment | None) -> str:
    """Say what an experiment is shown against, and its parent where that is another one."""
    if origin is None:
        return "the first"
    if origin.id == experiment.parent:
        return f"changes {origin.id}"
    against = f"against {origin.id}, the trial before"
    if experiment.parent:
        return f"changes {experiment.parent}, which has no code: {against}"
    return f"no parent: {against}"


def merge_newest_first(*streams: Iterable[LogStep]) -> Iterator[LogStep]:
    """Return several streams, each newest first, as one."""
    import heapq  # most histories are one stream

    return heapq.merge(*streams, key=lambda step: -step.version.time)


def select_between(
    steps: Iterable[LogStep], since: datetime | None, until: datetime | None
) -> Iterator[LogStep]:
    """Return the steps from ``since`` to ``until``, both included; None is no limit."""
    if since is None and until is None:
        return iter(steps)
    earliest = since.timestamp() if since else float("-inf")
    latest = until.timestamp() if until else float("inf")
    return (step for step in steps if earliest <= step.version.time <= latest)


def _cut_change(
    follower: Follower, code_filter: CodeFilter, before: str, after: str
) -> ExcerptStep | None:
    """Return the excerpts of two versions; None where they read the same or cannot be cut."""
    from gitexp.history.excerpt_pair import cut_step

    step = cut_step(follower, code_filter, before, after)
    return step if step is not None and step.is_change else None


def _holds_same(
    follower: Follower, code_filter: CodeFilter, experiment: Experiment, excerpt: Excerpt
) -> bool:
    """Return True where a commit of the experiment holds the same excerpt."""
    for commit in experiment.links:
        try:
            if follower.cut_excerpt(code_filter, commit).text == excerpt.text:
                return True
        except GitExpError:
            continue
    return False


def _read_seconds(at: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(at).timestamp())
