"""What looking costs at 10,000 experiments: ``python -m tests.bench.bench_viewer [FOLDER]``, FOLDER keeps the generated record.

A real Chromium, each figure beside a blank page's in the same run. Medians of several turns; frames are the time between two
animation frames while the page scrolls.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.bench.years import SEALED, years
from tests.project import ROOT

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
# From the key, at any moment between two frames, to the first task after the frame that shows what it did.
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


def main() -> None:
    """Print the table."""
    os.environ.update(SEALED)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        top = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "years"
        if not top.exists():
            years(top)
        command = [sys.executable, "-m", "gitexp", "view", "--no-browser"]
        viewer = subprocess.Popen(
            command,
            cwd=top,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert viewer.stdout is not None
        address = viewer.stdout.readline().strip()
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        try:
            measure(browser, address, viewer.pid)
        finally:
            browser.close()
            viewer.send_signal(signal.SIGINT)
            viewer.wait(timeout=30)


def measure(browser: Browser, address: str, server: int) -> None:
    """All rows."""
    origin = address.partition("/?")[0]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_timeout(3000)  # the stream is read, byte code is written
    blank = browser.new_page(viewport={"width": 1280, "height": 900})
    hello = statistics.median(paint(blank, lambda: blank.set_content(_BLANK)) for _ in range(TURNS))
    row(
        "first paint",
        statistics.median(paint(page, lambda: page.goto(origin)) for _ in range(TURNS)),
        hello,
        "200 ms, 3x",
    )
    bytes_and_requests(page, origin)
    for what, step in (("fling, 120 px a frame", 120), ("sweep, 5,000 px a frame", 5000)):
        bare = blank.evaluate(_SCROLL, ["#s", -step, 200])
        page.evaluate("document.getElementById('stream').scrollTop = 0")
        frames = page.evaluate(_SCROLL, ["#stream", step, 200])
        row(f"{what}: p95 frame", percentile(frames), percentile(bare), "1x")
        dropped, base = (
            sum(frame > 25 for frame in each) / len(each) * 100 for each in (frames, bare)
        )
        print(f"{'dropped':44}{dropped:9.1f} %  blank {base:.1f} %")
    page.evaluate("document.getElementById('stream').scrollTop = 0")
    page.wait_for_timeout(500)
    turns = [page.evaluate(_KEY, "k") for _ in range(60)]
    row("k to paint, p50", statistics.median(turns), hello, "25 ms")
    row("k to paint, p95", percentile(turns), hello, "50 ms")
    every = page.evaluate(
        "fetch('/i/0.json').then(answer => answer.json()).then(index => index.ids)"
    )
    for part, what, budget in (
        (".id", "jump to an id: id and metric", "33 ms"),
        (".meta", "jump to an id: the whole card", "100 ms"),
    ):
        turns = []
        for number in range(40):
            turns.append(
                page.evaluate(
                    _JUMP, [every[(number * 7919 + (part == ".id") * 3571) % len(every)], part]
                )
            )
            page.wait_for_timeout(150)
        row(f"{what}, p50", statistics.median(turns), hello, budget)
        row(f"{what}, p95", percentile(turns), hello, "")
    for what, path in (
        (
            "line-up of 12",
            "/lineup?part=1&" + "&".join(f"id={name}" for name in some_ids(page, 12)),
        ),
        ("search, first hits", "/search?part=1&q=kernel+acc%3E0.8"),
        ("lineage", f"/lineage/{some_ids(page, 2)[1]}"),
    ):
        page.evaluate("path => fetch(path).then(answer => answer.text()).then(() => 0)", path)
        spent = []
        for _ in range(TURNS):
            start = time.perf_counter()
            page.evaluate("path => fetch(path).then(answer => answer.text()).then(() => 0)", path)
            spent.append((time.perf_counter() - start) * 1000)
        row(
            what,
            statistics.median(spent),
            hello,
            {"line-up of 12": "300 ms", "search, first hits": "30 ms"}.get(what, ""),
        )
    page.goto(f"{origin}/filter")
    page.wait_for_timeout(1000)
    spent = [page.evaluate(_SEE, number) for number in range(10, 10 + TURNS)]
    row("filter, its effect on ten experiments", statistics.median(spent), hello, "200 ms")
    page.goto(origin)
    page.wait_for_timeout(1000)
    for _ in range(3):
        page.evaluate(
            "const s = document.getElementById('stream'); s.scrollTop = -s.scrollHeight; s.scrollTop"
        )
        page.evaluate(_SCROLL, ["#stream", -5000, 200])
        page.wait_for_timeout(300)
    print(
        f"{'renderer after three sweeps, proportional':44}{renderer(browser):9.0f} MiB budget 300 MiB"
    )
    print(f"{'server, resident':44}{memory(server, 'status', 'VmRSS'):9.0f} MiB budget 300 MiB")


def memory(process: int, file: str, key: str) -> float:
    """MiB of a process, as the kernel counts it."""
    lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key + ":")).split()[1]) / 1024


def renderer(browser: Browser) -> float:
    """MiB of the largest process that draws a page, its share of what processes have in common."""
    system = browser.new_browser_cdp_session()
    found = system.send("SystemInfo.getProcessInfo")["processInfo"]
    return max(
        memory(one["id"], "smaps_rollup", "Pss") for one in found if one["type"] == "renderer"
    )


def paint(page: Page, load: Callable[[], Any]) -> float:
    """First contentful paint of a load, milliseconds."""
    load()
    page.wait_for_timeout(400)
    return float(page.evaluate(_FCP))


def bytes_and_requests(page: Page, origin: str) -> None:
    """What the first screen loads."""
    page.goto(origin)
    page.wait_for_timeout(1500)
    sizes = page.evaluate(
        "performance.getEntries().filter(e => e.transferSize !== undefined).map(e => e.transferSize)"
    )
    print(
        f"{'first screen':44}{sum(sizes) / 1000:9.0f} kB in {len(sizes)} requests, budget 300 kB, 15"
    )


def some_ids(page: Page, count: int) -> list[str]:
    """The newest ids."""
    return list(page.evaluate("fetch('/ids?q=').then(answer => answer.json())"))[:count]


def percentile(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[int(len(values) * 0.95)]


def row(what: str, milliseconds: float, base: float, budget: str) -> None:
    """One row of the table."""
    print(
        f"{what:44}{milliseconds:9.1f} ms {milliseconds / base:7.2f} x blank page     budget {budget}",
        flush=True,
    )


if __name__ == "__main__":
    main()
