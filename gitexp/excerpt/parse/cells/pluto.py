"""Notebooks of Pluto.jl: ``# ╔═╡ <id>`` begins each cell, a list at the end gives their order."""

from __future__ import annotations

from gitexp.excerpt.parse.cells.cell import Cell, make_code_cell, make_text_cell
from gitexp.excerpt.parse.cells.comments import compile_pattern

_MARK = r"# ╔═╡ (?P<id>\S.*?)\s*$"
_ORDERED = r"# [╠╟][═─](?P<id>\S+)\s*$"
_TEXT = r"\s*(?:#=╠═╡\s*)?(?:md|html)\"(?:\"\")?"
_ORDER = "Cell order:"
_PACKAGES = "00000000-0000-0000-0000-0000000000"
"""The ids of the two cells that hold the packages begin so."""


def read_pluto(lines: tuple[str, ...]) -> list[Cell]:
    """Return the cells of a Pluto notebook in the order in which Pluto shows them."""
    marks = []
    order: dict[str, int] = {}
    for number, line in enumerate(lines):
        mark = compile_pattern(_MARK).match(line)
        if mark:
            marks.append((number, mark.group("id")))
            continue
        ordered = compile_pattern(_ORDERED).match(line)
        if ordered:
            order.setdefault(ordered.group("id"), len(order))
    stops = [number for number, _ in marks[1:]] + [len(lines)]
    cells = []
    for (number, cell_id), stop in zip(marks, stops, strict=True):
        if cell_id == _ORDER or cell_id.startswith(_PACKAGES):
            continue
        body = make_code_cell(lines, number + 1, stop, id=cell_id)
        opening = compile_pattern(_TEXT).match(lines[body.start]) if body.start < stop else None
        if opening is None:
            cells.append(body)
            continue
        text = list(lines[body.start : body.stop])
        text[0] = text[0][opening.end() :]
        text[-1] = text[-1].rstrip().removesuffix('"""')
        text_cell = make_text_cell([line.lstrip("\t") for line in text], body.start)
        cells.append(text_cell._replace(id=cell_id))
    cells.sort(key=lambda cell: order.get(cell.id, len(order)))
    return cells
