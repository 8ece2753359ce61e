"""The journal for the terminal: days, entries under their experiments, corrections below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.render.show import describe_state, dim_lines
from gitexp.render.terminal import cut_to_width, format_hour, make_safe, paint, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gitexp.model.experiment import Entry, Summary
    from gitexp.render.terminal import TextStyle

_ANSWERS = {"correction": "corrects ", "retract": "takes back a correction of "}
# Experiments that the head of an entry names; more are counted.
_MOST_NAMED = 3


def format_journal(
    entries: Iterable[Entry], summaries: Mapping[str, Summary], style: TextStyle
) -> Iterator[str]:
    """Yield the lines of the journal as its entries come; a day is a heading."""
    day = ""
    first_lines: dict[str, str] = {}
    for entry in entries:
        if entry.at[:10] != day:
            if day:
                yield ""
            day = entry.at[:10]
            yield paint(day, "1", colour=True) if style.colour else f"### {day}"
        first_lines[entry.id] = entry.text.partition("\n")[0]
        yield ""
        head = _format_head(entry, summaries, style)
        if head:
            yield cut_to_width(head, style.columns)
        for target in entry.targets:
            if target in first_lines:
                yield cut_to_width(f"  > {make_safe(first_lines[target])}", style.columns)
        yield from _format_text(entry, style)


def _format_head(entry: Entry, summaries: Mapping[str, Summary], style: TextStyle) -> str:
    """Return time, kind and experiments of an entry, and why it no longer holds."""
    about = [summaries[ident] for ident in entry.experiments if ident in summaries]
    if entry.kind == "note" and len(about) == 1 and entry.text.startswith(about[0].id):
        about = []  # the text says it
    names = ", ".join(_label(summary) for summary in about[:_MOST_NAMED])
    if len(about) > _MOST_NAMED:
        names += f" and {len(about) - _MOST_NAMED} more"
    hour = format_hour(entry.at)
    time = f"{hour}  " if hour else ""
    head = make_safe(f"{time}{_ANSWERS.get(entry.kind, '')}{names}").rstrip()
    if style.ids:
        head += f"  {entry.id}"
    state = describe_state(entry, "corrected later")
    is_corrected = any(
        summaries[ident].corrected for ident in entry.experiments if ident in summaries
    )
    if not state and is_corrected and entry.kind == "note":
        state = "✗ corrected"
    return f"{head}  {state}" if state else head


def _label(summary: Summary) -> str:
    metrics = (f" {metric.name}={metric}" for metric in summary.metrics)
    return summary.id + "".join(metrics)


def _format_text(entry: Entry, style: TextStyle) -> list[str]:
    if not entry.text:
        return []
    lines = wrap_text(make_safe(entry.text), style.columns, "  ")
    return dim_lines(lines, colour=style.colour) if describe_state(entry) else lines
