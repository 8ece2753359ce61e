"""The static export, opened from a folder in a real Chromium without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.project import Project
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.templates import CopyProject


def record_three_trials(project: Project) -> None:
    project.exp("filter", "add", "model", "layers.py")
    for number, name in enumerate(("基準_GRU", "tcn_10", "tcn_20"), 1):
        project.write("layers.py", f"FILTERS = {number}\nKERNEL = 3\n")
        project.exp(
            "new",
            name,
            "-m",
            f"{name} acc 0.{number}\n考え {number} #tcn",
            "--at",
            f"2019-0{4 + number}-01 10:00",
        )
        Image.new("RGB", (40, 20), (number, 0, 0)).save(project.top / "loss.png")
        project.exp("image", "add", name, "loss.png")
    project.exp(
        "correct",
        "tcn_10",
        "-m",
        "取り違え</script><script>alert(1)</script>",
        "--at",
        "2019-07-02",
    )


@pytest.fixture
def three_trials(copy_project: CopyProject) -> Project:
    """Three trials, a month apart, with a picture each, and a correction."""
    return copy_project(Project.begin, record_three_trials)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_works_from_a_folder_without_a_network(
    three_trials: Project, tmp_path: Path, page: Page
) -> None:
    folder = tmp_path / "書き出し"
    assert (
        three_trials.exp("export", str(folder), "--no-pin")
        == f"3 experiments: {folder}/index.html\n"
    )
    page.context.set_offline(True)
    page.goto(f"file://{folder}/index.html")
    assert page.locator(".post .id").all_inner_texts() == [
        "tcn_10",
        "tcn_20",
        "tcn_10",
        "基準_GRU",
    ]  # the correction is the newest
    assert "考え 2" in page.locator(".post").nth(2).inner_text()
    assert (
        page.locator("img.small").first.evaluate("node => node.complete && node.naturalWidth") == 40
    )
    page.locator("article input").nth(1).check()
    page.locator("article input").nth(2).check()
    page.click("#compare")
    until(page, "document.querySelectorAll('.lineup tr').length > 3")
    assert page.locator(".lineup thead .id").all_inner_texts() == ["tcn_20", "tcn_10"]
    assert page.locator(".lineup tr").nth(1).inner_text().split() == ["acc", "0.3", "0.2*"]
    (changed,) = [
        row for row in page.locator(".lineup tr").all() if "FILTERS 2" in row.inner_text()
    ]
    # The same definition stands in the same row.
    assert changed.locator("ins").all_inner_texts() == ["3", "2"]
    assert "取り違え</script>" in page.locator(".lineup").inner_text()
    page.goto(f"file://{folder}/2019-07.html")
    page.locator("header a.faint").first.click()
    until(page, "document.querySelectorAll('.step').length === 3")
    assert [text.split()[0] for text in page.locator(".step h2").all_inner_texts()] == [
        "基準_GRU",
        "tcn_10",
        "tcn_20",
    ]
    assert "KERNEL = 3" in page.locator(".step").nth(0).inner_text()
    page.goto(f"file://{folder}/topics.html")
    page.click("text=tcn")
    assert page.locator(".row .id").all_inner_texts() == ["基準_GRU", "tcn_10", "tcn_20"]
    page.locator(".row .id").nth(1).click()
    until(page, "document.querySelector('.whole') !== null")
    assert page.locator(".whole h1").inner_text() == "tcn_10"


def test_the_line_up_of_a_folder_shows_what_the_viewer_shows(
    three_trials: Project, tmp_path: Path, page: Page
) -> None:
    for number, name in enumerate(("tcn_10", "tcn_20"), 1):
        Image.new("RGB", (40, 20), (0, number, 0)).save(three_trials.top / f"曲線_{number}.png")
        three_trials.exp("image", "add", name, f"曲線_{number}.png")
    three_trials.exp("export", str(tmp_path / "a"), "--no-pin")
    page.context.set_offline(True)
    page.goto(f"file://{tmp_path}/a/lineup.html?id=tcn_10&id=tcn_20")
    until(page, "document.querySelector('.lineup tr.code') !== null")
    rows = [row.inner_text().split() for row in page.locator(".lineup tr:visible").all()]
    assert ["FILTERS", "2", "3"] in rows
    assert not any("KERNEL" in row for row in rows), "what is the same in all is no row"
    # One row of pictures: of the name that both have first, then the newest.
    pictures = page.locator(".lineup tr.images")
    assert pictures.count() == 1
    assert pictures.locator("th").inner_text().split("\n")[0] == "loss.png"
    pictures.locator("button[aria-label='the next picture']").click()
    assert pictures.locator("th").inner_text().split("\n")[0] == "newest"
    assert [image.get_attribute("alt") for image in pictures.locator("img").all()] == [
        "tcn_10: 曲線_1.png",
        "tcn_20: 曲線_2.png",
    ]
    # Code is folded to counts, or open where it is as short as they are; a click on its name turns it.
    code = page.locator(".lineup tr.code").first
    was_open = code.locator(".opened").first.is_visible()
    code.locator("button.fold").click()
    assert code.locator(".opened").first.is_visible() is not was_open
    assert code.locator("button.fold").get_attribute("aria-expanded") == str(not was_open).lower()


def test_many_settings_are_opened_by_a_click(begun: Project, tmp_path: Path, page: Page) -> None:
    for trial in (1, 2):
        begun.write("conf.py", "".join(f"SIZE_{number} = {trial}\n" for number in range(10)))
        begun.exp("new", f"tcn_{trial}")
    begun.exp("filter", "add", "conf", "conf.py")
    begun.exp("export", str(tmp_path / "a"), "--no-pin")
    page.goto(f"file://{tmp_path}/a/lineup.html?id=tcn_1&id=tcn_2")
    until(page, "document.querySelector('.lineup tr.setting') !== null")
    assert page.locator("tr.setting:visible").count() == 8
    page.click("text=2 more differ")
    assert page.locator("tr.setting:visible").count() == 10


def test_the_same_record_gives_the_same_bytes(three_trials: Project, tmp_path: Path) -> None:
    three_trials.exp("export", str(tmp_path / "a"))
    three_trials.exp("export", str(tmp_path / "b"))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    three_trials.exp("rename", "tcn_20", "tcn_30")
    three_trials.exp("export", str(tmp_path / "a"))
    three_trials.exp("export", str(tmp_path / "c"))
    assert contents(tmp_path / "a") == contents(tmp_path / "c"), (
        "what is gone from the record is gone from the folder"
    )
    assert contents(tmp_path / "a") != contents(tmp_path / "b")


def test_no_link_leads_to_a_server(three_trials: Project, tmp_path: Path) -> None:
    three_trials.exp("export", str(tmp_path / "a"))
    texts = {
        name: data.decode("utf-8", "replace") for name, data in contents(tmp_path / "a").items()
    }
    assert any("topic-" in text for name, text in texts.items() if name.startswith("data/"))
    for name, text in texts.items():
        if name.endswith((".html", ".js")):
            assert not re.search(r"""(?:href|src)=[\\"']*/""", text), name


def test_a_part_of_the_record(three_trials: Project, tmp_path: Path) -> None:
    assert three_trials.exp("export", str(tmp_path / "a"), "--since", "2019-06-01").startswith(
        "2 experiments"
    )
    three_trials.exp("topic", "add", "one", "--ids", "tcn_10")
    assert three_trials.exp("export", str(tmp_path / "b"), "--topic", "one").startswith(
        "1 experiment:"
    )
    assert "考え 3" not in b"".join(contents(tmp_path / "b").values()).decode("utf-8", "replace")


def test_topics_are_those_of_the_filter_that_is_named(
    three_trials: Project, tmp_path: Path
) -> None:
    three_trials.exp("filter", "add", "kernel", "layers.py::KERNEL")
    three_trials.exp("parent", "tcn_20", "tcn_10")
    three_trials.exp("topic", "add", "one", "--ids", "tcn_*")
    pages = {}
    for name in ("model", "kernel"):
        three_trials.exp("export", str(tmp_path / name), "--topic", "one", "--filter", name)
        (page,) = (tmp_path / name).glob("topic-*.html")
        pages[name] = page.read_text(encoding="utf-8")
    assert ">FILTERS<" in pages["model"]
    assert "FILTERS" not in pages["kernel"]


def test_a_folder_that_is_something_else_is_left_alone(
    three_trials: Project, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("x")
    assert "is not empty and no export" in three_trials.fails(
        "export", str(tmp_path / "mine"), code=2
    )
    assert contents(tmp_path / "mine") == {"file": b"x"}
    assert "there is no topic" in three_trials.fails(
        "export", str(tmp_path / "new"), "--topic", "nope"
    )
    (tmp_path / "taken").write_text("x")
    assert "taken" in three_trials.fails("export", str(tmp_path / "taken"))


def test_an_empty_record_is_exported_too(begun: Project, tmp_path: Path) -> None:
    assert begun.exp("export", str(tmp_path / "a")).startswith("0 experiments")
    assert "nothing is written yet" in (tmp_path / "a/index.html").read_text(encoding="utf-8")
