"""Chunks of the stream as HTML, thumbnails and the columnar index: what the page loads."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gitexp.model.telling import find_first_sentence
from gitexp.record.read.stream import Chunk, read_chunk
from gitexp.render.html import list_card_entries, render_template

if TYPE_CHECKING:
    from gitexp.model.experiment import Entry, Experiment, Image
    from gitexp.model.metric import Metric
    from gitexp.record.read.stream import Post, Stream
    from gitexp.record.record import Record


# Letters of an entry that another one quotes.
_QUOTED_LETTERS = 60


def chunk_html(record: Record, stream: Stream, number: int) -> str:
    """Return the cards of a chunk."""
    chunk = read_chunk(record, stream.list_posts_of(number))
    start, _ = stream.find_bounds(number)
    day_before = stream.posts[start - 1].day if start else ""
    head_metrics = _find_head_metrics(stream, chunk)
    slots: list[list[tuple[Any, ...]]] = []
    first_posts = set(stream.slots)
    for index, (post, entries) in enumerate(chunk.posts):
        if start + index in first_posts:
            slots.append([])
        ident = post.experiments[0] if len(post.experiments) == 1 else ""
        image = _find_picture(chunk, post)
        cell = (stream.prints[number], len(slots) - 1, f"{ident}: {image.name}") if image else ""
        shown = [head_metrics[ident]] if ident in head_metrics else []
        experiment = chunk.experiments.get(ident)
        names = experiment.names if experiment else (ident,)
        texts = list_card_entries(entries, names, shown)
        slots[-1].append((start + index, post, texts, post.day != day_before, cell))
        day_before = post.day
    return render_template(
        "cards.html",
        slots=slots,
        known=chunk.experiments,
        head=head_metrics,
        corrected=_find_corrected_ids(chunk),
        best=stream.best,
        names=stream.names,
        quoted={entry.id: _first_line(entry) for entry in chunk.answered},
    )


def _find_head_metrics(stream: Stream, chunk: Chunk) -> dict[str, Metric]:
    """Return the metric that stands in the head of each experiment that has one."""
    heads = {}
    for name, experiment in chunk.experiments.items():
        metric = stream.find_head_metric(experiment.summary)
        if metric is not None:
            heads[name] = metric
    return heads


def _find_corrected_ids(chunk: Chunk) -> set[str]:
    """Return the ids of the experiments that a correction is about."""
    return {
        ident for ident, experiment in chunk.experiments.items() if experiment.summary.corrected
    }


def _first_line(entry: Entry) -> str:
    """Return enough of an entry to know it by."""
    sentence = find_first_sentence(entry.text, entry.experiments[:1])
    return sentence[:_QUOTED_LETTERS] or ", ".join(entry.experiments)


def chunk_pictures(record: Record, stream: Stream, number: int) -> list[bytes | None]:
    """Return for each slot of a chunk the picture that stands on its card, or None."""
    chunk = read_chunk(record, stream.list_posts_of(number))
    start, _ = stream.find_bounds(number)
    first_posts = set(stream.slots)
    images = [
        _find_picture(chunk, post)
        for index, (post, _) in enumerate(chunk.posts)
        if start + index in first_posts
    ]
    return [record.branch.read(image.path) if image else None for image in images]


def _find_picture(chunk: Chunk, post: Post) -> Image | None:
    """Return the newest picture of an experiment for the card that opens it, else None."""
    if not post.opens:
        return None
    experiment: Experiment | None = chunk.experiments.get(post.experiments[0])
    if experiment is None or not experiment.images:
        return None
    return experiment.images[-1]


def columns(stream: Stream) -> dict[str, Any]:
    """Return the columnar index: what is painted of any post before its card is here.

    A post is an index into the columns of experiments. ``days`` are runs of (day, posts). ``of``
    is the experiment of each post, -1 for none or several; ``parents`` likewise. ``slots`` is the
    number of posts in each slot.
    """
    indexes = {summary.id: index for index, summary in enumerate(stream.summaries)}
    days: list[list[Any]] = []
    about = []
    for post in stream.posts:
        if days and days[-1][0] == post.day:
            days[-1][1] += 1
        else:
            days.append([post.day, 1])
        is_about_one = len(post.experiments) == 1
        about.append(indexes.get(post.experiments[0], -1) if is_about_one else -1)
    return {
        "tip": stream.tip,
        "prints": stream.prints,
        "ids": [summary.id for summary in stream.summaries],
        "metrics": [str(stream.find_head_metric(summary) or "") for summary in stream.summaries],
        "parents": [indexes.get(summary.parent, -1) for summary in stream.summaries],
        "of": about,
        "slots": [stop - start for start, stop in pairwise(stream.slots)],
        "days": days,
    }
