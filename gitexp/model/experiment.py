"""Experiments: the state that events fold to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.event.facts import (
    CorrectionFact,
    ImageFact,
    LinkFact,
    MetricFact,
    NewFact,
    RetractFact,
    SeriesFact,
    SnapshotFact,
    TagFact,
)
from gitexp.model.metric import Metric
from gitexp.model.retractions import Retractions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gitexp.model.event import Event
    from gitexp.model.event.values import CorrectedMetric
    from gitexp.model.layout import AttachmentPath


class Entry(NamedTuple):
    """Free text about one or more experiments.

    ``kind``: a ``note``, a ``correction`` of others, or a ``retract`` that takes corrections back; ``targets`` are the ids of these
    others, none where whole experiments are meant. ``corrected``: a correction that holds stands against it. ``retracted``: it was
    taken back itself.
    """

    id: str
    at: str
    text: str
    experiments: tuple[str, ...]
    kind: str = "note"
    targets: tuple[str, ...] = ()
    corrected: bool = False
    retracted: bool = False

    @property
    def moment(self) -> float:
        """``at`` in seconds since 1970."""
        return _moment(self.at)


class Image(NamedTuple):
    """A picture: ``path`` on the record branch, the ``name`` it came with, and its size in pixels."""

    path: AttachmentPath
    name: str
    width: int
    height: int
    at: str


class Curves(NamedTuple):
    """A file of series: ``path`` on the record branch, the ``name`` it came with, the ``tags`` in it."""

    path: AttachmentPath
    name: str
    tags: tuple[str, ...]
    at: str


class Snapshot(NamedTuple):
    """A kept working tree: a commit id, the commit it was made on ("" if none), and how many large files were left out."""

    commit: str
    base: str
    at: str
    left_out: int = 0


class Summary(NamedTuple):
    """What a table shows of an experiment. ``words``: first line of the last note; ``images``, ``curves``, ``entries`` are counts."""

    id: str
    at: str
    parent: str = ""
    metrics: tuple[Metric, ...] = ()
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    words: str = ""
    images: int = 0
    entries: int = 0
    corrected: bool = False
    version: str = ""
    curves: int = 0


class Experiment(NamedTuple):
    """One trial, as all events about it say. ``at`` is its first moment; entries and images are in time order."""

    id: str
    at: str
    parent: str = ""
    metrics: tuple[Metric, ...] = ()
    tags: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    aliases: tuple[str, ...] = ()
    curves: tuple[Curves, ...] = ()

    @property
    def version(self) -> str:
        """The commit that holds the code of this trial: the newest snapshot, else the newest link; "" if there is none."""
        if self.snapshots:
            return self.snapshots[-1].commit
        return self.links[-1] if self.links else ""

    def ties(self) -> Iterator[tuple[str, bool]]:
        """Yield the commits that hold its code (True), then those that its working tree stood on (False)."""
        yield from ((commit, True) for commit in self.links)
        yield from ((snapshot.commit, True) for snapshot in self.snapshots)
        yield from ((snapshot.base, False) for snapshot in self.snapshots if snapshot.base)

    @property
    def summary(self) -> Summary:
        """What a table shows of it."""
        return Summary(
            self.id,
            self.at,
            self.parent,
            self.metrics,
            self.tags,
            self.aliases,
            self._words(),
            len(self.images),
            len(self.entries),
            any(entry.kind == "correction" and not entry.retracted for entry in self.entries),
            self.version,
            len(self.curves),
        )

    def _words(self) -> str:
        """First line of the last entry that still stands, without the id and the metrics that a table shows already."""
        standing = [
            entry
            for entry in self.entries
            if not entry.retracted and not entry.corrected and entry.kind != "retract"
        ]
        lines = (
            [line.strip() for line in standing[-1].text.splitlines() if line.strip()]
            if standing
            else []
        )
        if lines:
            lines[0] = lines[0].removeprefix(self.id).lstrip(" 　:：,")
        if len(lines) > 1 and re.fullmatch(_ONLY_METRICS, lines[0][:200]):
            del lines[0]
        return lines[0] if lines else ""


# ``acc 0.857 (途中)``: what the table shows in its own columns.
_ONLY_METRICS = (
    r"(?i)(?:[\s,、]*[A-Za-z][\w/.]*\s*[=:＝：]?"
    r"\s*[~～約]?[-+]?[\d.]+%?(?:\s*(?:くらい|ぐらい|[?？]))*|n/a)*(?:\s*[(（][^)）]*[)）])?"
)


def fold_events(
    ident: str, events: Iterable[Event], canonical: Callable[[str], str] = str
) -> Experiment:
    """The state of experiment ``ident`` after ``events`` (in any order, each about it); ``at`` is "" when nothing holds.

    ``canonical`` maps an alias to the id in use. Later events (by Lamport time, then id) win where only one value can hold.
    """
    from gitexp.model.event import sort_by_effect

    every = sort_by_effect(events)
    standing = Retractions(every)
    ordered = [
        event for event in every if event.kind != "undo" and not standing.is_undone(event.id)
    ]
    parent = ""
    metrics: dict[str, Metric] = {}
    tags: dict[str, None] = {}
    links: dict[str, None] = {}
    snapshots: dict[str, Snapshot] = {}
    images: dict[str, Image] = {}
    curves: dict[str, Curves] = {}
    entries: list[Entry] = []
    aliases = {
        name
        for event in ordered
        for name in event.experiments
        if name != ident and canonical(name) == ident
    }
    for event in ordered:
        fact = event.fact
        match fact:
            case MetricFact():
                metrics[fact.name] = Metric(
                    fact.name, fact.value, bool(fact.about), bool(fact.partial)
                )
            case NewFact():
                parent = canonical(fact.parent) if fact.parent else parent
            case LinkFact():
                _relink(links, fact.commit, fact.was or "")
            case SnapshotFact():
                snapshots[fact.commit] = Snapshot(
                    fact.commit, fact.base or "", event.at, fact.left_out or 0
                )
            case TagFact():
                for tag in fact.remove or ():
                    tags.pop(tag, None)
                tags.update(dict.fromkeys(fact.add or ()))
            case ImageFact():
                image = Image(fact.path, fact.name, fact.width, fact.height, event.at)
                images.setdefault(fact.path, image)
            case SeriesFact():
                series = Curves(fact.path, fact.name, fact.tags or (), event.at)
                curves.setdefault(fact.path, series)
            case CorrectionFact() if standing.holds(event.id):
                _correct(metrics, fact.metrics or ())
        if entry := make_entry(event, standing):
            entries.append(entry)
    return Experiment(
        ident,
        min((event.at for event in ordered), key=_moment, default=""),
        parent if parent != ident else "",
        tuple(metrics.values()),
        tuple(sorted(tags)),
        tuple(sorted(entries, key=lambda entry: entry.moment)),
        tuple(sorted(images.values(), key=lambda image: _moment(image.at))),
        tuple(links),
        tuple(snapshots.values()),
        tuple(sorted(aliases)),
        tuple(sorted(curves.values(), key=lambda item: _moment(item.at))),
    )


def make_entry(event: Event, standing: Retractions) -> Entry | None:
    """The entry that an event is; None for one that is none. Where it was undone it is about no experiment."""
    kind = event.kind if event.kind in ("correction", "retract") else "note"
    if event.kind in ("undo", "topic") or (kind == "note" and not event.text):
        return None
    fact = event.fact
    corrected = fact.metrics or () if isinstance(fact, CorrectionFact) else ()
    values = ", ".join(f"{metric.name}={metric.value}" for metric in corrected)
    targets = fact.targets or () if isinstance(fact, CorrectionFact | RetractFact) else ()
    about = () if standing.is_undone(event.id) else event.experiments
    held = kind == "note" or standing.holds(event.id)
    return Entry(
        event.id,
        event.at,
        event.text or values,
        about,
        kind,
        targets,
        standing.is_corrected(event.id),
        not held,
    )


def _correct(metrics: dict[str, Metric], corrected: Iterable[CorrectedMetric]) -> None:
    """Put corrected values in force; what they replace is kept beside them."""
    for name, value, about, partial in corrected:
        before = metrics.get(name)
        was = (*before.was, before.value) if before else ()
        metrics[name] = Metric(name, value, about, partial, was)


def _relink(links: dict[str, None], commit: str, was: str) -> None:
    """Tie to ``commit``. If it was rewritten from ``was``, the old tie goes."""
    if was:
        links.pop(was, None)
    links.pop(commit, None)
    links[commit] = None


def _moment(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()
