"""Experiments as columns in the terminal; below each other where it is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from gitexp.model.telling import strip_head
from gitexp.render.code import format_diff
from gitexp.render.lineup_counts import (
    ABSENT,
    MOST_SETTINGS,
    SAME,
    describe_size,
    format_cell,
    format_counts,
    is_open,
    list_titles,
)
from gitexp.render.reading_delta import format_entries
from gitexp.render.terminal import (
    cut_middle,
    cut_to_width,
    make_safe,
    measure_width,
    pad_to_width,
    wrap_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitexp.excerpt.delta.line_up_rows import DefinitionCell, DefinitionRow
    from gitexp.history.lineup import Lineup, MetricRow, SettingRow
    from gitexp.model.experiment import Experiment

    Block = list[str]
    """The lines of one cell."""

# Narrower than this a column of code cannot be read.
_NARROWEST = 20
_GAP = " │ "
_CROSSING = "─┼─"
_LABEL_GAP = "  "
_LEAST_LABEL, _MOST_LABEL = 12, 24
# The labels take what columns of this width leave.
_WIDE_ENOUGH = 30
_MOST_WORD_LINES = 3


class _Row(NamedTuple):
    """A label and a cell for each column. ``opens_group``: a rule stands above it."""

    label: str
    cells: list[Block]
    opens_group: bool = False


def format_lineup(
    lineup: Lineup, columns: int, *, everything: bool = False, colour: bool = False
) -> list[str]:
    """Return rows: id, parent, metrics, words, pictures, settings that differ, code by definition.

    What is the same in all is stated once above, or with ``everything`` in each column. So are all
    settings that differ, and the lines of all definitions: else counts stand for them.
    """
    writer = _LineupWriter(lineup, columns, everything=everything)
    lines = writer.list_opening()
    if writer.is_narrow:
        lines += writer.put_below(colour=colour)
    else:
        lines += writer.put_beside(colour=colour)
    return lines + writer.list_closing()


class _LineupWriter:
    """Writes a line-up at one width."""

    def __init__(self, lineup: Lineup, columns: int, *, everything: bool) -> None:
        self._lineup = lineup
        self._columns = columns
        self._everything = everything
        self._count = len(lineup.columns)
        labels = [row.title for row in self._settings]
        self._titles = list_titles(lineup.code)
        labels += self._titles
        longest = max((measure_width(make_safe(label)) for label in labels), default=0)
        gaps = len(_LABEL_GAP) + len(_GAP) * (self._count - 1)
        spare = columns - gaps - _WIDE_ENOUGH * self._count
        most = min(max(spare, _LEAST_LABEL), _MOST_LABEL)
        self._label_room = min(max(longest, len("changed")), most)
        room = (columns - self._label_room - gaps) // self._count
        self.is_narrow = room < _NARROWEST
        self._room = columns - 2 if self.is_narrow else room

    @property
    def _metrics(self) -> list[MetricRow]:
        """The metrics that differ."""
        return [row for row in self._lineup.metrics if self._everything or not row.is_alike]

    @property
    def _settings(self) -> Sequence[SettingRow]:
        """The settings that are shown."""
        rows = self._lineup.settings
        return rows if self._everything else rows[:MOST_SETTINGS]

    def list_opening(self) -> list[str]:
        """Return what is compared with what, and what is the same in all."""
        lineup = self._lineup
        names = [view.change.filter for view in lineup.columns if view.change.filter]
        base = f"{lineup.base}, filter {names[0]}" if names else lineup.base
        lines = wrap_text(make_safe(base), self._columns)
        alike = [] if self._everything else [row for row in lineup.metrics if row.is_alike]
        if alike:
            values = "  ".join(f"{row.name}={row.cells[0]}" for row in alike)
            lines += wrap_text(make_safe(f"the same in all: {values}"), self._columns)
        return lines

    def list_closing(self) -> list[str]:
        """Return what is not shown, and how to see it."""
        lineup = self._lineup
        parts = []
        hidden_settings = len(lineup.settings) - len(self._settings)
        if hidden_settings:
            parts.append(_count(hidden_settings, "more setting"))
        folded = sum(not self._is_open(row) for row in lineup.code if row.path)
        if folded:
            parts.append(_count(folded, "folded definition"))
        lines = []
        if parts:
            text = f"{' and '.join(parts)}: git exp compare --all"
            lines += wrap_text(text, self._columns)
        if lineup.absence:
            lines += wrap_text(make_safe(lineup.absence), self._columns)
        return lines

    def _is_open(self, row: DefinitionRow) -> bool:
        return self._everything or is_open(row, len(self._lineup.code))

    def put_beside(self, *, colour: bool) -> list[str]:
        """Return the columns beside each other, with a rule between groups of rows."""
        lines: list[str] = []
        dashes = _CROSSING.join("─" * self._room for _ in range(self._count))
        rule = "─" * (self._label_room + len(_LABEL_GAP)) + dashes
        for row in self._list_rows():
            if lines and row.opens_group:
                lines.append(rule)
            label = wrap_text(make_safe(row.label), self._label_room) if row.label else []
            for label_line, *parts in zip_longest(label, *row.cells, fillvalue=""):
                padded = [
                    _paint_change(pad_to_width(part, self._room), colour=colour) for part in parts
                ]
                start = pad_to_width(label_line, self._label_room) + _LABEL_GAP
                lines.append((start + _GAP.join(padded)).rstrip())
        return lines

    def _list_rows(self) -> list[_Row]:
        lineup = self._lineup
        experiments = [view.experiment for view in lineup.columns]
        rows = [_Row("", [self._wrap("\n".join(_list_head(each))) for each in experiments])]
        for number, metric in enumerate(self._metrics):
            values = [[cell.short if cell else ABSENT] for cell in metric.cells]
            rows.append(_Row(metric.name, [self._fit(value) for value in values], number == 0))
        rows += self._list_word_rows(experiments)
        for number, setting in enumerate(self._settings):
            cells = [self._wrap(_read_setting(setting, index)) for index in range(self._count)]
            rows.append(_Row(setting.title, cells, number == 0))
        sizes = [self._wrap(describe_size(view.change)) for view in lineup.columns]
        if any(sizes):
            rows.append(_Row("changed", sizes, True))
        for title, code_row in zip(self._titles, lineup.code, strict=True):
            label = cut_middle(make_safe(title), self._label_room)
            rows.append(_Row(label, self._list_code(code_row), self._everything))
        return rows

    def _list_word_rows(self, experiments: Sequence[Experiment]) -> list[_Row]:
        words = [self._list_words(index) for index in range(self._count)]
        pictures = [self._fit(self._name_picture(index)) for index in range(self._count)]
        curves = [self._fit(_name_curves(experiment)) for experiment in experiments]
        rows = []
        if any(words):
            rows.append(_Row("words", words, True))
        if self._lineup.pictures:
            rows.append(_Row("picture", pictures, True))
        if any(experiment.curves for experiment in experiments):
            rows.append(_Row("curves", curves, not self._lineup.pictures))
        return rows

    def _list_words(self, index: int) -> Block:
        """Return the words of a column without id and metrics: a few lines unless all is asked for."""
        entry = self._lineup.words[index]
        experiment = self._lineup.columns[index].experiment
        if entry is None:
            return []
        text = strip_head(entry.text, experiment.names, experiment.metrics).strip()
        lines = self._wrap(text)
        if self._everything or len(lines) <= _MOST_WORD_LINES:
            return lines
        last = cut_to_width(lines[_MOST_WORD_LINES - 1], self._room - 2)
        return [*lines[: _MOST_WORD_LINES - 1], f"{last.removesuffix('…')} …"]

    def _name_picture(self, index: int) -> Block:
        """Return the name of the picture of a column, and how many more it has."""
        image = self._lineup.pictures[0].cells[index] if self._lineup.pictures else None
        if image is None:
            return [ABSENT]
        others = len(self._lineup.columns[index].experiment.images) - 1
        return [f"{image.name} +{others}" if others else image.name]

    def _list_code(self, row: DefinitionRow) -> list[Block]:
        """Return what each column changed in a definition; nothing where there is no change to see."""
        blocks: list[Block] = []
        for view, cell in zip(self._lineup.columns, row.cells, strict=True):
            if view.change.delta is None:
                blocks.append([])
            elif self._is_open(row):
                blocks.append(self._list_opened(row, cell))
            else:
                blocks.append(self._wrap(format_cell(row, cell)))
        return blocks

    def _list_opened(self, row: DefinitionRow, cell: DefinitionCell) -> Block:
        """Return the changed lines of a cell; what the left says too only where all is asked for."""
        changes = cell.all_changes if self._everything else cell.changes
        if not changes:
            return self._wrap(format_cell(row, cell))
        lines: Block = []
        for change in changes:
            if change.cell_title and not row.cell_title:
                lines += self._wrap(f"{change.cell_title}:")
            if change.kind != "changed":
                lines += self._wrap(", ".join(format_counts([change])))
            lines += format_entries(change, self._room, everything=self._everything)
        if cell.repeated and not self._everything:
            lines.append(SAME)
        return lines

    def put_below(self, *, colour: bool) -> list[str]:
        """Return the columns below each other."""
        lines: list[str] = []
        for index in range(self._count):
            if index:
                lines.append("")
            head, *body = self._list_column(index)
            lines.append(head)
            lines += [f"  {_paint_change(line, colour=colour)}".rstrip() for line in body]
        return lines

    def _list_column(self, index: int) -> Block:
        """Return the lines of one column, from its head on."""
        lineup = self._lineup
        view = lineup.columns[index]
        name, *below = _list_head(view.experiment)
        values = [f"{row.name} {row.cells[index] or ABSENT}" for row in self._metrics]
        head, *more = wrap_text(make_safe("  ".join([name, *values])), self._room)
        lines = [head, *more, *self._fit(below), *self._list_words(index)]
        if lineup.pictures:
            lines += self._fit(self._name_picture(index))
        settings = [f"{row.title} {row.cells[index] or ABSENT}" for row in self._settings]
        if settings:
            lines += self._wrap("  ".join(settings))
        lines += self._wrap(describe_size(view.change))
        for title, row in zip(self._titles, lineup.code, strict=True):
            cell = row.cells[index]
            if not cell.all_changes:
                continue
            if self._is_open(row) and not (cell.is_repeated and not self._everything):
                lines += [*self._wrap(title), *self._list_opened(row, cell)]
            else:
                lines += self._wrap(f"{title}: {format_cell(row, cell)}")
        return lines

    def _fit(self, lines: Iterable[str]) -> Block:
        return [cut_to_width(make_safe(line), self._room) for line in lines]

    def _wrap(self, text: str) -> Block:
        return wrap_text(make_safe(text), self._room) if text else []


def _count(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _list_head(experiment: Experiment) -> Block:
    """Return the id, its parent and whether it was corrected."""
    head = [experiment.id]
    if experiment.summary.corrected:
        head.append("✗ corrected")
    if experiment.parent:
        head.append(f"← {experiment.parent_label}")
    return head


def _name_curves(experiment: Experiment) -> Block:
    tags: dict[str, None] = {}
    for curves in experiment.curves:
        tags.update(dict.fromkeys(curves.tags))
    return [", ".join(tags) if tags else ABSENT]


def _read_setting(row: SettingRow, index: int) -> str:
    """Return the values of a setting in a column; the sign SAME where the left has the same."""
    if row.is_repeated(index):
        return SAME
    values = row.cells[index]
    return "" if values is None else values or ABSENT


def _paint_change(line: str, *, colour: bool) -> str:
    """Return a line of a column, green or red where it is a changed line of code."""
    if line[:1] not in ("+", "-") or measure_width(line) < 2:
        return line
    return format_diff([line], colour=colour)[0]
