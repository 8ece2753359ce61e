"""Markdown pages of the record, for a visitor on a forge who has no tool.

Links are relative to the top of the record branch.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from gitexp.render.reading_delta import format_reading
from gitexp.render.search import find_any, list_entry_passages
from gitexp.render.show import describe_state
from gitexp.render.terminal import format_hour, format_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.history.change import CodeChange
    from gitexp.history.experiment_view import ExperimentPage
    from gitexp.model.experiment import Entry, Experiment, Image, Summary
    from gitexp.model.search_results import TopicPage

# Experiments on the front page, and letters of the last entry of each.
_LATEST = 30
_MOST_LETTERS = 80

_CODE_COLUMNS = 100
"""Columns of a line of code that a forge shows without scrolling."""

_CODE_SPAN = re.compile(r"(`+[^`]*`+)")
_HTML_BEGINNING = re.compile(r"<(?=[a-zA-Z/!?])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# An underscore inside a word is no emphasis; ids are full of them.
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~]|^[#+-]|(?<!\w)_|_(?!\w))")

_WITHOUT_CODE = "This page was written in a clone that does not have its code."

_WITHOUT_FILTER = (
    "No filter is saved, so nothing of the code is shown: `git exp filter suggest --keep 1`"
)


def format_front_page(experiments: Sequence[Experiment], topics: Sequence[str] = ()) -> str:
    """Return the page that a visitor sees first: the latest experiments, the months, the topics.

    ``experiments``: all, oldest first.
    """
    if not experiments:
        return "# What was tried\n\nNothing yet.\n"
    first_day, last_day = experiments[0].at[:10], experiments[-1].at[:10]
    count = _format_count(len(experiments), "experiment")
    lines = [
        "# What was tried",
        "",
        f"{count}, {first_day} to {last_day}.",
        "Kept by `git exp`, inside this repository.",
        "",
        *_format_table(experiments[: -_LATEST - 1 : -1]),
        "",
        "## Months",
        "",
    ]
    months = [(month, len(list(group))) for month, group in groupby(experiments, key=_read_month)]
    for month, number in reversed(months):
        lines.append(f"- [{month}](pages/{month}.md): {_format_count(number, 'experiment')}")
    if topics:
        lines += ["", "## Topics", ""]
    lines += [f"- {_link(name, 'pages/topic/')}" for name in topics]
    return "\n".join(lines) + "\n"


def _format_table(experiments: Sequence[Experiment]) -> list[str]:
    """Return experiments as the rows of a table, with a column for each metric."""
    names: dict[str, None] = {}
    for experiment in experiments:
        names.update((metric.name, None) for metric in experiment.metrics)
    titles = ["experiment", "day", *(_escape(name) for name in names), "changes", "last entry"]
    rows = [_format_row(experiment, list(names)) for experiment in experiments]
    rule = f"|---|---|{'---:|' * len(names)}---|---|"
    return [_format_table_row(titles), rule, *rows]


def _format_row(experiment: Experiment, names: Sequence[str]) -> str:
    values = {metric.name: str(metric) for metric in experiment.metrics}
    folder = "pages/experiment/"
    cells = [
        _link(experiment.id, folder),
        experiment.at[:10],
        *(_escape(values.get(name, "")) for name in names),
        _link(experiment.parent, folder) if experiment.parent else "",
        _escape(_cut_words(experiment.summary)),
    ]
    return _format_table_row(cells)


def _cut_words(summary: Summary) -> str:
    """Return the last words of an experiment, as much as a row of a table has room for."""
    words = summary.words
    return words if len(words) <= _MOST_LETTERS else words[:_MOST_LETTERS] + "…"


def format_month_page(
    month: str, entries: Sequence[Entry], experiments: Mapping[str, Experiment]
) -> str:
    """Return the diary of one month (``2019-06``): its entries in time order.

    Each entry stands under the experiments that it is about.
    """
    lines = [f"# {month}", "", "[all](../README.md)"]
    for day, day_entries in groupby(entries, key=lambda entry: entry.at[:10]):
        lines += ["", f"## {day}"]
        with_pictures: set[str] = set()
        for entry in day_entries:
            about = [experiments[ident] for ident in entry.experiments if ident in experiments]
            lines += _format_diary_entry(entry, about)
            new = [experiment for experiment in about if experiment.id not in with_pictures]
            for experiment in new:
                images = [image for image in experiment.images if image.at[:10] == day]
                lines += [f"\n{_format_picture(image, '../')}" for image in images]
            with_pictures.update(experiment.id for experiment in about)
    return "\n".join(lines) + "\n"


def _format_diary_entry(entry: Entry, about: Sequence[Experiment]) -> list[str]:
    heads = [_link(each.id, "experiment/") + _format_metrics(each) for each in about]
    hour = format_hour(entry.at)
    words = [f"**{hour}**"] if hour else []
    if heads:
        words.append("; ".join(heads))
    head = f"{' '.join(words)}{_format_standing(entry)}".strip()
    return ["", head, "", _format_text(entry.text)] if head else ["", _format_text(entry.text)]


def format_experiment_page(page: ExperimentPage) -> str:
    """Return all that is said of one experiment."""
    experiment = page.view.experiment
    lines = [f"# {_escape(experiment.id)}", "", _format_head(experiment)]
    if experiment.metrics:
        lines.append("")
    for metric in experiment.metrics:
        lines.append(f"- {_escape(metric.name)} **{_escape(str(metric))}**")
    lines += [f"\n{_format_picture(image, '../../')}" for image in experiment.images]
    for entry in experiment.entries:
        head = f"**{format_moment(entry.at)}**{_format_standing(entry)}"
        lines += ["", head, "", _format_text(entry.text)]
    lines += _format_change(page.view.change)
    if page.children:
        links = ", ".join(_link(ident) for ident in page.children)
        lines += ["", f"Changed further in {links}"]
    if page.mentions:
        names = page.mentioning_names
        links = ", ".join(name if _DAY.fullmatch(name) else _link(name) for name in names)
        lines += ["", f"Mentioned in {links}"]
    return "\n".join(lines) + "\n"


def _format_head(experiment: Experiment) -> str:
    head = [format_moment(experiment.at)]
    if experiment.parent:
        presumed = " (presumed)" if experiment.is_parent_presumed else ""
        head.append(f"changes {_link(experiment.parent)}{presumed}")
    head += [_escape(f"#{tag}") for tag in experiment.tags]
    head.append(f"[month](../{_read_month(experiment)}.md)")
    return " · ".join(head)


def _format_change(change: CodeChange) -> list[str]:
    """Return what changed in the code; nothing where no filter is saved."""
    if not change.filter:
        return []
    remark = _WITHOUT_CODE if change.absent else change.title
    lines = ["", f"## Code\n\n{_escape(remark)}"]
    if change.pinned:
        lines += ["", _escape(change.pinned_note)]
    if change.delta is not None and not change.delta.is_same:
        lines += ["", _fence_delta(change.delta)]
    return lines


def _fence_delta(delta: ReadingDelta) -> str:
    """Return a delta in a fence that is longer than any run of backticks in it."""
    text = "\n".join(format_reading(delta, _CODE_COLUMNS))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}diff\n{text}\n{fence}"


def format_topic_page(page: TopicPage) -> str:
    """Return a topic: its summary, a table of its experiments, the passages that matched."""
    lines = [f"# {_escape(page.topic.name)}", "", "[all](../../README.md)"]
    if page.topic.summary:
        lines += ["", _format_text(page.topic.summary)]
    if page.summaries:
        if not page.filter and any(summary.version for summary in page.summaries):
            lines += ["", _WITHOUT_FILTER]
        lines += ["", *_format_topic_table(page)]
    heads = page.find_heads()
    for entry in page.entries:
        passages = list_entry_passages(entry, page.searched, heads[entry.id])
        if passages:
            links = " ".join(_link(name, "../experiment/") for name in entry.experiments)
            head = f"**{entry.at[:10]}** {links}{_format_standing(entry)}".rstrip()
            lines += ["", f"{head}  "]
            lines += [_mark_passage(passage.text, page.searched) + "  " for passage in passages]
    return "\n".join(lines) + "\n"


def _format_topic_table(page: TopicPage) -> list[str]:
    """Return a row for each experiment: id, metrics, settings that differ, size, first sentence."""
    titles = ["experiment", "metrics", *page.columns, "change", "last entry"]
    lines = [_format_table_row([_escape(title) for title in titles]), "|---" * len(titles) + "|"]
    for row in page.items:
        if row.summary is None:
            continue
        settings = row.settings or [""] * len(page.columns)
        cells = [
            _link(row.summary.id, "../experiment/") + (" ✗" if row.summary.corrected else ""),
            _format_metrics(row.summary).strip(),
            *(_escape(value) for value in settings),
            _escape(row.delta),
            _escape(_cut_words(row.summary)),
        ]
        lines.append(_format_table_row(cells))
    return lines


def _format_table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _mark_passage(text: str, searched: Sequence[str]) -> str:
    """Return a passage with the first searched text in it bold."""
    place = find_any(text, searched)
    if place is None:
        return _escape(text)
    start, stop = place
    before, match, behind = text[:start], text[start:stop], text[stop:]
    spaces = (" " if before.endswith(" ") else "", " " if behind.startswith(" ") else "")
    return f"{_escape(before)}{spaces[0]}**{_escape(match)}**{spaces[1]}{_escape(behind)}"


def _format_standing(entry: Entry) -> str:
    """Return what an entry says of others, and what became of it; "" for a plain note."""
    kind = {"correction": " corrects:", "retract": " takes back:"}.get(entry.kind, "")
    mark, _, state = describe_state(entry).partition(" ")
    return f"{kind} {mark} *{state}*" if state else kind


def _link(name: str, folder: str = "") -> str:
    """Return a link to the page of an experiment or a topic, which lies in ``folder``."""
    return f"[{_escape(name)}]({folder}{quote(name, safe='')}.md)"


def _format_picture(image: Image, top: str) -> str:
    return f"![{_escape(image.name)}]({top}{quote(image.path)})"


def _format_metrics(experiment: Experiment | Summary) -> str:
    """Return `` acc=0.645``, with a space before each metric."""
    metrics = (f" {_escape(metric.name)}={_escape(str(metric))}" for metric in experiment.metrics)
    return "".join(metrics)


def _format_text(text: str) -> str:
    """Return an entry as it was typed, line by line.

    What looks like HTML stays visible text. A fence that is left open ends with the entry.
    """
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        match = _FENCE.match(line)
        if fence:
            lines.append(line)
            if match and match[1].startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            lines.append(line)
            fence = match[1]
        else:
            lines.append(_escape_html(line) + "  ")
    if fence:
        lines.append(fence)
    return "\n".join(lines)


def _escape_html(line: str) -> str:
    """Return a line in which HTML stays visible text; code spans are left alone."""
    pieces = _CODE_SPAN.split(line.rstrip())
    pieces[::2] = [_HTML_BEGINNING.sub(r"\\<", piece) for piece in pieces[::2]]
    return "".join(pieces)


def _escape(text: str) -> str:
    """Return text on one line in which no character is Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _read_month(experiment: Experiment) -> str:
    return experiment.at[:7]


def _format_count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
