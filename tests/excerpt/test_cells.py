from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitexp.errors import AmbiguousError, NotFoundError, UsageError
from gitexp.excerpt.cells import find_sections
from gitexp.excerpt.cut import resolve_rule
from gitexp.model.filter import parse_rule
from tests.excerpt.sources import notebook, script

if TYPE_CHECKING:
    from gitexp.excerpt.source import Source

BOOK = notebook(
    "md:# Data\nsome words",
    ("load", "x = 1\ny = 2"),
    "md:## Clean\n```\n# not a heading\n```",
    "y = 3",
    "md:# **Model** [gist](http://x)",
    "a = 1",
    "md:### エンコーダ TCN #",
    "#@title Only this {run: 'auto'}\nb = 2",
    "c = 3",
    "md:## Old model",
    "d = 4",
    "md:# Empty",
)


def cut(source: Source, rule: str) -> list[str]:
    return [
        line
        for span in resolve_rule(source, parse_rule(rule))
        for line in source.lines[span.start : span.stop]
    ]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("train.ipynb#data", ["x = 1", "y = 2", "y = 3"]),
        ("train.ipynb#Clean", ["y = 3"]),
        (
            "train.ipynb#model",
            ["a = 1", "#@title Only this {run: 'auto'}", "b = 2", "c = 3", "d = 4"],
        ),
        (
            "train.ipynb#odel gi",
            ["a = 1", "#@title Only this {run: 'auto'}", "b = 2", "c = 3", "d = 4"],
        ),
        ("train.ipynb#エンコーダ", ["#@title Only this {run: 'auto'}", "b = 2", "c = 3"]),
        ("train.ipynb#only this", ["#@title Only this {run: 'auto'}", "b = 2"]),
        ("train.ipynb#load", ["x = 1", "y = 2"]),
        ("train.ipynb#2", ["y = 3"]),
        ("train.ipynb#data:2-3", ["y = 2", "y = 3"]),
        ("train.ipynb#1:2", ["y = 2"]),
    ],
)
def test_notebook_cells(rule: str, kept: list[str]) -> None:
    book = notebook(
        *[
            "md:" + c.text if not c.code else (c.id, "\n".join(BOOK.lines[c.start : c.stop]))
            for c in BOOK.cells
        ]
    )
    if rule == "train.ipynb#model":  # "Model gist" and "Old model": only the exact one would win
        with pytest.raises(AmbiguousError, match="'Old model'"):
            cut(book, rule)
        return
    assert cut(book, rule) == kept


def test_exact_heading_wins_over_part() -> None:
    book = notebook("md:# Model", "a = 1", "md:# Model 2", "b = 2")
    assert cut(book, "train.ipynb#MODEL") == ["a = 1"]


def test_ambiguous_heading_names_places() -> None:
    book = notebook("md:# Train", "a = 1", "md:# Train", "b = 2")
    with pytest.raises(
        AmbiguousError, match=r"'Train' \(above code cell 1\), 'Train' \(above code cell 2\)"
    ):
        cut(book, "train.ipynb#train")


def test_missing_cells_suggest_near_ones() -> None:
    with pytest.raises(NotFoundError, match="has no heading or cell 'Clena'") as caught:
        cut(BOOK, "train.ipynb#Clena")
    assert "'Clean'" in caught.value.hint
    with pytest.raises(NotFoundError, match="has 6 code cells"):
        cut(BOOK, "train.ipynb#9")
    with pytest.raises(NotFoundError, match="no code under"):
        cut(BOOK, "train.ipynb#empty")
    with pytest.raises(UsageError, match="has 3 lines"):
        cut(BOOK, "train.ipynb#data:2-4")


SCRIPT = script("""
    import os
    # %% Data
    x = 1
    # %%
    y = 2
    # %% [markdown]
    # # Model
    # text
    # %% Encoder id=7
    z = 3
    #%%% Deeper
    w = 4
    # %% Train
    v = 5
""")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("train.py#data", ["# %% Data", "x = 1", "# %%", "y = 2", "# %% [markdown]"]),
        ("train.py#encoder", ["# %% Encoder id=7", "z = 3", "#%%% Deeper", "w = 4"]),
        ("train.py#deeper", ["#%%% Deeper", "w = 4"]),
        ("train.py#1", ["import os"]),
        ("train.py#3", ["# %%", "y = 2"]),
        ("train.py#4:2", ["z = 3"]),
    ],
)
def test_script_cells(rule: str, kept: list[str]) -> None:
    assert cut(SCRIPT, rule) == kept


def test_script_without_marks_says_so() -> None:
    for rule in ("train.py#Data", "train.py#1"):
        with pytest.raises(NotFoundError, match="has no cells"):
            cut(script("x = 1"), rule)
    assert find_sections(script("# just a comment")) == ()
