"""Whatever a repository or a remote holds, nothing of it runs: in pictures, notebooks, code, names,
on every screen and in the export.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from PIL import Image, PngImagePlugin

from tests.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import Viewer

EVIL = (
    "<script>window.bad=1</script>",
    "<img src=x onerror=window.bad=1>",
    "<svg onload=window.bad=1><foreignObject><body onload=window.bad=1></foreignObject></svg>",
    "'\"><iframe srcdoc='<script>parent.bad=1</script>'>",
    "</span></pre></script><script>window.bad=1</script>",
    "javascript:window.bad=1",
    "{{ 7 * 7 }}${7*7}",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.bad=1&gt;'>",
)


def _pictures(folder: Path) -> list[str]:
    """Pictures whose metadata would run, were it taken for HTML; their names likewise."""
    text = PngImagePlugin.PngInfo()
    for number, evil in enumerate(EVIL):
        text.add_text(f"Title{number}", evil)
        text.add_itxt(f"XML:com.adobe.xmp{number}", evil, zip=True)
    Image.new("RGB", (64, 40), "red").save(folder / "<img src=x onerror=bad=1>.png", pnginfo=text)
    exif = Image.Exif()
    exif[0x010E] = EVIL[1]
    exif[0x9286] = EVIL[0]
    out = io.BytesIO()
    Image.new("RGB", (64, 40), "blue").save(out, "JPEG", exif=exif, comment=EVIL[0].encode())
    (folder / "b.jpg").write_bytes(out.getvalue())
    # A GIF that is a script to whoever believes its end, and a PNG with a page behind it.
    Image.new("P", (64, 40)).save(folder / "c.gif", comment=EVIL[0].encode())
    (folder / "c.gif").write_bytes((folder / "c.gif").read_bytes() + b"=1;window.bad=1//")
    Image.new("RGB", (64, 41)).save(folder / "d.png")
    (folder / "d.png").write_bytes(
        (folder / "d.png").read_bytes() + b"<html><script>window.bad=1</script>"
    )
    return ["<img src=x onerror=bad=1>.png", "b.jpg", "c.gif", "d.png"]


def _notebook(number: int) -> str:
    """A notebook that is hostile in its code, its text, its outputs and its metadata."""
    cells = [
        {
            "cell_type": "markdown",
            "metadata": {EVIL[0]: EVIL[1]},
            "id": "a",
            "source": "\n".join(EVIL),
        },
        *(
            {
                "cell_type": "code",
                "metadata": {"tags": [evil]},
                "id": f"c{place}",
                "execution_count": 1,
                "source": f"# {evil}\ndef f{place}(x):\n    return '''{evil}''', {number}",
                "outputs": [
                    {
                        "output_type": "display_data",
                        "metadata": {},
                        "data": {
                            "text/html": evil,
                            "image/svg+xml": evil,
                            "application/javascript": "bad=1",
                        },
                    },
                    {"output_type": "error", "ename": evil, "evalue": evil, "traceback": [evil]},
                ],
            }
            for place, evil in enumerate(EVIL)
        ),
    ]
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"title": EVIL[0], "kernelspec": {"name": EVIL[1]}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def record_hostile_texts(project: Project) -> None:
    path = "<img src=x onerror=bad=1>.ipynb"
    for number, name in enumerate(("bad_1", "bad_2"), 1):
        project.write(path, _notebook(number))
        project.write("<script>.py", f"X = '{EVIL[3]}'\nY = {number}\n")
        project.exp("new", name, "-m", f"{name} acc 0.{number}\n" + "\n".join(EVIL))
        project.exp("image", "add", name, *_pictures(project.top))
        project.write("log.csv", f"step,{EVIL[1].replace(',', '')}\n0,1\n1,{number}\n")
        project.exp("series", "add", name, "log.csv")
    for evil in EVIL:
        project.exp("note", "bad_1", "-m", evil)
    project.exp("correct", "bad_1", "-m", EVIL[0])
    project.exp("filter", "add", "model", f"{path}::f0", "<script>.py")
    project.exp("topic", "add", "<img src=x onerror=bad=1>", "--ids", "bad_*", "-m", EVIL[2])


@pytest.fixture
def hostile_record(copy_project: CopyProject) -> Project:
    """Two trials and an entry for each evil text; a filter, a topic, code and names to match."""
    return copy_project(Project.begin, record_hostile_texts)


def _harmless(page: Page) -> None:
    page.wait_for_timeout(150)
    assert page.evaluate("window.bad") is None
    assert (
        page.locator(
            "iframe, object, embed, foreignObject, [onload], [onerror], [srcdoc], a[href^='javascript'], base, form[action]"
        ).count()
        == 0
    )
    assert page.locator("body script").count() == page.locator("body script[src]").count()


SCREENS = (
    "/",
    "/experiment/bad_1",
    "/lineup?id=bad_1&id=bad_2",
    "/lineage/bad_2",
    "/topics",
    "/topic/" + quote("<img src=x onerror=bad=1>"),
    "/search?q=" + quote("<script>"),
    "/search?q=" + quote("acc>" + EVIL[1]),
    "/filter?id=bad_1",
    "/filter?id=bad_1&name=" + quote("model"),
    "/experiment/" + quote(EVIL[1]),
)


def test_no_screen_runs_what_it_shows(
    hostile_record: Project, view: Callable[..., Viewer], own_page: Page
) -> None:
    viewer = view(hostile_record)
    dialogs: list[str] = []
    asked: list[str] = []
    own_page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    own_page.on("request", lambda request: asked.append(request.url))
    own_page.goto(viewer.address)
    for path in SCREENS:
        if "onerror%3Dwindow" in path:  # what is not there is an error in the console, and shall be
            answer = own_page.request.get(viewer.origin + path)
            assert EVIL[1] not in answer.text()
            continue
        own_page.goto(viewer.origin + path)
        _harmless(own_page)
        if path.startswith("/filter"):
            assert "window.bad" in own_page.locator("#source").inner_text()
    own_page.goto(viewer.origin)
    own_page.wait_for_selector("body[data-ready]")
    own_page.keyboard.press("k")
    for key in ("w", "u", "T"):
        own_page.keyboard.press(key)
        own_page.wait_for_timeout(200)
        _harmless(own_page)
        own_page.keyboard.press("Escape")
        own_page.keyboard.press("Escape")
        own_page.keyboard.press("k")
    assert not dialogs
    assert all(url.startswith((viewer.origin, "data:,")) for url in asked)


def test_a_picture_is_never_a_page(
    hostile_record: Project, view: Callable[..., Viewer], page: Page
) -> None:
    viewer = view(hostile_record)
    page.goto(viewer.address)
    for image in hostile_record.experiment("bad_1")["images"]:
        answer = page.request.get(f"{viewer.origin}/o/{image['object'].rpartition('/')[2]}")
        assert answer.headers["content-type"].startswith("image/")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_export_runs_nothing_of_it_either(
    hostile_record: Project, tmp_path: Path, own_page: Page
) -> None:
    folder = tmp_path / "out"
    hostile_record.exp("export", str(folder), "--filter", "model")
    asked: list[str] = []
    own_page.on("request", lambda request: asked.append(request.url))
    names = sorted(path.name for path in folder.glob("*.html"))
    assert len(names) >= 7
    data = sorted(path.stem for path in (folder / "data").iterdir())
    for name in [*names, f"lineage.html#{data[0]}", f"experiment.html#{data[0]}"]:
        own_page.goto(f"file://{folder}/{name}")
        _harmless(own_page)
    assert all(url.startswith((f"file://{folder}", "data:,")) for url in asked)
