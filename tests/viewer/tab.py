"""One tab of Chromium that test after test uses, as new as it can be for each."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

VIEWPORT = {"width": 1280, "height": 900}
# An address of loopback, as that of the viewer: Chromium keeps the process that draws the pages.
BETWEEN_TESTS = "http://127.0.0.1/between-tests"


def open_context(browser: Browser) -> BrowserContext:
    """Return a new profile of the browser."""
    return browser.new_context(
        viewport=VIEWPORT,  # type: ignore[arg-type]
        permissions=["clipboard-read", "clipboard-write"],
    )


@contextmanager
def watch_errors(page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Fail where the page had other errors than those that the test is marked to provoke."""
    marker = request.node.get_closest_marker("provokes")
    provoked: tuple[str, ...] = marker.args if marker is not None else ()
    errors: list[str] = []

    def note_error(error: Error) -> None:
        errors.append(str(error))

    def note_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("pageerror", note_error)
    page.on("console", note_message)
    yield page
    page.title()  # what was said before this answer has arrived now
    page.remove_listener("pageerror", note_error)
    page.remove_listener("console", note_message)
    unexpected = [error for error in errors if not any(text in error for text in provoked)]
    assert not unexpected
    assert all(any(text in error for error in errors) for text in provoked), errors


class Tab:
    """The tab; a new window takes its place where it came to harm."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None

    def open(self) -> Page:
        """Return the page, which shows nothing yet."""
        if self._page is None:
            context = open_context(self._browser)
            self._page = context.new_page()
        return self._page

    def leave(self) -> None:
        """Take away all that a test left: what is shown and stored, cookies, routes, sizes."""
        from playwright.sync_api import Error

        page = self.open()
        try:
            page.context.set_offline(False)
            page.unroute_all()
            for other in page.context.pages:
                if other != page:
                    other.close()
            page.evaluate("try { localStorage.clear(); sessionStorage.clear() } catch {}")
            page.route(
                BETWEEN_TESTS, lambda route: route.fulfill(body="", content_type="text/html")
            )
            page.goto(BETWEEN_TESTS)
            page.unroute(BETWEEN_TESTS)
            page.context.clear_cookies()
            page.emulate_media(color_scheme="null")
            page.mouse.move(-1, -1)
            if page.viewport_size != VIEWPORT:
                page.set_viewport_size(VIEWPORT)  # type: ignore[arg-type]
        except Error:
            self.close()

    def close(self) -> None:
        """Close the window, if one is open."""
        if self._page is not None:
            self._page.context.close()
            self._page = None
