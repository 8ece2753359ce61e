"""The reading delta for the terminal: readable with colours and without, cut to the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitexp.excerpt.delta.reading_delta import Context, Edit, Fold, Segment, Setting
from gitexp.render.terminal import cut_to_width, fit_end, make_safe, measure_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.reading_delta import (
        DefinitionChange,
        Entry,
        FoldKind,
        Mark,
        PlainLine,
        ReadingDelta,
        Row,
    )

# Colours that differ in brightness too, with a line through what is gone.
_CUT = "\x1b[31;9m"
_ADDED = "\x1b[32;1m"
_REMOVED_LINE = "\x1b[31m"
_ADDED_LINE = "\x1b[32m"
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_END = "\x1b[0m"

_SIGNS: dict[Mark, tuple[str, str]] = {"same": ("", ""), "cut": ("[-", "-]"), "add": ("{+", "+}")}
_BESIDE_CHANGE = 16
"""Columns of an unchanged text that stay beside a change where a line is too long."""

_WIDE_ENOUGH_FOR_MARKS = 40
"""Columns from which on marks inside of removed and added rows help more than they cost."""

_LEAST_SHARE = 0.7
"""A long line is broken at a space in its last third, else anywhere."""

FOLD_LABELS: dict[FoldKind, str] = {
    "unused": "no longer used",
    "used": "now used",
    "moved": "moved",
    "indented": "in another block",
    "literals": "numbers",
}
_CELL_NAMES = ("cell ", "old cell ")
"""How the names of code cells begin; a definition has no space in its name."""

_QUIET_LABELS: dict[FoldKind, tuple[str, str]] = {
    "comment": ("comment line", "comment lines"),
    "docstring": ("docstring line", "docstring lines"),
    "blank": ("blank line", "blank lines"),
    "layout": ("line laid out anew", "lines laid out anew"),
    "imports": ("import in another order", "imports in another order"),
}


def format_reading(
    reading: ReadingDelta, columns: int, *, colour: bool = False, everything: bool = False
) -> list[str]:
    """Return a reading delta as lines of at most ``columns``; with ``everything`` folds are open."""
    writer = _Writer(columns, colour=colour, everything=everything)
    with_paths = len(reading.plain.files) > 1
    for change in reading.changes:
        writer.write_change(change, with_path=with_paths)
    for fold in reading.loud_folds:
        writer.write_fold(fold, format_fold(fold))
    quiet = reading.quiet_folds
    if quiet:
        lines: list[PlainLine] = []
        for fold in quiet:
            lines += fold.lines
        writer.write_folded(f"not shown: {format_quiet(quiet)}", lines)
    return writer.lines


def format_entries(
    change: DefinitionChange, columns: int, *, everything: bool = False
) -> list[str]:
    """Return what changed in a definition, without its head, as lines of at most ``columns``.

    In a narrow column the signs of removed and added rows are all their marks.
    """
    if columns < _WIDE_ENOUGH_FOR_MARKS:
        change = change._replace(entries=tuple(map(_drop_needless_marks, change.entries)))
    writer = _Writer(columns, colour=False, everything=everything)
    writer.write_entries(change)
    lines: list[str] = []
    for line in writer.lines:
        first, *more = _break(line, columns) or [""]
        lines += [first, *(f"  {piece}" for text in more for piece in _break(text, columns - 2))]
    return lines


def _drop_needless_marks(entry: Entry) -> Entry:
    """Return an entry without the marks of rows that are of one version alone."""
    if not isinstance(entry, Edit):
        return entry
    rows = []
    for row in entry.rows:
        is_of_one = row.tag in ("-", "+")
        segments = (Segment("same", row.text),) if is_of_one else row.segments
        rows.append(row._replace(segments=segments))
    return entry._replace(rows=tuple(rows))


def format_head(change: DefinitionChange, *, with_path: bool) -> tuple[str, str]:
    """Return the name of a changed definition, and what became of it."""
    words = []
    if change.kind == "gone":
        words.append(f"gone, {_count_lines(change.size)}")
    elif change.kind == "new":
        words.append("new")
    elif change.kind == "renamed":
        words.append(f"renamed from {change.old_name}")
    elif change.kind == "moved" and change.path == change.old_path:
        words.append(f"moved from {change.old_name}")
    if change.path != change.old_path:
        words.append(f"moved from {change.old_path}")
    if with_path:
        words.append(change.path)
    return change.signature, "  ".join(words)


def format_setting(setting: Setting) -> str:
    """Return ``FILTERS 50 → 10``."""
    times = f"  x {setting.times}" if setting.times > 1 else ""
    return f"{setting.name} {setting.old} → {setting.new}{times}"


def format_fold(fold: Fold) -> str:
    """Return what a fold hides: ``no longer used: encoder_CNN, 23 lines``."""
    if fold.kind == "replaced":
        times = f" x {fold.size}" if fold.size > 1 else ""
        return f"{fold.text} → {fold.new_text}{times}"
    label = FOLD_LABELS[fold.kind]
    if len(fold.names) > 1:
        names = ", ".join(list_sizes(fold.names))
        return f"{label}, {_count_lines(fold.size)}: {names}"
    if fold.text and fold.size == 1:
        return f"{label}: {fold.text}"
    name = f"{fold.names[0][0]}, " if fold.names else ""
    return f"{label}: {name}{_count_lines(fold.size)}"


def list_sizes(names: Sequence[tuple[str, int]]) -> list[str]:
    """Return ``encoder_CNN 23`` for each definition, and one ``4 cells 12`` for several cells."""
    cell_sizes = [size for name, size in names if name.startswith(_CELL_NAMES)]
    if len(cell_sizes) < 2:
        return [f"{name} {size}" for name, size in names]
    sizes = [f"{name} {size}" for name, size in names if not name.startswith(_CELL_NAMES)]
    return [*sizes, f"{len(cell_sizes)} cells {sum(cell_sizes)}"]


def format_quiet(folds: Iterable[Fold]) -> str:
    """Return ``12 comment lines, 3 blank lines``."""
    parts = []
    for fold in folds:
        single, several = _QUIET_LABELS[fold.kind]
        parts.append(f"{fold.size} {single if fold.size == 1 else several}")
    return ", ".join(parts)


def sort_lines(lines: Iterable[PlainLine]) -> list[PlainLine]:
    """Return the lines of a fold in the order of the code, removed before added."""
    return sorted(
        lines,
        key=lambda plain: (
            plain.file,
            plain.line.tag == "+",
            plain.line.old_number,
            plain.line.new_number,
        ),
    )


def _count_lines(count: int) -> str:
    return f"{count} line" if count == 1 else f"{count} lines"


class _Writer:
    """Writes the lines of a reading delta."""

    def __init__(self, columns: int, *, colour: bool, everything: bool) -> None:
        self.lines: list[str] = []
        self._columns = max(20, columns)
        self._colour = colour
        self._everything = everything

    def write_change(self, change: DefinitionChange, *, with_path: bool) -> None:
        """Write the head of a definition and its entries."""
        if change.has_head:
            name, words = format_head(change, with_path=with_path)
            room = self._columns - (measure_width(words) + 2 if words else 0)
            name = cut_to_width(make_safe(name), max(10, room))
            tail = f"  {self._paint(_DIM, make_safe(words))}" if words else ""
            self.lines.append(self._paint(_BOLD, name) + tail)
        self.write_entries(change)

    def write_entries(self, change: DefinitionChange) -> None:
        """Write the entries of a definition; where all is asked for, the lines of its head too."""
        if self._everything:
            self._write_opened(change.head_lines)
        indent = measure_indent(change.entries)
        for entry in change.entries:
            if isinstance(entry, Setting):
                self._write_setting(entry)
            elif isinstance(entry, Fold):
                self.write_fold(entry, format_fold(entry))
            else:
                times = entry.times if isinstance(entry, Edit) else 1
                for row in entry.rows:
                    self._write_row(row, indent, times)

    def write_fold(self, fold: Fold, text: str) -> None:
        """Write a fold as one line, or with all its lines below it."""
        self.write_folded(text, fold.lines)

    def write_folded(self, text: str, lines: Sequence[PlainLine]) -> None:
        """Write what a fold says, and its lines where all is asked for."""
        self.lines.append(self._paint(_DIM, cut_to_width(f"… {make_safe(text)}", self._columns)))
        if self._everything:
            self._write_opened(lines)

    def _write_opened(self, lines: Iterable[PlainLine]) -> None:
        for plain in sort_lines(lines):
            self.lines.append(self._paint_line(plain.line.tag, make_safe(plain.line.text)))

    def _write_setting(self, setting: Setting) -> None:
        text = make_safe(format_setting(setting))
        if not self._colour or measure_width(text) > self._columns - 2:
            first, *more = _break(text, self._columns - 4)
            self.lines += [f"~ {first}", *(f"    {line}" for line in more)]
            return
        times = f"  x {setting.times}" if setting.times > 1 else ""
        old = self._paint(_CUT, make_safe(setting.old))
        new = self._paint(_ADDED, make_safe(setting.new))
        self.lines.append(f"~ {make_safe(setting.name)} {old} → {new}{times}")

    def _write_row(self, row: Row, indent: int, times: int) -> None:
        segments = [
            part._replace(text=make_safe(part.text)) for part in dedent(row.segments, indent)
        ]
        tail = f"  x {times}" if times > 1 else ""
        room = self._columns - 2 - len(tail)
        marks = {segment.mark for segment in segments}
        if len(marks) == 1:
            text = "".join(segment.text for segment in segments) + tail
            if row.tag == " ":
                self.lines.append(f"  {cut_to_width(text, room)}".rstrip())
                return
            first, *more = _break(text, self._columns - 4)
            self.lines.append(self._paint_line(row.tag, f" {first}"))
            self.lines += [self._paint_line(" ", f"   {line}") for line in more]
            return
        segments = _cut_same(segments, room, signs=0 if self._colour else 4)
        opening, *later = _break_segments(segments, room, signs=0 if self._colour else 4)
        text = "".join(self._mark(segment) for segment in opening)
        self.lines.append(f"{row.tag} {text}{'' if later else tail}")
        for number, pieces in enumerate(later, 1):
            text = "".join(self._mark(segment) for segment in pieces)
            self.lines.append(f"    {text}{tail if number == len(later) else ''}")

    def _mark(self, segment: Segment) -> str:
        if not self._colour:
            before, after = _SIGNS[segment.mark]
            return f"{before}{segment.text}{after}"
        if segment.mark == "same":
            return segment.text
        return self._paint(_CUT if segment.mark == "cut" else _ADDED, segment.text)

    def _paint_line(self, tag: str, text: str) -> str:
        code = {"-": _REMOVED_LINE, "+": _ADDED_LINE}.get(tag, "")
        return self._paint(code, f"{tag}{text}") if code else f"{tag}{text}"

    def _paint(self, code: str, text: str) -> str:
        return f"{code}{text}{_END}" if self._colour and text else text


def measure_indent(entries: Iterable[Entry]) -> int:
    """Return the indentation that all rows of a definition have."""
    indents = []
    for entry in entries:
        for row in entry.rows if isinstance(entry, (Edit, Context)) else ():
            text = row.text
            if text.strip():
                indents.append(len(text) - len(text.lstrip()))
    return min(indents, default=0)


def dedent(segments: Sequence[Segment], indent: int) -> list[Segment]:
    """Return the segments without white space that all rows begin with."""
    result = []
    for segment in segments:
        text = segment.text
        blanks = min(indent, len(text) - len(text.lstrip()))
        indent -= blanks
        if blanks < len(segment.text):
            indent = 0
        if text[blanks:]:
            result.append(segment._replace(text=text[blanks:]))
    return result


def _cut_same(segments: Sequence[Segment], room: int, *, signs: int) -> list[Segment]:
    """Return the segments of a row, unchanged ones cut where the row is wider than ``room``.

    What changed is never cut. ``signs``: columns that the marks of a change take.
    """
    changed = sum(segment.mark != "same" for segment in segments)
    total = sum(measure_width(segment.text) for segment in segments) + changed * signs
    if total <= room:
        return list(segments)
    result = []
    last = len(segments) - 1
    for number, segment in enumerate(segments):
        text = segment.text
        if segment.mark == "same":
            head = cut_to_width(text, _BESIDE_CHANGE) if number else ""
            tail = fit_end(text, _BESIDE_CHANGE) if number < last else ""
            if measure_width(text) > measure_width(head) + measure_width(tail):
                text = f"{head.removesuffix('…')}…{tail.removeprefix('…')}"
        result.append(segment._replace(text=text))
    return result


def _break_segments(segments: Sequence[Segment], room: int, *, signs: int) -> list[list[Segment]]:
    """Return the segments of a row as lines of at most ``room``, but two columns for an indent."""
    lines: list[list[Segment]] = [[]]
    used = 0
    for segment in segments:
        extra = 0 if segment.mark == "same" else signs
        text = segment.text
        while used + extra + measure_width(text) > room:
            left = room - used - extra
            head = cut_to_width(text, left).removesuffix("…") if left > 1 else ""
            if head:
                lines[-1].append(segment._replace(text=head))
            elif not lines[-1]:
                break
            text = text[len(head) :]
            lines.append([])
            used = 2
        if text:
            lines[-1].append(segment._replace(text=text))
            used += extra + measure_width(text)
    return lines


def _break(text: str, columns: int) -> list[str]:
    """Return a text in lines of at most ``columns``, broken at a space where one is near the end.

    Nothing of it is cut.
    """
    lines = []
    while measure_width(text) > columns:
        head = cut_to_width(text, columns).removesuffix("…")
        if not head.strip():
            break
        space = head.rstrip().rfind(" ")
        if space > len(head) * _LEAST_SHARE:
            head = head[:space]
        lines.append(head)
        text = text[len(head) :].lstrip()
    return [*lines, text] if text or not lines else lines
