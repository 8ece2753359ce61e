"""A topic's page for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.show import dim
from gitexp.render.terminal import day_and_time, fit, safe, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.model.results import TopicPage, TopicRow
    from gitexp.model.topic import Topic


def topic_lines(
    page: TopicPage, columns: int, *, history: bool = False, ids: bool = False, colour: bool = False
) -> Iterator[str]:
    """The summary on top, then experiments and entries in time order."""
    topic = page.topic
    yield f"\x1b[1m{safe(topic.name)}\x1b[0m" if colour else safe(f"# {topic.name}")
    yield from wrap(safe(topic.summary), columns) if topic.summary else []
    if history:
        for at, text in reversed(topic.summaries[:-1]):
            yield from [
                "",
                f"earlier summary, {day_and_time(at)}",
                *(dim(line, colour=colour) for line in wrap(safe(text), columns, "  ")),
            ]
    day = above = ""
    for item in page.items:
        if item.at[:10] != day:
            day, above = item.at[:10], ""
            yield from ["", day]
        above = item.summary.id if item.summary else above
        yield from _item_lines(item, above, columns, ids=ids, colour=colour)
    if not page.items:
        yield from ["", "nothing gathers here yet"]


def _item_lines(
    item: TopicRow, above: str, columns: int, *, ids: bool, colour: bool
) -> Iterator[str]:
    if item.summary is not None:
        values = "".join(f"  {metric.name}={metric}" for metric in item.summary.metrics)
        parent = f"  ← {item.summary.parent}" if item.summary.parent else ""
        size = f"  ({item.delta})" if item.delta else ""
        yield fit(safe(f"  {item.summary.id}{values}{parent}{size}"), columns)
    if item.entry is not None:
        state = (
            "  ✗ corrected"
            if item.entry.corrected
            else "  ✗ taken back"
            if item.entry.retracted
            else ""
        )
        if item.entry.experiments != (above,) or ids or state:
            about = ", ".join(item.entry.experiments[:3])
            head = (
                f"  {item.at[11:16]}  {about}".rstrip()
                + (f"  {item.entry.id}" if ids else "")
                + state
            )
            yield fit(safe(head), columns)
        for line in wrap(safe(item.entry.text), columns, "    "):
            yield dim(line, colour=colour) if state else line


def topic_list(topics: list[tuple[Topic, int, int]], columns: int) -> list[str]:
    """One line a topic: name, how much gathers, the beginning of its summary."""
    lines = []
    for topic, experiments, entries in topics:
        head = f"{topic.name}  {experiments} experiment{'' if experiments == 1 else 's'}, {entries} entr{'y' if entries == 1 else 'ies'}"
        words = topic.summary.partition("\n")[0]
        lines.append(fit(safe(f"{head}  {words}".rstrip()), columns))
    return lines
