"""Experiments: the state that events fold to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitexp.model.event import Event, in_order
from gitexp.model.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Entry:
    """Free text about one or more experiments."""

    id: str
    at: str
    text: str
    experiments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: ``path`` on the record branch, the ``name`` it came with, and its size in pixels."""

    path: str
    name: str
    width: int
    height: int
    at: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A kept working tree: a commit id, the commit it was made on ("" if none), and how many large files were left out."""

    commit: str
    base: str
    at: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Experiment:
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

    @property
    def version(self) -> str:
        """The commit that holds the code of this trial: the newest snapshot, else the newest link; "" if there is none."""
        if self.snapshots:
            return self.snapshots[-1].commit
        return self.links[-1] if self.links else ""


def fold(ident: str, events: Iterable[Event], canonical: Callable[[str], str] = str) -> Experiment:
    """The state of experiment ``ident`` after ``events`` (in any order, each about it).

    ``canonical`` maps an alias to the id in use. Later events (by Lamport time, then id) win where only one value can hold.
    """
    ordered = in_order(events)
    parent = ""
    metrics: dict[str, Metric] = {}
    tags: dict[str, None] = {}
    links: dict[str, None] = {}
    snapshots: dict[str, Snapshot] = {}
    images: dict[str, Image] = {}
    entries: list[Entry] = []
    aliases = {name for event in ordered for name in event.experiments if name != ident and canonical(name) == ident}
    for event in ordered:
        data = event.fields
        if event.kind == "new" and data.get("parent"):
            parent = canonical(str(data["parent"]))
        elif event.kind == "metric":
            name = str(data.get("name", ""))
            metrics[name] = Metric(name, str(data.get("value", "nan")), bool(data.get("about")), bool(data.get("partial")))
        elif event.kind == "tag":
            for tag in data.get("remove", ()):
                tags.pop(tag, None)
            tags.update(dict.fromkeys(data.get("add", ())))
        elif event.kind == "link":
            _relink(links, str(data.get("commit", "")), str(data.get("was", "")))
        elif event.kind == "snapshot":
            commit = str(data.get("commit", ""))
            snapshots[commit] = Snapshot(commit, str(data.get("base", "")), event.at, int(data.get("left_out", 0)))
        elif event.kind == "image":
            path = str(data.get("path", ""))
            images.setdefault(path, Image(path, str(data.get("name", "")), int(data.get("width", 0)), int(data.get("height", 0)), event.at))
        if event.text:
            entries.append(Entry(event.id, event.at, event.text, event.experiments))
    return Experiment(
        ident,
        min((event.at for event in ordered), key=_moment, default=""),
        parent if parent != ident else "",
        tuple(metrics.values()),
        tuple(sorted(tags)),
        tuple(sorted(entries, key=lambda entry: _moment(entry.at))),
        tuple(sorted(images.values(), key=lambda image: _moment(image.at))),
        tuple(links),
        tuple(snapshots.values()),
        tuple(sorted(aliases)),
    )


def _relink(links: dict[str, None], commit: str, was: str) -> None:
    """Tie to ``commit``. If it was rewritten from ``was``, the old tie goes."""
    if was:
        links.pop(was, None)
    links.pop(commit, None)
    links[commit] = None


def _moment(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()
