"""Read the key paths of JSON, with comments or without."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.symbols import thresholds
from gitexp.excerpt.symbols.keys.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r'(?P<text>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|(?P<mark>[{}\[\]:,])'
    r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|(?P<word>[^\s{}\[\]:,\"'/]+)"
)


class _Value(NamedTuple):
    """A value with a key, from the key on: offsets ``start`` to ``stop``, half-open."""

    path: tuple[str, ...]
    start: int
    stop: int
    is_group: bool


class _Level:
    """An open bracket, and the key inside it whose value comes next.

    ``start`` is where the key of the bracket stands, ``key_start`` where the key inside does.
    ``count`` are the elements of a list so far.
    """

    __slots__ = ("bracket", "count", "key", "key_start", "path", "start")

    def __init__(self, bracket: str, path: tuple[str, ...], start: int) -> None:
        self.bracket = bracket
        self.path = path
        self.start = start
        self.key: str | None = None
        self.key_start = 0
        self.count = 0

    def open(self, bracket: str, at: int) -> _Level:
        """Return the level of the bracket at ``at``, which is a value of this one."""
        if self.bracket == "[":
            self.count += 1
            return _Level(bracket, (*self.path, str(self.count)), at)
        if self.key is None:
            return _Level(bracket, self.path, at)
        path = (*self.path, self.key)
        self.key = None
        return _Level(bracket, path, self.key_start)


def read_json(lines: Sequence[str]) -> Iterator[Key]:
    """Yield the keys of lines of JSON, each before those inside it."""
    line_lengths = (len(line) + 1 for line in lines)
    line_starts = list(accumulate(line_lengths, initial=0))
    values = sorted(_read_values("\n".join(lines)), key=lambda value: (value.start, -value.stop))
    for value in values:
        first = bisect_right(line_starts, value.start) - 1
        stop = bisect_right(line_starts, value.stop - 1)
        yield Key(value.path, first, stop, value.is_group)


def _read_values(text: str) -> Iterator[_Value]:
    """Yield each value that has a key, in the order in which they end.

    The key of an object or a list in a list is its place, counted from 1.
    """
    levels = [_Level("", (), 0)]
    last_word, last_start = "", 0
    for match in _TOKEN.finditer(text):
        level = levels[-1]
        mark = match["mark"]
        is_outside = len(levels) == 1 and match.lastgroup is not None
        if is_outside and mark not in ("{", "["):
            return
        if mark == ":":
            level.key, level.key_start = last_word, last_start
        elif mark == ",":
            level.key = None
        elif mark in ("{", "["):
            if len(levels) > thresholds.DEEPEST_KEY:
                return
            levels.append(level.open(mark, match.start()))
        elif mark in ("}", "]"):
            if len(levels) > 1:
                closed = levels.pop()
                if closed.path:
                    is_group = closed.bracket == "{"
                    yield _Value(closed.path, closed.start, match.end(), is_group)
        elif match.lastgroup is not None:
            if level.key is not None:
                yield _Value((*level.path, level.key), level.key_start, match.end(), False)
                level.key = None
            elif level.bracket == "[":
                level.count += 1
            last_word, last_start = match.group().strip("\"'"), match.start()
