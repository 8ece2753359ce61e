"""Cells of text files, in each form in which they are written; notebooks of other kinds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gitexp.errors import AmbiguousError, NotFoundError
from gitexp.excerpt.reach.reach import reach
from gitexp.excerpt.resolve import resolve_rule
from gitexp.excerpt.sections import find_markdown_headings
from gitexp.excerpt.source import Source, read_source
from gitexp.excerpt.symbols.find import find_definitions
from gitexp.model.filter import parse_rule
from tests.excerpt.sources import script

MARIMO = script(
    '''
    import marimo

    app = marimo.App()


    @app.cell
    def _(np):
        # How fast.
        RATE = 0.1
        def train(x):
            """Train."""
            return x * RATE + np.pi
        return RATE, train


    @app.cell
    def _(mo):
        mo.md(
            r"""
            # Model
            """
        )
        return


    @app.cell(hide_code=True)
    def load():
        import numpy as np
        class Net:
            def forward(self): return 1
        return np, Net


    @app.cell
    def _(train):
        train(2)
        return


    @app.function
    def helper(x):
        return x
''',
    "m.py",
)
PLUTO = script(
    """
    ### A Pluto.jl notebook ###
    # ╔═╡ aaaa-1
    begin
        struct Net
            x
        end
        f(x) = x + 1
    end

    # ╔═╡ bbbb-2
    md\"\"\"
    # Title here
    \"\"\"

    # ╔═╡ cccc-3
    # adds
    function g(x)
        f(x)
    end

    # ╔═╡ Cell order:
    # ╟─bbbb-2
    # ╠═cccc-3
    # ╠═aaaa-1
""",
    "p.jl",
)
DATABRICKS = script(
    """
    # Databricks notebook source
    # MAGIC %md
    # MAGIC # Ingest

    # COMMAND ----------

    # DBTITLE 1,Load it
    import os
    def f(x):
        return x

    # COMMAND ----------
    %pip install x
    def g(x):
        return f(x)
""",
    "d.py",
)
PROMPTS = script(
    """
    # coding: utf-8

    # # Title

    # some text

    # In[5]:


    def f(x):
        return 1
    # a note inside


    # ## Train

    # In[ ]:


    def g(x):
        # In[3]: not a mark
        return 2
""",
    "n.py",
)
LIGHT = script(
    """
    # ---
    # jupyter:
    #   jupytext:
    #     text_representation:
    #       format_name: light
    # ---

    # # Head One

    import os

    # + tags=["parameters"]
    rate = 1

    def f(x):
        return x
    # -

    # ## Head Two

    y = 3
""",
    "l.py",
)
QUARTO = script(
    """
    ---
    title: "Trial"
    ---

    ## Model {#sec-model}

    ```{python}
    #| label: model
    def f(x):
        return x + 1
    ```

    Training
    ========

    Words. See `f`.

    ```python
    shown = "not run"
    ```

    ```{r fit, echo=FALSE}
    g <- function(x) {
      x * 2
    }
    ```

    <h2>Last <b>one</b></h2>

    ````{python label="end"}
    y = f(2)
    ````
""",
    "a.qmd",
)
MYST = script(
    """
    # Top

    ```{code-cell} ipython3
    :tags: [parameters, hide-input]

    rate = 1
    ```

    ```{note}
    # no heading
    ```

    ```{code-cell}
    def f(): return rate
    ```
""",
    "a.md",
)
SWEAVE = script(
    r"""
    \section{Data}
    <<load, echo=FALSE>>=
    x <- 1
    @
    words
    <<>>=
    f <- function(x) x
    @
""",
    "a.Rnw",
)
SPIN = script(
    """
    #' # Data
    #+ load, echo=FALSE
    x <- 1
    f <- function(x) {
      x
    }
    #' words
    #+ fit
    y <- 2
""",
    "a.R",
)
GALLERY = script(
    '''
    """
    Title
    =====
    """
    import os
    ######################################################################
    # Train
    # -----
    # words

    x = 1
    ######################################################################
    # Show
    # ----
    y = 2
''',
    "g.py",
)
CODECELLS = script("""
    # <markdowncell>
    # # Data
    # <codecell>
    x = 1
    # <codecell>
    y = 2
""")
PERCENT = script("""
    # %% Load tags=["parameters"]
    rate = 1
    if rate:
        # %% indented, no mark
        rate = 2
    # %%
    # Underlined
    # ----------
    x = 2
    # %% [markdown]
    # ''' no
    # %% [markdown]
    \"\"\"
    # In a string
    \"\"\"
    # %%
    !ls
    def f(x):
        return x
""")
SLASHES = script(
    """
    // %% Load
    const a = 1
    // %%
    function f() { return a }
""",
    "a.js",
)
MATLAB = script(
    """
    %% Load
    x = 1;
    %% Fit
    y = 2;
""",
    "a.m",
)


def cut_rule(source: Source, name: str) -> list[str]:
    """Return the lines that a rule chooses, without white space around them and blank ones."""
    lines: list[str] = []
    for span in resolve_rule(source, parse_rule(source.path + name)):
        lines += [line.strip() for line in source.lines[span.start : span.stop] if line.strip()]
    return lines


@pytest.mark.parametrize(
    ("source", "rule", "first", "last", "count"),
    [
        (MARIMO, "::Net", "class Net:", "def forward(self): return 1", 2),
        (MARIMO, "::RATE", "# How fast.", "RATE = 0.1", 2),
        (MARIMO, "::load", "@app.cell(hide_code=True)", "return np, Net", 6),
        (MARIMO, "#load", "@app.cell(hide_code=True)", "return np, Net", 6),
        (MARIMO, "#3", "@app.cell", "return", 4),
        (MARIMO, "::helper", "def helper(x):", "return x", 2),
        (PLUTO, "::Net", "struct Net", "end", 3),
        (PLUTO, "::g", "# adds", "end", 4),
        (PLUTO, "#1", "# adds", "end", 4),
        (PLUTO, "#aaaa-1", "begin", "end", 6),
        (PLUTO, "#title here", "# Title here", "# ╠═aaaa-1", 11),
        (DATABRICKS, "#1", "# DBTITLE 1,Load it", "return x", 4),
        (DATABRICKS, "#load it", "# DBTITLE 1,Load it", "return x", 4),
        (DATABRICKS, "#2", "%pip install x", "return f(x)", 3),
        (DATABRICKS, "::g", "def g(x):", "return f(x)", 2),
        (DATABRICKS, "#ingest", "# MAGIC # Ingest", "return f(x)", 10),
        (PROMPTS, "#1", "def f(x):", "# a note inside", 3),
        (PROMPTS, "#2", "def g(x):", "return 2", 3),
        (PROMPTS, "#train", "# ## Train", "return 2", 5),
        (LIGHT, "#parameters", "rate = 1", "return x", 3),
        (LIGHT, "#1", "import os", "import os", 1),
        (LIGHT, "#head two", "# ## Head Two", "y = 3", 2),
        (LIGHT, "::f", "def f(x):", "return x", 2),
        (QUARTO, "::f", "#| label: model", "return x + 1", 3),
        (QUARTO, "::g", "g <- function(x) {", "}", 3),
        (QUARTO, "#model", "#| label: model", "return x + 1", 3),
        (QUARTO, "#fit", "g <- function(x) {", "}", 3),
        (QUARTO, "#end", "y = f(2)", "y = f(2)", 1),
        (QUARTO, "#3", "y = f(2)", "y = f(2)", 1),
        (QUARTO, "#training", "Training", "````", 15),
        (QUARTO, "#last one", "<h2>Last <b>one</b></h2>", "````", 4),
        (MYST, "#parameters", "rate = 1", "rate = 1", 1),
        (MYST, "::f", "def f(): return rate", "def f(): return rate", 1),
        (SWEAVE, "#load", "x <- 1", "x <- 1", 1),
        (SWEAVE, "::f", "f <- function(x) x", "f <- function(x) x", 1),
        (SWEAVE, "#data", r"\section{Data}", "@", 8),
        (SPIN, "#load", "x <- 1", "}", 4),
        (SPIN, "#fit", "y <- 2", "y <- 2", 1),
        (SPIN, "#data", "#' # Data", "y <- 2", 9),
        (GALLERY, "#show", "# Show", "y = 2", 3),
        (GALLERY, "#2", "x = 1", "x = 1", 1),
        (CODECELLS, "#2", "y = 2", "y = 2", 1),
        (PERCENT, "#parameters", '# %% Load tags=["parameters"]', "rate = 2", 5),
        (PERCENT, "#underlined", "# %%", '"""', 8),
        (PERCENT, "#in a string", "# In a string", "return x", 6),
        (PERCENT, "#3", "# %%", "return x", 4),
        (PERCENT, "::f", "def f(x):", "return x", 2),
        (SLASHES, "#2", "// %%", "function f() { return a }", 2),
        (SLASHES, "::f", "function f() { return a }", "function f() { return a }", 1),
        (MATLAB, "#fit", "%% Fit", "y = 2;", 2),
    ],
)
def test_a_rule_finds_code_in_each_form(
    source: Source, rule: str, first: str, last: str, count: int
) -> None:
    lines = cut_rule(source, rule)
    assert (lines[0], lines[-1], len(lines)) == (first, last, count)


@pytest.mark.parametrize("rule", ["m.py::_", "m.py#_"])
def test_a_cell_of_marimo_without_a_name_is_ambiguous(rule: str) -> None:
    with pytest.raises(AmbiguousError, match="fits 2 cells: 1, 3"):
        resolve_rule(MARIMO, parse_rule(rule))


def test_reach_takes_what_other_cells_of_marimo_give() -> None:
    lines = [line.strip() for line in reach_lines(MARIMO, "train")]
    assert lines == [
        "RATE = 0.1",
        "def train(x):",
        '"""Train."""',
        "return x * RATE + np.pi",
        "import numpy as np",
    ]


def reach_lines(source: Source, name: str) -> list[str]:
    """Return the lines that a symbol needs."""
    reached = reach({source.path: source}.get, source.path, name)
    lines: list[str] = []
    for span in reached.spans[source.path]:
        lines += source.lines[span.start : span.stop]
    return lines


def test_an_ornament_in_a_script_is_no_cell() -> None:
    plain = script("""
        ##########################################
        # Model
        ##########################################
        def f(): pass
    """)
    assert not plain.cells
    with pytest.raises(NotFoundError, match="has no cells"):
        resolve_rule(plain, parse_rule("train.py#1"))


def make_notebook(cells: list[dict[str, Any]], **metadata: Any) -> Source:
    """Return a notebook with cells as they stand in its file."""
    filled = [{"cell_type": "code", "metadata": {}, "source": "", **cell} for cell in cells]
    book = {"cells": filled, "metadata": metadata, "nbformat": 4}
    return read_source("a.ipynb", json.dumps(book).encode())


@pytest.mark.parametrize(
    ("metadata", "code", "name"),
    [
        ({"language_info": {"name": "R", "file_extension": ".r"}}, "fit <- function(d) 1", "fit"),
        ({"kernelspec": {"name": "ir"}}, "fit <- function(d) 1", "fit"),
        ({"kernelspec": {"name": "julia-1.9"}}, "function fit(x)\n  x\nend", "fit"),
        ({"kernelspec": {"name": "xcpp17"}}, "int fit(int x) {\n  return x;\n}", "fit"),
        ({"language_info": {"name": "javascript"}}, "function fit(x) { return x }", "fit"),
        ({}, "%%R -i x\nfit <- function(d) 1", "fit"),
        ({}, "%%writefile a.cpp\nint fit(int x) {\n  return x;\n}", "fit"),
        ({"kernelspec": {"name": "python3"}}, "def fit(): pass", "fit"),
        ({"kernelspec": {"name": "my-env"}}, "def fit(): pass", "fit"),
    ],
)
def test_the_kernel_or_a_magic_says_the_language(
    metadata: dict[str, Any], code: str, name: str
) -> None:
    book = make_notebook([{"source": code}, {"source": "rate = 1"}], **metadata)
    names = [definition.name for definition in find_definitions(book)]
    assert name in names


def test_tags_and_labels_name_cells() -> None:
    book = make_notebook(
        [
            {"metadata": {"tags": ["parameters", "hide"]}, "source": "rate = 1"},
            {"source": "#| label: fit\ny = 2"},
            {"metadata": {"tags": ["hide"]}, "source": "z = 3"},
        ]
    )
    assert cut_rule(book, "#parameters") == ["rate = 1"]
    assert cut_rule(book, "#fit") == ["#| label: fit", "y = 2"]
    with pytest.raises(AmbiguousError, match="fits 2 cells: 1, 3"):
        cut_rule(book, "#hide")


def test_a_heading_cell_of_nbformat_3_is_a_heading() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Data"]},
        {"cell_type": "code", "language": "python", "input": ["x = 1"]},
        {"cell_type": "heading", "level": 2, "source": ["Model"]},
        {"cell_type": "code", "language": "python", "input": ["y = 2"]},
    ]
    book = {"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}}
    source = read_source("a.ipynb", json.dumps(book).encode())
    assert cut_rule(source, "#data") == ["x = 1"]


def test_headings_are_found_however_they_are_written() -> None:
    text = [
        "Title", "of two", "===", "", "Sub", "---", "- a", "---", "", "---", "| a |", "---",
        "<h3 align='center'>", "In HTML", "</h3>", "# Signs #", "```", "# no", "```",
    ]  # fmt: skip
    headings = [(found.line, found.level, found.title) for found in find_markdown_headings(text)]
    assert headings == [
        (0, 1, "Title of two"),
        (4, 2, "Sub"),
        (12, 3, "In HTML"),
        (15, 1, "Signs"),
    ]
