"""Where nobody saved a filter, each screen with code says which one is shown, and one key keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project
from tests.steps import add_tcn_topic, record_notebook_trials
from tests.viewer.conftest import open_client, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen, Viewer

SAID = "no filter is saved: shown is what train.ipynb@create_model needs"

SCREENS = [
    "/experiment/tcn_10",
    "/lineage/tcn_10",
    "/lineup?id=tcn_50&id=tcn_10",
    "/topic/tcn",
]


@pytest.fixture
def trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_notebook_trials, add_tcn_topic)


@pytest.mark.parametrize("screen", SCREENS)
def test_it_is_said_and_kept_with_one_key(
    trials: Project, screens_of: Callable[[Project], OpenScreen], screen: str
) -> None:
    page = screens_of(trials)(screen)
    assert page.locator(".proposal").inner_text().startswith(SAID)
    page.keyboard.press("F")
    until(page, "!document.querySelector('.proposal')")
    assert "train.ipynb@create_model" in trials.exp("filter", "list")
    page.reload()
    assert page.locator(".proposal").count() == 0


def test_it_is_kept_by_a_click_in_the_dialog_of_the_journal(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    page = screens_of(trials)("/")
    page.click(".card a.id")
    page.click("dialog .proposal button")
    until(page, "document.querySelector('dialog .proposal').textContent.includes('saved as')")
    assert "create_model" in trials.exp("filter", "list")


def test_a_topic_without_experiments_says_nothing_of_it(
    trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    trials.exp("topic", "add", "ideas", "--match", "paper")
    page = screens_of(trials)("/topic/ideas")
    assert page.locator(".proposal").count() == 0


def test_a_viewer_that_only_reads_says_it_without_a_button(
    trials: Project, view: Callable[..., Viewer]
) -> None:
    client = open_client(view(trials, "--read-only"))
    texts = [client.get(screen).text for screen in SCREENS]
    client.close()
    for text in texts:
        assert "no filter is saved" in text
        assert "data-keep" not in text
