"""One history of cells, written in each form of cells, with its truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tests.gitrepo import Past

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class CodeCell(NamedTuple):
    """A cell under construction: its name, where the form has names, and its code."""

    name: str
    code: tuple[str, ...]


@dataclass(frozen=True)
class CellLanguage:
    """The same program in one language."""

    imports: CodeCell
    seed: CodeCell
    load: CodeCell
    net: CodeCell
    fit: CodeCell
    plot: CodeCell
    extra: CodeCell
    last_line: str
    """What is added to the end of ``fit``."""


PYTHON = CellLanguage(
    CodeCell("imports", ("import numpy as np",)),
    CodeCell("seed", ("np.random.seed(3)", "scale = 2.0")),
    CodeCell("load", ("rows = np.loadtxt('a.csv')", "train = rows[:80]", "print(len(train))")),
    CodeCell(
        "build",
        ("def net(x, width=10):", "    hidden = np.tanh(x * width)", "    return hidden.sum()"),
    ),
    CodeCell(
        "fit",
        ("losses = []", "for step in range(100):", "    losses.append(net(train[step]))"),
    ),
    CodeCell(
        "plot",
        ("curve = np.cumsum(losses)", "best = curve.min()", "print('best', best)", "worst = 9"),
    ),
    CodeCell("extra", ("print(scale, rows.shape)", "rows = rows[::-1]")),
    "print(np.mean(losses), scale)",
)
JULIA = CellLanguage(
    CodeCell("imports", ("using Statistics",)),
    CodeCell("seed", ("scale = 2.0",)),
    CodeCell("load", ("begin", "    rows = readlines(file)", "    train = rows[1:80]", "end")),
    CodeCell(
        "build",
        ("function net(x; width=10)", "    hidden = tanh.(x .* width)", "    sum(hidden)", "end"),
    ),
    CodeCell(
        "fit",
        ("losses = map(1:100) do step", "    net(train[step])", "end |> collect"),
    ),
    CodeCell("plot", ("begin", "    curve = cumsum(losses)", "    best = minimum(curve)", "end")),
    CodeCell("extra", ("println(scale, size(rows))",)),
    "# the mean is what counts",
)
R = CellLanguage(
    CodeCell("imports", ("library(stats)",)),
    CodeCell("seed", ("set.seed(3)", "scale <- 2.0")),
    CodeCell("load", ("rows <- read.csv('a.csv')", "train <- rows[1:80, ]", "print(nrow(train))")),
    CodeCell(
        "build",
        ("net <- function(x, width = 10) {", "  hidden <- tanh(x * width)", "  sum(hidden)", "}"),
    ),
    CodeCell(
        "fit",
        ("losses <- c()", "for (step in 1:100) {", "  losses <- c(losses, net(train[step]))", "}"),
    ),
    CodeCell(
        "plot",
        ("curve <- cumsum(losses)", "best <- min(curve)", "print(best)", "worst <- 9"),
    ),
    CodeCell("extra", ("print(scale)", "rows <- rev(rows)")),
    "print(mean(losses))",
)

NET_CHANGED = frozenset((0, 2))
LOOP_CHANGED = frozenset((0, 4))
FIT_CHANGED = frozenset((0, 4, 7))


def list_versions(language: CellLanguage) -> list[list[CodeCell]]:
    """Return the cells of nine commits.

    Commit 0 is the first. 1 puts a cell in, 2 edits ``net``, 3 moves ``fit`` above it, 4 edits
    ``fit``, 5 edits and renames ``load``, 6 splits ``plot`` and puts a cell between, 7 adds a line
    to the end of ``fit``, 8 moves cells and renames ``fit``.
    """
    first = language
    net = _edit(first.net, "10", "20")
    fit = _edit(first.fit, "100", "200")
    load = _edit(first.load, "80", "90")._replace(name="data")
    longer = fit._replace(code=(*fit.code, first.last_line))
    renamed = longer._replace(name="training")
    half = len(first.plot.code) // 2
    plots = [first.plot._replace(code=first.plot.code[:half])]
    plots += [first.extra, CodeCell("plot-2", first.plot.code[half:])]
    if first is JULIA:
        plots = [first.plot, first.extra]  # half of a block is no cell
    top = [first.imports, first.seed]
    return [
        [first.imports, first.load, first.net, first.fit, first.plot],
        [*top, first.load, first.net, first.fit, first.plot],
        [*top, first.load, net, first.fit, first.plot],
        [*top, first.load, first.fit, net, first.plot],
        [*top, first.load, fit, net, first.plot],
        [*top, load, fit, net, first.plot],
        [*top, load, fit, net, *plots],
        [*top, load, longer, net, *plots],
        [first.imports, net, first.seed, load, renamed, *plots],
    ]


def _edit(cell: CodeCell, old: str, new: str) -> CodeCell:
    return cell._replace(code=tuple(line.replace(old, new) for line in cell.code))


def _write_marks(
    mark: str, closing: str = "", head: str = ""
) -> Callable[[Sequence[CodeCell]], str]:
    """Return what writes each cell below a mark with its name and number."""

    def write(cells: Sequence[CodeCell]) -> str:
        parts = []
        for number, cell in enumerate(cells, 1):
            opening = mark.format(name=cell.name, number=number)
            parts.append("\n".join((opening, *cell.code)) + closing)
        return head + "\n\n".join(parts) + "\n"

    return write


def _write_marimo(cells: Sequence[CodeCell]) -> str:
    parts = ["import marimo\n\napp = marimo.App()\n"]
    for cell in cells:
        body = "".join(f"    {line}\n" for line in cell.code)
        parts.append(f"@app.cell\ndef {cell.name.replace('-', '_')}(np, rows):\n{body}    return\n")
    return "\n\n".join(parts)


def _write_pluto(cells: Sequence[CodeCell]) -> str:
    ids = {"training": "fit", "data": "load"}
    names = [ids.get(cell.name, cell.name) for cell in cells]
    in_order = sorted(zip(names, cells, strict=True))  # the file has the order of what needs what
    parts = ["### A Pluto.jl notebook ###"]
    parts += [f"# ╔═╡ {name}-0\n" + "\n".join(cell.code) for name, cell in in_order]
    order = "\n".join(f"# ╠═{name}-0" for name in names)
    return "\n\n".join(parts) + f"\n\n# ╔═╡ Cell order:\n{order}\n"


def _write_notebook(cells: Sequence[CodeCell]) -> str:
    raw = [
        {
            "cell_type": "code",
            "execution_count": number,
            "metadata": {"tags": [cell.name]},
            "outputs": [],
            "source": "\n".join(cell.code).splitlines(keepends=True),
        }
        for number, cell in enumerate(cells, 1)
    ]
    return json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def _write_old_notebook(cells: Sequence[CodeCell]) -> str:
    raw: list[dict[str, object]] = []
    for number, cell in enumerate(cells, 1):
        raw.append({"cell_type": "heading", "level": 2, "source": [cell.name]})
        source = "\n".join(cell.code).splitlines(keepends=True)
        raw.append({"cell_type": "code", "prompt_number": number, "input": source, "outputs": []})
    return json.dumps({"worksheets": [{"cells": raw}], "nbformat": 3}, indent=1)


class CellForm(NamedTuple):
    """A form of cells: the file, how it is written, the language, and if cells have names."""

    path: str
    write: Callable[[Sequence[CodeCell]], str]
    language: CellLanguage = PYTHON
    has_names: bool = True
    shows_names: bool = False
    """The name of a cell is a line of its code, so that renaming it is a change."""


FORMS = {
    "notebook": CellForm("t.ipynb", _write_notebook),
    "nbformat 3": CellForm("t.ipynb", _write_old_notebook),
    "percent": CellForm("t.py", _write_marks("# %% {name}"), shows_names=True),
    "percent, tags": CellForm("t.py", _write_marks('# %% tags=["{name}"]'), shows_names=True),
    "percent, no names": CellForm("t.py", _write_marks("# %%"), has_names=False),
    "Databricks": CellForm(
        "t.py",
        _write_marks("# DBTITLE 1,{name}", "\n\n# COMMAND ----------", "# Databricks notebook source\n"),
        shows_names=True,
    ),
    "nbconvert": CellForm("t.py", _write_marks("# In[{number}]:\n\n"), has_names=False),
    "light": CellForm("t.py", _write_marks('# + tags=["{name}"]', "\n# -")),
    "codecell": CellForm("t.py", _write_marks("# <codecell>\n"), has_names=False),
    "marimo": CellForm("t.py", _write_marimo, shows_names=True),
    "Quarto": CellForm(
        "t.qmd", _write_marks("## {name}\n\n```{{python}}\n#| label: {name}", "\n```"), shows_names=True
    ),
    "Markdown": CellForm("t.md", _write_marks("## {name}\n\n```python", "\n```"), has_names=False),
    "MyST": CellForm("t.md", _write_marks("```{{code-cell}} python\n:tags: [{name}]\n", "\n```"), shows_names=True),
    "R Markdown": CellForm("t.Rmd", _write_marks("```{{r {name}}}", "\n```"), R),
    "knitr script": CellForm("t.R", _write_marks("#+ {name}"), R),
    "Sweave": CellForm("t.Rnw", _write_marks("<<{name}>>=", "\n@"), R),
    "Pluto": CellForm("t.jl", _write_pluto, JULIA, has_names=False),
    "percent of Julia": CellForm("t.jl", _write_marks("# %% {name}"), JULIA, shows_names=True),
}  # fmt: skip


def write_past(form: CellForm) -> Past:
    """Return the history in a form."""
    past = Past()
    for number, cells in enumerate(list_versions(form.language)):
        parents = (number - 1,) if number else ()
        past.commit({form.path: form.write(cells)}, *parents)
    return past
