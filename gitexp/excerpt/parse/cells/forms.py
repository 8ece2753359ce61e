"""The table of cell forms: one row a way in which a text file marks its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gitexp.excerpt.languages.lookup import get_extension
from gitexp.excerpt.parse.cells.chunks import read_chunks, read_sweave
from gitexp.excerpt.parse.cells.comments import compile_pattern
from gitexp.excerpt.parse.cells.hints import has_hint
from gitexp.excerpt.parse.cells.light import SIGN, read_light
from gitexp.excerpt.parse.cells.marks import (
    CODECELL,
    DATABRICKS,
    GALLERY,
    MATLAB_PERCENT,
    PERCENT,
    PROMPT,
    SPIN,
    read_codecells,
    read_databricks,
    read_gallery,
    read_percent,
    read_prompts,
    read_spin,
)
from gitexp.excerpt.parse.cells.pluto import read_pluto

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitexp.excerpt.parse.cells.cell import Cell


class CellForm(NamedTuple):
    """One way to mark cells.

    A file has this form where its extension is among ``extensions`` (any, if there are none) and
    ``sign``, a pattern, matches at the beginning of a line. The first row that fits counts. Texts
    that rule most files out stand in ``hints``, by ``name``.
    """

    name: str
    sign: str
    read: Callable[[tuple[str, ...]], list[Cell]]
    extensions: tuple[str, ...] = ()


def _read_marimo(lines: tuple[str, ...]) -> list[Cell]:
    # It parses Python, which a log without such a notebook need not load.
    from gitexp.excerpt.parse.cells.marimo import read_marimo

    return read_marimo(lines)


def _read_matlab(lines: tuple[str, ...]) -> list[Cell]:
    return read_percent(lines, MATLAB_PERCENT)


CELL_FORMS = (
    CellForm("marimo", r"@app\.cell\b", _read_marimo, ("py",)),
    CellForm("Pluto", r"# ╔═╡ ", read_pluto, ("jl",)),
    CellForm("chunks", "", read_chunks, ("qmd", "rmd", "md", "markdown")),
    CellForm("Sweave", "<<", read_sweave, ("rnw", "snw")),
    CellForm("Databricks", DATABRICKS, read_databricks),
    CellForm("percent", PERCENT, read_percent),
    CellForm("sections of MATLAB", MATLAB_PERCENT, _read_matlab, ("m",)),
    CellForm("nbconvert", PROMPT, read_prompts),
    CellForm("codecell", CODECELL, read_codecells),
    CellForm("light", SIGN, read_light, ("py", "r", "jl", "m")),
    CellForm("spin of knitr", SPIN, read_spin, ("r",)),
    CellForm("sphinx-gallery", GALLERY, read_gallery, ("py",)),
)
"""Every form, the plainest signs first."""


def read_text_cells(path: str, lines: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the cells of a text file, or none where no form fits."""
    extension = get_extension(path)
    text = "\n".join(lines)
    for form in CELL_FORMS:
        if form.extensions and extension not in form.extensions:
            continue
        if has_hint(text, form.name) and compile_pattern(f"(?m)^(?:{form.sign})").search(text):
            cells = form.read(lines)
            if cells:
                return tuple(cells)
    return ()
