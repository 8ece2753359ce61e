"""Definitions in text whose blocks are told by braces, without a grammar.

Every ``{`` is looked at with the text since the last statement's end before it, its head. A head that reads like a class or a
function names the block that follows.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from gitexp.excerpt.definition import Definition, find_comment_start
from gitexp.excerpt.symbols.headers import bodiless, made_class, opening, opens_go_type
from gitexp.excerpt.symbols.masking import EXPRESSIVE, SCRIPT, marks, mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitexp.excerpt.symbols.headers import Found


class _Level:
    """An open bracket: what closes it, where the current head inside starts, and the definition that it opened, if any.

    ``in_header``: the brackets are those of a type in a header, which goes on after them.
    """

    __slots__ = ("closing", "head", "in_header", "own")

    def __init__(
        self, closing: str, head: int, own: Found | None = None, *, in_header: bool = False
    ) -> None:
        self.closing = closing
        self.head = head
        self.own = own
        self.in_header = in_header


def braced_definitions(lines: Sequence[str], extension: str) -> Iterator[Definition]:
    """Definitions by braces, and functions whose body is an expression."""
    text = mask("\n".join(lines), extension)
    found = _braced(lines, text, extension)
    return (
        _with_expressions(lines, text, extension, list(found)) if extension in EXPRESSIVE else found
    )


def _with_expressions(
    lines: Sequence[str], text: str, extension: str, braced: Sequence[Definition]
) -> Iterator[Definition]:
    """The functions of a masked text whose body is an expression, and those told by braces where these are no part of one."""
    from gitexp.excerpt.symbols.expressions import expressions

    found = list(expressions(text, extension))
    headers = {header for _, header, _, _ in found}
    others = sorted(
        (item for item in braced if item.header not in headers),
        key=lambda item: (item.start, -item.stop),
    )
    yield from others
    waiting = others[::-1]
    around: list[Definition] = []
    for name, header, stop, signature in found:
        while waiting and waiting[-1].start < header:
            around.append(waiting.pop())
        around = [item for item in around if item.stop > header]
        outer = next((item for item in reversed(around) if item.stop >= stop), None)
        start = header
        while start > 0 and lines[start - 1].lstrip().startswith("@"):
            start -= 1
        yield Definition(
            f"{outer.name}.{name}" if outer else name,
            "function",
            find_comment_start(lines, start),
            start,
            header,
            stop,
            signature,
        )


def _braced(  # noqa: PLR0912 - a branch for each kind of mark
    lines: Sequence[str], text: str, extension: str
) -> Iterator[Definition]:
    """Definitions by braces in a masked text."""
    place = _Places(lines, text)
    levels = [_Level("", 0)]
    for mark, at in marks(text):
        level = levels[-1]
        if mark == "(":
            levels.append(_Level(")", at + 1))
        elif mark == "{" and extension == "go" and opens_go_type(text[level.head : at]):
            levels.append(_Level("}", at + 1, in_header=True))
        elif mark == "{":
            own = _moved(opening(text[level.head : at], extension), level.head)
            if (
                own is None
                and level.closing == ")"
                and extension in SCRIPT
                and not text[level.head : at].strip()
            ):
                own = _moved(made_class(text[levels[-2].head : level.head]), levels[-2].head)
            if (
                extension == "c"
                and own
                and text.startswith(own[0], own[3])
                and any(outer.own for outer in levels)
            ):
                own = None  # a macro that loops
            levels.append(_Level("}", at + 1, own))
        elif mark == ";":
            in_class = level.own is not None and level.own[1] == "class"
            own = (
                _moved(bodiless(text[level.head : at], extension), level.head) if in_class else None
            )
            if own:
                yield place.definition(levels, own, at)
            level.head = at + 1
        else:
            while len(levels) > 1 and levels[-1].closing != mark and mark == "}":
                levels.pop()
            if len(levels) > 1 and levels[-1].closing == mark:
                closed = levels.pop()
                if closed.own is not None:
                    yield place.definition(levels, closed.own, at)
                if mark == "}" and levels[-1].closing != ")" and not closed.in_header:
                    levels[-1].head = at + 1


class _Places:
    """Turns offsets in the masked text into lines and definitions."""

    def __init__(self, lines: Sequence[str], text: str) -> None:
        self._lines = lines
        self._text = text
        self._ends = list(accumulate((len(line) + 1 for line in lines), initial=-1))[1:]

    def definition(self, levels: Sequence[_Level], own: Found, end: int) -> Definition:
        """The definition that the closing bracket or semicolon at offset ``end`` completes."""
        name, kind, start, header = own
        dotted = ".".join([*(level.own[0] for level in levels if level.own), name])
        first = bisect_left(self._ends, start)
        opening = self._text.find("{", header, end)
        signature = "".join(self._text[header : opening if opening >= 0 else end].split())
        head, last = bisect_left(self._ends, header), bisect_left(self._ends, end) + 1
        return Definition(
            dotted, kind, find_comment_start(self._lines, first), first, head, last, signature
        )


def _moved(found: Found | None, by: int) -> Found | None:
    return found and (found[0], found[1], found[2] + by, found[3] + by)
