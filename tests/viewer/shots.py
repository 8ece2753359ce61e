"""Screenshots of each screen for docs/viewer.md, from the demo: ``python -m
tests.viewer.shots``.

``python -m tests.viewer.shots FOLDER`` writes each screen at three widths, light and dark, to look
at.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SCREENS = {
    "journal": "/",
    "lineup": "/lineup?id=attention&id=tcn_drop02&id=tcn_drop05",
    "lineage": "/lineage/tcn_level6_drop02",
    "topic": "/topic/tcn",
    "search": "/search?q=mask+or+acc%3E0.8",
    "filter": "/filter?id=tcn_drop02&name=model",
    "experiment": "/experiment/tcn_filter10",
}


SIZES = ((1280, 800), (1440, 900), (2560, 1440))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def view_demo(folder: Path) -> Iterator[str]:
    """Serve a demo made in `folder`; give the first address, which holds the token."""
    demo = folder / "demo"
    exp = [sys.executable, "-m", "gitexp"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*exp, "demo", str(demo)], check=True, stdout=subprocess.DEVNULL, env=env)
    viewer = subprocess.Popen(
        [*exp, "view", "--no-browser"], cwd=demo, stdout=subprocess.PIPE, text=True, env=env
    )
    assert viewer.stdout is not None
    try:
        yield viewer.stdout.readline().strip()
    finally:
        viewer.send_signal(signal.SIGINT)
        viewer.wait(timeout=20)


def write_screens(page: Page, origin: str, files: dict[str, Path]) -> None:
    """Write a picture of 256 colours of each screen."""
    for screen, file in files.items():
        page.goto(origin + SCREENS[screen])
        page.wait_for_timeout(600)
        page.screenshot(path=file)
        Image.open(file).convert("P", palette=Image.Palette.ADAPTIVE).save(file, optimize=True)


def main() -> None:
    """Write docs/screens/NAME.png, or each size and theme into the folder that is said."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens"
    folder.mkdir(exist_ok=True, parents=True)
    sizes, themes = (SIZES, THEMES) if len(sys.argv) > 1 else (SIZES[:1], THEMES[:1])
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        with view_demo(Path(name)) as address:
            context = browser.new_context()
            context.new_page().goto(address)
            cookies = context.storage_state()
            for size in sizes:
                for theme in themes:
                    ending = f"-{size[0]}-{theme}" if len(sys.argv) > 1 else ""
                    files = {screen: folder / f"{screen}{ending}.png" for screen in SCREENS}
                    page = browser.new_page(
                        viewport={"width": size[0], "height": size[1]},
                        color_scheme=theme,
                        storage_state=cookies,
                    )
                    write_screens(page, address.partition("/?")[0], files)
                    page.close()
        browser.close()


if __name__ == "__main__":
    main()
