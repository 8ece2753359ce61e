"""Correcting, taking back and gathering from the page, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen, Viewer


def record_trials_and_remark(project: Project) -> None:
    # First, while no experiment is active: it is about none.
    project.exp("note", "-m", "マスクのこと", "--at", "2019-06-03")
    project.exp("note", "-m", "tcn_1 acc 0.1\n最初 #tcn", "--at", "2019-06-01")
    project.exp("note", "-m", "tcn_2 acc 0.2\n引数を変えた", "--at", "2019-06-02")
    project.exp("note", "tcn_2", "-m", "まだ上がる", "--at", "2019-06-02 12:00")


@pytest.fixture
def trials_and_remark(copy_project: CopyProject) -> Project:
    """Two trials, the second with two entries, and a remark about none."""
    return copy_project(Project.begin, record_trials_and_remark)


@pytest.fixture
def open_screen(
    trials_and_remark: Project, screens_of: Callable[[Project], OpenScreen]
) -> OpenScreen:
    return screens_of(trials_and_remark)


def says(page: Page, ident: str, text: str) -> None:
    until(page, f"document.getElementById({ident!r}).textContent.includes({text!r})")


def to_card(page: Page, ident: str) -> None:
    for _ in range(10):
        page.keyboard.press("k")
        if page.locator(f".card.cursor[data-id='{ident}']").count():
            return
    raise AssertionError(f"no card of {ident}")


def keep(page: Page, text: str, done: str, key: str = "Control+Enter") -> None:
    page.keyboard.type(text)
    page.keyboard.press(key)
    says(page, "echo", done)
    assert page.locator("#echo.failed").count() == 0


def test_an_entry_is_corrected(trials_and_remark: Project, open_screen: OpenScreen) -> None:
    page = open_screen("/")
    to_card(page, "tcn_2")
    page.keyboard.press("w")
    assert "まだ上がる" in page.locator("#purpose").inner_text()
    page.keyboard.press("ArrowUp")
    assert page.locator("#purpose").inner_text().startswith("corrects “引数を変えた”")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("acc=0.25ではなく、acc=0.23でした。loss=9は無い")
    says(page, "echo", "✗ tcn_2  acc=0.23* (was 0.2)")
    assert trials_and_remark.experiment("tcn_2")["metrics"][0]["value"] == "0.2"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".card .correction q")
    metrics = trials_and_remark.experiment("tcn_2")["metrics"]
    assert [(each["name"], each["value"]) for each in metrics] == [("acc", "0.23")]
    first, second, *_ = trials_and_remark.experiment("tcn_2")["entries"]
    assert (first["corrected"], second["corrected"]) == (True, False)
    assert page.locator(".card[data-id='tcn_2'] del").count() == 1
    assert page.locator(".pending").count() == 0
    assert page.locator("#purpose").inner_text() == ""


def test_an_experiment_as_a_whole_is_corrected_and_the_correction_taken_back(
    trials_and_remark: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/")
    to_card(page, "tcn_1")
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    assert page.locator("#purpose").inner_text().startswith("corrects tcn_1")
    keep(page, "データが古かった", "✗ tcn_1")
    page.wait_for_selector(".card .correction")
    assert "データが古かった" in trials_and_remark.exp("show", "tcn_1")
    page.keyboard.press("G")
    page.keyboard.press("u")
    says(page, "purpose", "takes back “データが古かった”")
    keep(page, "見間違い", "taken back: データが古かった")
    page.wait_for_selector(".card .correction.retracted")
    entries = {entry["text"]: entry for entry in trials_and_remark.experiment("tcn_1")["entries"]}
    assert entries["データが古かった"]["retracted"] is True
    assert "見間違い" in entries


@pytest.mark.provokes("status of 400")
def test_what_was_last_recorded_is_taken_back(
    trials_and_remark: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/")
    page.keyboard.press("n")
    keep(page, "gru_1 acc 0.3", "+ gru_1 acc=0.3")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    says(page, "purpose", "takes back - gru_1 acc=0.3")
    trials_and_remark.exp("note", "-m", "gru_2 acc 0.4")
    page.keyboard.press("Enter")
    says(page, "echo", "something else was recorded meanwhile")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    says(page, "purpose", "takes back - gru_2 acc=0.4")
    page.keyboard.press("Enter")
    says(page, "echo", "- gru_2 acc=0.4")
    assert [one["id"] for one in trials_and_remark.json("list")] == ["tcn_1", "tcn_2", "gru_1"]
    assert "gru_2 acc 0.4" in trials_and_remark.exp("journal")


def test_marked_ones_and_entries_gather_under_a_topic(
    trials_and_remark: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/")
    for name in ("tcn_2", "tcn_1"):
        to_card(page, name)
        page.keyboard.press("x")
    page.keyboard.press("T")
    says(page, "echo", "tcn")
    keep(page, "引数", "· topic 引数: 2 experiments, 0 entries", "Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("G")
    page.keyboard.press("T")
    keep(page, "引数", "· topic 引数: 2 experiments, 1 entry", "Enter")
    shown = trials_and_remark.exp("topic", "show", "引数")
    assert "tcn_1" in shown
    assert "マスクのこと" in shown


def test_a_topic_is_written_renamed_and_cleared_from_its_page(
    trials_and_remark: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/topic/tcn")
    page.keyboard.press("s")
    keep(page, "マスクが効く\n次は幅", "· topic tcn: 1 experiment")
    page.wait_for_selector(".summary")
    page.keyboard.press("s")
    until(page, "document.querySelector('textarea').value === 'マスクが効く\\n次は幅'")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("-")
    page.keyboard.press("Enter")
    says(page, "echo", "· topic tcn: 0 experiments, 1 entry")
    until(page, "!document.querySelector('#reading [data-id]')")
    page.keyboard.press("R")
    page.keyboard.press("Control+a")
    page.keyboard.type("時間")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('h1').textContent === '時間'")
    assert "マスクが効く" in page.locator(".summary").inner_text()


@pytest.mark.parametrize(
    "path", ["/experiment/tcn_2", "/lineage/tcn_2", "/lineup?id=tcn_1&id=tcn_2", "/search?q=tcn_2"]
)
def test_every_screen_takes_an_entry_about_what_is_under_the_cursor(
    trials_and_remark: Project, open_screen: OpenScreen, path: str
) -> None:
    page = open_screen(path)
    page.locator("main").focus()
    page.keyboard.press({"/lineup?id=tcn_1&id=tcn_2": "l"}.get(path, "G"))
    assert page.locator("#line").is_hidden()
    page.keyboard.press("N")
    says(page, "purpose", "about tcn_2")
    keep(page, "ここから追記", "· tcn_2")
    until(
        page, "document.querySelector('main').textContent.includes('ここから追記')"
    ) if "search" not in path and "lineage" not in path else None
    assert trials_and_remark.experiment("tcn_2")["entries"][-1]["text"] == "ここから追記"
    assert page.locator(".pending").count() == 0


def test_an_open_card_takes_a_correction(
    trials_and_remark: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/")
    to_card(page, "tcn_2")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog#card[open] h1")
    page.keyboard.press("w")
    assert page.locator("dialog[open]").count() == 0
    keep(page, "上がらない", "✗ tcn_2")
    assert trials_and_remark.experiment("tcn_2")["entries"][1]["corrected"] is True


@pytest.mark.provokes("status of 507")
def test_a_correction_that_is_not_kept_stays_typed(open_screen: OpenScreen) -> None:
    page = open_screen("/")
    page.route(
        "**/correct",
        lambda route: route.fulfill(
            status=507, json={"error": "the disk is full", "hint": "free some space"}
        ),
    )
    to_card(page, "tcn_2")
    page.keyboard.press("w")
    page.keyboard.type("違う")
    page.keyboard.press("Control+Enter")
    says(page, "echo", "not kept: the disk is full (free some space)")
    assert page.locator("textarea").input_value() == "違う"
    assert page.locator("#purpose").inner_text().startswith("corrects")
    page.keyboard.press("Escape")
    assert page.locator("#purpose").inner_text() == ""


def test_a_screen_follows_the_record(trials_and_remark: Project, open_screen: OpenScreen) -> None:
    page = open_screen("/experiment/tcn_1")
    page.wait_for_timeout(1500)
    trials_and_remark.exp("note", "tcn_1", "-m", "別の端末から")
    until(page, "document.querySelector('main').textContent.includes('別の端末から')")


def test_a_draft_waits_while_the_box_is_for_something_else(open_screen: OpenScreen) -> None:
    page = open_screen("/")
    page.keyboard.press("n")
    page.keyboard.type("書きかけ")
    page.keyboard.press("Escape")
    to_card(page, "tcn_1")
    page.keyboard.press("w")
    assert page.locator("textarea").input_value() == ""
    page.keyboard.press("Escape")
    assert page.locator("textarea").input_value() == "書きかけ"


def test_a_read_only_viewer_offers_no_writing(
    trials_and_remark: Project, view: Callable[..., Viewer], page: Page
) -> None:
    page.goto(view(trials_and_remark, "--read-only").address)
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("?")
    assert "correct it" not in page.locator("dialog#keys").inner_text()
