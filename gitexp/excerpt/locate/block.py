"""The block of code that is followed: some lines of one version of a file, and what they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gitexp.excerpt.lines.likeness import strip_layout
from gitexp.excerpt.locate import thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.definition import Definition
    from gitexp.excerpt.locate.version import FileVersion

Form = Literal["definition", "range", "cell", "file"]
Change = Literal["none", "format", "body", "renamed", "moved", "introduced", "merged", "gap"]


class CodeBlock(NamedTuple):
    """Lines ``start`` to ``stop`` (0-based, half-open) of one version, and what they are there.

    ``name`` is the dotted name of a definition or the id of a cell. ``docs``: the comment above
    belongs to the block. ``bare``: the decorators above do not. ``head``: lines of the block above
    the header line of a definition.
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
        """The name of a definition without what encloses it; "" for other blocks."""
        return self.name.rpartition(".")[2] if self.form == "definition" else ""

    @property
    def framed(self) -> bytes:
        """The lines between two line feeds, as they stand in ``FileVersion.framed``."""
        return ("\n" + "\n".join(self.lines) + "\n").encode()

    @property
    def telling(self) -> bool:
        """True if any line tells something."""
        return any(is_telling(line) for line in self.lines)

    @property
    def weight(self) -> int:
        """The number of lines that tell something."""
        return sum(is_telling(line) for line in self.lines)

    @property
    def is_long(self) -> bool:
        """True if the block has enough telling lines to be alike by more than chance."""
        return self.weight >= thresholds.LONG_BLOCK


class BlockMatch(NamedTuple):
    """The place of a block in another version, how sure that is (0 to 1), and what changed between
    the two.
    """

    block: CodeBlock
    confidence: float
    change: Change


def is_telling(line: str) -> bool:
    """Return True if a line tells something: more than a bracket."""
    return len(line.strip()) > 2


def count_indentation(line: str) -> int:
    """Return the number of white characters that a line begins with."""
    return len(line) - len(line.lstrip())


def classify_change(newer_block: CodeBlock, older_block: CodeBlock) -> Change:
    """Return what the texts of two places of a block say about the change between them."""
    if newer_block.lines == older_block.lines:
        return "none"
    if strip_layout(newer_block.lines) == strip_layout(older_block.lines):
        return "format"
    if newer_block.simple != older_block.simple:
        return "renamed"
    return "body"


def make_match(block: CodeBlock, older_block: CodeBlock, confidence: float) -> BlockMatch:
    """Return the match of a block with its place in another version."""
    return BlockMatch(older_block, round(confidence, 3), classify_change(block, older_block))


def make_definition_block(
    version: FileVersion, definition: Definition, *, docs: bool = False, bare: bool = False
) -> CodeBlock:
    """Return the block of a definition, with the comment above (``docs``) or without its decorators
    (``bare``).
    """
    if docs:
        start = definition.lead
    elif bare:
        start = definition.header
    else:
        start = definition.start
    lines = version.lines[start : definition.stop]
    head = definition.header - start
    return CodeBlock("definition", start, definition.stop, lines, definition.name, docs, bare, head)


def make_range_block(version: FileVersion, start: int, stop: int) -> CodeBlock:
    """Return the block of a range: a definition or a cell where it is one, else the file, or lines.

    A range that is nearly a definition counts as that definition: its header is in the range, all
    else there is blank, and of a long definition no more than the last line is missing.
    """
    inside = [
        definition
        for definition in version.definitions
        if start <= definition.header and definition.stop <= stop + 1
    ]
    exact = [
        definition
        for definition in inside
        if stop == definition.stop
        and start in (definition.lead, definition.start, definition.header)
    ]
    if exact:
        return _make_fitting_block(version, exact, start, stop)
    for cell in version.source.cells:
        if cell.code and cell.start < cell.stop and (cell.start, cell.stop) == (start, stop):
            return CodeBlock("cell", start, stop, version.lines[start:stop], cell.id)
    nearly = [definition for definition in inside if _is_nearly(version, definition, start, stop)]
    if nearly:
        return _make_fitting_block(version, nearly, start, stop)
    is_file = start == 0 and stop >= len(version.lines)
    form: Form = "file" if is_file else "range"
    return CodeBlock(form, start, stop, version.lines[start:stop])


def _is_nearly(version: FileVersion, definition: Definition, start: int, stop: int) -> bool:
    """Return True if a range holds a definition, at most without its last line, and otherwise blank
    lines.
    """
    length = definition.stop - definition.start
    if definition.stop > stop and length < thresholds.NEARLY_DEFINITION:
        return False
    above = version.lines[start : definition.lead]
    below = version.lines[definition.stop : stop]
    return not any(line.strip() for line in (*above, *below))


def _make_fitting_block(
    version: FileVersion, definitions: Sequence[Definition], start: int, stop: int
) -> CodeBlock:
    """Return the block of the definition that fits a range best; of a class and its only method the
    method.
    """

    def measure_misfit(definition: Definition) -> tuple[int, int, bool]:
        is_class = definition.kind == "class"
        return abs(definition.stop - stop), abs(definition.start - start), is_class

    best = min(definitions, key=measure_misfit)
    has_docs = best.lead < best.start and start <= best.lead
    return make_definition_block(version, best, docs=has_docs)
