"""Chunks of the stream as HTML, thumbnails and the columnar index: what the page loads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitexp.record.read.stream import CHUNK, Chunk, read_chunk
from gitexp.render.html import page, told, without_head

if TYPE_CHECKING:
    from gitexp.model.experiment import Entry, Experiment, Image
    from gitexp.record.read.stream import Post, Stream
    from gitexp.record.record import Record


def chunk_html(record: Record, stream: Stream, number: int) -> str:
    """The cards of a chunk."""
    chunk = read_chunk(record, stream.list_posts_of(number))
    start = number * CHUNK
    before = stream.posts[start - 1].day if start else ""
    rows = []
    for place, (post, entries) in enumerate(chunk.posts):
        name = post.experiments[0] if len(post.experiments) == 1 else ""
        image = _shown(chunk, post)
        cell = (stream.prints[number], place, f"{name}: {image.name}") if image else ""
        rows.append((start + place, post, told(entries, name), post.day != before, cell))
        before = post.day
    heads = {
        name: metric
        for name, one in chunk.experiments.items()
        if (metric := stream.find_head_metric(one.summary))
    }
    quoted = {entry.id: _first_line(entry) for entry in chunk.answered}
    return page(
        "cards.html",
        rows=rows,
        known=chunk.experiments,
        head=heads,
        best=stream.best,
        names=stream.names,
        quoted=quoted,
    )


def _first_line(entry: Entry) -> str:
    """Enough of an entry to know it by."""
    lines = [
        line.strip()
        for line in without_head(entry.text, "".join(entry.experiments[:1])).splitlines()
        if line.strip()
    ]
    return lines[0][:60] if lines else ", ".join(entry.experiments)


def chunk_pictures(record: Record, stream: Stream, number: int) -> list[bytes | None]:
    """For each post of a chunk the picture that stands on its card, or None."""
    chunk = read_chunk(record, stream.list_posts_of(number))
    images = [_shown(chunk, post) for post, _ in chunk.posts]
    return [record.branch.read(image.path) if image else None for image in images]


def _shown(chunk: Chunk, post: Post) -> Image | None:
    """The newest picture of an experiment, on the card that opens it."""
    one: Experiment | None = chunk.experiments.get(post.experiments[0]) if post.opens else None
    return one.images[-1] if one is not None and one.images else None


def columns(stream: Stream) -> dict[str, Any]:
    """The columnar index: what is painted of any post before its card is here. A post is a place in the columns of experiments.

    ``days`` are runs of (day, posts); ``of`` the experiment of each post, -1 for none or several; ``parents`` likewise.
    """
    places = {summary.id: number for number, summary in enumerate(stream.summaries)}
    days: list[list[Any]] = []
    for post in stream.posts:
        if days and days[-1][0] == post.day:
            days[-1][1] += 1
        else:
            days.append([post.day, 1])
    return {
        "tip": stream.tip,
        "prints": stream.prints,
        "ids": [summary.id for summary in stream.summaries],
        "metrics": [str(stream.find_head_metric(summary) or "") for summary in stream.summaries],
        "parents": [places.get(summary.parent, -1) for summary in stream.summaries],
        "of": [
            places.get(post.experiments[0], -1) if len(post.experiments) == 1 else -1
            for post in stream.posts
        ],
        "days": days,
    }
