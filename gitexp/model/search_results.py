"""What a search or a topic brings together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitexp.model.experiment import Entry, Summary
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
    see.
    """

    at: str
    summary: Summary | None = None
    delta: str = ""
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic and what gathers under it, oldest first."""

    topic: Topic
    items: tuple[TopicRow, ...]


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
