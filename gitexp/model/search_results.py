"""What a search or a topic brings together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitexp.model.experiment import Entry, Image, Summary
    from gitexp.model.metric import Metric
    from gitexp.model.topic import Topic


class EntryHead(NamedTuple):
    """What stands beside an entry: the names of its experiment, former ones too, and metrics."""

    names: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An experiment with those of its entries that hold a searched text.

    ``summary`` is None for an entry that is about no experiment.
    """

    summary: Summary | None
    entries: tuple[Entry, ...]

    @property
    def at(self) -> str:
        """When it began."""
        return self.summary.at if self.summary else self.entries[0].at


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, oldest first; ``total`` counts those left out too."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TopicRow:
    """An experiment or an entry.

    ``delta`` is the size of the delta of an experiment to its parent, "" where there is none to
    see. ``settings`` are its values of the columns of the page, "" where it has none. ``image`` is
    its newest picture.
    """

    at: str
    summary: Summary | None = None
    delta: str = ""
    entry: Entry | None = None
    settings: tuple[str, ...] = ()
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic and what gathers under it, oldest first.

    ``columns`` are the settings that differ between its experiments, what differs most first.
    ``searched`` are the texts by which entries gather: its names as tags, its words. ``names`` are
    those of each experiment that an entry is about, by its id: the id and the former ones.
    ``filter`` names the filter whose code is shown, "" where there is none.
    """

    topic: Topic
    items: tuple[TopicRow, ...]
    columns: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filter: str = ""

    def find_heads(self) -> dict[str, EntryHead]:
        """Return what stands beside each entry, by its id; metrics are those of the experiments."""
        metrics = {summary.id: summary.metrics for summary in self.summaries}
        heads = {}
        for entry in self.entries:
            first = entry.experiments[0] if entry.experiments else ""
            names = self.names.get(first, ()) if len(entry.experiments) == 1 else ()
            heads[entry.id] = EntryHead(names, metrics.get(first, ()))
        return heads

    @property
    def entries(self) -> list[Entry]:
        """The entries, oldest first."""
        return [row.entry for row in self.items if row.entry is not None]

    @property
    def summaries(self) -> list[Summary]:
        """The experiments, oldest first."""
        return [row.summary for row in self.items if row.summary is not None]


@dataclass(frozen=True, slots=True)
class SimilarExperiment:
    """An experiment that is near another.

    ``score`` is how near, 0 to 1; ``reason`` says why in a few words.
    """

    summary: Summary
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The experiments that are nearest to one, nearest first.

    ``absent``: ids of those of which no code could be compared, because it is not in this clone.
    """

    found: tuple[SimilarExperiment, ...]
    absent: tuple[str, ...] = ()
