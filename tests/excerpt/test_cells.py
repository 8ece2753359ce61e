"""Cells and headings, in notebooks and in scripts with marks."""

from __future__ import annotations

import pytest

from gitexp.errors import AmbiguousError, NotFoundError, UsageError
from gitexp.excerpt.sections import find_sections
from tests.excerpt.sources import cut_rule, notebook, script

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
    ("rule", "lines"),
    [
        ("train.ipynb#data", ["x = 1", "y = 2", "y = 3"]),
        ("train.ipynb#Clean", ["y = 3"]),
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
def test_a_rule_chooses_cells_of_a_notebook(rule: str, lines: list[str]) -> None:
    assert cut_rule(BOOK, rule) == lines


def test_the_title_of_a_form_is_the_heading_of_its_cell_alone() -> None:
    titles = [(section.title, section.start, section.stop) for section in find_sections(BOOK)]
    assert titles == [
        ("Data", 0, 3),
        ("Clean", 2, 3),
        ("**Model** [gist](http://x)", 3, 8),
        ("エンコーダ TCN", 4, 7),
        ("Only this", 4, 6),
        ("Old model", 7, 8),
        ("Empty", 8, 8),
    ]


def test_a_form_below_an_empty_cell_has_its_code() -> None:
    book = notebook("", "#@title Only this\nb = 2", "c = 3")
    assert cut_rule(book, "train.ipynb#only this") == ["#@title Only this", "b = 2"]


def test_a_whole_heading_goes_before_a_part_of_one() -> None:
    book = notebook("md:# Model", "a = 1", "md:# Model 2", "b = 2")
    assert cut_rule(book, "train.ipynb#MODEL") == ["a = 1"]


def test_a_part_of_two_headings_is_ambiguous() -> None:
    with pytest.raises(AmbiguousError, match="'Old model'"):
        cut_rule(BOOK, "train.ipynb#model")


def test_an_ambiguous_heading_names_the_places() -> None:
    book = notebook("md:# Train", "a = 1", "md:# Train", "b = 2")
    places = r"'Train' \(above code cell 1\), 'Train' \(above code cell 2\)"
    with pytest.raises(AmbiguousError, match=places):
        cut_rule(book, "train.ipynb#train")


def test_an_unknown_heading_names_near_ones() -> None:
    with pytest.raises(NotFoundError, match="has no heading or cell 'Clena'") as caught:
        cut_rule(BOOK, "train.ipynb#Clena")
    assert "'Clean'" in caught.value.hint


@pytest.mark.parametrize(
    ("rule", "error", "message"),
    [
        ("train.ipynb#9", NotFoundError, "no cell 9, 'train.ipynb' has 6 code cells"),
        ("train.ipynb#0", NotFoundError, "no cell 0"),
        ("train.ipynb#empty", NotFoundError, "no code under heading 'Empty'"),
        ("train.ipynb#data:2-4", UsageError, "cell 'data' of 'train.ipynb' has 3 lines"),
    ],
)
def test_a_cell_that_is_not_there_says_what_is(
    rule: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        cut_rule(BOOK, rule)


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("train.py#data", ["# %% Data", "x = 1", "# %%", "y = 2", "# %% [markdown]"]),
        ("train.py#encoder", ["# %% Encoder id=7", "z = 3", "#%%% Deeper", "w = 4"]),
        ("train.py#deeper", ["#%%% Deeper", "w = 4"]),
        ("train.py#1", ["import os"]),
        ("train.py#3", ["# %%", "y = 2"]),
        ("train.py#4:2", ["z = 3"]),
    ],
)
def test_a_rule_chooses_cells_of_a_script(rule: str, lines: list[str]) -> None:
    assert cut_rule(SCRIPT, rule) == lines


def test_the_opening_comment_of_a_script_is_no_cell() -> None:
    source = script("#!/usr/bin/env python\n# %% Data\nx = 1\n")
    assert cut_rule(source, "train.py#1") == ["# %% Data", "x = 1"]


@pytest.mark.parametrize("rule", ["train.py#Data", "train.py#1"])
def test_a_script_without_marks_has_no_cells(rule: str) -> None:
    with pytest.raises(NotFoundError, match="has no cells"):
        cut_rule(script("x = 1"), rule)
    assert find_sections(script("# just a comment")) == ()
