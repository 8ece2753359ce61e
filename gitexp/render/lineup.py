"""Experiments as columns in the terminal; below each other where it is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from gitexp.render.code import format_diff
from gitexp.render.terminal import cut_to_width, make_safe, measure_width, pad_to_width, wrap_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.history.lineup import CodeRow, Lineup, MetricRow

    Block = list[str]
    """The lines of one cell."""

# Narrower than this a column of code cannot be read.
_NARROWEST = 30
_GAP = " │ "
_CROSSING = "─┼─"


def format_lineup(
    lineup: Lineup, columns: int, *, everything: bool = False, colour: bool = False
) -> list[str]:
    """Return rows: id, metrics, changed code by definition, last entry.

    What is the same in all is stated once above, or with ``everything`` in each column: metrics,
    and changes that every column with a delta makes alike.
    """
    metrics = [row for row in lineup.metrics if everything or not row.is_alike]
    code = [row for row in lineup.code if everything or not row.is_alike]
    count = len(lineup.columns)
    room = (columns - len(_GAP) * (count - 1)) // count
    is_narrow = room < _NARROWEST
    cell_room = columns - 2 if is_narrow else room
    cells = [_format_column(lineup, index, (metrics, code), cell_room) for index in range(count)]
    lines = [] if everything else _format_likeness(lineup)
    if is_narrow:
        lines += _put_below(cells, columns, colour=colour)
    else:
        lines += _put_beside(cells, room, colour=colour)
    if lineup.absence:
        lines.append(lineup.absence)
    return lines


def _format_likeness(lineup: Lineup) -> list[str]:
    """Return what is the same in all columns."""
    values = [f"{row.name}={row.cells[0]}" for row in lineup.metrics if row.is_alike]
    names = [row.name or row.path for row in lineup.code if row.is_alike]
    lines = []
    if values:
        lines.append(make_safe(f"the same in all: {'  '.join(values)}"))
    if names:
        lines.append(make_safe(f"the same change in all: {', '.join(names)}"))
    return lines


def _format_column(
    lineup: Lineup, index: int, rows: tuple[list[MetricRow], list[CodeRow]], room: int
) -> list[Block]:
    """Return the cells of one experiment, top to bottom, with lines no wider than ``room``."""
    metrics, code = rows
    view = lineup.columns[index]
    experiment = view.experiment
    head = [experiment.id]
    if experiment.parent:
        head.append(f"← {experiment.parent}")
    values = [f"{row.name} {row.cells[index] or '–'}" for row in metrics]
    remark = [view.change.remark] if view.change.remark else []
    changes = [_list_changes(row, index) for row in code]
    blocks = [head, values, remark, *changes]
    cells = [[cut_to_width(make_safe(line), room) for line in block] for block in blocks]
    last_entry = experiment.entries[-1].text if experiment.entries else ""
    cells.append(wrap_text(make_safe(last_entry), room) if last_entry else [])
    return cells


def _list_changes(row: CodeRow, index: int) -> list[str]:
    """Return the name of a definition and the lines that one column changed in it.

    Unchanged lines are left out: columns are narrow.
    """
    cell = row.cells[index]
    if not cell:
        return []
    changed_lines = [line.tag + line.text for line in cell if line.is_change]
    return [row.name or row.path, *changed_lines]


def _put_beside(cells: Sequence[list[Block]], room: int, *, colour: bool) -> list[str]:
    """Return the columns beside each other, with a rule between their rows."""
    lines: list[str] = []
    rule = _CROSSING.join("─" * room for _ in cells)
    for row in zip(*cells, strict=True):
        if not any(row):
            continue
        if lines:
            lines.append(rule)
        for parts in zip_longest(*row, fillvalue=""):
            padded = [_paint_change(pad_to_width(part, room), colour=colour) for part in parts]
            lines.append(_GAP.join(padded).rstrip())
    return lines


def _put_below(cells: Sequence[list[Block]], columns: int, *, colour: bool) -> list[str]:
    """Return the columns below each other."""
    lines: list[str] = []
    for head, metrics, *blocks in cells:
        first, *others = wrap_text("  ".join([*head, *metrics]), columns - 2)
        body = [line.lstrip() for line in others]
        for block in blocks:
            body += block
        if lines:
            lines.append("")
        lines.append(first)
        lines += [f"  {_paint_change(line, colour=colour)}" for line in body]
    return lines


def _paint_change(line: str, *, colour: bool) -> str:
    """Return a line of a column, green or red where it is a changed line of code."""
    if line[:1] not in ("+", "-") or measure_width(line) < 2:
        return line
    return format_diff([line], colour=colour)[0]
