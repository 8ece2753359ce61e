"""The line-up in a real Chromium: what fits, from a notebook of a thousand lines of code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from gitexp.render.terminal import measure_width
from tests.project import Project, notebook
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen

COUNT = 8
IDS = [f"convencdec_enc256x13dec128x{number}" for number in range(1, COUNT + 1)]
WORDS = (
    "マスクの入れ方を直した。これまでの結果は全部パディングを学んでいたことになる。"
    "学習率を下げても損失は変わらないので、原因は層の数ではなく畳み込みの窓だと思う。"
    "次は同じ設定で dropout だけを変えて、もう一度同じデータで試す。#tcn\n\n"
    "A second paragraph, which is far below the third line: nobody has to read it to line up."
)
LAYERS = 20
"""Functions of the notebook that each build a layer, of about 45 lines."""


def write_layer(number: int, version: int) -> str:
    """Return a function that differs in a line or two from version to version."""
    kernel = 3 + version if number % 5 == 0 else 3
    lines = [f"def build_block_{number:02}(inputs, lengths, filters=FILTERS, dilation={number}):"]
    lines.append(f"    hidden = layers.Conv1D(filters, kernel_size={kernel})(inputs)")
    for step in range(40):
        lines.append(f"    hidden = layers.mask_{step}(hidden, lengths, dilation * {step + 1})")
    if number % 3 == version % 3:
        name = f"層_{number}_{version}_とても長い名前で折り返される"
        long = f"padding='causal', kernel_regularizer=regularizers.l2({version}e-4), name='{name}'"
        lines.append(
            f"    hidden = layers.Conv1D(filters, 3, dilation_rate=dilation, {long})(hidden)"
        )
    if version > 3 and number == 4:
        lines.append("    hidden = layers.LayerNormalization()(hidden)  # 正規化")
    return "\n".join([*lines, "    return hidden"])


def write_notebook(version: int) -> str:
    """Return a notebook of about 1,000 lines of code, as it stood at a trial."""
    constants = [
        f"SETTING_{number} = {number * (version if number < 6 else 1)}" for number in range(12)
    ]
    blocks = [
        f"    outputs = build_block_{number:02}(outputs, lengths)" for number in range(LAYERS)
    ]
    if version % 2:
        blocks.reverse()
    model = ["def create_model(lengths):", "    outputs = embed(lengths, *SETTINGS)", *blocks]
    compiled = f"    return Model(outputs, learning_rate={version}e-3, clip={version % 3})"
    names = ", ".join(f"SETTING_{number}" for number in range(12))
    cells = [
        ("code", "\n".join([f"FILTERS = {64 * version}", *constants, f"SETTINGS = [{names}]"])),
        ("markdown", "# 層"),
        *(("code", write_layer(number, version)) for number in range(LAYERS)),
        ("code", "\n".join([*model, compiled])),
        ("code", f"model = create_model({version})\nmodel.fit(x_train, epochs={10 * version})"),
    ]
    return notebook(cells)


def record_long_trials(project: Project) -> None:
    """Record eight trials of a long notebook, each the parent of the next."""
    for number, name in enumerate(IDS, 1):
        project.write("train.ipynb", write_notebook(number))
        project.exp(
            "new", name, "-m", f"{name} acc 0.{number}7\n{WORDS}", "--at", f"2019-06-0{number}"
        )
        project.exp("metric", name, f"loss={number / 7:.3f}", "epochs=40")
        for file, size in ((f"run_{number}.png", (640, 480)), ("accuracy.png", (600, 400))):
            Image.new("RGB", size, (40 * number % 255, 90, 160)).save(project.top / file)
            project.exp("image", "add", name, file)
        rows = [f"{step},{number / (step + 1)},{step / 20},{number}" for step in range(20)]
        project.write("log.csv", "\n".join(["step,loss,acc,rate", *rows, ""]))
        project.exp("series", "add", name, "log.csv")
    project.exp("correct", IDS[2], "-m", "データを取り違えた", "--metric", "acc=0.21")
    project.exp("filter", "add", "model", "train.ipynb@create_model")


@pytest.fixture
def long_trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_long_trials)


@pytest.fixture
def open_screen(long_trials: Project, screens_of: Callable[[Project], OpenScreen]) -> OpenScreen:
    return screens_of(long_trials)


def address(count: int) -> str:
    return "/lineup?" + "&".join(f"id={name}" for name in IDS[:count])


def read_bottom(rows: Locator) -> float:
    """Return where the last of some rows ends, in pixels from the top of the window."""
    box = rows.last.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def measure_heights(page: Page) -> tuple[int, int]:
    """Return how tall all of the page is, and the window."""
    hidden = page.evaluate(
        "(({scrollHeight, clientHeight}) => scrollHeight - clientHeight)(document.querySelector('main'))"
    )
    height = page.evaluate("innerHeight")
    return height + hidden, height


def find_wide(page: Page) -> list[str]:
    """Return what is wider than the place it stands in, or scrolls inside of a cell."""
    wide: list[str] = page.evaluate(
        """() => [document.scrollingElement, document.querySelector('main'), ...document.querySelectorAll('td, td pre, td .entry')]
        .filter(node => node.scrollWidth > node.clientWidth + 1 || (node.matches('td *') && /auto|scroll/.test(getComputedStyle(node).overflow)))
        .map(node => node.outerHTML.slice(0, 200))"""
    )
    return wide


def test_the_notebook_is_as_long_as_real_ones(long_trials: Project) -> None:
    text = (long_trials.top / "train.ipynb").read_text(encoding="utf-8")
    assert 850 < text.count("\\n") < 1200


def test_five_are_understood_on_one_screen(open_screen: OpenScreen, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page = open_screen(address(5))
    until(page, "document.querySelectorAll('.lineup tr.code').length > 3")
    assert page.locator(".lineup thead .id").all_inner_texts() == IDS[:5]
    total, window = measure_heights(page)
    assert total <= 2 * window
    for rows in ("thead tr", "tr.numbers", "tr.words", "tr.images", "tr.plots", "tr.setting"):
        shown = page.locator(f".lineup {rows}:not([hidden])")
        assert shown.count() > 0, rows
        assert shown.locator("visible=true").count() == shown.count(), rows
        assert read_bottom(shown) <= window, rows
    assert page.locator("tr.setting:not([hidden])").count() == 8
    assert page.locator("tr.images:not([hidden])").count() == 1
    words = page.locator("tr.words td .telling")
    assert [word.evaluate("node => node.clientHeight") for word in words.all()] == [
        *(63, 63),
        42,
        *(63, 63),
    ]
    assert page.locator("thead .wrong").count() == 1


def test_two_to_six_columns_fit_the_width(open_screen: OpenScreen) -> None:
    for count in range(2, 7):
        page = open_screen(address(count))
        page.keyboard.press("O")
        until(page, "document.querySelectorAll('tr.code:not(.open)').length === 0")
        for row in ("words", "settings"):
            page.locator(f"tr[data-row='{row}'] button.fold").click()
        for width in (1280, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
            assert find_wide(page) == [], (count, width)
            box = page.locator("thead th").last.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= width, (count, width)


def test_more_columns_scroll_under_their_heads(open_screen: OpenScreen) -> None:
    page = open_screen(address(8))
    page.keyboard.press("O")
    until(page, "document.querySelectorAll('tr.code:not(.open)').length === 0")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    head, label = page.locator("thead th").last, page.locator("tr.words th")
    before, label_before = head.bounding_box(), label.bounding_box()
    assert before is not None
    assert label_before is not None
    assert before["x"] > 1280
    page.evaluate("document.querySelector('main').scrollTo(10_000, 400)")
    after, label_after = head.bounding_box(), label.bounding_box()
    assert after is not None
    assert label_after is not None
    assert after["x"] + after["width"] <= 1280
    assert after["y"] == before["y"]
    assert label_after["x"] == label_before["x"]


def test_rows_open_by_key_and_by_click(open_screen: OpenScreen) -> None:
    page = open_screen(address(3))
    row = page.locator("tr.code", has=page.get_by_role("button", name="create_model"))
    button = row.get_by_role("button")
    assert button.get_attribute("aria-expanded") == "false"
    assert re.fullmatch(r"\d+ changed.*", row.locator(".count").first.inner_text())
    assert row.locator("pre:visible").count() == 0
    button.click()
    assert row.locator("pre:visible").count() > 0
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("o")
    assert button.get_attribute("aria-expanded") == "false"
    words = page.locator("tr.words")
    assert words.locator(".entry:visible").count() == 3
    page.locator("main").focus()
    for _ in range(40):
        page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("o")
    assert words.locator(".entry:visible").count() == 4, "the third has a correction"
    page.keyboard.press("=")
    until(page, "document.querySelector('.lineup').dataset.against === 'first'")
    assert words.locator(".entry:visible").count() == 4, "what is open stays open"
    assert page.locator(".turn").inner_text() == f"against {IDS[0]}"


def test_pictures_are_stepped_through(open_screen: OpenScreen) -> None:
    page = open_screen(address(3))
    row = page.locator("tr.images:not([hidden])")
    names = []
    for _ in range(6):
        names.append(row.locator("th").inner_text().split("\n")[:2])
        page.keyboard.press("]")
    assert [name for name, _ in names[:4]] == [
        "accuracy.png",
        "run_1.png",
        "run_2.png",
        "run_3.png",
    ]
    assert names[0] == names[4]
    assert names[1][1].startswith("2 of 4")
    page.keyboard.press("[")
    page.keyboard.press("[")
    assert row.locator("th").inner_text().startswith("accuracy.png")
    row.locator("button.step").last.click()
    assert row.locator("th").inner_text().startswith("run_1.png")
    assert row.locator("td").nth(1).get_by_role("img", name="none").count() == 1


def test_the_help_names_the_keys(open_screen: OpenScreen) -> None:
    page = open_screen(address(2))
    page.keyboard.press("?")
    keys = page.locator("#keys dt").all_inner_texts()
    assert {"o", "O", "[", "]", "="} <= {key.strip() for text in keys for key in text.split()}


@pytest.mark.parametrize("columns", [80, 120, 200])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_no_line_of_the_terminal_is_wider(long_trials: Project, columns: int, count: int) -> None:
    for options in ((), ("--first",), ("--all",)):
        text = long_trials.exp("compare", *IDS[:count], *options, COLUMNS=str(columns))
        lines = text.splitlines()
        assert max(map(measure_width, lines)) <= columns, options
        places = [text.index(word) for word in ("acc", "マスク", "accuracy.png", "FILTERS")]
        assert places == sorted(places), "the order of the page"
        if "--all" not in options:
            assert len(lines) <= 60 * (1 if "│" in text else count)
