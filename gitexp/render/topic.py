"""A topic's page for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.record.read.progress import find_main_metric
from gitexp.render.echo import count_members
from gitexp.render.search import format_passage, list_entry_passages
from gitexp.render.show import describe_state, dim_lines
from gitexp.render.terminal import (
    cut_to_width,
    format_moment,
    format_table,
    make_safe,
    measure_width,
    name_some,
    pad_to_width,
    paint,
    wrap_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.experiment import Summary
    from gitexp.model.search_results import TopicPage
    from gitexp.model.topic import Topic
    from gitexp.render.terminal import TextStyle

# Experiments that the head of an entry names.
_MOST_NAMED = 3
# Columns that the words of an experiment get at least before another setting gets a column.
_LEAST_WORDS = 24
_GAP = "  "


def format_topic_page(
    page: TopicPage, style: TextStyle, *, with_history: bool = False
) -> Iterator[str]:
    """Yield the summary, the table of the experiments, then the passages that matched.

    ``with_history``: earlier versions of the summary stand below it.
    """
    topic = page.topic
    name = make_safe(topic.name)
    yield paint(name, "1", colour=True) if style.colour else f"# {name}"
    if topic.summary:
        yield from wrap_text(make_safe(topic.summary), style.columns)
    if with_history:
        yield from _format_earlier_summaries(topic, style)
    if page.summaries:
        yield ""
        yield from _format_experiments(page, style)
    passages = list(_format_passages(page, style))
    if passages:
        yield ""
        yield from passages
    if not page.items:
        yield from ["", "nothing gathers here yet"]


def _format_earlier_summaries(topic: Topic, style: TextStyle) -> Iterator[str]:
    for at, text in reversed(topic.summaries[:-1]):
        yield from ["", f"earlier summary, {format_moment(at)}"]
        yield from dim_lines(wrap_text(make_safe(text), style.columns, "  "), colour=style.colour)


def _format_experiments(page: TopicPage, style: TextStyle) -> Iterator[str]:
    """Yield a line for each experiment: id, metric, settings that differ, first sentence.

    Settings for which there is no room are counted.
    """
    rows = [row for row in page.items if row.summary is not None]
    main = find_main_metric(page.summaries)
    head = ["id", make_safe(main)]
    lines = [[_format_id(each), _format_metric(each, main)] for each in page.summaries]
    shown_settings = 0
    for index, title in enumerate(page.columns):
        cells = [make_safe(row.settings[index]) if row.settings else "" for row in rows]
        title_and_cells = [make_safe(title), *cells]
        taken = sum(map(_measure_column, zip(*[head, *lines], strict=True)))
        width = _measure_column(title_and_cells)
        if taken + width + _LEAST_WORDS > style.columns:
            break
        head.append(title_and_cells[0])
        for line, cell in zip(lines, cells, strict=True):
            line.append(cell)
        shown_settings += 1
    words = [make_safe(summary.words) for summary in page.summaries]
    table = [[*head, ""], *([*line, text] for line, text in zip(lines, words, strict=True))]
    yield from format_table(table, columns=style.columns, right=range(1, len(head)), gap=_GAP)
    left = len(page.columns) - shown_settings
    if left:
        which = "setting differs" if left == 1 else "settings differ"
        hint = f"{left} more {which}: git exp table --where 'topic:{make_safe(page.topic.name)}'"
        yield cut_to_width(hint, style.columns)


def _measure_column(cells: Sequence[str]) -> int:
    return max(map(measure_width, cells)) + len(_GAP)


def _format_id(summary: Summary) -> str:
    return make_safe(summary.id) + (" ✗" if summary.corrected else "")


def _format_metric(summary: Summary, main: str) -> str:
    for metric in summary.metrics:
        if metric.name == main:
            return make_safe(metric.short)
    return ""


def _format_passages(page: TopicPage, style: TextStyle) -> Iterator[str]:
    """Yield day and experiments of each entry, and beside them the lines that matched."""
    heads = page.find_heads()
    day = ""
    for entry in page.entries:
        passages = list_entry_passages(entry, page.searched, heads[entry.id])
        if not passages and not style.ids:
            continue  # it holds nothing but the tag, and its experiment stands in the table
        left = pad_to_width(entry.at[:10] if entry.at[:10] != day else "", 12)
        day = entry.at[:10]
        names = name_some(entry.experiments, _MOST_NAMED)
        words = [names, entry.id if style.ids else "", describe_state(entry)]
        head = "  ".join(word for word in words if word)
        if head:
            yield left + cut_to_width(make_safe(head), style.columns - len(left))
            left = " " * len(left)
        for passage in passages:
            narrow = style._replace(columns=style.columns - len(left) - 2)
            yield f"{left}  {format_passage(passage, page.searched, narrow)}"
            left = " " * len(left)


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
