"""A page of JupyterLab in Chromium: what was typed and executed is recorded, though nobody saved it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.bench.measure import launch_browser
from tests.project import ROOT, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.project import Project

TOKEN = "lab"
CELLS = [
    ("code", "FILTERS = 50"),
    ("code", "acc = 0.857"),
    ("code", "%load_ext gitexp"),
    ("code", "%keep lab_1 試した"),
]
PATIENCE = 120_000  # milliseconds, on a busy machine


@contextmanager
def start_lab(project: Project) -> Iterator[str]:
    """Start JupyterLab in a project and give the address of its notebook."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    lab = subprocess.Popen(
        command,
        cwd=project.top,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for_server(f"{address}/api?token={TOKEN}", lab)
        yield f"{address}/lab/tree/train.ipynb?token={TOKEN}&reset"
    finally:
        lab.terminate()
        lab.wait()


def wait_for_server(address: str, server: subprocess.Popen[bytes]) -> None:
    while True:
        assert server.poll() is None
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except OSError:
            time.sleep(0.2)


@pytest.mark.timeout(900)  # a server, a kernel and a browser start
def test_unsaved_cells_are_recorded_as_they_were_executed(begun: Project) -> None:
    content = json.loads(notebook(CELLS))
    content["metadata"]["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    begun.write("train.ipynb", json.dumps(content, indent=1))
    before = (begun.top / "train.ipynb").read_bytes()
    with start_lab(begun) as address, sync_playwright() as play:
        browser = launch_browser(play)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.type("FILTERS = 10")
        for number in range(1, len(CELLS) + 1):
            page.keyboard.press("Shift+Enter")
            page.locator(".jp-InputPrompt", has_text=f"[{number}]:").wait_for()
        kept = page.locator(".jp-OutputArea-output", has_text="+ lab_1 acc=0.857")
        kept.wait_for()
        browser.close()
    assert (begun.top / "train.ipynb").read_bytes() == before
    trial = begun.json("show", "lab_1")
    assert trial["entries"][0]["text"] == "試した"
    (snapshot,) = trial["snapshots"]
    recorded = begun.git("show", f"{snapshot['commit']}:train.ipynb")
    assert "FILTERS = 10" in recorded
    assert "FILTERS = 50" not in recorded
