"""Measure what looking costs at 10,000 experiments.

    python -m tests.bench.bench_viewer [FOLDER]

FOLDER keeps the generated record for the next run. A real Chromium, each figure beside a blank
page's in the same run; medians of several turns. Frames are the time between two animation frames
while the page scrolls.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.bench.measure import (
    find_percentile,
    launch_browser,
    print_row,
    seal,
    start_viewer,
    time_once,
)
from tests.bench.years import make_years

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

TURNS = 5
_FCP = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
_SCROLL = """([selector, step, frames]) => new Promise(done => {
  const node = document.querySelector(selector); const spent = []; let last = performance.now(); let count = 0;
  const turn = now => { spent.push(now - last); last = now; node.scrollTop -= step;
    ++count < frames ? requestAnimationFrame(turn) : done(spent.slice(2)); };
  requestAnimationFrame(turn); })"""
# From the key, at any moment between two frames, to the first task after the frame that shows it.
_PAINTED = """const painted = (deed, shown) => new Promise(done => setTimeout(() => { const start = performance.now(); deed();
  const turn = () => requestAnimationFrame(() => { const after = new MessageChannel();
    after.port1.onmessage = () => shown() ? done(performance.now() - start) : turn(); after.port2.postMessage(0); });
  turn(); }, Math.random() * 20));
const press = key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));"""
_KEY = "key => { " + _PAINTED + " return painted(() => press(key), () => true); }"
# To an id typed into the box: until its head stands in view, until its card is loaded.
_JUMP = (
    "([id, part]) => { "
    + _PAINTED
    + """ const box = document.querySelector('#find input'); press(':'); box.value = id;
  return painted(() => box.form.requestSubmit(), () => document.querySelector(`.cursor[data-id='${id}'] ${part}`)); }"""
)
# What lines, other ones each time, leave of the last ten experiments.
_SEE = """async last => { const main = document.getElementById('filter'); const path = document.getElementById('path').value;
  const rules = [`${path}:3-${last}`];
  const body = JSON.stringify({rules, version: main.dataset.version, path, anchor: main.dataset.anchor});
  const start = performance.now();
  const answer = await fetch('/filter/see', {method: 'POST', body, headers: {'content-type': 'application/json'}});
  const told = await answer.json(); if (!told.effect) throw new Error(JSON.stringify(told)); return performance.now() - start; }"""
_BLANK = "<!doctype html><title>x</title><p>hello<div id=s style='height:90vh;overflow:auto'><div style='height:2000000px'></div></div>"


_FETCH = "path => fetch(path).then(answer => answer.text()).then(() => 0)"


def main() -> None:
    """Print the table."""
    seal()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "years"
        if not top.exists():
            make_years(top)
        browser = launch_browser(play)
        with start_viewer(top) as (address, process):
            measure(browser, address, process)
            browser.close()


def measure(browser: Browser, address: str, server: int) -> None:
    """Print all rows."""
    origin = address.partition("/?")[0]
    page = open_page(browser)
    page.goto(address)
    page.wait_for_timeout(3000)  # the stream is read, byte code is written
    blank = open_page(browser)
    base = time_paints(blank, lambda: blank.set_content(_BLANK))
    row = partial(print_row, base_name="blank page", base=base)
    row("first paint", time_paints(page, lambda: page.goto(origin)), budget="200 ms, 3x")
    measure_first_screen(page, origin)
    measure_scrolling(page, blank)
    measure_keys(page, row)
    measure_jumps(page, row)
    measure_screens(page, row)
    measure_filter(page, origin, row)
    measure_memory(browser, page, origin, server)


def open_page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 900})


def measure_first_screen(page: Page, origin: str) -> None:
    """Print what the first screen loads."""
    page.goto(origin)
    page.wait_for_timeout(1500)
    entries = "performance.getEntries().filter(e => e.transferSize !== undefined)"
    sizes = page.evaluate(f"{entries}.map(e => e.transferSize)")
    kilobytes = sum(sizes) / 1000
    print(f"{'first screen':44}{kilobytes:9.0f} kB in {len(sizes)} requests, budget 300 kB, 15")


def measure_scrolling(page: Page, blank: Page) -> None:
    """Print the frames of a slow and a fast scroll, beside those of a blank page."""
    for what, step in (("fling, 120 px a frame", 120), ("sweep, 5,000 px a frame", 5000)):
        blank_frames = blank.evaluate(_SCROLL, ["#s", -step, 200])
        page.evaluate("document.getElementById('stream').scrollTop = 0")
        frames = page.evaluate(_SCROLL, ["#stream", step, 200])
        slowest = find_percentile(frames)
        print_row(f"{what}: p95 frame", slowest, "blank page", find_percentile(blank_frames), "1x")
        print(
            f"{'dropped':44}{find_dropped(frames):9.1f} %  blank {find_dropped(blank_frames):.1f} %"
        )
    page.evaluate("document.getElementById('stream').scrollTop = 0")
    page.wait_for_timeout(500)


def find_dropped(frames: list[float]) -> float:
    """Return the share of frames, in percent, that came more than a frame late."""
    return sum(frame > 25 for frame in frames) / len(frames) * 100


def measure_keys(page: Page, row: Callable[..., None]) -> None:
    """Time a key that moves the cursor, until it is painted."""
    turns = [page.evaluate(_KEY, "k") for _ in range(60)]
    row("k to paint, p50", statistics.median(turns), budget="25 ms")
    row("k to paint, p95", find_percentile(turns), budget="50 ms")


def measure_jumps(page: Page, row: Callable[..., None]) -> None:
    """Time a jump to an id anywhere in the stream: until its head is painted, until its card is."""
    ids = page.evaluate("fetch('/i/0.json').then(answer => answer.json()).then(index => index.ids)")
    for what, part, first, budget in (
        ("jump to an id: id and metric", ".id", 3571, "33 ms"),
        ("jump to an id: the whole card", ".meta", 0, "100 ms"),
    ):
        turns = []
        for number in range(40):
            ident = ids[(first + number * 7919) % len(ids)]
            turns.append(page.evaluate(_JUMP, [ident, part]))
            page.wait_for_timeout(150)
        row(f"{what}, p50", statistics.median(turns), budget=budget)
        row(f"{what}, p95", find_percentile(turns))


def measure_screens(page: Page, row: Callable[..., None]) -> None:
    """Time what the server takes for other screens, asked again."""
    ids = list(page.evaluate("fetch('/ids?q=').then(answer => answer.json())"))
    lineup = "/lineup?part=1&" + "&".join(f"id={name}" for name in ids[:12])
    for what, path, budget in (
        ("line-up of 12", lineup, "300 ms"),
        ("search, first hits", "/search?part=1&q=kernel+acc%3E0.8", "30 ms"),
        ("lineage", f"/lineage/{ids[1]}", ""),
    ):
        page.evaluate(_FETCH, path)
        spent = [time_once(partial(page.evaluate, _FETCH, path)) for _ in range(TURNS)]
        row(what, statistics.median(spent), budget=budget)


def measure_filter(page: Page, origin: str, row: Callable[..., None]) -> None:
    """Time what chosen lines leave of the last ten experiments."""
    page.goto(f"{origin}/filter")
    page.wait_for_timeout(1000)
    spent = [page.evaluate(_SEE, number) for number in range(10, 10 + TURNS)]
    row("filter, its effect on ten experiments", statistics.median(spent), budget="200 ms")


def measure_memory(browser: Browser, page: Page, origin: str, server: int) -> None:
    """Print the memory of renderer and server after three sweeps through the stream."""
    page.goto(origin)
    page.wait_for_timeout(1000)
    to_the_top = (
        "const s = document.getElementById('stream'); s.scrollTop = -s.scrollHeight; s.scrollTop"
    )
    for _ in range(3):
        page.evaluate(to_the_top)
        page.evaluate(_SCROLL, ["#stream", -5000, 200])
        page.wait_for_timeout(300)
    renderer, resident = read_renderer_memory(browser), read_memory(server, "status", "VmRSS")
    print(f"{'renderer after three sweeps, proportional':44}{renderer:9.0f} MiB budget 300 MiB")
    print(f"{'server, resident':44}{resident:9.0f} MiB budget 300 MiB")


def read_memory(process: int, file: str, key: str) -> float:
    """Return MiB of a process, as the kernel counts it."""
    lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"{key}:"))
    return int(line.split()[1]) / 1024


def read_renderer_memory(browser: Browser) -> float:
    """Return MiB of the largest process that draws a page, shared memory divided."""
    system = browser.new_browser_cdp_session()
    processes = system.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    return max(read_memory(process, "smaps_rollup", "Pss") for process in renderers)


def time_paint(page: Page, load: Callable[[], Any]) -> float:
    """Return the milliseconds until a load first paints something."""
    load()
    page.wait_for_timeout(400)
    return float(page.evaluate(_FCP))


def time_paints(page: Page, load: Callable[[], Any]) -> float:
    """Return the median milliseconds of several paints."""
    return statistics.median(time_paint(page, load) for _ in range(TURNS))


if __name__ == "__main__":
    main()
