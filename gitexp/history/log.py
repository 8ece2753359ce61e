"""Filtered history beyond plain commits: snapshots and experiments as steps, and the choice of steps by time."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import GitExpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from gitexp.excerpt.cut import Excerpt
    from gitexp.follow.follower import Follower
    from gitexp.follow.steps import CommitStep
    from gitexp.history.deltas import Pair
    from gitexp.model.experiment import Experiment
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

    Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """For those who do not ask how far it is."""


class SnapshotStep(NamedTuple):
    """A kept working tree or an experiment as a step: its excerpt differs from the one ``before`` (None: the code first appears here).

    ``time`` is in seconds since 1970; ``confidence`` (0..1) says how sure the tracking is. Of kind "gap" it is shown whole, because
    the version before is not in this clone.
    """

    commit: str
    time: int
    title: str
    excerpt: Excerpt
    before: Excerpt | None
    kinds: tuple[str, ...]
    confidence: float = 1.0


class LogStep(NamedTuple):
    """A version whose excerpt changed, and the ids of the experiments tied to it."""

    version: CommitStep | SnapshotStep
    experiments: tuple[str, ...]


def walk_commit_steps(
    record: Record, follower: Follower, choice: CodeFilter, start: str, *, with_record: bool
) -> Iterator[LogStep]:
    """The commits reachable from ``start`` that changed the excerpt, newest first, each with the experiments tied to it."""
    for step in follower.walk_history(choice, start):
        names = (
            [
                name
                for name, exact in record.index.find_linked_experiments(step.commit).items()
                if exact
            ]
            if with_record
            else ()
        )
        yield LogStep(step, tuple(names))


def walk_snapshot_steps(
    record: Record, follower: Follower, choice: CodeFilter, progress: Progress = _silent
) -> Iterator[LogStep]:
    """The kept working trees whose excerpt differs from that of the commit they were made on, newest first.

    Left out where a commit of the same experiment holds the same excerpt: that commit is a step itself; and where the working
    tree is not in this clone. ``progress`` is called with (read, all).
    """
    from gitexp.history.deltas import cut_pair

    found = [
        (snapshot, experiment)
        for experiment in record.read_experiments()
        for snapshot in experiment.snapshots
    ]
    versions = (
        version
        for snapshot, one in found
        for version in (snapshot.commit, snapshot.base, *one.links)
    )
    follower.prepare(versions, choice)
    for number, (snapshot, experiment) in enumerate(
        sorted(found, key=lambda item: _seconds(item[0].at), reverse=True)
    ):
        progress(number, len(found))
        if snapshot.commit == snapshot.base:
            continue
        pair = cut_pair(follower, choice, snapshot.base, snapshot.commit)
        if (
            pair is None
            or not pair.changed
            or _holds_same(follower, choice, experiment, pair.after)
        ):
            continue
        title = f"working tree of {experiment.id}"
        yield _trial_step(pair, snapshot.commit, snapshot.at, title, "snapshot", experiment)


def walk_experiment_steps(
    record: Record, follower: Follower, choice: CodeFilter, progress: Progress = _silent
) -> Iterator[LogStep]:
    """The experiments whose excerpt differs from their parent's (without one: from the experiment before), newest first.

    Left out where the code is not in this clone. ``progress`` is called with (read, all).
    """
    from gitexp.history.deltas import cut_pair

    experiments = [experiment for experiment in record.read_experiments() if experiment.version]
    known = {experiment.id: experiment for experiment in experiments}
    follower.prepare((experiment.version for experiment in experiments), choice)
    for number in range(len(experiments) - 1, -1, -1):
        progress(len(experiments) - 1 - number, len(experiments))
        experiment = experiments[number]
        origin = known.get(experiment.parent) or (experiments[number - 1] if number else None)
        pair = cut_pair(follower, choice, origin.version if origin else "", experiment.version)
        if pair is None or not pair.changed:
            continue
        title = f"changes {origin.id}" if origin else "the first"
        yield _trial_step(pair, experiment.version, experiment.at, title, "experiment", experiment)


def merge_newest_first(*streams: Iterable[LogStep]) -> Iterator[LogStep]:
    """Several streams, each newest first, as one."""
    return heapq.merge(*streams, key=lambda step: -step.version.time)


def select_between(
    steps: Iterable[LogStep], since: datetime | None, until: datetime | None
) -> Iterator[LogStep]:
    """Steps from ``since`` to ``until``."""
    if since is None and until is None:
        return iter(steps)
    low = since.timestamp() if since else float("-inf")
    high = until.timestamp() if until else float("inf")
    return (step for step in steps if low <= step.version.time <= high)


def _holds_same(
    follower: Follower, choice: CodeFilter, experiment: Experiment, excerpt: Excerpt
) -> bool:
    """Return whether a commit of the experiment holds the same excerpt."""
    for commit in experiment.links:
        try:
            if follower.cut_excerpt(choice, commit).text == excerpt.text:
                return True
        except GitExpError:
            continue
    return False


def _trial_step(
    pair: Pair, commit: str, at: str, title: str, kind: str, experiment: Experiment
) -> LogStep:
    """Make the step of an experiment's version that changed the excerpt."""
    kinds = (kind, "gap") if pair.gap else (kind,)
    trial = SnapshotStep(commit, _seconds(at), title, pair.after, pair.before, kinds)
    return LogStep(trial, (experiment.id,))


def _seconds(at: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(at).timestamp())
