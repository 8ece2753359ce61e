"""Experiments: the state that events fold to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.model.branch_layout import AttachmentPath
    from gitexp.model.metric import Metric


class Entry(NamedTuple):
    """Free text about one or more experiments.

    ``kind`` is ``note``, ``correction`` (of other entries) or ``retract`` (of corrections).
    ``targets`` are the ids of those others; there are none where whole experiments are meant.
    ``corrected``: a correction that holds stands against the entry. ``retracted``: the entry was
    taken back.
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
        """The time of the entry in seconds since 1970."""
        return read_timestamp(self.at)


class Image(NamedTuple):
    """A picture: ``path`` on the record branch, the ``name`` it came with, and its size in
    pixels.
    """

    path: AttachmentPath
    name: str
    width: int
    height: int
    at: str


class Curves(NamedTuple):
    """A file of series: ``path`` on the record branch, the ``name`` it came with, the ``tags`` in
    it.
    """

    path: AttachmentPath
    name: str
    tags: tuple[str, ...]
    at: str


class Snapshot(NamedTuple):
    """A kept working tree, as a commit.

    ``base`` is the commit that it was made on, "" for none; ``left_out`` counts files that were too
    large; ``lacks`` is what it does not hold as it was in the working tree, each with the reason.
    """

    commit: str
    base: str
    at: str
    left_out: int = 0
    lacks: tuple[str, ...] = ()


class ParentChange(NamedTuple):
    """What was said of the parent of an experiment, and when; ``parent`` is "" for none."""

    parent: str
    at: str
    is_presumed: bool = False


class Beginning(NamedTuple):
    """The event ``id`` by which a clone began an experiment, with its time and its author."""

    id: str
    at: str
    author: str
    clone: str


class Summary(NamedTuple):
    """What a table shows of an experiment.

    ``words`` is the first sentence of the last note; ``images``, ``curves``, ``entries`` and
    ``beginnings`` are counts, the last 0 where one clone alone began the experiment.
    """

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
    is_parent_presumed: bool = False
    beginnings: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The id, and the former ones."""
        return (self.id, *self.aliases)

    @property
    def parent_label(self) -> str:
        """The id of the parent, marked where nobody said it; "" for none."""
        return label_parent(self.parent, is_presumed=self.is_parent_presumed)


class Experiment(NamedTuple):
    """One trial, as all events about it say.

    ``at`` is when it began, ``lamport`` the Lamport time of that event: of experiments of one second
    it tells which was begun first. What was told of an earlier time does not change either. Entries
    and images are in time order. ``links`` are the commits made for it, ``same_code`` others that
    hold its code, ``bases`` those that its working tree stood on. ``parents`` is what was said of its
    parent: the last holds, a presumed one never over one that was said. ``said_version`` is the
    commit that a person tied to it, where no snapshot is later. ``beginnings``: where clones chose
    the same id for different trials, the first of each; none where one clone alone began it.
    """

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
    lamport: int = 0
    same_code: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    is_parent_presumed: bool = False
    parents: tuple[ParentChange, ...] = ()
    said_version: str = ""
    beginnings: tuple[Beginning, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The id, and the former ones."""
        return (self.id, *self.aliases)

    @property
    def parent_label(self) -> str:
        """The id of the parent, marked where nobody said it; "" for none."""
        return label_parent(self.parent, is_presumed=self.is_parent_presumed)

    @property
    def version(self) -> str:
        """The commit that holds the code of this trial.

        It is what a person said last, else the newest snapshot, else the newest link; "" if there
        is none.
        """
        if self.said_version:
            return self.said_version
        if self.snapshots:
            return self.snapshots[-1].commit
        for commits in (self.links, self.same_code):
            if commits:
                return commits[-1]
        return ""

    def ties(self) -> Iterator[tuple[str, bool]]:
        """Yield the commits that hold its code (True), then those that its working tree stood on
        (False).
        """
        yield from ((commit, True) for commit in self.links)
        yield from ((commit, True) for commit in self.same_code)
        yield from ((snapshot.commit, True) for snapshot in self.snapshots)
        yield from ((commit, False) for commit in self.bases)

    @property
    def summary(self) -> Summary:
        """What a table shows of it."""
        is_corrected = any(
            entry.kind == "correction" and not entry.retracted for entry in self.entries
        )
        return Summary(
            id=self.id,
            at=self.at,
            parent=self.parent,
            metrics=self.metrics,
            tags=self.tags,
            aliases=self.aliases,
            words=_find_last_words(self),
            images=len(self.images),
            entries=len(self.entries),
            corrected=is_corrected,
            version=self.version,
            curves=len(self.curves),
            is_parent_presumed=self.is_parent_presumed,
            beginnings=len(self.beginnings),
        )


def label_parent(parent: str, *, is_presumed: bool) -> str:
    """Return the id of a parent, with ``(presumed)`` behind it where nobody said it."""
    return f"{parent} (presumed)" if parent and is_presumed else parent


def _find_last_words(experiment: Experiment) -> str:
    """Return the first sentence that says something, of the last entry that still stands.

    Return "" if there is none. The id and the metrics are left out: a table shows them already.
    """
    # Its patterns are compiled when an experiment is folded: reading verbs do without.
    from gitexp.model.note_marks import drop_images
    from gitexp.model.telling import find_first_sentence

    metric_names = [metric.name for metric in experiment.metrics]
    for entry in reversed(experiment.entries):
        if not _still_stands(entry):
            continue
        if words := find_first_sentence(drop_images(entry.text), experiment.names, metric_names):
            return words
    return ""


def _still_stands(entry: Entry) -> bool:
    return entry.kind == "note" and not entry.retracted and not entry.corrected


def read_timestamp(at: str) -> float:
    """Return a moment in ISO 8601 as seconds since 1970."""
    return datetime.fromisoformat(at).timestamp()
