"""The filter screen as it opens, in a real Chromium: a file, and the effect of a filter at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.steps import record_notebook_trials
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen


def write_tool(project: Project, lines: int = 20) -> None:
    """Write the file that comes first."""
    project.write("a_tool.py", "".join(f"NAME_{number} = {number}\n" for number in range(lines)))


def write_long_tool(project: Project) -> None:
    write_tool(project, 12_000)


@pytest.fixture
def trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, write_tool, record_notebook_trials)


def wait_for_effect(page: Page) -> None:
    until(page, "document.querySelectorAll('.effect').length === 2")


def test_a_filter_is_proposed_and_taken_with_one_key(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    page = screens_of(trials)("/filter")
    wait_for_effect(page)
    assert page.locator("#path").input_value() == "train.ipynb"
    assert "proposed is what train.ipynb@create_model needs" in page.locator("#effect").inner_text()
    assert page.locator(".source .shown").count() == 3
    assert page.locator(".source .kept").count() == 0
    assert "FILTERS = 10" in page.locator(".effect[open] pre").first.inner_text()
    page.keyboard.press("a")
    until(page, "document.querySelectorAll('.source .kept').length === 3")
    assert page.locator("#rules li").all_inner_texts() == ["× train.ipynb@create_model"]
    page.keyboard.press("u")
    until(page, "document.querySelectorAll('.source .shown').length === 3")


def test_the_file_and_the_effect_of_the_saved_filter_stand_there(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    trials.exp("filter", "add", "tool", "a_tool.py::NAME_7")
    page = screens_of(trials)("/filter?id=tcn_50")
    wait_for_effect(page)
    assert page.locator("#path").input_value() == "a_tool.py"
    assert page.locator("#effect p").first.inner_text().startswith("what the saved filter tool")
    assert page.locator(".source .shown").get_attribute("data-n") == "8"
    page.click("#effect [data-name]")
    page.wait_for_url("**/filter?id=tcn_50&name=tool")
    until(page, "document.querySelectorAll('.source .kept').length === 1")


def test_line_numbers_of_five_digits_have_their_own_room(
    copy_project: CopyProject, screens_of: Callable[[Project], OpenScreen]
) -> None:
    trials = copy_project(Project.begin, write_long_tool, record_notebook_trials)
    trials.exp("filter", "add", "tool", "a_tool.py:11000-11002")
    page = screens_of(trials)("/filter?id=tcn_50")
    wait_for_effect(page)
    for numbers in (".source [data-n] i", ".effect[open] pre i"):
        widths = page.locator(numbers).evaluate_all(
            "nodes => [...new Set(nodes.map(node => Math.round(node.getBoundingClientRect().width)))]"
        )
        assert len(widths) == 1, "all lines of a file begin at one place"
        last = page.locator(numbers).last
        room = last.evaluate(
            """node => {
                const range = document.createRange();
                range.selectNodeContents(node);
                return node.getBoundingClientRect().right - range.getBoundingClientRect().right;
            }"""
        )
        assert room > 6, "code does not touch its number"


def test_a_fold_of_code_opens_by_a_click(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    trials.exp("filter", "add", "model", "train.ipynb::create_model")
    trials.exp("filter", "add", "all", "train.ipynb@create_model")
    open_screen = screens_of(trials)
    page = open_screen("/lineage/tcn_10")
    hidden = page.locator("details.gap").first
    assert not hidden.locator("span").first.is_visible()
    hidden.locator("summary").click()
    assert hidden.locator("span").first.is_visible()
    assert "FILTERS = 50" in hidden.inner_text()
    page = open_screen("/filter?id=tcn_10")
    wait_for_effect(page)
    second = page.locator(".effect").nth(1)
    assert not second.locator("pre").first.is_visible()
    second.locator("summary").first.click()
    assert second.locator("pre").first.is_visible()
