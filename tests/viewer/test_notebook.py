"""Cards in a real Jupyter kernel: HTML for the cell, text for everything else."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from gitexp.errors import NotFoundError, UsageError
from gitexp.viewer.notebook import show
from tests.project import ROOT, notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.project import Project


def test_a_cell_shows_a_card(begun: Project, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.exp("new", "tcn_10", "-m", "tcn_10 acc 0.6\n</iframe><script>alert(1)</script> 考え")
    Image.new("RGB", (40, 20), "red").save(begun.top / "loss.png")
    begun.exp("image", "add", "tcn_10", "loss.png")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cell = "from gitexp.viewer.notebook import show\nshow('tcn_10')"
    book = nbformat.reads(notebook([("code", cell)]), as_version=4)
    NotebookClient(
        book, resources={"metadata": {"path": str(begun.top)}}, kernel_name="python3", timeout=120
    ).execute()
    (output,) = book.cells[0].outputs
    assert output.data["text/plain"] == "tcn_10  acc=0.6"
    page.set_content(output.data["text/html"])
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "tcn_10"
    assert "考え" in frame.locator("main").inner_text()
    assert frame.locator("img").evaluate("node => node.naturalWidth") == 40
    assert "<script" not in unescape(output.data["text/html"])
    assert len(output.data["text/html"]) < 100_000


def test_what_cannot_be_shown(begun: Project) -> None:
    with pytest.raises(UsageError):
        show(folder=str(begun.top))
    with pytest.raises(NotFoundError):
        show("nowhere", folder=str(begun.top))
