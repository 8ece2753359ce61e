"""Read the journal as a stream of posts.

A post is what was written on one day about the same experiments. Posts stand in the order of time
in slots of one height: a post has one of its own, a few short ones that follow each other share
one. Twelve slots are a chunk. Each chunk is named by a fingerprint of all that it shows: a chunk
whose fingerprint is the same reads the same.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from gitexp.record.read.journal import read_numbered_entries, read_retractions
from gitexp.record.read.progress import read_progress
from gitexp.record.read.timeline import read_timeline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from gitexp.model.experiment import Entry, Experiment, Summary
    from gitexp.model.metric import Metric
    from gitexp.record.read.progress import Progress
    from gitexp.record.read.timeline import Timeline
    from gitexp.record.record import Record

CHUNK = 12
"""Slots of a chunk."""

STACK = 3
"""Posts of a few words that share a slot."""

_LOOK = 6
"""The version of how posts look; it is raised when all of them are to be shown anew."""


class Post(NamedTuple):
    """A post of the stream.

    ``day`` as YYYY-MM-DD. ``entries`` are numbers in the index. ``opens``: its one experiment begins
    here. ``short``: it has a few words and no picture.
    """

    day: str
    experiments: tuple[str, ...]
    entries: tuple[int, ...]
    opens: bool
    short: bool = False


class Chunk(NamedTuple):
    """A chunk of posts, read whole.

    ``posts``: each with its entries. ``experiments``: those that a post is about, by id.
    ``answered``: entries of other posts that corrections in these posts are about.
    """

    posts: tuple[tuple[Post, tuple[Entry, ...]], ...]
    experiments: dict[str, Experiment]
    answered: tuple[Entry, ...]


class Stream:
    """All posts at one tip of the record, oldest first.

    It holds no connection: any thread may read it. ``metric``: the one that most experiments have,
    "" when none has any; it stands in the heads of posts. ``best``: the id of the experiment with its
    best sure value, "" for none. ``prints``: the fingerprint of each chunk.
    """

    def __init__(
        self,
        tip: str,
        timeline: Timeline,
        posts: Sequence[Post],
        summaries: Sequence[Summary],
        progress: Progress,
        prints: Sequence[str] = (),
    ) -> None:
        self.tip = tip
        self.timeline = timeline
        self.posts = posts
        self.summaries = summaries
        self.metric = progress.metric
        self.best = progress.best.summary.id if progress.best is not None else ""
        self.prints = prints

    @cached_property
    def slots(self) -> list[int]:
        """The first post of each slot, and the number of posts at the end.

        A slot holds one post, or up to STACK short ones that follow each other.
        """
        starts: list[int] = []
        for number, post in enumerate(self.posts):
            start = starts[-1] if starts else 0
            if post.short and starts and self.posts[start].short and number - start < STACK:
                continue
            starts.append(number)
        return [*starts, len(self.posts)]

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of each chunk, by its fingerprint."""
        return {name: number for number, name in enumerate(self.prints)}

    @cached_property
    def names(self) -> set[str]:
        """Every id and alias."""
        names = {summary.id for summary in self.summaries}
        for summary in self.summaries:
            names.update(summary.aliases)
        return names

    def find_head_metric(self, summary: Summary) -> Metric | None:
        """Return the metric that stands in the head of an experiment, None where it has none."""
        for metric in summary.metrics:
            if metric.name == self.metric:
                return metric
        return next(iter(summary.metrics), None)

    def list_posts_of(self, number: int) -> Sequence[Post]:
        """Return the posts of a chunk, by its number."""
        start, stop = self.find_bounds(number)
        return self.posts[start:stop]

    def find_bounds(self, number: int) -> tuple[int, int]:
        """Return the first post of a chunk, and the first one behind it."""
        last = len(self.slots) - 1
        return self.slots[min(number * CHUNK, last)], self.slots[min((number + 1) * CHUNK, last)]


class _GrowingPost(NamedTuple):
    """A post that may get more ``entries``. ``at``: seconds since 1970."""

    at: float
    day: str
    experiments: tuple[str, ...]
    entries: list[int]
    opens: bool


def read_stream(record: Record, before: Stream | None = None) -> Stream:
    """Return the stream as the record is now.

    ``before`` is an earlier stream of the same record: only what came since is read then.
    """
    record.refresh()
    timeline = read_timeline(record.index, before.timeline if before else None)
    summaries = record.read_summaries()
    posts = _make_posts(record, timeline, summaries)
    progress = read_progress(summaries, "", record.repository.settings)
    stream = Stream(record.index.tip, timeline, posts, summaries, progress)
    stream.prints = _make_prints(record, stream)
    return stream


def read_chunk(record: Record, posts: Iterable[Post]) -> Chunk:
    """Read the posts of a chunk whole."""
    posts = list(posts)
    numbers: list[int] = []
    for post in posts:
        numbers += post.entries
    ids = record.index.read_event_ids(numbers)
    entries_by_id = {entry.id: entry for entry in read_numbered_entries(record, numbers)}
    posts_with_entries = []
    experiments: dict[str, Experiment] = {}
    answered_ids: set[str] = set()
    for post in posts:
        entry_ids = [ids[number] for number in post.entries if number in ids]
        entries = tuple(entries_by_id[ident] for ident in entry_ids if ident in entries_by_id)
        posts_with_entries.append((post, entries))
        own_ids = {entry.id for entry in entries}
        for entry in entries:
            answered_ids.update(set(entry.targets) - own_ids)
        for name in post.experiments:
            experiment = record.index.read_experiment(name)
            if experiment is not None:
                experiments[name] = experiment
    answered_numbers = record.index.find_numbers_of(sorted(answered_ids)).values()
    answered = read_numbered_entries(record, answered_numbers)
    return Chunk(tuple(posts_with_entries), experiments, tuple(answered))


def _make_posts(record: Record, timeline: Timeline, summaries: Sequence[Summary]) -> list[Post]:
    """Gather the entries into posts; an experiment that no entry opens gets a post of its own."""
    idents = record.index.read_names()
    undone = record.index.find_undone_events()

    @cache
    def resolve(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(idents[name] for name in names if name in idents))

    growing: list[_GrowingPost] = []
    post_of: dict[tuple[str, tuple[str, ...]], _GrowingPost] = {}
    opened: set[str] = set()
    for number, moment, day in timeline.entries:
        names = timeline.about.get(number, ()) if number not in undone else ()
        experiments = resolve(names)
        post = post_of.get((day, experiments)) if experiments else None
        if post is not None:
            post.entries.append(number)
            continue
        opens = len(experiments) == 1 and experiments[0] not in opened
        if opens:
            opened.add(experiments[0])
        post = _GrowingPost(moment, day, experiments, [number], opens)
        post_of[day, experiments] = post
        growing.append(post)
    for summary in summaries:
        if summary.id not in opened:
            moment = datetime.fromisoformat(summary.at).timestamp()
            growing.append(_GrowingPost(moment, summary.at[:10], (summary.id,), [], opens=True))
    growing.sort(key=lambda post: post.at)
    with_pictures = {summary.id for summary in summaries if summary.images}
    return [_finish_post(post, timeline, with_pictures) for post in growing]


def _finish_post(post: _GrowingPost, timeline: Timeline, with_pictures: Collection[str]) -> Post:
    entries = tuple(post.entries)
    is_short = len(post.experiments) == 1 and len(entries) <= 1
    if is_short and entries:
        is_short = entries[0] in timeline.short
    if is_short and post.opens:
        is_short = post.experiments[0] not in with_pictures
    return Post(post.day, post.experiments, entries, post.opens, is_short)


def _make_prints(record: Record, stream: Stream) -> list[str]:
    """Return the fingerprint of each chunk."""
    rows = record.index.read_row_texts()
    marks = _read_marks(record)
    prints = []
    for number in range(-(-(len(stream.slots) - 1) // CHUNK)):
        start, stop = stream.find_bounds(number)
        day_before = stream.posts[start - 1].day if start else ""
        digest = hashlib.sha256(f"{_LOOK} {start} {day_before} {stream.metric}".encode())
        for post in stream.posts[start:stop]:
            entry_marks = [marks[entry] for entry in post.entries if entry in marks]
            has_best = stream.best in post.experiments
            digest.update(repr((post, entry_marks, has_best)).encode())
            for name in post.experiments:
                digest.update(rows.get(name, "").encode())
        prints.append(digest.hexdigest()[:32])
    return prints


def _read_marks(record: Record) -> dict[int, tuple[object, ...]]:
    """Return what else changes how an entry is shown, by its number.

    These are whether it is corrected, holds, is undone, where another event says so; and the names
    that it mentions.
    """
    retractions = read_retractions(record)
    states: dict[int, tuple[bool, ...]] = {}
    for ident, number in record.index.find_numbers_of(retractions.named).items():
        states[number] = (
            retractions.is_corrected(ident),
            retractions.holds(ident),
            retractions.is_undone(ident),
        )
    mentions = record.index.read_mentions()
    numbers = states.keys() | mentions.keys()
    return {number: (*states.get(number, ()), mentions.get(number)) for number in numbers}
