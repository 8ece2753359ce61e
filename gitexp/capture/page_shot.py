"""A screenshot of a page, by an installed Chromium or Chrome and playwright."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gitexp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",),
    *("/Applications/Chromium.app/Contents/MacOS/Chromium",),
)
_WINDOW_WIDTH, _WINDOW_HEIGHT = 1280, 900
_PATIENCE = 20_000  # milliseconds until a page must be there
_QUIET_PATIENCE = 8_000
"""Milliseconds until the page has no more to load. TensorBoard loads its curves after the page."""

_LAST_MOVES = 700  # milliseconds in which curves finish their first move


def take_shot(address: str, variables: Mapping[str, str]) -> bytes:
    """Return a PNG of the page at an address, in a window of 1280 x 900 pixels.

    Raises UsageError without playwright, without a browser, and where the page cannot be opened.
    """
    try:
        from playwright.sync_api import Error, TimeoutError, sync_playwright
    except ImportError:
        raise UsageError("a screenshot needs playwright", "pip install 'gitexp[shot]'") from None
    browser_path = find_browser(variables)
    if browser_path is None:
        raise UsageError(
            "no Chromium or Chrome is installed", "install one: apt-get install chromium"
        )
    # Chromium refuses to seal itself off when it runs as root, as in containers.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=browser_path, args=arguments)
            window = browser.new_page(viewport={"width": _WINDOW_WIDTH, "height": _WINDOW_HEIGHT})
            window.goto(address, timeout=_PATIENCE)
            with suppress(TimeoutError):  # a page that never stops loading is shown as it is
                window.wait_for_load_state("networkidle", timeout=_QUIET_PATIENCE)
            window.wait_for_timeout(_LAST_MOVES)
            picture = window.screenshot(type="png")
            browser.close()
        except Error as error:
            reason = str(error).splitlines()[0]
            raise UsageError(
                f"'{address}' cannot be shown: {reason}",
                "start it first: tensorboard --logdir logs, then --url with its address",
            ) from None
    return picture


def find_browser(variables: Mapping[str, str]) -> str | None:
    """Return the path of an installed Chromium or Chrome."""
    for name in _BROWSERS:
        if Path(name).is_absolute():
            if Path(name).exists():
                return name
            continue
        path = shutil.which(name, path=variables.get("PATH"))
        if path is not None:
            return path
    return None
