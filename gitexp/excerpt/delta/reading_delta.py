"""The reading delta: what changed between two excerpts, as short as the thought.

By definition, what is not the change folded with its count, changed words marked. It is made in
one place (``read_delta``), and every verb and page shows this value. Unfolding all of it gives the
plain diff: each changed line of ``plain`` is in one entry or one fold, and only there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitexp.excerpt.delta.delta import Delta, DeltaLine

Mark = Literal["same", "cut", "add"]
"""Whether words stand in both versions, in the old one or in the new one."""

RowTag = Literal[" ", "-", "+", "~"]
"""The sign of a row: context, removed, added, or one line of which some words changed."""

ChangeKind = Literal["changed", "new", "gone", "moved", "renamed"]

FoldKind = Literal[
    "unused", "used", "moved", "indented", "replaced", "literals", "gone",
    "comment", "docstring", "blank", "layout", "imports",
]  # fmt: skip
"""Why lines are folded.

``unused`` and ``used``: both versions of the file hold the line, and the filter no longer or only
now reaches it. ``moved``: it stands elsewhere. ``indented``: it stands in another block.
``replaced``: the same words gave way to the same words, three times or more, or with a renaming.
``literals``: rows of numbers. ``gone``: the definition is not there any more. The others, the
*quiet* ones, change nothing that runs: comments, docstrings, blank lines, white space and lines
broken anew, imports in another order.
"""

QUIET_KINDS: tuple[FoldKind, ...] = ("comment", "docstring", "blank", "layout", "imports")

TOP_LEVEL = "top level"
"""Stands for the name of the code outside of any definition."""

_NAMES_IN_SUMMARY = 3


class PlainLine(NamedTuple):
    """A changed line of the plain diff, and the index of its file there."""

    file: int
    line: DeltaLine


class Segment(NamedTuple):
    """Some words of a row, and in which versions they stand."""

    mark: Mark
    text: str


class Row(NamedTuple):
    """One shown line of code. A row ``-`` or ``+`` has marks too, where it is a pair with the next."""

    tag: RowTag
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The row without its marks."""
        return "".join(segment.text for segment in self.segments)


class Setting(NamedTuple):
    """A named value that changed: ``FILTERS 50 -> 10``. ``times``: so often in the definition."""

    name: str
    old: str
    new: str
    lines: tuple[PlainLine, ...]
    times: int = 1


class Edit(NamedTuple):
    """A statement that changed, came or went. ``times``: so often in the definition."""

    rows: tuple[Row, ...]
    lines: tuple[PlainLine, ...]
    times: int = 1


class Context(NamedTuple):
    """Unchanged lines beside a change."""

    rows: tuple[Row, ...]


class Fold(NamedTuple):
    """Lines that are not shown, and why.

    ``size`` counts lines of code as a person does: a line that was replaced once. ``names``: the
    definitions it comes from, each with its size; none where it stands in its definition. ``text``:
    the only line of it, or of a replacement its old words, with the new ones in ``new_text``.
    """

    kind: FoldKind
    size: int
    lines: tuple[PlainLine, ...]
    names: tuple[tuple[str, int], ...] = ()
    text: str = ""
    new_text: str = ""


Entry = Setting | Edit | Context | Fold


class DefinitionChange(NamedTuple):
    """What changed in one definition: a function, method, head of a class or top-level assignment;
    or in the code outside of any, with the name "".

    ``signature`` is the head of the newer version in one line. ``old_name`` and ``old_path`` differ
    from ``name`` and ``path`` where it was renamed or moved. ``head_lines`` are the changed lines
    that the head itself tells.
    """

    path: str
    name: str
    kind: ChangeKind
    signature: str
    entries: tuple[Entry, ...]
    old_path: str = ""
    old_name: str = ""
    head_lines: tuple[PlainLine, ...] = ()
    size: int = 0

    @property
    def has_head(self) -> bool:
        """False for assignments and imports, whose rows say what they are about."""
        return bool(self.signature)

    @property
    def cell_title(self) -> str:
        """What the code cell is called that it stands in, outside of any definition; else ""."""
        return "" if self.name or self.signature == TOP_LEVEL else self.signature

    @property
    def short_cell_title(self) -> str:
        """The name of that cell, else its number: the same cell may have another number elsewhere."""
        _, _, name = self.cell_title.partition(", ")
        return name or self.cell_title

    @property
    def shown_count(self) -> int:
        """The number of lines that are shown of it."""
        return self.has_head + sum(count_shown(entry) for entry in self.entries)


class ReadingDelta(NamedTuple):
    """The difference between two excerpts, to be read.

    ``folds``: those of whole definitions, replacements and the quiet ones. ``plain`` is the same
    difference as a plain diff.
    """

    plain: Delta
    changes: tuple[DefinitionChange, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def lines(self) -> Iterator[PlainLine]:
        """The changed lines of all entries and folds: those of the plain diff, in another order."""
        for change in self.changes:
            yield from change.head_lines
            for entry in change.entries:
                if not isinstance(entry, Context):
                    yield from entry.lines
        for fold in self.folds:
            yield from fold.lines

    @property
    def is_same(self) -> bool:
        """True if nothing changed but white space, blank lines and where lines are broken."""
        is_layout = all(fold.kind in ("blank", "layout") for fold in self.folds)
        return not self.changes and is_layout

    @property
    def quiet_folds(self) -> tuple[Fold, ...]:
        """The folds of what changes nothing that runs, which are shown as one line."""
        return tuple(fold for fold in self.folds if fold.kind in QUIET_KINDS)

    @property
    def loud_folds(self) -> tuple[Fold, ...]:
        """The other folds of whole definitions, a line each."""
        return tuple(fold for fold in self.folds if fold.kind not in QUIET_KINDS)

    @property
    def shown_count(self) -> int:
        """The number of lines that are shown."""
        heads = sum(change.shown_count for change in self.changes)
        return heads + len(self.loud_folds) + bool(self.quiet_folds)

    @property
    def changed_count(self) -> int:
        """The number of lines that a person would call changed.

        A replaced line counts once. What only moved, came into reach or was laid out anew does not.
        """
        total = sum(change.size for change in self.changes)
        return total + sum(fold.size for fold in self.folds if fold.kind == "replaced")

    @property
    def names(self) -> tuple[str, ...]:
        """The definitions that changed, each once, in order."""
        return tuple(dict.fromkeys(change.name for change in self.changes if change.name))

    @property
    def size_in_words(self) -> str:
        """The number of changed lines in words: ``12 lines``."""
        if not self.plain.files:
            return "no change"
        count = self.changed_count
        if not count:
            return "no line changed" if self.folds or self.changes else "no change"
        return f"{count} line" if count == 1 else f"{count} lines"

    @property
    def summary(self) -> str:
        """One line: ``12 lines, encoder_TCN``. At most three names are spelled out."""
        if not self.changed_count:
            return self.size_in_words
        names = self.names
        words = [self.size_in_words, *names[:_NAMES_IN_SUMMARY]]
        if len(names) > _NAMES_IN_SUMMARY:
            words.append(f"{len(names) - _NAMES_IN_SUMMARY} more")
        return ", ".join(words)


def count_shown(entry: Entry) -> int:
    """Return the number of lines that are shown of an entry."""
    return len(entry.rows) if isinstance(entry, (Edit, Context)) else 1
