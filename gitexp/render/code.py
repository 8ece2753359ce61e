"""Code and deltas for the terminal, coloured by Pygments where there is a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.compare import CONTEXT
from gitexp.render.reading_delta import format_reading
from gitexp.render.terminal import make_safe, paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt, MissingRule
    from gitexp.excerpt.delta.reading_delta import ReadingDelta
    from gitexp.render.terminal import TextStyle

SAME_CODE = "the same code, as far as the filter keeps it"

# The colours of a unified diff by the beginning of its lines, as ANSI codes; the first that fits.
_DIFF_COLOURS = {"---": "1", "+++": "1", "@@": "36", "+": "32", "-": "31"}


def format_excerpt(
    excerpt: Excerpt, *, everything: bool = False, colour: bool = False
) -> list[str]:
    """Return the kept lines of each file with their numbers, then the rules that found nothing.

    ``?`` stands before guessed lines, and a count where lines are hidden. With ``everything``
    hidden lines are there too, ``|`` stands before kept ones, and all lines are as in the source.
    """
    lines: list[str] = []
    for short_file in excerpt.files:
        file = short_file.restore() if everything else short_file
        lines.append(paint(make_safe(file.path), "1", colour=colour))
        marks = _mark_lines(file, excerpt.list_guessed_lines(file.path), everything=everything)
        texts = _paint_code(file) if colour else [make_safe(line) for line in file.lines]
        lines += _format_file(texts, marks)
    lines += [format_missing_rule(rule) for rule in excerpt.missing]
    return lines


def format_missing_rule(missing: MissingRule) -> str:
    """Return a rule that found nothing, and why."""
    return make_safe(f"{missing.rule}: {missing.reason}")


def explain_guess_mark(excerpt: Excerpt) -> str:
    """Return what the mark before guessed lines means; "" where there are none."""
    if any(excerpt.list_guessed_lines(file.path) for file in excerpt.files):
        return "? marks lines that a guess takes in (--why NAME shows how)"
    return ""


def format_hidden_count(count: int) -> str:
    """Return ``+ 668 lines hidden``."""
    return f"+ {count} line{'' if count == 1 else 's'} hidden"


def format_notes(excerpt: Excerpt) -> list[str]:
    """Return what an excerpt lacks and hides: a line for each rule that found nothing, a count."""
    lines = [format_missing_rule(missing) for missing in excerpt.missing]
    if excerpt.hidden_count:
        lines.append(format_hidden_count(excerpt.hidden_count))
    return lines


def format_delta(delta: ReadingDelta, style: TextStyle) -> list[str]:
    """Return the lines of a delta, to be read or as a plain diff; none where nothing changed."""
    if style.patch:
        from gitexp.excerpt.delta.patch import make_patch

        context = CONTEXT if style.context is None else style.context
        patch = make_patch(delta, whitespace=style.whitespace, context=context)
        return format_diff(patch.format_unified().splitlines(), colour=style.colour)
    if style.context is not None:
        from gitexp.excerpt.delta.read import read_with_context

        delta = read_with_context(delta, style.context)
    return format_reading(delta, style.columns, colour=style.colour, everything=style.everything)


def format_diff(lines: Iterable[str], *, colour: bool = False) -> list[str]:
    """Return lines of a unified diff, made safe, each in the colour of its kind."""
    return [_paint_diff_line(make_safe(line), colour=colour) for line in lines]


def _paint_diff_line(line: str, *, colour: bool) -> str:
    for beginning, code in _DIFF_COLOURS.items():
        if line.startswith(beginning):
            return paint(line, code, colour=colour)
    return line


def _mark_lines(file: FileExcerpt, guessed: set[int], *, everything: bool) -> list[str]:
    """Return the sign that stands before each line of a file; "" for a hidden line."""
    marks = [" " if everything else ""] * len(file.lines)
    for number in file.kept_numbers:
        marks[number] = "|" if everything else " "
        if number in guessed:
            marks[number] = "?"
    return marks


def _format_file(texts: Sequence[str], marks: Sequence[str]) -> list[str]:
    """Return the lines of a file that have a mark, with their numbers, and counts for the others."""
    digits = len(str(len(texts)))
    indent = " " * (digits + 2)
    lines: list[str] = []
    hidden = 0
    for number, (text, mark) in enumerate(zip(texts, marks, strict=True), 1):
        if not mark:
            hidden += 1
            continue
        if hidden:
            lines.append(indent + format_hidden_count(hidden))
            hidden = 0
        lines.append(f"{number:>{digits}} {mark}{text}".rstrip())
    if hidden:
        lines.append(indent + format_hidden_count(hidden))
    return lines


def _paint_code(file: FileExcerpt) -> list[str]:
    """Return the lines of a file in Pygments' terminal colours.

    A token that spans lines is coloured on each.
    """
    from pygments import highlight
    from pygments.formatters.terminal import TerminalFormatter

    from gitexp.render.highlight import find_lexer

    safe_lines = [make_safe(line) for line in file.lines]
    formatter = TerminalFormatter(bg="dark")
    painted = highlight("\n".join(safe_lines), find_lexer(file.path), formatter).split("\n")
    return painted[: len(safe_lines)] if len(painted) >= len(safe_lines) else safe_lines
