"""What a search found, for the terminal: a line a hit, the matching words below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.model.normalise import fold_text
from gitexp.render.terminal import fit, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.model.results import Hit, SimilarExperiment

# Letters before the match that are kept when a line is cut around it.
_BEFORE = 20


def hit_lines(
    hits: Sequence[Hit], texts: Sequence[str], columns: int, *, colour: bool = False
) -> Iterator[str]:
    """Day, id and metrics of each hit; of its entries the lines that hold a searched text, cut around it."""
    for hit in hits:
        about = hit.summary
        head = [hit.at[:10]]
        if about is not None:
            head += [about.id, *(f"{metric.name}={metric}" for metric in about.metrics)]
        yield fit(safe("  ".join(head)), columns)
        for entry in hit.entries:
            lines = [
                line for line in entry.text.splitlines() if line.strip() and find_any(line, texts)
            ]
            for line in lines[:3] or entry.text.splitlines()[:1]:
                yield (
                    "    "
                    + ("✗ " if entry.corrected or entry.retracted else "")
                    + _around(line.strip(), texts, columns - 6, colour=colour)
                )


def near_lines(found: Sequence[SimilarExperiment], columns: int) -> Iterator[str]:
    """Each near experiment with its outcome, and below it why it is near."""
    for near in found:
        one = near.summary
        values = "".join(f"  {metric.name}={metric}" for metric in one.metrics)
        yield fit(
            safe(f"{one.at[:10]}  {one.id}{values}" + ("  ✗ corrected" if one.corrected else "")),
            columns,
        )
        for line in (near.reason, one.words):
            if line:
                yield fit(safe(f"    {line}"), columns)


def find_any(line: str, texts: Sequence[str]) -> tuple[int, int] | None:
    """Where the first of the texts stands in a line, letters of any case and width: start and stop; None if none does."""
    found: list[tuple[int, int]] = []
    places = [(number, part) for number, char in enumerate(line) for part in fold_text(char)]
    plain = "".join(part for _, part in places)
    for text in texts:
        wanted = fold_text(text)
        at = plain.find(wanted)
        if at >= 0 and wanted:
            found.append((places[at][0], places[at + len(wanted) - 1][0] + 1))
    return min(found, default=None)


def _around(line: str, texts: Sequence[str], columns: int, *, colour: bool) -> str:
    place = find_any(line, texts)
    if place is None:
        return fit(safe(line), columns)
    start, stop = place
    shift = max(0, start - _BEFORE) if len(line) > columns // 2 else 0
    before, match, after = ("…" if shift else "") + line[shift:start], line[start:stop], line[stop:]
    shown = fit(safe(before + match + after), columns)
    if not colour:
        return shown
    head = len(safe(before))
    return f"{shown[:head]}\x1b[1;33m{shown[head : head + len(safe(match))]}\x1b[0m{shown[head + len(safe(match)) :]}"
