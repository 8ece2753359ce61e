"""The fold: from the events about an experiment to its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.event import sort_by_effect
from gitexp.model.event.facts import (
    CorrectionFact,
    ImageFact,
    LinkFact,
    MetricFact,
    NewFact,
    ParentFact,
    PartFact,
    PinFact,
    RetractFact,
    SeriesFact,
    SnapshotFact,
    TagFact,
    UndoFact,
)
from gitexp.model.experiment import (
    Beginning,
    Curves,
    Entry,
    Experiment,
    Image,
    ParentChange,
    Snapshot,
    read_timestamp,
)
from gitexp.model.metric import Metric
from gitexp.model.retractions import Retractions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gitexp.model.event import Event
    from gitexp.model.event.values import CorrectedMetric


def fold_events(
    ident: str, events: Iterable[Event], canonical: Callable[[str], str] = str
) -> Experiment:
    """Return the state of experiment ``ident`` after ``events`` (in any order, each about it).

    ``at`` is "" when nothing holds. ``canonical`` maps an alias to the id in use. Later events (by
    Lamport time, then id) win where only one value can hold.
    """
    by_effect = sort_by_effect(events)
    retractions = Retractions(by_effect)
    fold = _Fold(ident, retractions, canonical)
    forgotten = _find_turn_of_forgetting(by_effect, retractions)
    for turn, event in enumerate(by_effect):
        is_shared = len(event.experiments) > 1
        if event.kind == "undo" or retractions.is_undone(event.id):
            continue
        if not (is_shared and turn < forgotten):
            fold.apply(event)
    return fold.build_experiment()


def _find_turn_of_forgetting(by_effect: Sequence[Event], retractions: Retractions) -> int:
    """Return the place of the last event that forgets the experiment; -1 where none holds."""
    last = -1
    for turn, event in enumerate(by_effect):
        forgets = isinstance(event.fact, UndoFact) and event.fact.forgets
        if forgets and not retractions.is_undone(event.id):
            last = turn
    return last


class _Fold:
    """The state of an experiment after the events applied so far.

    Dictionaries with None for values are sets that keep their order.
    """

    def __init__(
        self, ident: str, retractions: Retractions, canonical: Callable[[str], str]
    ) -> None:
        self._ident = ident
        self._retractions = retractions
        self._canonical = canonical
        self._parents: list[ParentChange] = []
        self._said_version = ""
        self._moments: list[tuple[str, int]] = []
        self._beginnings: list[Event] = []
        self._aliases: set[str] = set()
        self._metrics: dict[str, Metric] = {}
        self._tags: dict[str, None] = {}
        self._links: dict[str, None] = {}
        self._same_code: dict[str, None] = {}
        self._bases: dict[str, None] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._images: dict[str, Image] = {}
        self._curves: dict[str, Curves] = {}
        self._entries: list[Entry] = []

    def apply(self, event: Event) -> None:
        """Take in an event that was not undone, the next in the order of effect."""
        if not isinstance(event.fact, PinFact | PartFact):
            # Code that another clone pinned brings back no experiment that was purged here, and
            # a parted name none that has nothing left.
            self._moments.append((event.at, event.lamport))
        for name in event.experiments:
            if name != self._ident and self._canonical(name) == self._ident:
                self._aliases.add(name)
        self._apply_fact(event)
        if entry := make_entry(event, self._retractions):
            self._entries.append(entry)

    def _apply_fact(self, event: Event) -> None:
        fact = event.fact
        match fact:
            case MetricFact():
                metric = Metric(fact.name, fact.value, bool(fact.about), bool(fact.partial))
                self._metrics[fact.name] = metric
            case NewFact():
                self._beginnings.append(event)
                if fact.parent:
                    self._say_parent(fact.parent, event.at, is_presumed=bool(fact.presumed))
            case ParentFact():
                self._say_parent(fact.parent, event.at)
            case LinkFact():
                self._tie_to_commit(fact.commit, fact.was or "", fact.tie or "")
                if fact.said or (fact.was and fact.was == self._said_version):
                    self._said_version = fact.commit
            case SnapshotFact():
                lacks = fact.lacks or ()
                left_out = fact.left_out or 0
                snapshot = Snapshot(fact.commit, fact.base or "", event.at, left_out, lacks)
                self._snapshots[fact.commit] = snapshot
                if snapshot.base:
                    self._bases[snapshot.base] = None
                self._said_version = ""
            case TagFact():
                self._change_tags(fact.add or (), fact.remove or ())
            case ImageFact():
                image = Image(fact.path, fact.name, fact.width, fact.height, event.at)
                self._images.setdefault(fact.path, image)
            case SeriesFact():
                curves = Curves(fact.path, fact.name, fact.tags or (), event.at)
                self._curves.setdefault(fact.path, curves)
            case CorrectionFact() if self._retractions.holds(event.id):
                self._correct(fact.metrics or ())

    def _say_parent(self, parent: str, at: str, *, is_presumed: bool = False) -> None:
        name = self._canonical(parent) if parent else ""
        if name != self._ident:
            self._parents.append(ParentChange(name, at, is_presumed))

    def _tie_to_commit(self, commit: str, was: str, tie: str) -> None:
        """Tie to ``commit``. If it was rewritten from ``was``, the old tie of that sort goes."""
        commits = {"base": self._bases, "code": self._same_code}.get(tie, self._links)
        commits.pop(was, None)
        commits.pop(commit, None)
        commits[commit] = None

    def _change_tags(self, add: Iterable[str], remove: Iterable[str]) -> None:
        for tag in remove:
            self._tags.pop(tag, None)
        self._tags.update(dict.fromkeys(add))

    def _correct(self, corrected: Sequence[CorrectedMetric]) -> None:
        """Put corrected values in force. The values that they replace are kept beside them.

        A correction without a value leaves all values in doubt that stand so far.
        """
        if not corrected:
            for name, metric in self._metrics.items():
                self._metrics[name] = metric._replace(doubted=True)
        for name, value, about, partial in corrected:
            before = self._metrics.get(name)
            was = (*before.was, before.value) if before else ()
            self._metrics[name] = Metric(name, value, about, partial, was)

    def build_experiment(self) -> Experiment:
        """Return the state after all events."""
        # A fact that is told later of an earlier day does not move the experiment in the list.
        moments = [(event.at, event.lamport) for event in self._beginnings] or self._moments[:1]
        at, lamport = min(moments, key=_read_order, default=("", 0))
        parent = _choose_parent(self._parents)
        return Experiment(
            id=self._ident,
            at=at,
            parent=parent.parent,
            metrics=tuple(self._metrics.values()),
            tags=tuple(sorted(self._tags)),
            entries=tuple(sorted(self._entries, key=lambda entry: entry.moment)),
            images=tuple(sorted(self._images.values(), key=_read_time_of)),
            links=tuple(self._links),
            snapshots=tuple(self._snapshots.values()),
            aliases=tuple(sorted(self._aliases)),
            curves=tuple(sorted(self._curves.values(), key=_read_time_of)),
            lamport=lamport,
            same_code=tuple(self._same_code),
            bases=tuple(self._bases),
            is_parent_presumed=parent.is_presumed,
            parents=tuple(self._parents),
            said_version=self._said_version,
            beginnings=_find_beginnings(self._beginnings),
        )


def _find_beginnings(events: Sequence[Event]) -> tuple[Beginning, ...]:
    """Return the first beginning of each clone, where more than one clone began the experiment.

    Clones that imported the same row of a table began the same.
    """
    by_clone: dict[str, Event] = {}
    sources: set[str] = set()
    for event in events:
        if event.source is not None and event.source in sources:
            continue
        by_clone.setdefault(event.replica, event)
        if event.source is not None:
            sources.add(event.source)
    if len(by_clone) < 2:
        return ()
    return tuple(
        Beginning(event.id, event.at, event.author, clone) for clone, event in by_clone.items()
    )


def _choose_parent(changes: Sequence[ParentChange]) -> ParentChange:
    """Return what holds of the parent: the last that was said, else the last that is presumed."""
    said = [change for change in changes if not change.is_presumed]
    return (said or list(changes) or [ParentChange("", "")])[-1]


def make_entry(event: Event, retractions: Retractions) -> Entry | None:
    """Return the entry that an event is; None for an event that is no entry.

    Where the event was undone, its entry is about no experiment.
    """
    kind = event.kind if event.kind in ("correction", "retract") else "note"
    if event.kind in ("undo", "topic") or (kind == "note" and not event.text):
        return None
    fact = event.fact
    targets = fact.targets if isinstance(fact, CorrectionFact | RetractFact) else None
    return Entry(
        id=event.id,
        at=event.at,
        text=event.text or _describe_values(event),
        experiments=() if retractions.is_undone(event.id) else event.experiments,
        kind=kind,
        targets=targets or (),
        corrected=retractions.is_corrected(event.id),
        retracted=kind != "note" and not retractions.holds(event.id),
    )


def _describe_values(event: Event) -> str:
    """Return the values that a correction without a text sets right: ``acc=0.2, loss=1``."""
    if not isinstance(event.fact, CorrectionFact):
        return ""
    corrected = event.fact.metrics or ()
    return ", ".join(f"{metric.name}={metric.value}" for metric in corrected)


def _read_order(moment: tuple[str, int]) -> tuple[float, int]:
    at, lamport = moment
    return read_timestamp(at), lamport


def _read_time_of(attachment: Image | Curves) -> float:
    return read_timestamp(attachment.at)
