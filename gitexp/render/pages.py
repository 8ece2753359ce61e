"""Markdown pages of the record, for a visitor on a forge who has no tool. Links are relative to the record branch's top."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from gitexp.render.terminal import day_and_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitexp.excerpt.delta.delta import Delta
    from gitexp.model.experiment import Entry, Experiment, Image, Summary
    from gitexp.model.results import TopicPage

# Experiments on the front page.
LATEST = 30

_SPAN = re.compile(r"(`+[^`]*`+)")
_HTML = re.compile(r"<(?=[a-zA-Z/!?])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# An underscore inside a word is no emphasis; ids are full of them.
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~]|^[#+-]|(?<!\w)_|_(?!\w))")


def front_page(experiments: Sequence[Experiment], topics: Sequence[str] = ()) -> str:
    """The page that a visitor sees first: the latest experiments, the months, the topics. ``experiments``: all, oldest first."""
    if not experiments:
        return "# What was tried\n\nNothing yet.\n"
    months = [(month, len(list(found))) for month, found in groupby(experiments, key=_month)]
    latest = experiments[: -LATEST - 1 : -1]
    metrics = list(
        dict.fromkeys(metric.name for experiment in latest for metric in experiment.metrics)
    )
    lines = [
        "# What was tried",
        "",
        f"{_count(len(experiments), 'experiment')}, {experiments[0].at[:10]} to {experiments[-1].at[:10]}.",
        "Kept by `git exp`, inside this repository.",
        "",
        f"| experiment | day | {''.join(f'{_plain(name)} | ' for name in metrics)}changes | last entry |",
        f"|---|---|{'---:|' * len(metrics)}---|---|",
        *(_table_row(experiment, metrics) for experiment in latest),
        "",
        "## Months",
        "",
        *(
            f"- [{month}](pages/{month}.md): {_count(number, 'experiment')}"
            for month, number in reversed(months)
        ),
        *(["", "## Topics", ""] if topics else []),
        *(f"- [{_plain(name)}]({_page_of(name, 'pages/topic/')})" for name in topics),
    ]
    return "\n".join(lines) + "\n"


def month_page(month: str, entries: Sequence[Entry], experiments: Mapping[str, Experiment]) -> str:
    """The diary of one month (``2019-06``): its entries in time order, each under the experiment it is about."""
    lines = [f"# {month}", "", "[all](../README.md)"]
    for day, found in groupby(entries, key=lambda entry: entry.at[:10]):
        lines += ["", f"## {day}"]
        shown: set[str] = set()
        for entry in found:
            about = [experiments[name] for name in entry.experiments if name in experiments]
            heads = "; ".join(
                f"[{_plain(one.id)}]({_page_of(one.id, 'experiment/')}){_metrics(one)}"
                for one in about
            )
            lines += [
                "",
                f"**{entry.at[11:16]}** {heads}{_standing(entry)}".rstrip(),
                "",
                _body(entry.text),
            ]
            lines += [
                f"\n{_picture(image, '../')}"
                for one in about
                if one.id not in shown
                for image in one.images
                if image.at[:10] == day
            ]
            shown.update(one.id for one in about)
    return "\n".join(lines) + "\n"


def experiment_page(
    experiment: Experiment,
    children: Iterable[str],
    mentions: Iterable[str],
    delta: Delta | None,
    remark: str,
) -> str:
    """Everything of one experiment. ``mentions``: ids or days whose entries speak of it; ``remark`` says what the delta is against,
    or why there is none.
    """
    parent = (
        [f"changes [{_plain(experiment.parent)}]({_page_of(experiment.parent)})"]
        if experiment.parent
        else []
    )
    lines = [
        f"# {_plain(experiment.id)}",
        "",
        " · ".join(
            [
                day_and_time(experiment.at),
                *parent,
                *(_plain(f"#{tag}") for tag in experiment.tags),
                f"[month](../{_month(experiment)}.md)",
            ]
        ),
    ]
    if experiment.metrics:
        lines += [
            "",
            *(
                f"- {_plain(metric.name)} **{_plain(str(metric))}**"
                for metric in experiment.metrics
            ),
        ]
    lines += [f"\n{_picture(image, '../../')}" for image in experiment.images]
    for entry in experiment.entries:
        lines += ["", f"**{day_and_time(entry.at)}**{_standing(entry)}", "", _body(entry.text)]
    if remark:
        lines += ["", f"## Code\n\n{_plain(remark)}"]
    if delta is not None and delta.files:
        text = delta.format_unified()
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
        lines += ["", f"{fence}diff\n{text}{fence}"]
    if followers := list(children):
        lines += [
            "",
            "Changed further in "
            + ", ".join(f"[{_plain(name)}]({_page_of(name)})" for name in followers),
        ]
    if spoken := [
        name if _DAY.fullmatch(name) else f"[{_plain(name)}]({_page_of(name)})" for name in mentions
    ]:
        lines += ["", f"Mentioned in {', '.join(spoken)}"]
    return "\n".join(lines) + "\n"


def topic_page(page: TopicPage) -> str:
    """A topic: its summary, then what gathers, in time order."""
    lines = [f"# {_plain(page.topic.name)}", "", "[all](../../README.md)"]
    lines += ["", _body(page.topic.summary)] if page.topic.summary else []
    for item in page.items:
        if item.summary is not None:
            one = item.summary
            size = f" ({_plain(item.delta)})" if item.delta else ""
            lines += [
                "",
                f"**{item.at[:10]}** [{_plain(one.id)}]({_page_of(one.id, '../experiment/')}){_metrics(one)}{size}",
            ]
        if item.entry is not None:
            lines += ["", f"{item.at[:10]}{_standing(item.entry)}", "", _body(item.entry.text)]
    return "\n".join(lines) + "\n"


def _standing(entry: Entry) -> str:
    """What became of an entry, or what it is said of others."""
    kind = {"correction": " corrects:", "retract": " takes back:"}.get(entry.kind, "")
    return kind + (
        " ✗ *taken back*" if entry.retracted else " ✗ *corrected*" if entry.corrected else ""
    )


def _table_row(experiment: Experiment, metrics: Sequence[str]) -> str:
    values = {metric.name: str(metric) for metric in experiment.metrics}
    parent = (
        f"[{_plain(experiment.parent)}]({_page_of(experiment.parent, 'pages/experiment/')})"
        if experiment.parent
        else ""
    )
    words = (
        next(
            (line.strip() for line in experiment.entries[-1].text.splitlines() if line.strip()), ""
        )
        if experiment.entries
        else ""
    )
    cells = [
        f"[{_plain(experiment.id)}]({_page_of(experiment.id, 'pages/experiment/')})",
        experiment.at[:10],
        *(_plain(values.get(name, "")) for name in metrics),
        parent,
        _plain(words[:80] + ("…" if len(words) > 80 else "")),
    ]
    return f"| {' | '.join(cells)} |"


def _page_of(ident: str, folder: str = "") -> str:
    return f"{folder}{quote(ident, safe='')}.md"


def _picture(image: Image, top: str) -> str:
    return f"![{_plain(image.name)}]({top}{quote(image.path)})"


def _metrics(experiment: Experiment | Summary) -> str:
    return "".join(f" {_plain(metric.name)}={_plain(str(metric))}" for metric in experiment.metrics)


def _body(text: str) -> str:
    """An entry as it was typed, line by line. What looks like HTML stays visible text; a fence left open ends with the entry."""
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        else:
            fence = mark[1] if mark else ""
            lines.append(line if mark else _visible(line) + "  ")
    return "\n".join([*lines, fence] if fence else lines)


def _visible(line: str) -> str:
    pieces = _SPAN.split(line.rstrip())
    return "".join(
        piece if number % 2 else _HTML.sub(r"\\<", piece) for number, piece in enumerate(pieces)
    )


def _plain(text: str) -> str:
    """Text in which no character is Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _month(experiment: Experiment) -> str:
    return experiment.at[:7]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
