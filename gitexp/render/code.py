"""Code and deltas for the terminal, coloured by Pygments where there is a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.languages.lookup import is_notebook
from gitexp.render.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.cut import Excerpt, FileExcerpt, MissingRule


SAME_CODE = "the same code, as far as the filter keeps it"


def excerpt_lines(excerpt: Excerpt, *, everything: bool = False, colour: bool = False) -> list[str]:
    """The kept lines of each file with their numbers, ``?`` before guessed ones, the count where lines are hidden, what was not found."""
    lines: list[str] = []
    for part in excerpt.files:
        lines.append(_bold(safe(part.path), colour=colour))
        lines.extend(
            _part_lines(
                part, excerpt.list_guessed_lines(part.path), everything=everything, colour=colour
            )
        )
    lines.extend(missing_line(item) for item in excerpt.missing)
    return lines


def missing_line(item: MissingRule) -> str:
    """A rule that found nothing."""
    return safe(f"{item.rule}: {item.reason}")


def guess_mark(excerpt: Excerpt) -> str:
    """What the mark before guessed lines means; empty where there are none."""
    return (
        "? marks lines that a guess takes in (--why NAME shows how)"
        if any(excerpt.list_guessed_lines(part.path) for part in excerpt.files)
        else ""
    )


def hidden_mark(count: int) -> str:
    """``+ 668 lines hidden``."""
    return f"+ {count} line{'' if count == 1 else 's'} hidden"


def _part_lines(
    part: FileExcerpt, guessed: set[int], *, everything: bool, colour: bool
) -> list[str]:
    digits = len(str(len(part.lines)))
    painted = _paint(part.path, part.lines) if colour else [safe(line) for line in part.lines]
    kept = {number for span in part.spans for number in range(span.start, span.stop)}
    lines: list[str] = []
    gap = 0
    for number, text in enumerate(painted):
        if not everything and number not in kept:
            gap += 1
            continue
        if gap:
            lines.append(" " * (digits + 2) + hidden_mark(gap))
            gap = 0
        mark = (
            "?"
            if number in guessed and number in kept
            else "|"
            if everything and number in kept
            else " "
        )
        lines.append(f"{number + 1:>{digits}} {mark}{text}".rstrip())
    if gap:
        lines.append(" " * (digits + 2) + hidden_mark(gap))
    return lines


def diff_lines(text: Iterable[str], *, colour: bool = False) -> list[str]:
    """Lines of a unified diff, coloured by kind."""
    if not colour:
        return [safe(line) for line in text]
    return [_paint_diff(safe(line)) for line in text]


def _paint_diff(line: str) -> str:
    for start, code in (("---", "1"), ("+++", "1"), ("@@", "36"), ("+", "32"), ("-", "31")):
        if line.startswith(start):
            return f"\x1b[{code}m{line}\x1b[0m"
    return line


def _paint(path: str, lines: Sequence[str]) -> list[str]:
    """Lines with Pygments' terminal colours. A token that spans lines is coloured on each."""
    from pygments import highlight
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.lexers import get_lexer_for_filename
    from pygments.lexers.special import TextLexer
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(
            "a.py" if is_notebook(path) else path, stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        lexer = TextLexer(stripnl=False, ensurenl=False)
    text = "\n".join(safe(line) for line in lines)
    painted = highlight(text, lexer, TerminalFormatter(bg="dark")).split("\n")
    return painted if len(painted) >= len(lines) else [safe(line) for line in lines]


def _bold(text: str, *, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text
