"""The viewer, the export and the pages of a clone to which no snapshot came."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

from gitexp.store.absent import FETCH_CODE, PUSH_CODE
from tests.clones import MODEL, PUSHED_BRANCHES, RULES, Pair, clone, make_first, make_pair, run_line
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.viewer.conftest import Viewer

NOT_HERE = "its code is not in this clone"


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return make_pair(tmp_path)


def open_client(viewer: Viewer) -> httpx.Client:
    client = httpx.Client(
        base_url=viewer.origin, headers={"origin": viewer.origin}, timeout=60, follow_redirects=True
    )
    client.get(viewer.address).raise_for_status()
    return client


def remedy_as_html() -> str:
    return FETCH_CODE.replace("'", "&#39;")


SCREENS = [
    ("/experiment/t2", "thought 3"),
    ("/lineup?id=t1&id=t2", "thought 2"),
    ("/lineup?id=t1&id=t2&against=parent", "thought 3"),
    ("/lineage/t2", "thought 2"),
]


def test_the_screens_say_whose_code_is_not_here_and_show_it_once_it_arrived(
    pair: Pair, view: Callable[..., Viewer]
) -> None:
    """In one and the same viewer: what it found missing it looks for again."""
    with closing(open_client(view(pair.second))) as client:
        assert "thought 2" in client.get("/").text
        for path, shown in SCREENS:
            answer = client.get(path)
            assert answer.status_code == 200
            assert NOT_HERE in answer.text, path
            assert remedy_as_html() in answer.text, path
            assert shown in answer.text
        assert client.get("/d", params={"id": ["t1", "t2"]}).json() == {"t1": "", "t2": ""}
        assert "t1" in client.get("/topic/tcn").text
        answer = client.get("/filter")
        assert answer.status_code == 404
        assert "the code of t1 and t2 is not in this clone" in answer.text
        run_line(pair.first, PUSH_CODE)
        run_line(pair.second, FETCH_CODE)
        for path, shown in SCREENS:
            answer = client.get(path)
            assert NOT_HERE not in answer.text, path
            assert FETCH_CODE not in answer.text
            assert shown in answer.text
        assert client.get("/d", params={"id": ["t2"]}).json() == {"t2": "1 line, SIZE"}
        assert client.get("/filter").status_code == 200


def test_the_filter_screen_opens_on_code_that_is_here(
    pair: Pair, view: Callable[..., Viewer]
) -> None:
    pair.second.write("model.py", MODEL.format(4))
    pair.second.exp("new", "mine")
    with closing(open_client(view(pair.second))) as client:
        screen = client.get("/filter", params={"name": "model"})
        assert screen.status_code == 200
        version = pair.second.json("show", "mine")["snapshots"][0]["commit"]
        assert f'data-version="{version}"' in screen.text
        assert f'data-anchor="{version}"' in screen.text, (
            "the version of the filter is not here, and no rule needs it"
        )
        values = {
            "rules": list(RULES),
            "version": version,
            "anchor": version,
            "path": "model.py",
            "name": "again",
        }
        seen = client.post("/filter/see", json=values).json()
        assert "3 kept" in seen["effect"]
        assert seen["effect"].count(NOT_HERE) == 2
        saved = client.post("/filter", json=values).json()
        assert saved == {"name": "again", "tip": pair.second.git("rev-parse", "gitexp").strip()}
        assert client.get("/filter", params={"id": "t1"}).status_code == 404


def test_the_screens_in_a_browser(pair: Pair, view: Callable[..., Viewer], page: Page) -> None:
    viewer = view(pair.second)
    page.goto(viewer.address)
    page.goto(viewer.origin + "/lineup?id=t1&id=t2")
    cells = page.locator(".lineup tr.constant td").all_inner_texts()
    assert cells.count(NOT_HERE) == 2
    page.goto(viewer.origin + "/lineage/t2")
    assert page.locator(".step .hidden").all_inner_texts() == [NOT_HERE, NOT_HERE]


def test_an_export_says_whose_code_is_not_here(pair: Pair, tmp_path: Path, page: Page) -> None:
    second = pair.second
    second.exp("filter", "add", "model", "model.py", "--at", "HEAD")
    second.write("model.py", MODEL.format(4))
    second.exp("new", "mine", "--parent", "t2")
    folder = tmp_path / "pages"
    said = second.exp("export", str(folder))
    assert said.startswith("3 experiments")
    assert "the code of t1 and t2 is not in this clone" in said
    page.goto(f"file://{folder}/index.html")
    for box in page.locator("article input").all():
        box.check()
    page.click("#compare")
    until(page, "document.querySelectorAll('.lineup tr').length > 2")
    assert page.locator(".lineup").inner_text().count(NOT_HERE) == 2
    files = {
        path.read_text().split('"id":"')[1].split('"')[0]: path.stem
        for path in folder.glob("data/*.js")
        if path.stem != "index"
    }
    page.goto(f"file://{folder}/lineage.html#{files['mine']}")
    until(page, "document.querySelectorAll('.step').length === 3")
    last = page.locator(".step").nth(2).inner_text()
    assert "the code of t2 is not in this clone" in last
    assert "SIZE = 4" in last


def test_an_export_takes_no_reason_for_html(tmp_path: Path, page: Page) -> None:
    """The name of a file comes from the record, and the record may come from anybody."""
    name = "<img src=x onerror=alert(1)>.py"
    first = make_first(tmp_path)
    first.write(name, MODEL.format(1))
    first.exp("filter", "add", "model", f"{name}:4-5")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    for number, trial in enumerate(("mine", "mine2"), 4):
        second.write(name, MODEL.format(number))
        second.exp("new", trial, "-m", trial)
    folder = tmp_path / "pages"
    second.exp("export", str(folder))
    page.goto(f"file://{folder}/index.html")
    for box in page.locator("article input").all():
        box.check()
    page.click("#compare")
    until(page, "document.querySelectorAll('.lineup tr').length > 2")
    assert f"no change can be shown: {name}:4-5" in page.locator(".lineup").inner_text()
    assert page.locator(".lineup img").count() == 0


def test_pages_of_code_that_is_elsewhere_stay_and_come_back(pair: Pair) -> None:
    first, second = pair.first, pair.second
    first.exp("pages", "--no-pin")
    first.git("push", "-q", "origin", "gitexp")
    second.git("fetch", "-q", "origin", "gitexp:gitexp")
    said = second.exp("pages")
    assert said.startswith("the pages are up to date\n")
    assert "the code of t1 and t2 is not in this clone" in said
    assert "→ 3" in second.git("show", "gitexp:pages/experiment/t2.md")
    second.exp("use", "t2")
    second.exp("note", "-m", "a second thought")
    second.exp("pages")
    text = second.git("show", "gitexp:pages/experiment/t2.md")
    assert "a second thought" in text
    assert "→ 3" not in text
    assert "written in a clone that does not have its code" in text
    assert "git fetch" not in text
    assert second.exp("pages").startswith("the pages are up to date")
    second.git("push", "-q", "origin", "gitexp")
    first.git("fetch", "-q", "origin", "gitexp:gitexp")
    first.exp("pages")
    text = first.git("show", "gitexp:pages/experiment/t2.md")
    assert "a second thought" in text
    assert "→ 3" in text
