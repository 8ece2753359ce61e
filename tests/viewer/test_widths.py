"""Screens fit their width, and numbers stand in a column, whatever is behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.project import Project
    from tests.viewer.conftest import OpenScreen

SETTINGS = ("FILTERS", "PLOT_TIME_SERIES_LABEL", "FIGURE_SIZE", "ACTIVATION", "VERBOSE", "SEEDS")


@pytest.fixture
def trials(begun: Project) -> Project:
    """Three trials with long ids, six settings that differ, and marks behind their values."""
    texts = ("mae 541", "mae 608 (stopped early)", "mae 550")
    for number, text in enumerate(texts):
        lines = [f'{name} = "a long value number {number}"' for name in SETTINGS]
        begun.write("train.ipynb", notebook([("code", "\n".join(lines))]))
        ident = f"conv1d_w7_filters128_kernel5_dropout02_{number}"
        words = "学習率を下げたら検証損失が安定した。ただし収束が遅い。 #horizon"
        begun.exp("new", ident, "-m", f"{ident} {text}\n{words}")
    begun.exp("correct", "conv1d_w7_filters128_kernel5_dropout02_2", "-m", "mae=551 other data")
    begun.exp("filter", "add", "whole", "train.ipynb")
    return begun


def test_a_topic_fits_and_its_numbers_stand_in_a_column(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    page = screens_of(trials)("/topic/horizon")
    for width in (1280, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.querySelector('.reading').scrollWidth") == width
        table = page.locator(".members").bounding_box()
        assert table is not None
        assert table["x"] + table["width"] <= width
    numbers = page.locator(".members td.number b")
    assert numbers.all_inner_texts() == ["541", "608…", "551*"]
    ends = page.evaluate(
        """() => [...document.querySelectorAll(".members td.number b")].map((cell) => {
            const range = document.createRange();
            range.selectNode(cell.firstChild);
            return Math.round(range.getBoundingClientRect().right);
        })"""
    )
    assert len(set(ends)) == 1
