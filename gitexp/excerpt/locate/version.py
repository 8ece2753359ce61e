"""One version of a file, read only as deeply as a question needs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gitexp.errors import ContentError
from gitexp.excerpt.languages.lookup import is_notebook
from gitexp.excerpt.lines.likeness import count_long_lines, count_token_pairs
from gitexp.excerpt.locate import thresholds
from gitexp.excerpt.parse.text import (
    UTF_16,
    decode,
    is_binary,
    is_utf_8,
    normalise_line_ends,
    split_lines,
)
from gitexp.excerpt.source import Source, read_source
from gitexp.excerpt.symbols.find import find_definitions

if TYPE_CHECKING:
    from collections import Counter

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.parse.cells.cell import Cell

_LEAST_SAMPLED = 12
"""A line that may stand for its file has more characters."""


class FileVersion:
    """One version of one file: bytes, then lines, then definitions.

    Lines are numbered from 0; stretches of lines are half-open (``start`` to ``stop``).
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self._data = normalise_line_ends(data)
        self.notebook = is_notebook(path)
        self._context_offsets: dict[tuple[int, int], tuple[int, int]] = {}
        self._token_pairs: dict[tuple[int, int, str], Counter[tuple[str, str]]] = {}

    @cached_property
    def source(self) -> Source:
        """The file as a Source. Raises ContentError for a binary file or a broken notebook."""
        return read_source(self.path, self._data)

    @cached_property
    def usable(self) -> bool:
        """True if this is code: not binary, not a broken notebook."""
        if not self.notebook:
            return not is_binary(self._data)
        try:
            return bool(self.source)
        except ContentError:
            return False

    @cached_property
    def framed(self) -> bytes:
        r"""The bytes of the code between two line feeds, so that lines can be searched as
        ``\n...\n``.
        """
        if self.notebook:
            body = "\n".join(self.lines).encode()
        elif is_utf_8(self._data):
            body = self._data.rstrip(b"\n")
        else:
            body = "\n".join(self.lines).encode().rstrip(b"\n")
        return b"\n" + body + b"\n"

    @cached_property
    def feeds(self) -> int:
        """The number of line feeds in ``framed``."""
        return self.framed.count(b"\n")

    @property
    def notebook_cells(self) -> tuple[Cell, ...]:
        """The cells of a notebook file; none of a text file."""
        return self.source.notebook_cells if self.notebook else ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of code."""
        if self.notebook:
            return self.source.lines
        return split_lines(decode(self._data))

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """All definitions, in the order of their first lines."""
        return find_definitions(self.source)

    @cached_property
    def by_name(self) -> dict[str, list[Definition]]:
        """The definitions by dotted name."""
        by_name: dict[str, list[Definition]] = {}
        for definition in self.definitions:
            by_name.setdefault(definition.name, []).append(definition)
        return by_name

    @cached_property
    def sample(self) -> list[bytes]:
        """Up to ``SAMPLED_LINES`` long lines from all over the file, without the white space around
        them.
        """
        long_lines = [
            line for line in self.framed.split(b"\n") if len(line.strip()) > _LEAST_SAMPLED
        ]
        step = max(1, len(long_lines) // thresholds.SAMPLED_LINES)
        sampled = long_lines[::step][: thresholds.SAMPLED_LINES]
        return [line.strip() for line in sampled]

    @cached_property
    def long_lines(self) -> Counter[str]:
        """The long lines with their counts, for comparing files as wholes."""
        return count_long_lines(self.lines)

    def count_pairs(self, start: int, stop: int, name: str) -> Counter[tuple[str, str]]:
        """Return the token pairs of a stretch of lines; ``name`` is the code's own name (see
        ``count_token_pairs``).
        """
        key = (start, stop, name)
        pairs = self._token_pairs.get(key)
        if pairs is None:
            pairs = count_token_pairs(self.lines[start:stop], name)
            self._token_pairs[key] = pairs
        return pairs

    def count_lines_before(self, offset: int) -> int:
        """Return the number of the line that begins after the line feed at ``offset`` of
        ``framed``.
        """
        return self.framed.count(b"\n", 0, offset + 1) - 1

    def read_line_above(self, offset: int) -> str:
        """Return the line that ends at ``offset`` of ``framed`` (a line feed), or "" at the top."""
        if offset <= 0:
            return ""
        begin = self.framed.rfind(b"\n", 0, offset) + 1
        return self.framed[begin:offset].decode("utf-8", "replace")

    def read_line_below(self, offset: int) -> str:
        """Return the first line that is not blank from ``offset`` of ``framed`` on, or "" at the
        end.

        ``offset`` stands just after a line feed.
        """
        begin = offset
        while True:
            end = self.framed.find(b"\n", begin)
            if end < 0:
                return ""
            line = self.framed[begin:end].decode("utf-8", "replace")
            if line.strip():
                return line
            begin = end + 1

    def find_context_offsets(self, start: int, stop: int) -> tuple[int, int]:
        """Return the offsets in ``framed`` of the line ``CONTEXT_LINES`` above ``start`` and the
        one as far below ``stop``.

        An offset is -1 where the file has not so many lines.
        """
        offsets = self._context_offsets.get((start, stop))
        if offsets is None:
            first_above = start - thresholds.CONTEXT_LINES
            last_below = stop + thresholds.CONTEXT_LINES
            above = self._find_offset(first_above) if first_above >= 0 else -1
            below = self._find_offset(last_below) if last_below < self.feeds else -1
            offsets = (above, below)
            self._context_offsets[start, stop] = offsets
        return offsets

    def find_unchanged(self, start: int, stop: int, older: FileVersion) -> tuple[int, bool] | None:
        """Find lines ``start`` to ``stop`` in ``older`` by comparing bytes alone.

        Return their first line there, and True where all above and some below is the same, False
        where all below and some above is. Return None where neither holds. Two comparisons of bytes
        answer for most versions of a file.
        """
        # Blank lines at the end of the file are not in `framed`.
        if self.framed.startswith(UTF_16, 1) or stop >= self.feeds:
            return None
        above, below = self.find_context_offsets(start, stop)
        if below >= 0 and older.framed.startswith(self.framed[:below]):
            older._context_offsets[start, stop] = (above, below)
            return start, True
        if above >= 0 and older.framed.endswith(self.framed[above - 1 :]):
            moved_lines = self.feeds - older.feeds
            moved_bytes = len(self.framed) - len(older.framed)
            older_below = below - moved_bytes if below >= 0 else -1
            older_stretch = (start - moved_lines, stop - moved_lines)
            older._context_offsets[older_stretch] = (above - moved_bytes, older_below)
            return start - moved_lines, False
        return None

    def _find_offset(self, line: int) -> int:
        text_from_line = self.framed.split(b"\n", line + 1)[-1]
        return len(self.framed) - len(text_from_line)
