"""Measure what writing and opening an export costs.

    python -m tests.bench.bench_export [EXPERIMENTS]

A record of 2,000 experiments is exported twice; then a real Chromium opens the first page from the
folder, beside a blank page in the same run; medians of several turns.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.bench.bench_viewer import time_paints
from tests.bench.measure import launch_browser, print_row, run_exp, seal, time_once
from tests.bench.years import make_years

if TYPE_CHECKING:
    from playwright.sync_api import Page


def main() -> None:
    """Print the table."""
    seal()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        top, folder = Path(name) / "years", Path(name) / "out"
        make_years(top, count)
        measure_writing(top, folder, count)
        blank = Path(name) / "blank.html"
        blank.write_text("<!doctype html><title>x</title><p>hello")
        browser = launch_browser(play)
        base = time_opening(browser.new_page(), blank)
        page = browser.new_page()
        last_month = max(folder.glob("2*.html"))
        for file in (folder / "index.html", last_month, folder / "topics.html"):
            print_row(file.name, time_opening(page, file), "blank page", base, "300 ms")
        browser.close()


def measure_writing(top: Path, folder: Path, count: int) -> None:
    """Time the first export and one into the same folder, and say how large it is."""
    for turn in ("exported", "again"):
        seconds = time_once(partial(run_exp, top, "export", str(folder))) / 1000
        print(f"{f'{count} experiments {turn}':44}{seconds:9.1f} s")
    megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    first_page = (folder / "index.html").stat().st_size / 1000
    print(f"{'in all':44}{megabytes:9.0f} MB, first page {first_page:.0f} kB")


def time_opening(page: Page, file: Path) -> float:
    """Return the median milliseconds until a file first paints something."""
    return time_paints(page, lambda: page.goto(f"file://{file}"))


if __name__ == "__main__":
    main()
