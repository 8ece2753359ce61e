"""A topic's page for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.echo import count_members
from gitexp.render.show import describe_state, dim_lines
from gitexp.render.terminal import (
    cut_to_width,
    format_hour,
    format_moment,
    make_safe,
    paint,
    wrap_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.experiment import Entry, Summary
    from gitexp.model.search_results import TopicPage
    from gitexp.model.topic import Topic
    from gitexp.render.terminal import TextStyle

# Experiments that the head of an entry names.
_MOST_NAMED = 3


def format_topic_page(
    page: TopicPage, style: TextStyle, *, with_history: bool = False
) -> Iterator[str]:
    """Yield the summary, then experiments and entries in time order.

    ``with_history``: earlier versions of the summary stand below it.
    """
    topic = page.topic
    yield (
        paint(make_safe(topic.name), "1", colour=True)
        if style.colour
        else make_safe(f"# {topic.name}")
    )
    if topic.summary:
        yield from wrap_text(make_safe(topic.summary), style.columns)
    if with_history:
        yield from _format_earlier_summaries(topic, style)
    day = ident_above = ""
    for row in page.items:
        if row.at[:10] != day:
            day, ident_above = row.at[:10], ""
            yield from ["", day]
        if row.summary is not None:
            ident_above = row.summary.id
            yield _format_experiment(row.summary, row.delta, style)
        if row.entry is not None:
            yield from _format_entry(row.entry, ident_above, style)
    if not page.items:
        yield from ["", "nothing gathers here yet"]


def _format_earlier_summaries(topic: Topic, style: TextStyle) -> Iterator[str]:
    for at, text in reversed(topic.summaries[:-1]):
        yield from ["", f"earlier summary, {format_moment(at)}"]
        yield from dim_lines(wrap_text(make_safe(text), style.columns, "  "), colour=style.colour)


def _format_experiment(summary: Summary, size: str, style: TextStyle) -> str:
    """Return an experiment with its metrics; ``size`` says how much it changed."""
    words = [f"  {summary.id}"]
    words += [f"{metric.name}={metric}" for metric in summary.metrics]
    if summary.parent:
        words.append(f"← {summary.parent}")
    if size:
        words.append(f"({size})")
    return cut_to_width(make_safe("  ".join(words)), style.columns)


def _format_entry(entry: Entry, ident_above: str, style: TextStyle) -> Iterator[str]:
    """Yield an entry; without a head where the experiment that stands above says all of it."""
    state = describe_state(entry)
    if entry.experiments != (ident_above,) or style.ids or state:
        names = ", ".join(entry.experiments[:_MOST_NAMED])
        words = [format_hour(entry.at), names, entry.id if style.ids else "", state]
        head = "  ".join(word for word in words if word)
        if head:
            yield cut_to_width(make_safe(f"  {head}"), style.columns)
    lines = wrap_text(make_safe(entry.text), style.columns, "    ")
    yield from dim_lines(lines, colour=style.colour) if state else lines


def format_topic_list(topics: Sequence[tuple[Topic, int, int]], columns: int) -> list[str]:
    """Return a line for each topic: name, how much gathers, the beginning of its summary.

    ``topics``: each with its number of experiments and of entries.
    """
    lines = []
    for topic, experiments, entries in topics:
        first_line = topic.summary.partition("\n")[0]
        line = f"{topic.name}  {count_members(experiments, entries)}  {first_line}"
        lines.append(cut_to_width(make_safe(line.rstrip()), columns))
    return lines
