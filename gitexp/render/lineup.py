"""Experiments as columns in the terminal; as rows where it is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from gitexp.excerpt.delta.rows import line_up_deltas
from gitexp.render.code import diff_lines
from gitexp.render.terminal import fit, pad, safe, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.delta.delta import Delta
    from gitexp.excerpt.delta.rows import DefinitionRow
    from gitexp.model.experiment import Experiment

    LineupStep = tuple[Experiment, Delta | None, str]

# Narrower than this a column of code cannot be read: the experiments are put below each other.
NARROWEST = 30
_GAP = " │ "


def lineup(
    steps: Sequence[LineupStep], columns: int, *, everything: bool = False, colour: bool = False
) -> list[str]:
    """Rows id, metrics, changed code by definition, last entry. What is the same in all is stated once above: metrics, and changes
    that every column with a delta makes alike.
    """
    names = dict.fromkeys(
        metric.name for experiment, _, _ in steps for metric in experiment.metrics
    )
    values = [
        {metric.name: str(metric) for metric in experiment.metrics} for experiment, _, _ in steps
    ]
    same = [name for name in names if len({each.get(name) for each in values}) == 1]
    rows = line_up_deltas([delta for _, delta, _ in steps])
    alike = [row for row in rows if _alike(row, steps)]
    above = (
        [safe("the same in all: " + "  ".join(f"{name}={values[0][name]}" for name in same))]
        if same
        else []
    )
    above += (
        [safe(f"the same change in all: {', '.join(row.name or row.path for row in alike)}")]
        if alike
        else []
    )
    differing = [name for name in names if everything or name not in same]
    shown = [row for row in rows if everything or row not in alike]
    room = (columns - len(_GAP) * (len(steps) - 1)) // len(steps)
    narrow = room < NARROWEST
    cells = [
        _column(step, number, own, differing, shown, columns - 2 if narrow else room)
        for number, (step, own) in enumerate(zip(steps, values, strict=True))
    ]
    body = (
        _rows(cells, columns, colour=colour)
        if narrow
        else _side_by_side(cells, room, colour=colour)
    )
    return body if everything else above + body


def _alike(row: DefinitionRow, steps: Sequence[LineupStep]) -> bool:
    """Whether all columns that have a delta, two at least, make the same change here."""
    changes = [
        change
        for change, (_, delta, _) in zip(row.changes, steps, strict=True)
        if delta is not None
    ]
    return len(changes) > 1 and len(set(changes)) == 1


def _column(
    step: LineupStep,
    number: int,
    values: dict[str, str],
    names: Sequence[str],
    rows: Sequence[DefinitionRow],
    room: int,
) -> list[list[str]]:
    """The cells of one experiment, top to bottom, each a list of lines no wider than ``room``."""
    experiment, delta, reason = step
    origin = [fit(safe(f"← {experiment.parent}"), room)] if experiment.parent else []
    metrics = [fit(safe(f"{name} {values.get(name, '–')}"), room) for name in names]
    remark = reason or ("the same code" if delta is not None and not delta.files else "")
    code = [[fit(line, room) for line in _changes(row, number)] for row in rows]
    words = wrap(safe(experiment.entries[-1].text), room) if experiment.entries else []
    return [
        [fit(safe(experiment.id), room), *origin],
        metrics,
        [fit(safe(remark), room)] if remark else [],
        *code,
        words,
    ]


def _changes(row: DefinitionRow, number: int) -> list[str]:
    """The name of a definition and the lines that one column changed in it; context is left out, columns are narrow."""
    cell = row.cells[number]
    return (
        [
            safe(row.name or row.path),
            *(safe(line.tag + line.text) for line in cell if line.tag != " "),
        ]
        if cell
        else []
    )


def _side_by_side(cells: Sequence[list[list[str]]], room: int, *, colour: bool) -> list[str]:
    lines: list[str] = []
    for row in zip(*cells, strict=True):
        if not any(row):
            continue
        if lines:
            lines.append("─┼─".join("─" * room for _ in row))
        joined = (
            _GAP.join(_painted(pad(part, room), colour=colour) for part in parts)
            for parts in zip_longest(*row, fillvalue="")
        )
        lines.extend(line.rstrip() for line in joined)
    return lines


def _rows(cells: Sequence[list[list[str]]], columns: int, *, colour: bool) -> list[str]:
    """The experiments below each other."""
    lines: list[str] = []
    for head, metrics, *rest in cells:
        first, *more = wrap("  ".join([*head, *metrics]), columns - 2)
        body = [*(line.lstrip() for line in more), *(line for part in rest for line in part)]
        lines += [first, *(f"  {_painted(line, colour=colour)}" for line in body), ""]
    return lines[:-1]


def _painted(line: str, *, colour: bool) -> str:
    """A line of a column, green or red where it is a changed line of code."""
    if not colour or line[:1] not in ("+", "-") or width(line) < 2:
        return line
    return diff_lines([line], colour=True)[0]
