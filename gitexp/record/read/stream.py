"""The journal as a stream of posts: what was written on one day about the same experiments, in time order.

Posts are cut into chunks, each named by a fingerprint of all that it shows: a chunk whose fingerprint is the same reads the same.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.metric import is_lower_better
from gitexp.record.read.journal import read_numbered_entries, read_retractions
from gitexp.record.read.timeline import read_timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.model.experiment import Entry, Experiment, Summary
    from gitexp.model.metric import Metric
    from gitexp.record.read.timeline import Timeline
    from gitexp.record.record import Record

CHUNK = 12
"""Posts of a chunk."""

# Counts what a post looks like: raised when the same post is to be shown anew.
_LOOK = 3


class Post(NamedTuple):
    """One place in the stream. ``day`` as YYYY-MM-DD; ``entries`` are numbers in the index; ``opens``: the experiment began here."""

    day: str
    experiments: tuple[str, ...]
    entries: tuple[int, ...]
    opens: bool


class Chunk(NamedTuple):
    """Posts read whole: the entries of each, the experiments that any of them is about, what corrections answer in other posts."""

    posts: tuple[tuple[Post, tuple[Entry, ...]], ...]
    experiments: dict[str, Experiment]
    answered: tuple[Entry, ...]


class Stream:
    """All posts at one tip of the record, oldest first. Holds no connection: any thread may read it."""

    def __init__(
        self,
        tip: str,
        timeline: Timeline,
        posts: Sequence[Post],
        summaries: Sequence[Summary],
        prints: Sequence[str] = (),
    ) -> None:
        self.tip = tip
        self.timeline = timeline
        self.posts = posts
        self.summaries = summaries
        self.prints = prints

    @cached_property
    def places(self) -> dict[str, int]:
        """Number of the chunk of each fingerprint."""
        return {name: number for number, name in enumerate(self.prints)}

    @cached_property
    def names(self) -> set[str]:
        """Every id and alias."""
        return {name for summary in self.summaries for name in (summary.id, *summary.aliases)}

    @cached_property
    def metric(self) -> str:
        """Name of the metric that most experiments have: the one that stands in their heads. "" when none has any."""
        counts: dict[str, int] = {}
        for summary in self.summaries:
            for metric in summary.metrics:
                counts[metric.name] = counts.get(metric.name, 0) + 1
        return max(counts, key=lambda name: counts[name], default="")

    @cached_property
    def best(self) -> str:
        """Id of the experiment with the best sure value of that metric; "" when there is none."""
        values = [
            (metric.number, summary.id)
            for summary in self.summaries
            for metric in summary.metrics
            if metric.name == self.metric and metric.sure
        ]
        if not values:
            return ""
        return (min if is_lower_better(self.metric) else max)(values, key=lambda item: item[0])[1]

    def find_head_metric(self, summary: Summary) -> Metric | None:
        """The metric that stands in the head of an experiment."""
        return next(
            (metric for metric in summary.metrics if metric.name == self.metric),
            next(iter(summary.metrics), None),
        )

    def list_posts_of(self, number: int) -> Sequence[Post]:
        """The posts of a chunk."""
        return self.posts[number * CHUNK : (number + 1) * CHUNK]


def read_stream(record: Record, before: Stream | None = None) -> Stream:
    """The stream as the record is now; ``before`` is an earlier one of the same record: only what came since is read."""
    record.refresh()
    index = record.index
    timeline = read_timeline(index, before.timeline if before else None)
    summaries = record.read_summaries()
    made = Stream(index.tip, timeline, _posts(record, timeline, summaries), summaries)
    rows = index.read_row_texts()
    marks = _marks(record)
    prints = []
    for start in range(0, len(made.posts), CHUNK):
        before_day = made.posts[start - 1].day if start else ""
        digest = hashlib.sha256(f"{_LOOK} {start} {before_day} {made.metric}".encode())
        for post in made.posts[start : start + CHUNK]:
            said = [marks[number] for number in post.entries if number in marks]
            digest.update(repr((post, said, made.best in post.experiments)).encode())
            for name in post.experiments:
                digest.update(rows.get(name, "").encode())
        prints.append(digest.hexdigest()[:32])
    made.prints = prints
    return made


def _marks(record: Record) -> dict[int, tuple[object, ...]]:
    """How each entry stands of which anything is said elsewhere, and what it mentions; by its number."""
    fold = read_retractions(record)
    numbers = record.index.find_numbers_of(fold.named)
    links = record.index.read_mentions()
    stand = {
        number: (fold.is_corrected(ident), fold.holds(ident), fold.is_undone(ident))
        for ident, number in numbers.items()
    }
    return {
        number: (*stand.get(number, ()), links.get(number))
        for number in stand.keys() | links.keys()
    }


def read_chunk(record: Record, posts: Iterable[Post]) -> Chunk:
    """What the posts of a chunk say."""
    every = list(posts)
    texts = {
        entry.id: entry
        for entry in read_numbered_entries(
            record, (number for post in every for number in post.entries)
        )
    }
    ids = record.index.read_event_ids(number for post in every for number in post.entries)
    whole = {
        name: record.index.read_experiment(name) for post in every for name in post.experiments
    }
    read = tuple(
        (post, tuple(texts[ids[number]] for number in post.entries if ids.get(number) in texts))
        for post in every
    )
    far = {
        target
        for _, entries in read
        for entry in entries
        for target in entry.targets
        if target not in {one.id for one in entries}
    }
    answered = read_numbered_entries(record, record.index.find_numbers_of(sorted(far)).values())
    return Chunk(
        read, {name: found for name, found in whole.items() if found is not None}, tuple(answered)
    )


def _posts(record: Record, timeline: Timeline, summaries: Sequence[Summary]) -> list[Post]:
    names = record.index.read_names()
    undone = record.index.find_undone_events()
    called: dict[tuple[str, ...], tuple[str, ...]] = {(): ()}
    moments: list[float] = []
    found: list[tuple[str, tuple[str, ...], list[int], bool]] = []
    last: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    opened: set[str] = set()
    for number, moment, day in timeline.entries:
        said = timeline.about.get(number, ()) if number not in undone else ()
        experiments = called.get(said)
        if experiments is None:
            experiments = called[said] = tuple(
                dict.fromkeys(names[name] for name in said if name in names)
            )
        entries = last.get((day, experiments)) if experiments else None
        if entries is not None:
            entries.append(number)
            continue
        opens = len(experiments) == 1 and experiments[0] not in opened
        opened.update(experiments[:1] if opens else ())
        last[day, experiments] = entries = [number]
        moments.append(moment)
        found.append((day, experiments, entries, opens))
    posts = [
        Post(day, experiments, tuple(entries), opens) for day, experiments, entries, opens in found
    ]
    silent = [summary for summary in summaries if summary.id not in opened]
    if not silent:
        return posts
    from datetime import datetime

    moments += [datetime.fromisoformat(one.at).timestamp() for one in silent]
    posts += [Post(one.at[:10], (one.id,), (), opens=True) for one in silent]
    return [posts[place] for place in sorted(range(len(posts)), key=moments.__getitem__)]
