"""What an experiment changed in the code that a filter keeps, against its parent or another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.errors import ContentError, NotFoundError, RepositoryError
from gitexp.history.absent import (
    describe_absent_code,
    describe_pinned_code,
    find_absent_ids,
    find_pinned_ids,
)
from gitexp.history.excerpt_pair import cut_pair
from gitexp.record.read.filters import find_filter, read_filters
from gitexp.store.absent import describe_remedy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import Excerpt
    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.follow.follower import Follower
    from gitexp.model.experiment import Experiment
    from gitexp.model.filter import CodeFilter
    from gitexp.record.record import Record

_NO_FILTER = "no filter is saved yet: git exp filter add NAME RULE..."
_NO_PARENT = "it has no parent: git exp excerpt shows its code"


class CodeChange(NamedTuple):
    """The excerpt of an experiment under a filter, and its delta against another, the origin.

    ``filter`` and ``origin`` are names, "" where there is none. ``reason`` says why there is no
    delta, or which rules the delta leaves out. ``absent``: ids of those of the two experiments
    whose code is not in this clone; ``remedy`` says what would bring it. ``pinned``: ids of those
    for whose code a pinned excerpt stands in. ``is_incomplete``: a clone that has more code may show
    more.
    """

    filter: str = ""
    origin: str = ""
    delta: ReadingDelta | None = None
    excerpt: Excerpt | None = None
    reason: str = ""
    absent: tuple[str, ...] = ()
    remedy: str = ""
    is_incomplete: bool = False
    pinned: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The size of the delta in a few words; "" where there is no delta."""
        return self.delta.summary if self.delta is not None else ""

    @property
    def is_same_code(self) -> bool:
        """True where both were compared and read the same."""
        return self.delta is not None and self.delta.is_same

    @property
    def is_only_same_code(self) -> bool:
        """True where both read the same in all that the filter keeps: nothing is left to show."""
        return self.is_same_code and not self.reason

    @property
    def remark(self) -> str:
        """Words in the place of code, or beside it; "" where the delta says all."""
        return self.reason or ("the same code" if self.is_same_code else "")

    @property
    def title(self) -> str:
        """What the delta is against and how large it is, or why there is none."""
        if self.delta is None:
            return self.reason
        title = f"filter {self.filter}, against {self.origin}: {self.delta.summary}"
        return f"{title} ({self.reason})" if self.reason else title

    @property
    def pinned_note(self) -> str:
        """The line that says whose code is a pinned excerpt; "" where all code is in this clone."""
        return describe_pinned_code(self.pinned)

    @property
    def full_title(self) -> str:
        """The title, with what would bring code that is not in this clone."""
        return f"{self.title} ({self.remedy})" if self.remedy else self.title

    @property
    def first_excerpt(self) -> Excerpt | None:
        """The excerpt, where a line of experiments begins with it in this clone.

        That is so where there is no origin, or where the code of the origin is not here.
        """
        return self.excerpt if not self.origin or self.absent else None

    @property
    def hidden_count(self) -> int:
        """The number of lines that the filter hides."""
        return self.excerpt.hidden_count if self.excerpt is not None else 0

    def as_beginning(self) -> CodeChange:
        """Return the same without the remark that there is no parent: the place says so."""
        return self._replace(reason="") if self.reason == _NO_PARENT else self


def find_filter_if_any(record: Record, name: str = "") -> CodeFilter | None:
    """Return the filter of a name, else the default one; None where no filter is saved.

    Raises NotFoundError for a name that is not there.
    """
    if not name and not read_filters(record):
        return None
    return find_filter(record, name)


def compute_parent_change(
    record: Record, follower: Follower, experiment: Experiment, code_filter: CodeFilter | None
) -> CodeChange:
    """Return what an experiment changed against its parent."""
    parent = record.index.read_experiment(experiment.parent) if experiment.parent else None
    if code_filter is not None:
        follower.prepare([experiment.version, parent.version if parent else ""], code_filter)
    return compute_change(follower, code_filter, experiment, parent)


def compute_change(
    follower: Follower,
    code_filter: CodeFilter | None,
    experiment: Experiment,
    origin: Experiment | None,
) -> CodeChange:
    """Return what an experiment changed against another; its excerpt alone where there is none."""
    if code_filter is None:
        return CodeChange(reason=_NO_FILTER)
    if not experiment.version:
        return CodeChange(code_filter.name, reason="no code is tied to it")
    try:
        return _cut_change(follower, code_filter, experiment, origin)
    except (NotFoundError, ContentError, RepositoryError) as error:
        reason = f"its code cannot be cut: {error.message}"
        return CodeChange(code_filter.name, reason=reason, is_incomplete=True)


def _cut_change(
    follower: Follower, code_filter: CodeFilter, experiment: Experiment, origin: Experiment | None
) -> CodeChange:
    absent = find_absent_ids(follower, (experiment, origin), code_filter)
    if absent:
        change = CodeChange(
            code_filter.name,
            absent=absent,
            remedy=describe_remedy(follower.repository),
            is_incomplete=True,
        )
        if experiment.id in absent:
            return change._replace(reason="its code is not in this clone")
        excerpt = follower.cut_excerpt(code_filter, experiment.version)
        origin_id = origin.id if origin else ""
        return change._replace(
            origin=origin_id,
            excerpt=excerpt,
            reason=describe_absent_code(absent),
            pinned=find_pinned_ids(follower, [experiment], code_filter),
        )
    if origin is None or not origin.version:
        return _cut_beginning(follower, code_filter, experiment, origin)
    pair = cut_pair(follower, code_filter, origin.version, experiment.version)
    pinned = find_pinned_ids(follower, (experiment, origin), code_filter)
    return CodeChange(
        code_filter.name,
        origin.id,
        pair.compare(),
        pair.newer,
        pair.reason,
        is_incomplete=bool(pair.unread or pinned),
        pinned=pinned,
    )


def _cut_beginning(
    follower: Follower, code_filter: CodeFilter, experiment: Experiment, origin: Experiment | None
) -> CodeChange:
    """Return the excerpt of an experiment that no code stands before."""
    excerpt = follower.cut_excerpt(code_filter, experiment.version)
    pinned = find_pinned_ids(follower, [experiment], code_filter)
    return CodeChange(
        code_filter.name,
        origin.id if origin else "",
        excerpt=excerpt,
        reason=f"{origin.id} has no code tied to it" if origin else _NO_PARENT,
        is_incomplete=bool(excerpt.unread or pinned),
        pinned=pinned,
    )


def list_absent_ids(changes: Iterable[CodeChange]) -> tuple[str, ...]:
    """Return the ids of the experiments whose code some changes lack, each once."""
    ids: dict[str, None] = {}
    for change in changes:
        ids.update(dict.fromkeys(change.absent))
    return tuple(ids)


def list_pinned_ids(changes: Iterable[CodeChange]) -> tuple[str, ...]:
    """Return the ids of the experiments for whose code a pinned excerpt stands in, each once."""
    ids: dict[str, None] = {}
    for change in changes:
        ids.update(dict.fromkeys(change.pinned))
    return tuple(ids)


def find_remedy(changes: Iterable[CodeChange]) -> str:
    """Say what would bring the code that some changes lack, and whose code is a pinned excerpt.

    "" where all code is in this clone.
    """
    changes = tuple(changes)
    remedies = [change.remedy for change in changes if change.remedy]
    pinned = describe_pinned_code(list_pinned_ids(changes))
    return "; ".join(filter(None, [*remedies[:1], pinned]))


def explain_absence(changes: Sequence[CodeChange]) -> str:
    """Say whose code some changes lack, and what would bring it; whose code is a pinned excerpt.

    "" where all code is in this clone.
    """
    absent = list_absent_ids(changes)
    remedies = [change.remedy for change in changes if change.remedy]
    lines = [f"{describe_absent_code(absent)} ({remedies[0]})"] if absent else []
    pinned = describe_pinned_code(list_pinned_ids(changes))
    return "\n".join([*lines, pinned] if pinned else lines)
