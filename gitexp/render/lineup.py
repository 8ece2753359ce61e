"""Experiments as columns in the terminal; as rows where it is too narrow."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from gitexp.render.code import diff_lines
from gitexp.render.terminal import fit, pad, safe, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitexp.excerpt.unidiff import Delta
    from gitexp.model.experiment import Experiment

    LineupStep = tuple[Experiment, Delta | None, str]

# Narrower than this a column of code cannot be read: the experiments are put below each other.
NARROWEST = 30
_GAP = " │ "


def lineup(steps: Sequence[LineupStep], columns: int, *, everything: bool = False, colour: bool = False) -> list[str]:
    """Rows id, metrics, delta, last entry; metrics that are the same in all are stated once above."""
    names = dict.fromkeys(metric.name for experiment, _, _ in steps for metric in experiment.metrics)
    values = [{metric.name: str(metric) for metric in experiment.metrics} for experiment, _, _ in steps]
    same = [name for name in names if len({each.get(name) for each in values}) == 1]
    differing = [name for name in names if everything or name not in same]
    above = [safe("all: " + "  ".join(f"{name}={values[0][name]}" for name in same))] if same and not everything else []
    room = (columns - len(_GAP) * (len(steps) - 1)) // len(steps)
    if room < NARROWEST:
        return above + _rows(steps, values, differing, columns, colour=colour)
    cells = [_column(step, own, differing, room) for step, own in zip(steps, values, strict=True)]
    return above + _side_by_side(cells, room, colour=colour)


def _column(step: LineupStep, values: dict[str, str], names: Sequence[str], room: int) -> list[list[str]]:
    """The cells of one experiment, top to bottom, each a list of lines no wider than ``room``."""
    experiment, delta, reason = step
    metrics = [fit(safe(f"{name} {values.get(name, '–')}"), room) for name in names]
    code = [fit(line, room) for line in _code(delta)] or ([fit(safe(reason), room)] if reason else [])
    words = wrap(safe(experiment.entries[-1].text), room) if experiment.entries else []
    origin = [fit(safe(f"← {experiment.parent}"), room)] if experiment.parent else []
    return [[fit(safe(experiment.id), room), *origin], metrics, code, words]


def _code(delta: Delta | None) -> list[str]:
    """The changed lines of a delta with the file they are in; context is left out, columns are narrow."""
    if delta is None:
        return []
    lines = []
    for file in delta.files:
        lines.append(safe(file.new_path or file.old_path))
        lines += [safe(line.tag + line.text) for line in file.lines if line.tag != " "]
    return lines or ["the same code"]


def _side_by_side(cells: Sequence[list[list[str]]], room: int, *, colour: bool) -> list[str]:
    lines: list[str] = []
    for row in zip(*cells, strict=True):
        if not any(row):
            continue
        if lines:
            lines.append("─┼─".join("─" * room for _ in row))
        joined = (_GAP.join(_painted(pad(part, room), colour=colour) for part in parts) for parts in zip_longest(*row, fillvalue=""))
        lines.extend(line.rstrip() for line in joined)
    return lines


def _rows(steps: Sequence[LineupStep], values: Sequence[dict[str, str]], names: Sequence[str], columns: int, *, colour: bool) -> list[str]:
    lines: list[str] = []
    for step, own in zip(steps, values, strict=True):
        head, metrics, code, words = _column(step, own, names, columns - 2)
        first, *more = wrap("  ".join([*head, *metrics]), columns - 2)
        lines += [
            first,
            *(f"  {line.lstrip()}" for line in more),
            *(f"  {_painted(line, colour=colour)}" for line in code),
            *(f"  {line}" for line in words),
            "",
        ]
    return lines[:-1]


def _painted(line: str, *, colour: bool) -> str:
    """A line of a column, green or red where it is a changed line of code."""
    if not colour or line[:1] not in ("+", "-") or width(line) < 2:
        return line
    return diff_lines([line], colour=True)[0]
