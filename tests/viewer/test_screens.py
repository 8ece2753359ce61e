"""Line-up, lineage, topic, search and filter in a real Chromium: with the mouse, with the keys, and
what axe says of each.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from PIL import Image

from tests.project import Project
from tests.viewer.conftest import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.templates import CopyProject
    from tests.viewer.conftest import OpenScreen

CODE = "FILTERS = {0}\nKERNEL = 3\n\n\ndef encode(x):\n    x = conv(x, FILTERS)\n    return x[:, -1]\n\n\ndef unused(x):\n    return {0}\n"


def record_branched_trials(project: Project) -> None:
    for number, name in enumerate(("基準", "tcn_10", "tcn_20", "gru_1"), 1):
        project.write(
            "model.py",
            CODE.format(number).replace(
                "return x[:, -1]", "return x" if number > 1 else "return x[:, -1]"
            ),
        )
        parent = {"tcn_20": "tcn_10", "gru_1": "基準"}.get(name)
        project.exp(
            "new",
            name,
            *(("--parent", parent) if parent else ()),
            "-m",
            f"{name} acc 0.{number}\n考え {number} #tcn",
            "--at",
            f"2019-06-0{number}",
        )
        project.exp("metric", name, "loss=2")
        Image.new("RGB", (40 * number, 20)).save(project.top / "loss.png")
        project.exp("image", "add", name, "loss.png")
        project.write(
            "log.csv",
            "step,loss\n" + "".join(f"{step},{number / (step + 1)}\n" for step in range(20)),
        )
        project.exp("series", "add", name, "log.csv")
    project.exp("filter", "add", "model", "model.py::FILTERS", "model.py::encode")
    project.exp("correct", "tcn_20", "-m", "取り違え", "--metric", "acc=0.9")
    project.exp("topic", "write", "tcn", "-m", "masking matters")


@pytest.fixture
def branched_trials(copy_project: CopyProject) -> Project:
    """Four trials: a line of three and a side branch, with pictures, curves, a correction and a
    topic.
    """
    return copy_project(Project.begin, record_branched_trials)


@pytest.fixture
def open_screen(
    branched_trials: Project, screens_of: Callable[[Project], OpenScreen]
) -> OpenScreen:
    return screens_of(branched_trials)


def lineup_of(*names: str) -> str:
    return "/lineup?" + "&".join(f"id={quote(name)}" for name in names)


def columns(page: Page) -> list[str]:
    return page.locator(".lineup thead .id").all_inner_texts()


def test_a_line_up_lines_up(open_screen: OpenScreen) -> None:
    page = open_screen(lineup_of("基準", "tcn_10", "tcn_20"))
    assert columns(page) == ["基準", "tcn_10", "tcn_20"]
    assert page.locator(".lineup thead .turn").inner_text() == "each against its parent"
    rows = page.locator(".lineup tbody tr")
    heads = [text.split("\n")[0] for text in rows.locator("th").all_inner_texts()]
    assert heads[:6] == ["acc", "in all", "words", "loss.png", "curves", "FILTERS"]
    assert rows.nth(0).locator("td").all_inner_texts() == ["0.1", "0.2", "0.9* 0.3"]
    assert rows.nth(0).locator(".best").inner_text() == "0.9*"
    assert rows.nth(1).inner_text().split("\t")[-1].strip() == "loss 2"
    assert page.locator(".lineup thead .wrong").all_inner_texts() == ["✗ corrected"]
    widths = [
        image.evaluate("node => node.getBoundingClientRect().width")
        for image in page.locator(".images image").all()
    ]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.1)
    assert page.locator("polyline").count() == 3
    labels = page.locator(".plot-label").all_text_contents()
    assert labels == ["基準", "tcn_10", "tcn_20"]
    settings = page.locator("tr.setting", has=page.locator("th", has_text="FILTERS"))
    assert settings.locator("td").all_inner_texts() == ["1", "2", "3"]
    code = page.locator("tr.code", has=page.locator("th", has_text="as settings"))
    code.get_by_role("button").click()
    assert code.locator("td").nth(1).locator("ins").inner_text() == "2"
    encode = page.locator("tr.code", has=page.locator("th", has_text="encode"))
    assert [text.strip() for text in encode.locator("td").all_inner_texts()] == [
        "",
        "~return x[:, -1]",
        "–",
    ]
    assert "取り違え" in page.locator(".words").inner_text()
    head = page.locator(".lineup thead th").first
    before = head.bounding_box()
    page.locator("#lineup").evaluate("node => node.scrollTo(0, 300)")
    assert head.bounding_box() == before, "heads stay in view"


def test_columns_are_chosen_moved_added_and_taken_out(open_screen: OpenScreen) -> None:
    page = open_screen(lineup_of("基準", "tcn_10", "tcn_20"))
    page.keyboard.press("l")
    page.keyboard.press("L")
    until(
        page,
        "[...document.querySelectorAll('.lineup thead .id')].map(node => node.textContent).join() === '基準,tcn_20,tcn_10'",
    )
    assert columns(page) == ["基準", "tcn_20", "tcn_10"]
    assert page.url.endswith(lineup_of("基準", "tcn_20", "tcn_10").partition("?")[2])
    page.keyboard.press("x")
    until(page, "document.querySelectorAll('.lineup thead .id').length === 2")
    assert columns(page) == ["基準", "tcn_20"]
    page.keyboard.press("a")
    page.keyboard.type("gru_1")
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.lineup thead .id').length === 3")
    page.locator(".lineup thead th").nth(2).drag_to(page.locator(".lineup thead th").nth(0))
    until(page, "document.querySelector('.lineup thead .id').textContent === 'gru_1'")
    assert columns(page) == ["gru_1", "基準", "tcn_20"]
    page.locator("body").press("=")
    until(page, "document.querySelector('.lineup').dataset.against === 'parent'")
    assert "against=parent" in page.url
    page.go_back()
    until(page, "document.querySelector('.lineup').dataset.against === 'first'")
    assert columns(page) == ["gru_1", "基準", "tcn_20"]


def test_a_curve_is_read_where_it_is_pointed_at(open_screen: OpenScreen) -> None:
    page = open_screen(lineup_of("基準", "tcn_10"))
    box = page.locator("svg.plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 52 / 440 + 1, box["y"] + 100)
    until(page, "document.querySelector('.reading-of').textContent !== ''")
    assert page.locator(".reading-of").inner_text() == "基準 1 at 0   tcn_10 2 at 0"


def test_marks_in_the_journal_become_columns(open_screen: OpenScreen) -> None:
    page = open_screen("/")
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("g")
    for _ in range(2):
        page.keyboard.press("x")
        page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector(".lineup")
    assert columns(page) == ["基準", "tcn_10"]


def test_a_lineage_begins_in_full_and_goes_on_in_deltas(open_screen: OpenScreen) -> None:
    page = open_screen("/lineage/tcn_20")
    steps = page.locator(".step")
    assert steps.locator("h2").all_inner_texts() == ["基準", "tcn_10", "tcn_20"]
    gap = steps.nth(0).locator("details.gap").first
    assert "lines hidden" in gap.inner_text()
    assert "KERNEL" not in steps.nth(0).inner_text()
    gap.locator("summary").focus()
    page.keyboard.press("Enter")
    until(
        page, "document.querySelector('.step').innerText.includes('KERNEL')"
    )  # what is hidden is a key or a click away
    assert "def encode(x):" in steps.nth(0).inner_text()
    assert steps.nth(1).locator(".diff ins").all_inner_texts()[0] == "2"
    assert page.locator(".tree li").all_inner_texts() == [
        "基準 0.1",
        "gru_1 0.4",
        "tcn_10 0.2",
        "tcn_20 0.9*",
    ]
    assert page.locator(".tree .branch").all_inner_texts() == ["gru_1 0.4"]
    assert page.locator(".tree [aria-current]").inner_text() == "tcn_20"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/experiment/tcn_10")


def test_a_topic_gathers(open_screen: OpenScreen) -> None:
    page = open_screen("/topic/tcn")
    assert page.locator(".summary").inner_text() == "masking matters"
    assert page.locator(".row .id").all_inner_texts() == ["基準", "tcn_10", "tcn_20", "gru_1"]
    assert "1 line, FILTERS" in page.locator(".row").nth(2).inner_text()
    titles = page.locator(".members th").all_inner_texts()
    assert titles == ["experiment", "acc", "FILTERS", "last words", "picture"]
    cells = page.locator(".members .row").nth(2).locator("td")
    assert cells.all_inner_texts()[1:4] == ["0.9*", "3", "考え 3"]
    until(page, "document.querySelectorAll('.members img')[2].naturalWidth === 120")
    passages = page.locator(".passage .line").all_inner_texts()
    assert passages == [f"考え {number} #tcn" for number in (1, 2, 3, 4)]
    assert page.locator(".passage mark").all_inner_texts() == ["#tcn"] * 4
    page = open_screen("/topics")
    assert page.locator(".row").inner_text().startswith("tcn 4 experiments, 4 entries")


def test_search_as_one_types(open_screen: OpenScreen) -> None:
    page = open_screen("/search")
    until(page, "document.activeElement.tagName === 'INPUT'")
    page.keyboard.type("考え acc>0.15")
    until(page, "document.querySelectorAll('section.row').length === 3")
    assert page.locator(".row .id").all_inner_texts() == ["gru_1", "tcn_20", "tcn_10"]
    assert page.locator("mark").first.inner_text() == "考え"
    edges = page.locator(".hit .number").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect().right)"
    )
    assert len(set(edges)) == 1, "numbers stand in a column"
    assert page.locator(".hit .line").all_inner_texts() == [
        "考え 4 #tcn",
        "考え 3 #tcn",
        "考え 2 #tcn",
    ]
    assert "q=" in page.url
    page.keyboard.type(" or (")
    until(page, "document.querySelector('#found').textContent.includes('column')")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("取り違え")
    until(page, "document.querySelectorAll('section.row').length === 1")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/experiment/tcn_20")


def test_a_filter_is_made_with_the_mouse_and_seen_on_other_experiments(
    branched_trials: Project, open_screen: OpenScreen
) -> None:
    page = open_screen("/filter?id=tcn_10")
    page.select_option("#path", "model.py")
    until(page, "document.querySelectorAll('[data-n]').length === 11")
    page.locator("[data-n='5'] i").hover()
    page.mouse.down()
    page.locator("[data-n='7'] i").hover()
    page.mouse.up()
    assert [node.get_attribute("data-n") for node in page.locator(".chosen").all()] == [
        "5",
        "6",
        "7",
    ]
    page.keyboard.press("+")
    until(page, "document.querySelectorAll('.source .kept').length === 3")
    page.locator("[data-symbol='FILTERS']").click()
    until(page, "document.querySelectorAll('.source .kept').length === 4")
    assert page.locator("#rules li").all_inner_texts() == ["× model.py:5-7", "× model.py::FILTERS"]
    assert page.locator(".effect summary").all_inner_texts()[0].startswith("gru_1 4 kept, ")
    assert len(page.locator(".effect").all()) == 4
    assert page.locator("#hidden").inner_text() == "7 lines hidden"
    page.keyboard.press("s")
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#said').textContent === 'saved as mine'")
    assert {item["name"]: item["rules"] for item in branched_trials.json("filter", "list")}[
        "mine"
    ] == ["model.py:5-7", "model.py::FILTERS"]
    assert "FILTERS = 1" in branched_trials.exp("excerpt", "基準", "--filter", "mine")


@pytest.mark.provokes("status of 400")
def test_a_filter_by_keys_reach_and_what_cannot_be(open_screen: OpenScreen) -> None:
    page = open_screen("/filter?id=tcn_10")
    page.select_option("#path", "model.py")
    until(page, "document.querySelectorAll('[data-n]').length === 11")
    page.locator("#source").focus()
    for _ in range(5):
        page.keyboard.press("j")
    page.keyboard.press("r")
    until(page, "document.querySelectorAll('.source .kept').length === 4")
    assert "encode -> FILTERS" in (page.locator(".reasons").text_content() or "")
    page.keyboard.press("J")
    page.keyboard.press("-")
    until(page, "document.querySelectorAll('.source .kept').length === 2")
    page.keyboard.press("u")
    page.keyboard.press("u")
    until(page, "document.querySelectorAll('.source .kept').length === 0")
    page.keyboard.press("s")
    page.keyboard.type("a b")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#said').textContent.includes('cannot name a filter')")


SCREENS = (
    "/",
    lineup_of("基準", "tcn_10", "tcn_20"),
    "/lineage/tcn_20",
    "/topic/tcn",
    "/topics",
    "/search?q=%E8%80%83",
    "/filter?id=tcn_10",
    "/experiment/tcn_20",
)


# As it opens; with the box for a correction; with the list of keys; with pictures in one place.
KEYS = ("", "kw", "?", "b")

# A scheme changes colours alone: of a dark screen, axe is asked what has to do with colours.
RULES_OF_SCHEME = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "dark": ["color-contrast", "link-in-text-block"],
}

# Nothing has changed for a while, longer than the transitions of the style sheet take.
UNTIL_SETTLED = """() => new Promise(resolve => {
    let timer;
    const watcher = new MutationObserver(() => wait());
    const end = () => { watcher.disconnect(); resolve(); };
    const wait = () => { clearTimeout(timer); timer = setTimeout(end, 150); };
    watcher.observe(document, {attributes: true, characterData: true, childList: true, subtree: true});
    wait();
})"""


def find_violations(page: Page, scheme: str) -> list[tuple[str, list[str]]]:
    """Return the rules of axe that the page breaks in a colour scheme, and where."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate(UNTIL_SETTLED)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES_OF_SCHEME[scheme])
    return [
        (item["id"], [node["html"][:160] for node in item["nodes"][:3]])
        for item in result["violations"]
    ]


def test_axe_finds_nothing(open_screen: OpenScreen) -> None:
    import axe_playwright_python

    axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    script = axe.read_text(encoding="utf-8")
    violations = {}
    for path in SCREENS:
        page = open_screen(path)
        page.evaluate(script)
        for keys in KEYS:
            for key in keys:
                page.keyboard.press(key)
            for scheme in RULES_OF_SCHEME:
                if broken := find_violations(page, scheme):
                    violations[path, keys, scheme] = broken
            if page.evaluate("document.querySelector('dialog[open], textarea:focus') !== null"):
                page.keyboard.press("Escape")
            page.locator("main").first.focus()
            assert page.url.endswith(path) or path == "/"
    assert not violations


def test_an_experiment_says_where_it_is_mentioned(
    branched_trials: Project, open_screen: OpenScreen
) -> None:
    branched_trials.exp("note", "gru_1", "-m", "tcn_10 より悪い", "--at", "2019-06-09")
    page = open_screen("/experiment/tcn_10")
    page.locator("p.meta a", has_text="gru_1").last.click()
    page.wait_for_url("**/experiment/gru_1")
    page.locator(".entry a", has_text="tcn_10").click()
    page.wait_for_url("**/experiment/tcn_10")


def test_what_is_not_there_is_said(open_screen: OpenScreen, page: Page) -> None:
    open_screen("/")
    for path, words in (
        ("/lineage/no", "there is no experiment"),
        (lineup_of("no"), "there is no experiment"),
        ("/topic/no", "there is no topic"),
    ):
        answer = page.request.get(page.url.rstrip("/") + path)
        assert answer.status == 404
        assert words in answer.text()
    assert page.request.get(page.url.rstrip("/") + lineup_of(*map(str, range(13)))).status == 400


def test_pictures_blink_in_one_place(open_screen: OpenScreen) -> None:
    page = open_screen(lineup_of("基準", "tcn_10", "gru_1"))
    places, widths = [], []
    for name in ("基準", "tcn_10", "gru_1", "基準"):
        page.keyboard.press("b")
        until(page, f"document.querySelector('#blink h2').textContent.startsWith({name!r})")
        box = page.locator("#blink img").bounding_box()
        assert box is not None
        places.append(box["y"])
        widths.append(page.locator("#blink img").get_attribute("width"))
    assert len(set(places)) == 1
    assert widths == ["40", "80", "160", "40"]
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_ids_in_the_tree_are_not_cut_where_they_differ(
    begun: Project, screens_of: Callable[[Project], OpenScreen]
) -> None:
    begun.exp("filter", "add", "model", "train.ipynb::encoder_TCN")
    ids = [f"convencdec_enc256x13dec128x5_attention_residual_{end}" for end in ("a", "b", "c")]
    for ident in ids:
        begun.exp("new", ident)
    page = screens_of(begun)(f"/lineage/{ids[-1]}")
    items = page.locator(".tree li")
    assert items.all_inner_texts() == [f"conv…idual_{end}" for end in ("a", "b", "c")]
    titles = [each.get_attribute("title") for each in page.locator(".tree a").all()]
    assert titles == ids
    for item in items.all():
        assert item.evaluate("(li) => li.scrollWidth <= li.clientWidth")
        assert item.evaluate("(li) => li.classList.contains('d0')"), "a line does not indent"
    short = page.locator(".step.same-code")
    assert short.count() == 2
    assert all(each.evaluate("(one) => one.clientHeight") < 60 for each in short.all())


def test_a_long_lineage_begins_where_it_can_be_read(
    begun: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest generations, the first of them whole, and the way to those before."""
    from gitexp.viewer import reading

    monkeypatch.setattr(reading, "MOST_GENERATIONS", 3)
    begun.exp("filter", "add", "model", "train.ipynb::encoder_TCN")
    for number in range(5):
        begun.exp("new", f"tcn_{number}")
    from gitexp.follow.follower import Follower

    record = begun.record()
    with Follower(record.repository) as follower:
        html = reading._render_lineage(record, follower, "tcn_4")
        assert [
            f"tcn_{number}" in html.partition('<div class="steps">')[2] for number in range(5)
        ] == [False, True, True, True, True]
        assert '<a href="/lineage/tcn_1">2 earlier, up to tcn_1</a>' in html
        assert "encoder_TCN" in html
        assert "earlier, up to" not in reading._render_lineage(record, follower, "tcn_2")
