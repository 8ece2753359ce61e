"""Screenshots of each screen for docs/viewer.md, from the demo: ``python -m
tests.viewer.shots``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.project import ROOT

SCREENS = {
    "journal": "/",
    "lineup": "/lineup?id=attention&id=tcn_drop02&id=tcn_drop05",
    "lineage": "/lineage/tcn_level6_drop02",
    "topic": "/topic/tcn",
    "search": "/search?q=mask+or+acc%3E0.8",
    "filter": "/filter?id=tcn_drop02&name=model",
    "experiment": "/experiment/tcn_filter10",
}


def main() -> None:
    """Write docs/screens/NAME.png, 256 colours each."""
    folder = ROOT / "docs" / "screens"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        demo = Path(name) / "demo"
        exp = [sys.executable, "-m", "gitexp"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([*exp, "demo", str(demo)], check=True, stdout=subprocess.DEVNULL, env=env)
        viewer = subprocess.Popen(
            [*exp, "view", "--no-browser"], cwd=demo, stdout=subprocess.PIPE, text=True, env=env
        )
        assert viewer.stdout is not None
        address = viewer.stdout.readline().strip()
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        for screen, path in SCREENS.items():
            page.goto(address.partition("/?")[0] + path)
            page.wait_for_timeout(600)
            file = folder / f"{screen}.png"
            page.screenshot(path=file)
            Image.open(file).convert("P", palette=Image.Palette.ADAPTIVE).save(file, optimize=True)
        browser.close()
        viewer.send_signal(signal.SIGINT)
        viewer.wait(timeout=20)


if __name__ == "__main__":
    main()
