"""What a search or a topic brings together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.experiment import Entry, Image, Summary
    from gitexp.model.topic import Topic


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
    ``searched`` are the texts by which entries gather: its names as tags, its words.
    """

    topic: Topic
    items: tuple[TopicRow, ...]
    columns: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()

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
