"""A long lineage in a real Chromium: short enough to be read, corrected trials marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.project import Project, notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.templates import CopyProject
    from tests.viewer.conftest import Viewer

GENERATIONS = 39
HELPERS = "\n\n\n".join(
    f"def helper_{number}(x):\n" + "    x = step(x)\n" * 12 + "    return x" for number in range(60)
)
THOUGHT = (
    "It was meant to show whether the width or the depth matters. 幅か深さか、どちらが効くのか。"
)


def record_generations(project: Project) -> None:
    """Record a line of 39 trials of one long notebook; each fifth changes no code."""
    project.exp("filter", "add", "model", "train.ipynb@create_model")
    filters, layers = 8, ["x = conv1d(x, FILTERS)"]
    for number in range(GENERATIONS):
        if number % 5 == 3:
            layers.append(f"x = layer_{number}(x, {number})")
        elif number % 5 != 4:
            filters += 1
        body = "\n".join(f"    {line}" for line in layers)
        cells = [
            ("code", f"FILTERS = {filters}"),
            ("code", HELPERS),
            ("code", f"def encoder(x):\n{body}\n    return helper_1(x)"),
            ("code", "def create_model():\n    return Model(encoder(Input()))"),
            ("code", "model = create_model()\nmodel.fit()"),
        ]
        project.write("train.ipynb", notebook(cells))
        ident = f"convencdec_enc256x13dec128x5_{number:02}"
        project.exp("new", ident, "-m", f"{ident} acc 0.{number + 10}\n{THOUGHT}\nNext: the depth.")
    project.exp("correct", "convencdec_enc256x13dec128x5_05", "-m", "wrong data")


@pytest.fixture
def generations(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_generations)


def test_39_generations_are_at_most_eight_screens(
    generations: Project, view: Callable[..., Viewer], browser: Browser
) -> None:
    viewer = view(generations)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(viewer.address)
    page.goto(f"{viewer.origin}/lineage/convencdec_enc256x13dec128x5_38")
    steps = page.locator(".step")
    assert steps.count() == GENERATIONS
    height = page.locator("#reading").evaluate("node => node.scrollHeight")
    assert height <= 8 * 900
    unchanged = page.locator(".step.same-code")
    assert unchanged.count() == 7
    line_height = 24
    for step in unchanged.all():
        assert step.evaluate("node => node.querySelector('header').clientHeight") < 2 * line_height
    assert "acc 0.15" not in steps.nth(5).locator(".entry").first.inner_text(), "its head says it"
    assert steps.nth(5).locator(".wrong").inner_text() == "✗ corrected"
    assert page.locator(".step .wrong").count() == 1
    context.close()


def test_the_terminal_marks_what_is_corrected_and_says_a_head_once(generations: Project) -> None:
    lines = generations.exp("lineage", "convencdec_enc256x13dec128x5_05").splitlines()
    heads = [line for line in lines if line.startswith("convencdec")]
    assert heads[5] == "convencdec_enc256x13dec128x5_05  acc=0.15*  ✗ corrected"
    assert not any("✗" in head for head in heads[:5])
    assert f"  {THOUGHT[:40]}" in "\n".join(lines)
    assert not any(line.startswith("  convencdec") for line in lines)
    marked = [line for line in generations.exp("journal").splitlines() if "✗ corrected" in line]
    assert len(marked) == 1
