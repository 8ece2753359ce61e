"""A viewer in a process of its own, and a real Chromium before it."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from tests.viewer.forked import ForkedViewer
from tests.viewer.tab import Tab, open_context, watch_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.project import Project


@dataclass
class Viewer:
    """``git exp view`` under way; ``address`` opens it once."""

    process: ForkedViewer
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]


@pytest.fixture
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Viewer]]:
    processes: list[ForkedViewer] = []

    def start(project: Project, *args: str) -> Viewer:
        fifo = tmp_path_factory.mktemp("viewer") / "output"
        process = ForkedViewer(project.top, list(args), fifo)
        processes.append(process)
        return Viewer(process, process.read_line())

    yield start
    for process in processes:
        output = process.stop()
        assert "Traceback" not in output, output


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed: apt-get install chromium")
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Tab]:
    tab = Tab(browser)
    yield tab
    tab.close()


@pytest.fixture
def page(tab: Tab, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose errors and refused scripts fail the test.

    ``@pytest.mark.provokes(TEXT, ...)`` names errors of the console that the test is about: each
    must come. All tests of a session use one tab after the other: a new one is a new window of
    Chromium, which costs more than most tests.
    """
    try:
        with watch_errors(tab.open(), request) as page:
            yield page
    finally:
        tab.leave()


@pytest.fixture
def own_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a new window, for a test that changes its page in ways that cannot be undone."""
    context = open_context(browser)
    try:
        with watch_errors(context.new_page(), request) as page:
            yield page
    finally:
        context.close()


OpenScreen = Callable[[str], "Page"]


@pytest.fixture
def screens_of(view: Callable[..., Viewer], page: Page) -> Callable[[Project], OpenScreen]:
    """Give a project, get what opens a screen of it by its address."""

    def start(project: Project) -> OpenScreen:
        viewer = view(project)
        page.goto(viewer.address)

        def open_screen(path: str) -> Page:
            page.goto(viewer.origin + path)
            if path == "/":
                page.wait_for_selector("body[data-ready]")
            return page

        return open_screen

    return start


def open_client(viewer: Viewer) -> httpx.Client:
    """Return a browser that came with the token."""
    client = httpx.Client(
        base_url=viewer.origin, headers={"origin": viewer.origin}, timeout=60, follow_redirects=True
    )
    client.get(viewer.address).raise_for_status()
    return client


def png(width: int) -> bytes:
    """A picture of 40 lines."""
    out = io.BytesIO()
    Image.new("RGB", (width, 40), "red").save(out, "PNG")
    return out.getvalue()


def until(page: Page, expression: str) -> None:
    """Wait for an expression to hold.

    Playwright's own waiting evaluates text inside the page, which the policy forbids.
    """
    for _ in range(
        2000
    ):  # as long as Playwright itself waits, and longer where the machine is busy
        if page.evaluate(expression):
            return
        page.wait_for_timeout(15)
    raise AssertionError(f"never came true: {expression}")
