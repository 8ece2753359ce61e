"""What opening an export of 2,000 experiments costs: ``python -m tests.bench.bench_export [EXPERIMENTS]``.

A real Chromium opens the first page from the folder, beside a blank page in the same run; medians of several turns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.bench.bench_viewer import TURNS, paint, row
from tests.bench.years import SEALED, years
from tests.project import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page


def main() -> None:
    """Print the table."""
    os.environ.update(SEALED)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        top, folder = Path(name) / "years", Path(name) / "out"
        years(top, count)
        for turn in ("exported", "again"):
            start = time.perf_counter()
            command = [sys.executable, "-m", "gitexp", "export", str(folder)]
            subprocess.run(
                command,
                cwd=top,
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            print(f"{f'{count} experiments {turn}':44}{time.perf_counter() - start:9.1f} s")
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(
            f"{'in all':44}{size / 1e6:9.0f} MB, first page {(folder / 'index.html').stat().st_size / 1000:.0f} kB"
        )
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        blank, page = browser.new_page(), browser.new_page()
        (Path(name) / "blank.html").write_text("<!doctype html><title>x</title><p>hello")
        hello = statistics.median(_paints(blank, f"file://{name}/blank.html"))
        months = sorted(path.name for path in folder.glob("2*.html"))
        for what in ("index.html", months[-1], "topics.html"):
            address = f"file://{folder}/{what}"
            row(what, statistics.median(_paints(page, address)), hello, "300 ms")
        browser.close()


def _paints(page: Page, address: str) -> list[float]:
    return [paint(page, lambda: page.goto(address)) for _ in range(TURNS)]


if __name__ == "__main__":
    main()
