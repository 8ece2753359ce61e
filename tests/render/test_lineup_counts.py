"""What a line-up says of many code cells in few words."""

from __future__ import annotations

import json

from gitexp.excerpt.cut import Excerpt, FileExcerpt, Span
from gitexp.excerpt.delta.line_up_rows import line_up_deltas
from gitexp.excerpt.delta.read import read_delta
from gitexp.excerpt.source import read_source
from gitexp.render.lineup_counts import format_cell, format_row_title


def cut_notebook(cells: list[str]) -> Excerpt:
    """Return a notebook of some code cells without ids, kept as a whole."""
    sources = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": sources}
    source = read_source("train.ipynb", json.dumps(notebook).encode())
    spans = (Span(0, len(source.lines)),)
    file = FileExcerpt("train.ipynb", source.lines, spans, source.cells)
    return Excerpt((file,))


def write_cell(number: int, width: int = 5) -> str:
    lines = [f"step_{number}_{line}(data, first, second, third)" for line in range(3)]
    return "\n".join([*lines, f"train_{number}(data, width={width})"])


def test_many_cells_are_summed_up() -> None:
    old = [*(write_cell(number) for number in range(9)), "plot(axis)\nlegend()\nshow()"]
    changed = [write_cell(number, width=7) for number in range(9)]
    new = ["save(model, path)", "load()", *changed]
    rows = line_up_deltas([read_delta(cut_notebook(old), cut_notebook(new))])
    top_level = next(row for row in rows if format_row_title(row) == "top level")
    assert format_cell(top_level, top_level.cells[0]) == "12 cells: 9 changed, 2 new, 3 gone"


def test_moved_cells_are_counted() -> None:
    cells = [write_cell(number) for number in range(6)]
    moved = [*cells[3:], *cells[:3]]
    rows = line_up_deltas([read_delta(cut_notebook(cells), cut_notebook(moved))])
    words = [format_cell(row, row.cells[0]) for row in rows if row.fold == "moved"]
    assert words == ["3 cells 12"]
