"""The progress strip above the journal, and the menu, in a real Chromium."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gitexp.record.write.entries import add_note
from tests.project import Project, notebook
from tests.steps import import_crowd
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen

VALUES = ("0.4", "0.5", "0.45くらい", "0.7", "0.6")


def record_five_trials(project: Project) -> None:
    """Record five trials on five days."""
    record = project.record()
    start = datetime.fromisoformat("2019-06-01T10:00:00+09:00")
    for number, value in enumerate(VALUES):
        text = f"tcn_{number} acc {value}\nwords of {number} #tcn"
        add_note(record, (), text, at=start + timedelta(days=number))


def record_three_widths(project: Project) -> None:
    """Record three trials, two of them with the same width."""
    project.exp("filter", "add", "width", "train.ipynb::FILTERS")
    for number, width in enumerate((50, 10, 50)):
        project.write("train.ipynb", notebook([("code", f"FILTERS = {width}")]))
        project.exp("new", f"tcn_{number}", "-m", f"tcn_{number} acc 0.{number + 4}")


@pytest.fixture
def journal(
    copy_project: CopyProject, screens_of: Callable[[Project], OpenScreen]
) -> tuple[Page, OpenScreen]:
    """The journal of five trials, its plot unfolded, and what opens other screens."""
    open_screen = screens_of(copy_project(Project.begin, record_five_trials))
    return unfold_plot(open_screen("/")), open_screen


def unfold_plot(page: Page, drawn: str = ".best-line") -> Page:
    """Unfold the plot of a journal, once ``drawn`` is there; return the page."""
    page.wait_for_selector(f"#progress {drawn}", state="attached")
    page.click("#progress button")
    until(page, "document.querySelector('#progress text')")
    return page


def find_point(page: Page, share: float) -> tuple[float, float]:
    """Return the place on the screen at a share of the plot's width."""
    box = page.locator("#progress svg").bounding_box()
    assert box is not None
    left, right = box["x"] + 60, box["x"] + box["width"] - 24
    return left + (right - left) * share, box["y"] + 100


def test_pointing_says_what_a_trial_is(journal: tuple[Page, OpenScreen]) -> None:
    page, _ = journal
    page.mouse.move(*find_point(page, 0.75))
    says = page.locator("#progress output")
    until(page, "document.querySelector('#progress output').textContent.includes('words')")
    assert says.inner_text() == "2019-06-04  tcn_3  acc 0.7  words of 3"
    assert page.locator("#progress .points.unsure").count() == 1
    page.select_option("#progress [name=tag]", "all")
    assert page.locator("#progress .points.g1").count() >= 1


def test_a_click_goes_to_the_card(journal: tuple[Page, OpenScreen]) -> None:
    page, _ = journal
    page.mouse.click(*find_point(page, 0.25))
    page.wait_for_selector(".card.cursor[data-id='tcn_1']")


def test_dragging_lines_up_what_lies_between(journal: tuple[Page, OpenScreen]) -> None:
    page, _ = journal
    page.mouse.move(*find_point(page, 0.2))
    page.mouse.down()
    page.mouse.move(*find_point(page, 0.6))
    assert page.locator("#progress output").inner_text() == "2 trials"
    page.mouse.up()
    page.wait_for_url("**/lineup?id=tcn_1&id=tcn_2")


def test_the_menu_takes_along_what_is_chosen(journal: tuple[Page, OpenScreen]) -> None:
    page, open_screen = journal
    for name in ("tcn_3", "tcn_4"):
        page.locator(f".card[data-id='{name}'] .body").click(modifiers=["Control"])
    page.click(".menu >> text=line-up")
    page.wait_for_url("**/lineup?id=tcn_3&id=tcn_4")
    page.click(".menu >> text=lineage")
    page.wait_for_url("**/lineage/*")
    for name, path in (("topics", "/topics"), ("search", "/search"), ("journal", "/")):
        page.click(f".menu >> text={name}")
        page.wait_for_url(f"**{path}")
    page = open_screen("/experiment/tcn_2")
    page.click(".menu >> text=lineage")
    page.wait_for_url("**/lineage/tcn_2")


def test_a_record_without_metrics_has_no_strip(
    begun: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    begun.exp("new", "t1", "-m", "words")
    assert screens_of(begun)("/").locator("#progress").count() == 0


def test_trials_are_coloured_by_a_setting(
    copy_project: CopyProject, screens_of: Callable[[Project], OpenScreen]
) -> None:
    page = unfold_plot(screens_of(copy_project(Project.begin, record_three_widths))("/"))
    page.select_option("#progress [name=tag]", "settings")
    until(page, "document.querySelectorAll('#progress .points.g2').length > 0")
    assert page.locator("#progress [name=tag]").input_value() == "set:FILTERS"
    words = page.locator("#progress text").all_text_contents()
    assert [text for text in words if text.startswith("FILTERS")] == ["FILTERS 50", "FILTERS 10"]
    page.select_option("#progress [name=tag]", "")
    until(page, "document.querySelectorAll('#progress .points.g2').length === 0")


def record_a_crowd(project: Project) -> None:
    """Record 800 trials with values between 0.1 and 0.9; one stands out and is corrected."""
    import_crowd(project, 800, odd_value=50)
    project.exp("correct", "run_400", "-m", "wrong data")


def test_a_crowd_is_thinned_and_each_trial_is_reached(
    copy_project: CopyProject, screens_of: Callable[[Project], OpenScreen]
) -> None:
    page = unfold_plot(screens_of(copy_project(Project.begin, record_a_crowd))("/"), ".range")
    drawn = page.evaluate(
        "[...document.querySelectorAll('#progress .points')].map("
        "(path) => path.getAttribute('d').split('M').length - 1).reduce((a, b) => a + b)"
    )
    assert drawn < 400
    assert page.locator("#progress .points.corrected").count() == 1
    seen = set()
    page.focus("#progress svg")
    page.keyboard.press("Home")
    for _ in range(800):
        seen.add(page.locator("#progress output").inner_text().split()[1])
        page.keyboard.press("ArrowRight")
    assert len(seen) == 800
    assert page.locator("#progress svg").get_attribute("aria-valuenow") == "800"
    page.keyboard.press("Enter")
    page.wait_for_selector(".card.cursor[data-id='run_799']")
