"""Pages on the record branch: what a visitor on a forge reads, the same in every clone, written
only where something changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.templates import CopyProject


def record_two_trials(project: Project) -> None:
    project.exp(
        "new", "基準_GRU", "-m", "基準_GRU acc 0.4\n最初のモデル #rnn", "--at", "2019-05-31 10:00"
    )
    project.exp("filter", "add", "model", "layers.py")
    project.write("layers.py", "line1 = 1\nFILTERS = 10\n")
    Image.new("RGB", (4, 3)).save(project.top / "loss.png")
    project.exp(
        "new",
        "tcn_filter10",
        "-m",
        "tcn_filter10 acc 0.6\nwider | than\nbefore",
        "--at",
        "2019-06-02 10:00",
    )
    project.exp("image", "add", "tcn_filter10", "loss.png", "--at", "2019-06-02 11:00")


@pytest.fixture
def two_trials(copy_project: CopyProject) -> Project:
    """Two trials in two months, the second with a picture."""
    return copy_project(Project.begin, record_two_trials)


def page(project: Project, path: str) -> str:
    return project.git("show", f"gitexp:{path}")


def html(text: str) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(text))


def test_a_visitor_reads_the_record(two_trials: Project) -> None:
    before = two_trials.untouchable()
    assert two_trials.exp("pages", "--no-pin") == "6 pages written on 'gitexp'\n"
    assert two_trials.untouchable() == before
    front = html(page(two_trials, "README.md"))
    assert "2 experiments, 2019-05-31 to 2019-06-02." in front
    assert '<a href="pages/experiment/tcn_filter10.md">tcn_filter10</a>' in front
    assert "wider | than" in front
    assert front.index("tcn_filter10") < front.index("基準_GRU")
    links = re.findall(r'href="([^"]+)"', front)
    stored = two_trials.git(
        "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gitexp"
    ).splitlines()
    assert {"pages/2019-05.md", "pages/2019-06.md", "pages/experiment/基準_GRU.md"} <= set(stored)
    from urllib.parse import unquote

    assert {unquote(link) for link in links} <= set(stored)
    month = html(page(two_trials, "pages/2019-05.md"))
    assert "基準_GRU acc 0.4<br />\n最初のモデル #rnn" in month
    one = page(two_trials, "pages/experiment/tcn_filter10.md")
    assert "+ FILTERS = 10" in one
    assert "wider | than<br />" in html(one)
    (picture,) = re.findall(r'<img src="../../([^"]+)" alt="loss.png"', html(one))
    assert picture in stored


def test_topics_and_corrections_are_read_too(two_trials: Project) -> None:
    two_trials.exp("topic", "write", "rnn", "-m", "wide is not better")
    entry = two_trials.experiment("tcn_filter10")["entries"][0]["id"]
    two_trials.exp(
        "correct", entry, "-m", "256 in truth", "--metric", "acc=0.2", "--at", "2019-06-03"
    )
    two_trials.exp("note", "基準_GRU", "-m", "see tcn_filter10", "--at", "2019-06-04")
    two_trials.exp("pages")
    assert "Mentioned in [基準_GRU]" in page(two_trials, "pages/experiment/tcn_filter10.md")
    assert '<a href="pages/topic/rnn.md">rnn</a>' in html(page(two_trials, "README.md"))
    topic = html(page(two_trials, "pages/topic/rnn.md"))
    assert "wide is not better" in topic
    link = '<a href="../experiment/%E5%9F%BA%E6%BA%96_GRU.md">基準_GRU</a>'
    assert f"<td>{link}</td>\n<td>acc=0.4</td>" in topic
    assert f"{link}<br />\n最初のモデル <strong>#rnn</strong>" in topic
    one = html(page(two_trials, "pages/experiment/tcn_filter10.md"))
    assert "✗ <em>corrected</em>" in one
    assert "corrects:" in one
    assert "0.2*" in one


def test_only_what_changed_is_written(two_trials: Project) -> None:
    two_trials.exp("pages")
    tip = two_trials.git("rev-parse", "gitexp")
    assert two_trials.exp("pages") == "the pages are up to date\n"
    assert two_trials.git("rev-parse", "gitexp") == tip
    two_trials.exp("note", "tcn_filter10", "-m", "again", "--at", "2019-06-03")
    assert two_trials.exp("pages").startswith("3 pages")  # front page, its month, its own
    two_trials.exp("rename", "基準_GRU", "gru")
    two_trials.exp("pages")
    stored = two_trials.git(
        "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "gitexp"
    ).splitlines()
    assert "pages/experiment/gru.md" in stored
    assert "pages/experiment/基準_GRU.md" not in stored
    assert "changes [gru](gru.md)" in page(two_trials, "pages/experiment/tcn_filter10.md")


def test_two_clones_write_the_same_pages(two_trials: Project, tmp_path: Path) -> None:
    two_trials.git(
        "push", "-q", str(two_trials.top), "refs/gitexp/keep/*:refs/heads/kept/*", check=False
    )
    twin = tmp_path / "twin"
    two_trials.git("clone", "-q", "--mirror", str(two_trials.top), str(twin / ".git"))
    two_trials.git("-C", str(twin), "config", "core.bare", "false")
    two_trials.exp("pages", "--no-pin")
    ran = two_trials.run("pages", "--no-pin", cwd=twin)
    assert ran.code == 0, ran.err
    assert two_trials.git("rev-parse", "gitexp^{tree}") == two_trials.git(
        "-C", str(twin), "rev-parse", "gitexp^{tree}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "```\nleft open <b>\n",
        "~~~ x\nleft open",
        "<!-- swallowed",
        "<details><summary>x",
        "a `<b>` c <b>",
    ],
)
def test_hostile_text_stays_text_and_ends_with_its_entry(begun: Project, text: str) -> None:
    begun.exp("new", "one", "-m", text, "--at", "2019-06-02 10:00")
    begun.exp("note", "one", "-m", "AFTERWARDS", "--at", "2019-06-02 11:00")
    begun.exp("pages")
    shown = (
        html(page(begun, "pages/experiment/one.md").rsplit("<!--", 1)[0])
        + html(page(begun, "pages/2019-06.md"))
        + html(page(begun, "README.md"))
    )
    assert not re.search(r"<(script|img|b|details|!--)", shown.replace("<br", ""))
    assert shown.count("<p>AFTERWARDS") == 2


def test_an_empty_record_has_a_front_page(begun: Project) -> None:
    begun.exp("pages")
    assert "Nothing yet" in page(begun, "README.md")
