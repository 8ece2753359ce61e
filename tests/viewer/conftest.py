"""A viewer in a process of its own, and a real Chromium before it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from tests.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.project import Project


@dataclass
class Viewer:
    """``git exp view`` under way; ``address`` opens it once."""

    process: subprocess.Popen[str]
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]


@pytest.fixture
def view() -> Iterator[Callable[..., Viewer]]:
    processes: list[subprocess.Popen[str]] = []

    def start(project: Project, *args: str) -> Viewer:
        process = subprocess.Popen(
            [sys.executable, "-m", "gitexp", "view", "--no-browser", *args],
            cwd=project.top,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        processes.append(process)
        assert process.stdout is not None
        return Viewer(process, process.stdout.readline().strip())

    yield start
    for process in processes:
        process.send_signal(signal.SIGINT)
        try:
            output, _ = process.communicate()
        finally:
            process.kill()
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


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose errors and refused scripts fail the test.

    ``@pytest.mark.provokes(TEXT, ...)`` names errors of the console that the test is about: each
    must come.
    """
    marker = request.node.get_closest_marker("provokes")
    provoked: tuple[str, ...] = marker.args if marker is not None else ()
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    yield page
    context.close()
    unexpected = [error for error in errors if not any(text in error for text in provoked)]
    assert not unexpected
    assert all(any(text in error for error in errors) for text in provoked), errors


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
