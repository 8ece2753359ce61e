"""What a search found, for the terminal: numbers in columns, beside them the matching words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.normalise import fold_text
from gitexp.model.search_results import EntryHead
from gitexp.model.telling import find_first_sentence, strip_head
from gitexp.record.read.progress import find_main_metric
from gitexp.render.terminal import cut_to_width, make_safe, measure_width, pad_to_width, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.experiment import Entry, Summary
    from gitexp.model.metric import Metric
    from gitexp.model.search_results import Hit, SimilarExperiment
    from gitexp.render.terminal import TextStyle

# Letters before the match that stay when a line is cut around it.
_LETTERS_BEFORE = 20
# Matching lines of an entry that are shown.
_MOST_LINES = 3
_BOLD_YELLOW = "1;33"


def format_hits(hits: Sequence[Hit], searched: Sequence[str], style: TextStyle) -> Iterator[str]:
    """Yield the hits: day and metric in columns, beside them the id and the passages that match."""
    main = find_main_metric(hit.summary for hit in hits if hit.summary is not None)
    values = []
    for hit in hits:
        metric = choose_metric(hit.summary, main)
        values.append(make_safe(f"{metric.name}={metric.short}") if metric is not None else "")
    width = max((measure_width(value) for value in values), default=0)
    for hit, value in zip(hits, values, strict=True):
        left = f"{hit.at[:10]}  "
        if width:
            left += f"{pad_to_width(value, width, right=True)}  "
        narrow = style._replace(columns=style.columns - measure_width(left))
        for line in _format_hit_words(hit, searched, main, narrow):
            yield left + line
            left = " " * measure_width(left)


def choose_metric(summary: Summary | None, main: str) -> Metric | None:
    """Return the metric that stands in the column of numbers: ``main``, else the first there is."""
    metrics = summary.metrics if summary is not None else ()
    for metric in metrics:
        if metric.name == main:
            return metric
    return metrics[0] if metrics else None


def _format_hit_words(
    hit: Hit, searched: Sequence[str], main: str, style: TextStyle
) -> Iterator[str]:
    """Yield the id of a hit with its further metrics, then its passages."""
    summary = hit.summary
    if summary is not None:
        in_column = choose_metric(summary, main)
        words = [summary.id]
        words += [f"{metric.name}={metric}" for metric in summary.metrics if metric != in_column]
        if summary.corrected:
            words.append("✗ corrected")
        yield cut_to_width(make_safe("  ".join(words)), style.columns)
    indent = "  " if summary is not None else ""
    narrow = style._replace(columns=style.columns - len(indent))
    for passage in list_passages(hit, searched):
        yield indent + format_passage(passage, searched, narrow)


class Passage(NamedTuple):
    """A line of an entry that matches; ``is_corrected``: it no longer stands as it was written."""

    entry_id: str
    text: str
    is_corrected: bool


def list_passages(hit: Hit, searched: Sequence[str]) -> list[Passage]:
    """Return the passages of a hit; where no entry matches, what was last written about it."""
    summary = hit.summary
    passages = []
    for entry in hit.entries:
        passages += list_entry_passages(entry, searched, _find_head(entry, summary))
    if not passages and summary is not None and summary.words:
        return [Passage("", summary.words, is_corrected=False)]
    return passages


def _find_head(entry: Entry, summary: Summary | None) -> EntryHead:
    """Return what stands beside an entry of a hit."""
    if summary is None:
        return EntryHead()
    names = summary.names if len(entry.experiments) == 1 else ()
    return EntryHead(names, summary.metrics)


def list_entry_passages(entry: Entry, searched: Sequence[str], head: EntryHead) -> list[Passage]:
    """Return the lines of an entry that hold a searched text, without what its head says.

    Where only its head or its tags hold one, the first sentence stands for it.
    """
    text = strip_head(entry.text, head.names, head.metrics)
    lines = [line.strip() for line in text.splitlines()]
    matching_lines = [
        line for line in lines if find_any(line, searched) and find_first_sentence(line, ())
    ]
    if not matching_lines:
        metric_names = [metric.name for metric in head.metrics]
        sentence = find_first_sentence(entry.text, head.names, metric_names)
        matching_lines = [sentence] if sentence else []
    is_corrected = entry.corrected or entry.retracted
    return [Passage(entry.id, line, is_corrected) for line in matching_lines[:_MOST_LINES]]


def format_passage(passage: Passage, searched: Sequence[str], style: TextStyle) -> str:
    """Return a passage as one line, cut so that what matches is visible."""
    mark = "✗ " if passage.is_corrected else ""
    columns = style.columns - len(mark)
    return mark + _cut_around(passage.text, searched, style._replace(columns=columns))


def format_similar(similar: Sequence[SimilarExperiment], columns: int) -> Iterator[str]:
    """Yield each near experiment with its outcome, and below it why it is near."""
    for near in similar:
        summary = near.summary
        words = [summary.at[:10], summary.id]
        words += [f"{metric.name}={metric}" for metric in summary.metrics]
        if summary.corrected:
            words.append("✗ corrected")
        yield cut_to_width(make_safe("  ".join(words)), columns)
        for line in (near.reason, summary.words):
            if line:
                yield cut_to_width(make_safe(f"    {line}"), columns)


def find_any(line: str, searched: Sequence[str]) -> tuple[int, int] | None:
    """Return where the first of some texts stands in a line: start and stop; None if none does.

    Letters of any case and width are the same.
    """
    letters: list[str] = []
    indexes: list[int] = []  # of the letter in the line that each folded letter comes from
    for index, char in enumerate(line):
        folded = fold_text(char)
        letters.extend(folded)
        indexes += [index] * len(folded)
    folded_line = "".join(letters)
    places: list[tuple[int, int]] = []
    for text in searched:
        folded_text = fold_text(text)
        start = folded_line.find(folded_text)
        if start >= 0 and folded_text:
            last = start + len(folded_text) - 1
            places.append((indexes[start], indexes[last] + 1))
    return min(places, default=None)


def _cut_around(line: str, searched: Sequence[str], style: TextStyle) -> str:
    """Return a line, cut so that the first searched text in it is visible, and marked."""
    columns = style.columns
    place = find_any(line, searched)
    if place is None:
        return cut_to_width(make_safe(line), columns)
    start, stop = place
    shift = _choose_shift(line, start, columns)
    before = ("…" if shift else "") + line[shift:start]
    match = line[start:stop]
    shown = cut_to_width(make_safe(before + match + line[stop:]), columns)
    match_start = len(make_safe(before))
    match_stop = match_start + len(make_safe(match))
    painted = paint(shown[match_start:match_stop], _BOLD_YELLOW, colour=style.colour)
    return shown[:match_start] + painted + shown[match_stop:]


def _choose_shift(line: str, start: int, columns: int) -> int:
    """Return how many letters are cut off before a match: no more than the end of the line needs."""
    room = columns - measure_width(make_safe(line)) - 1
    shift = 0
    while shift < start - _LETTERS_BEFORE and room < 0:
        room += measure_width(make_safe(line[shift]))
        shift += 1
    return shift
