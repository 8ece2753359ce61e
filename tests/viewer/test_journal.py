"""The journal screen in a real Chromium."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gitexp.record.write.entries import add_note
from tests.project import Project
from tests.viewer.conftest import png, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import Viewer


def record_forty_trials(project: Project) -> None:
    """Record two trials a day."""
    record = project.record()
    start = datetime.fromisoformat("2019-06-01T10:00:00+09:00")
    for number in range(40):
        text = f"tcn_{number:03d} acc 0.{500 + number}\n学習率を下げた {number} #tcn"
        add_note(record, (), text, at=start + timedelta(hours=12 * number))


def _open(page: Page, viewer: Viewer) -> None:
    page.goto(viewer.address)
    page.wait_for_selector("body[data-ready]")


def _cursor(page: Page) -> str:
    return page.locator(".card.cursor .id").inner_text()


@pytest.fixture
def forty_trials(copy_project: CopyProject) -> Project:
    """Forty trials, two a day."""
    return copy_project(Project.begin, record_forty_trials)


def test_the_newest_stands_in_view_before_any_script(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(view(forty_trials).address)
    card = page.locator("#field .card").last
    assert "tcn_039" in card.inner_text()
    assert "0.539" in card.inner_text()
    box = card.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 900


# How far the layout of a page shifted since it was opened.
SUM_UP_SHIFTS = """
window.shifts = 0;
const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
});
observer.observe({type: "layout-shift", buffered: true});
"""


def test_the_script_moves_nothing(
    forty_trials: Project, view: Callable[..., Viewer], own_page: Page
) -> None:
    own_page.add_init_script(SUM_UP_SHIFTS)
    _open(own_page, view(forty_trials))
    own_page.wait_for_timeout(400)
    assert own_page.evaluate("window.shifts") < 0.01
    assert own_page.url.endswith("/")


def test_a_slow_machine_moves_nothing(
    forty_trials: Project, view: Callable[..., Viewer], own_page: Page
) -> None:
    """Half of the page was shown first: what came after it pushed the stream away."""
    own_page.add_init_script(SUM_UP_SHIFTS)
    _open(own_page, view(forty_trials))
    devtools = own_page.context.new_cdp_session(own_page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 20})
    for _ in range(4):
        own_page.reload()
        own_page.wait_for_selector("body[data-ready]")
        assert own_page.evaluate("window.shifts") < 0.01


def test_every_key_of_the_journal(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    page.keyboard.press("k")
    assert _cursor(page) == "tcn_039"
    page.keyboard.press("k")
    assert _cursor(page) == "tcn_038"
    page.keyboard.press("j")
    assert _cursor(page) == "tcn_039"
    page.keyboard.press("g")
    until(page, "document.querySelector('.cursor .meta')")
    assert _cursor(page) == "tcn_000"
    page.keyboard.press("ArrowDown")
    assert _cursor(page) == "tcn_003"
    page.keyboard.press("Space")
    assert page.locator("#marked").inner_text() == "1 marked"
    page.keyboard.press("x")
    assert page.locator("#marked").inner_text() == ""
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog#card[open] h1")
    assert page.locator("dialog#card h1").inner_text() == "tcn_003"
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert _cursor(page) == "tcn_003"
    page.keyboard.press("?")
    assert "a new entry" in page.locator("dialog#keys").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press(":")
    page.keyboard.type("tcn_020")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cursor .meta")
    assert _cursor(page) == "tcn_020"
    page.wait_for_url("**/?id=tcn_020")
    page.reload()
    page.wait_for_selector(".cursor .meta")
    assert _cursor(page) == "tcn_020"
    page.keyboard.press("G")
    page.wait_for_selector("[data-n='39'].cursor")
    page.keyboard.press("Escape")
    assert page.locator(".cursor").count() == 0
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.wait_for_url("**/experiment/tcn_039")


def test_keys_are_letters_while_somebody_types(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    page.keyboard.press("n")
    page.keyboard.type("jk gG x?")
    assert page.locator("textarea").input_value() == "jk gG x?"
    assert page.locator(".cursor").count() == 0
    page.keyboard.press("Escape")
    page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', isComposing: true, bubbles: true}))"
    )
    page.locator("body").dispatch_event("keydown", {"key": "k", "isComposing": True})
    assert page.locator(".cursor").count() == 0


def test_an_entry_is_echoed_then_kept(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    page.keyboard.press("n")
    page.keyboard.type("gru_9 acc 0.9 #rnn\nマスクを直した")
    until(page, "document.getElementById('echo').textContent.includes('+ gru_9 acc=0.9')")
    assert len(forty_trials.json("list")) == 40
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".card[data-id='gru_9'] .meta")
    assert (
        forty_trials.experiment("gru_9")["entries"][0]["text"]
        == "gru_9 acc 0.9 #rnn\nマスクを直した"
    )
    assert page.locator(".pending").count() == 0
    box = page.locator(".card[data-id='gru_9']").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 901


@pytest.mark.provokes("status of 507")
def test_what_cannot_be_kept_stays_typed(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    page.route(
        "**/note",
        lambda route: route.fulfill(
            status=507, json={"error": "the disk is full", "hint": "free some space"}
        ),
    )
    page.keyboard.press("n")
    page.keyboard.type("gru_9 acc 0.9")
    page.keyboard.press("Control+Enter")
    until(
        page,
        "document.getElementById('echo').textContent.includes('the disk is full (free some space)')",
    )
    assert page.locator("textarea").input_value() == "gru_9 acc 0.9"
    assert page.locator(".pending").count() == 0


def test_what_others_record_appears(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    forty_trials.exp("note", "-m", "cnn_7 acc 0.61")
    page.wait_for_selector(".card[data-id='cnn_7']")
    forty_trials.exp("note", "tcn_039", "-m", "tcn_039 acc 0.1")
    until(page, "document.querySelector('.card[data-id=tcn_039] .metric').textContent === '0.1'")


def test_a_picture_is_pasted(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(forty_trials))
    page.keyboard.press("k")
    page.evaluate(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
            const clip = new DataTransfer();
            clip.items.add(new File([bytes], "<img src=x>.png", {type: "image/png"}));
            document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clip, bubbles: true}));
        }""",
        base64.b64encode(png(64)).decode(),
    )
    page.wait_for_selector(".card[data-id='tcn_039'] .thumb")
    (image,) = forty_trials.experiment("tcn_039")["images"]
    assert (image["width"], image["name"]) == (64, "<img src=x>.png")
    until(page, "document.querySelector('.card[data-id=tcn_039] .thumb').naturalWidth === 128")
    page.keyboard.press("3")
    until(page, "document.querySelector('.card[data-id=tcn_039] .thumb').naturalWidth === 320")
    box = page.locator(".card[data-id='tcn_039'] .thumb").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (320, 200), "large enough to read the axes of a plot"
    page.keyboard.press("2")
    until(page, "document.querySelector('.card[data-id=tcn_039] .thumb').naturalWidth === 128")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('dialog figure img')?.naturalWidth === 64")


@pytest.mark.parametrize("width", [360, 1280, 3840])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_any_screen(
    forty_trials: Project, view: Callable[..., Viewer], page: Page, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    _open(page, view(forty_trials))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    records = "[...document.querySelectorAll('#stream, #progress')]"
    height = page.evaluate(f"{records}.reduce((sum, node) => sum + node.offsetHeight, 0)")
    assert height / page.evaluate("innerHeight") >= 0.95
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(22, 23, 26)" if scheme == "dark" else "rgb(251, 250, 247)")


HOSTILE = (
    "<script>window.bad=1</script>",
    "<img src=x onerror=window.bad=1>",
    "[a](javascript:window.bad=1)",
    "![a](http://evil.example/x.png)",
    "<svg/onload=window.bad=1>",
    '"><iframe srcdoc="<script>parent.bad=1</script>">',
    "```\n</code></pre><script>window.bad=1</script>\n```",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u202c",
)


def test_hostile_text_does_nothing(
    begun: Project, view: Callable[..., Viewer], own_page: Page
) -> None:
    for number, text in enumerate(HOSTILE):
        begun.exp("note", "-m", f"bad_{number} acc 0.1\n{text}")
    begun.exp("tag", "bad_0", "<b>x")
    asked: list[str] = []
    own_page.on("request", lambda request: asked.append(request.url))
    viewer = view(begun)
    _open(own_page, viewer)
    for number in range(len(HOSTILE)):
        own_page.goto(f"{viewer.origin}/experiment/bad_{number}")
    assert own_page.evaluate("window.bad") is None
    own_page.goto(viewer.origin)
    own_page.wait_for_selector("#field.placed")
    assert own_page.evaluate("window.bad") is None
    assert (
        own_page.locator("#field script, #field iframe, #field svg, #field img[src='x']").count()
        == 0
    )
    assert own_page.locator("#field a[href^='javascript']").count() == 0
    assert all(url.startswith(viewer.origin) for url in asked if not url.startswith("data:"))
    assert "{{ 7 * 7 }}" in own_page.locator("#field").inner_text()


def test_a_stream_taller_than_a_browser_takes_is_shown_a_stretch_at_a_time(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    """The limit is put down to 3 chunks of 12; the stream has 40 posts, four chunks."""
    _open(page, view(forty_trials))
    page.evaluate(
        "import('/static/window.js').then(({Window}) => { Window.tallest = 3 * 4 * 206 + 1 })"
    )
    page.set_viewport_size({"width": 1280, "height": 500})
    until(page, "document.getElementById('field').offsetHeight <= 3 * 4 * 206")
    page.keyboard.press("g")
    page.wait_for_selector(".card.cursor[data-n='0'] .meta")
    _in_view(page, ".card.cursor")
    seen = []
    for _ in range(40):
        seen.append(_cursor(page))
        _in_view(page, ".card.cursor")
        page.keyboard.press("j")
    assert seen == [f"tcn_{number:03d}" for number in range(40)]
    page.mouse.move(600, 200)
    for _ in range(60):
        page.mouse.wheel(0, -200)
    page.wait_for_selector(".card[data-n='0'] .meta")
    until(page, "document.querySelector(\".card[data-n='0']\").getBoundingClientRect().top >= -1")
    for _ in range(60):
        page.mouse.wheel(0, 200)
    page.wait_for_selector(".card[data-n='39'] .meta")
    _in_view(page, ".card[data-n='39']")
    forty_trials.exp("note", "-m", "cnn_7 acc 0.61")
    page.wait_for_selector(".card[data-id='cnn_7']")
    _in_view(page, ".card[data-id='cnn_7']")


def _in_view(page: Page, what: str) -> None:
    """Wait until something stands in view, above the line."""
    until(
        page,
        f"(() => {{ const box = document.querySelector({what!r})?.getBoundingClientRect(); const line = document.getElementById('line');"
        " return box && box.top >= -1 && box.bottom <= line.getBoundingClientRect().top + 1 })()",
    )


def test_cards_have_three_sizes(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    viewer = view(forty_trials)
    _open(page, viewer)
    heights = []
    for key in "132":
        page.keyboard.press(key)
        heights.append(page.evaluate("document.querySelector('.card').offsetHeight"))
    assert heights == [92, 412, 206]
    page.keyboard.press("k")
    page.keyboard.press("1")
    assert _cursor(page) == "tcn_039"
    _in_view(page, ".card.cursor")
    page.goto(viewer.origin)
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("document.querySelector('.card').offsetHeight") == 92


def _drop(page: Page, where: str, files: list[tuple[str, str, bytes]]) -> None:
    """Drop files (name, type, bytes) on what a selector finds."""
    page.evaluate(
        """([where, files]) => {
            const carried = new DataTransfer();
            for (const [name, type, data] of files)
                carried.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name, {type}));
            for (const kind of ["dragover", "drop"])
                document.querySelector(where).dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        [where, [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]],
    )


@pytest.mark.provokes("status of 400")
def test_a_picture_is_dropped_where_it_belongs(
    forty_trials: Project, view: Callable[..., Viewer], page: Page
) -> None:
    forty_trials.git("config", "gitexp.maxImage", "4k")
    _open(page, view(forty_trials))
    page.keyboard.press("n")
    page.keyboard.type("書きかけ")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    _drop(
        page,
        ".card[data-id='tcn_037'] .body",
        [("曲線.png", "image/png", png(64)), ("two.png", "image/png", png(65))],
    )
    until(page, "document.querySelector('.card[data-id=tcn_037] .thumb')?.naturalWidth === 128")
    images: list[dict[str, str]] = []
    while len(images) < 2:  # the second may still be on its way
        images = forty_trials.experiment("tcn_037")["images"]
    assert {image["name"] for image in images} == {"曲線.png", "two.png"}
    assert forty_trials.experiment("tcn_039")["images"] == []
    assert page.locator(".over").count() == 0
    for name, data, reason in (
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not"),
        ("b.png", b"GIF", "not"),
    ):
        _drop(page, ".card[data-id='tcn_037']", [(name, "image/png", data)])
        until(page, f"document.querySelector('#echo.failed')?.textContent.includes({reason!r})")
        page.evaluate("document.getElementById('echo').textContent = ''")
    _drop(page, ".card[data-id='tcn_036']", [("big.png", "image/png", b"\0" * 5000)])
    until(page, "document.querySelector('#echo.failed')?.textContent.includes('MiB')")
    assert len(forty_trials.experiment("tcn_037")["images"]) == 2
    assert forty_trials.experiment("tcn_036")["images"] == []
    assert page.locator("textarea").input_value() == "書きかけ"
    _drop(page, "#line", [("where.png", "image/png", png(64))])
    until(
        page, "document.getElementById('echo').textContent.includes('choose an experiment first')"
    )


def test_a_card_does_not_repeat_its_head(
    begun: Project, view: Callable[..., Viewer], page: Page
) -> None:
    begun.exp("note", "-m", "tcn_1 acc 0.86\nhttps://gist.example/a1\nkernel 5 is enough")
    begun.exp("note", "-m", "tcn_2 acc 0.9, loss 0.3")
    begun.exp("correct", "tcn_2", "-m", "the mask was off")
    begun.exp("note", "-m", "tcn_3 acc 0.7")
    _open(page, view(begun))
    first = page.locator(".card[data-id='tcn_1']")
    assert first.locator(".body").inner_text().strip() == "kernel 5 is enough"
    assert first.locator(".wrong").count() == 0
    second = page.locator(".card[data-id='tcn_2']")
    assert second.locator(".entry.note").inner_text().strip() == "loss 0.3"
    assert second.locator("header .wrong").inner_text() == "✗ corrected"
    third = page.locator(".card[data-id='tcn_3']")
    assert third.locator("header .metric").inner_text() == "0.7"
    assert third.locator(".body").inner_text().strip() == ""
    page.keyboard.press("k")
    page.keyboard.press("w")
    assert "tcn_3 acc 0.7" in page.locator("#purpose").inner_text()


def record_short_posts(project: Project) -> None:
    """Record a trial with a thought, then forty of two words, then one with a thought."""
    record = project.record()
    start = datetime.fromisoformat("2019-06-01T10:00:00+09:00")
    thought = "\nThe width was halved, because the deeper layers had nothing to say any more."
    for number in range(42):
        words = thought if number in (0, 41) else "\nno better"
        text = f"tcn_{number:03d} acc 0.{500 + number}{words}"
        add_note(record, (), text, at=start + timedelta(hours=12 * number))


def test_posts_of_a_few_words_take_a_few_lines(
    copy_project: CopyProject, view: Callable[..., Viewer], page: Page
) -> None:
    _open(page, view(copy_project(Project.begin, record_short_posts)))
    short = page.locator(".card[data-id='tcn_040']")
    height = short.evaluate("node => node.getBoundingClientRect().height")
    line = short.locator(".entry").evaluate("node => parseFloat(getComputedStyle(node).lineHeight)")
    assert height < 3.5 * line
    assert short.locator(".entry p").is_visible()
    assert "no better" in short.inner_text()
    long = page.locator(".card[data-id='tcn_041']")
    assert long.evaluate("node => node.getBoundingClientRect().height") == 206
    assert page.evaluate("document.querySelector('#field').scrollHeight") <= 6 * 206, (
        "forty posts of two words take 14 slots, of three in a row"
    )
    page.keyboard.press("g")
    until(page, "document.querySelector('.cursor .meta')")
    visited = [_cursor(page)]
    for _ in range(4):
        page.keyboard.press("j")
        visited.append(_cursor(page))
    assert visited == [f"tcn_{number:03d}" for number in range(5)]
    page.keyboard.press("g")
    page.keyboard.press("ArrowDown")
    assert _cursor(page) == "tcn_007", "three slots on: one post, three, three"
    page.keyboard.press("ArrowUp")
    assert _cursor(page) == "tcn_000"
    for name in ("tcn_020", "tcn_041"):
        page.keyboard.press(":")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".card.cursor[data-id='{name}'] .meta")
    for size in "13":
        page.keyboard.press(size)
        until(page, "document.querySelector('.card[data-id=tcn_040] .entry p')")
        overflow = page.locator(".slot").evaluate_all(
            "nodes => nodes.filter(node => node.scrollHeight > node.clientHeight + 1).length"
        )
        assert overflow == 0
