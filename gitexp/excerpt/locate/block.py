"""What is followed: a block of lines of one version of a file, and what it is there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.errors import ContentError
from gitexp.excerpt.lines.likeness import count_long_lines, count_token_pairs, strip_layout
from gitexp.excerpt.source import UTF_16, Source, decode, normalise_line_ends, read_source, split_lines
from gitexp.excerpt.symbols.find import definitions

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from gitexp.excerpt.definition import Definition

Form = Literal["definition", "range", "cell", "file"]
Change = Literal["none", "format", "body", "renamed", "moved", "introduced", "merged", "gap"]

# A range may miss the last line of a definition and still mean it, if the definition has at least this many.
_NEARLY = 5

AROUND = 12
"""Lines around a block that tell it from its copies."""

SAMPLED = 10
"""Lines that stand for a file: one that shares a third of them has none of these in one case of fifty."""


class FileVersion:
    """One version of one file, read only as deeply as a question needs: bytes, then lines, then definitions."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self._data = normalise_line_ends(data)
        self.notebook = path.endswith(".ipynb")

    @cached_property
    def source(self) -> Source:
        """The file as a Source. Raises ContentError for a binary file or a broken notebook."""
        return read_source(self.path, self._data)

    @cached_property
    def usable(self) -> bool:
        """Whether this is code at all: not binary, not a broken notebook."""
        if not self.notebook:
            return b"\0" not in self._data[:8000] or self._data.startswith(UTF_16)
        try:
            return bool(self.source)
        except ContentError:
            return False

    @cached_property
    def framed(self) -> bytes:
        """The code's bytes between two line feeds, so that whole lines can be searched as ``\\n...\\n``."""
        body = "\n".join(self.source.lines).encode() if self.notebook else self._data.rstrip(b"\n")
        return b"\n" + body + b"\n"

    @cached_property
    def feeds(self) -> int:
        """How many line feeds ``framed`` has."""
        return self.framed.count(b"\n")

    @cached_property
    def _around(self) -> dict[tuple[int, int], tuple[int, int]]:
        return {}

    def around(self, start: int, stop: int) -> tuple[int, int]:
        """Offsets in ``framed`` of the lines ``AROUND`` above ``start`` and ``AROUND`` below ``stop``; -1 where there are not so many."""
        known = self._around.get((start, stop))
        if known is None:
            above, below = start - AROUND, stop + AROUND
            known = self._offset(above) if above >= 0 else -1, self._offset(below) if below < self.feeds else -1
            self._around[start, stop] = known
        return known

    def _offset(self, line: int) -> int:
        return len(self.framed) - len(self.framed.split(b"\n", line + 1)[-1])

    def unchanged(self, start: int, stop: int, older: FileVersion) -> tuple[int, bool] | None:
        """First line in ``older`` of our lines ``start`` to ``stop`` where all above (True) and some below is the same, or the reverse.

        Two comparisons of bytes, for that is how most versions of a file differ.
        """
        if self.framed.startswith(UTF_16, 1) or stop >= self.feeds:  # blank lines at the end are not in ``framed``
            return None
        above, below = self.around(start, stop)
        if below >= 0 and older.framed.startswith(self.framed[:below]):
            older._around[start, stop] = above, below
            return start, True
        if above >= 0 and older.framed.endswith(self.framed[above - 1 :]):
            moved, shift = self.feeds - older.feeds, len(self.framed) - len(older.framed)
            older._around[start - moved, stop - moved] = above - shift, below - shift if below >= 0 else -1
            return start - moved, False
        return None

    def line_above(self, at: int) -> str:
        """The line that ends at offset ``at`` of ``framed`` (a line feed); empty at the top."""
        return self.framed[self.framed.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace") if at > 0 else ""

    def line_below(self, at: int) -> str:
        """The first line that is not blank from offset ``at`` of ``framed`` on (just after a line feed); empty at the end."""
        while (stop := self.framed.find(b"\n", at)) >= 0:
            line = self.framed[at:stop].decode("utf-8", "replace")
            if line.strip():
                return line
            at = stop + 1
        return ""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of code."""
        return self.source.lines if self.notebook else split_lines(decode(self._data))

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """All definitions."""
        return definitions(self.source)

    @cached_property
    def by_name(self) -> dict[str, list[Definition]]:
        """Definitions by dotted name."""
        found: dict[str, list[Definition]] = {}
        for item in self.definitions:
            found.setdefault(item.name, []).append(item)
        return found

    @cached_property
    def sample(self) -> list[bytes]:
        """Up to ``SAMPLED`` of its telling lines, from all over the file, without the white space around them."""
        telling = [line for line in self.framed.split(b"\n") if len(line.strip()) > 12]
        step = max(1, len(telling) // SAMPLED)
        return [line.strip() for line in telling[::step][:SAMPLED]]

    @cached_property
    def long_lines(self) -> Counter[str]:
        """Its lines that say something, for comparing whole files."""
        return count_long_lines(self.lines)

    @cached_property
    def _pairs(self) -> dict[tuple[int, int, str], Counter[tuple[str, str]]]:
        return {}

    def pairs(self, start: int, stop: int, name: str) -> Counter[tuple[str, str]]:
        """Token pairs of a stretch of lines, kept for the next question."""
        key = (start, stop, name)
        known = self._pairs.get(key)
        if known is None:
            known = self._pairs[key] = count_token_pairs(self.lines[start:stop], name)
        return known


class CodeBlock(NamedTuple):
    """Lines ``start`` to ``stop`` (0-based, half-open) of one version, and what they are there.

    ``name`` is a definition's dotted name or a cell's id. ``docs``: the comment above belongs to the block;
    ``bare``: the decorators above don't.
    """

    form: Form
    start: int
    stop: int
    lines: tuple[str, ...]
    name: str = ""
    docs: bool = False
    bare: bool = False
    head: int = 0

    @property
    def simple(self) -> str:
        """A definition's name without what encloses it."""
        return self.name.rpartition(".")[2] if self.form == "definition" else ""

    @property
    def framed(self) -> bytes:
        """Its lines between two line feeds, as they stand in ``Text.framed``."""
        return ("\n" + "\n".join(self.lines) + "\n").encode()

    @property
    def telling(self) -> bool:
        """Whether any line says something."""
        return any(len(line.strip()) > 2 for line in self.lines)

    @property
    def weight(self) -> int:
        """How many lines say something."""
        return sum(1 for line in self.lines if len(line.strip()) > 2)


class BlockMatch(NamedTuple):
    """Where a block is in the other version, how sure that is (0 to 1), and what changed between the two."""

    block: CodeBlock
    confidence: float
    change: Change


def classify_change(newer: CodeBlock, older: CodeBlock) -> Change:
    """What the texts of two places of a block say about the change between them."""
    if newer.lines == older.lines:
        return "none"
    if strip_layout(newer.lines) == strip_layout(older.lines):
        return "format"
    return "renamed" if newer.simple != older.simple else "body"


def make_match(block: CodeBlock, found: CodeBlock, confidence: float) -> BlockMatch:
    """The match of a block with its place in another version."""
    return BlockMatch(found, round(confidence, 3), classify_change(block, found))


def make_definition_block(text: FileVersion, item: Definition, *, docs: bool = False, bare: bool = False) -> CodeBlock:
    """The block of a definition."""
    start = item.lead if docs else item.header if bare else item.start
    return CodeBlock("definition", start, item.stop, text.lines[start : item.stop], item.name, docs, bare, item.header - start)


def make_range_block(text: FileVersion, start: int, stop: int) -> CodeBlock:
    """The block of a range of lines: a definition or a cell where it is one, nearly a definition, the whole file, or just lines.

    Nearly: its header is in the range, nothing else is but blank lines, and of a long one no more than the last line is missing.
    """
    ends = [item for item in text.definitions if start <= item.header and item.stop <= stop + 1]
    exact = [item for item in ends if stop == item.stop and start in (item.lead, item.start, item.header)]
    if exact:
        return _chosen(text, exact, start, stop)
    for cell in text.source.cells:
        if cell.code and cell.start < cell.stop and (cell.start, cell.stop) == (start, stop):
            return CodeBlock("cell", start, stop, text.lines[start:stop], cell.id)
    near = [item for item in ends if (item.stop <= stop or item.stop - item.start >= _NEARLY) and _only(text, item, start, stop)]
    if near:
        return _chosen(text, near, start, stop)
    form: Form = "file" if start == 0 and stop >= len(text.lines) else "range"
    return CodeBlock(form, start, stop, text.lines[start:stop])


def _only(text: FileVersion, item: Definition, start: int, stop: int) -> bool:
    """Whether a range holds nothing but a definition and blank lines."""
    return not any(line.strip() for line in (*text.lines[start : item.lead], *text.lines[item.stop : stop]))


def _chosen(text: FileVersion, fitting: Sequence[Definition], start: int, stop: int) -> CodeBlock:
    """The block of the definition that fits a range best, the inner one of a class and its only method."""
    item = min(fitting, key=lambda item: (abs(item.stop - stop), abs(item.start - start), item.kind == "class"))
    return make_definition_block(text, item, docs=item.lead < item.start and start <= item.lead)
