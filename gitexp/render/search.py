"""What a search found, for the terminal: a line a hit, the matching words below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.render.terminal import cut_to_width, make_safe, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.experiment import Entry
    from gitexp.model.search_results import Hit, SimilarExperiment
    from gitexp.render.terminal import TextStyle

# Letters before the match that stay when a line is cut around it.
_LETTERS_BEFORE = 20
# Matching lines of an entry that are shown.
_MOST_LINES = 3
_BOLD_YELLOW = "1;33"


def format_hits(hits: Sequence[Hit], searched: Sequence[str], style: TextStyle) -> Iterator[str]:
    """Yield day, id and metrics of each hit, then the lines of its entries that hold a text."""
    for hit in hits:
        words = [hit.at[:10]]
        if hit.summary is not None:
            words.append(hit.summary.id)
            words += [f"{metric.name}={metric}" for metric in hit.summary.metrics]
        yield cut_to_width(make_safe("  ".join(words)), style.columns)
        for entry in hit.entries:
            mark = "✗ " if entry.corrected or entry.retracted else ""
            for line in _list_matching_lines(entry, searched):
                yield f"    {mark}{_cut_around(line.strip(), searched, style)}"


def _list_matching_lines(entry: Entry, searched: Sequence[str]) -> list[str]:
    """Return the first lines that hold a searched text; where none does, the first line."""
    lines = entry.text.splitlines()
    matching_lines = [line for line in lines if line.strip() and find_any(line, searched)]
    return matching_lines[:_MOST_LINES] or lines[:1]


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
    columns = style.columns - 6
    place = find_any(line, searched)
    if place is None:
        return cut_to_width(make_safe(line), columns)
    start, stop = place
    shift = max(0, start - _LETTERS_BEFORE) if len(line) > columns // 2 else 0
    before = ("…" if shift else "") + line[shift:start]
    match = line[start:stop]
    shown = cut_to_width(make_safe(before + match + line[stop:]), columns)
    match_start = len(make_safe(before))
    match_stop = match_start + len(make_safe(match))
    painted = paint(shown[match_start:match_stop], _BOLD_YELLOW, colour=style.colour)
    return shown[:match_start] + painted + shown[match_stop:]
