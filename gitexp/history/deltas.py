"""What an experiment changed against its parent, in the code that a filter keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.errors import GitExpError, NotFoundError
from gitexp.history.filters import filters, find_filter

if TYPE_CHECKING:
    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.unidiff import Delta
    from gitexp.history.record import Record
    from gitexp.model.experiment import Experiment


@dataclass(frozen=True, slots=True)
class ParentDelta:
    """The delta against the parent under a filter, or in ``reason`` why there is none."""

    filter: str = ""
    parent: str = ""
    delta: Delta | None = None
    excerpt: Excerpt | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """What the delta is against and how large it is, or why there is none."""
        if self.delta is None:
            return self.reason
        return f"filter {self.filter}, against {self.parent}: {self.delta.summary}"


def delta_to_parent(record: Record, experiment: Experiment, filter_name: str = "") -> ParentDelta:
    """The delta of an experiment against its parent. Raises NotFoundError for a filter that was asked for and is not there."""
    from gitexp.excerpt.unidiff import compare
    from gitexp.history.follow import Follower

    if not filter_name and not filters(record):
        return ParentDelta(reason="no filter is saved yet: git exp filter add NAME RULE...")
    choice = find_filter(record, filter_name)
    parent = record.index.row(experiment.parent) if experiment.parent else None
    if not experiment.version:
        return ParentDelta(choice.name, reason="no code is tied to it")
    try:
        follower = Follower(record.repository)
        excerpt = follower.excerpt_at(choice, experiment.version)
        if parent is None or not parent.version:
            reason = f"its parent {parent.id} has no code tied to it" if parent else "it has no parent: git exp excerpt shows its code"
            return ParentDelta(choice.name, experiment.parent, None, excerpt, reason)
        return ParentDelta(choice.name, parent.id, compare(follower.excerpt_at(choice, parent.version), excerpt), excerpt)
    except NotFoundError as error:
        return ParentDelta(choice.name, experiment.parent, reason=error.message)
    except GitExpError as error:
        return ParentDelta(choice.name, experiment.parent, reason=f"cannot be cut: {error.message}")
