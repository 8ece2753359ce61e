"""Two versions side by side, whatever they are: their code and their metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.history.excerpt_pair import cut_pair
from gitexp.store.absent import describe_remedy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.follow.follower import Follower
    from gitexp.history.excerpt_pair import ExcerptPair
    from gitexp.history.versions import NamedCommit
    from gitexp.model.filter import CodeFilter
    from gitexp.model.metric import Metric
    from gitexp.record.record import Record


class ComparedVersion(NamedTuple):
    """A commit, what to call it, and the metrics of the experiment that it is called by."""

    commit: str
    label: str
    metrics: tuple[Metric, ...] = ()


class Comparison(NamedTuple):
    """What changed from an older version to a newer one.

    ``absent``: labels of the versions whose code is not in this clone; ``remedy`` says what would
    bring it. Then ``pair`` and ``delta`` are None. ``delta`` is None too where no rule of the
    filter can be read in both versions. ``pinned``: labels of those for whose code a pinned excerpt
    stands in.
    """

    older: ComparedVersion
    newer: ComparedVersion
    pair: ExcerptPair | None
    delta: ReadingDelta | None
    absent: tuple[str, ...] = ()
    remedy: str = ""
    pinned: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where the filter keeps nothing of both versions."""
        return self.pair is not None and not self.pair.older.files and not self.pair.newer.files


def read_compared_version(record: Record, version: NamedCommit) -> ComparedVersion:
    """Return a version with its metrics; without any where it is not called by an experiment."""
    experiment = record.index.read_experiment(version.label)
    metrics = experiment.metrics if experiment is not None else ()
    return ComparedVersion(version.commit, version.label, metrics)


def compare_versions(
    follower: Follower, code_filter: CodeFilter, older: ComparedVersion, newer: ComparedVersion
) -> Comparison:
    """Return what changed from one version to another."""
    follower.prepare([older.commit, newer.commit], code_filter)
    versions = (older, newer)
    absent_versions = [
        version for version in versions if not follower.can_cut(code_filter, version.commit)
    ]
    if absent_versions:
        absent = _list_labels(absent_versions)
        return Comparison(older, newer, None, None, absent, describe_remedy(follower.repository))
    pair = cut_pair(follower, code_filter, older.commit, newer.commit)
    stood_in = [version for version in versions if follower.stood_in(code_filter, version.commit)]
    return Comparison(older, newer, pair, pair.compare(), pinned=_list_labels(stood_in))


def _list_labels(versions: Iterable[ComparedVersion]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(version.label for version in versions))
