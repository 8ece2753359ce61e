"""What ``git exp pin`` kept stands in for code that is not in a clone; looking never pins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.clones import MODEL, PUSHED_BRANCHES, RULES, Pair, add_remote, clone, make_first
from tests.project import Project
from tests.templates import copy_built

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "code of t2 and t1: pinned excerpts, the snapshots are not in this clone"
IN_ORDER = BOTH.replace("t2 and t1", "t1 and t2")
OF_ONE = "code of t1: pinned excerpt, the snapshot is not in this clone"
OF_STEP = "code: pinned excerpt, the snapshot is not in this clone"
CHANGE = "~ SIZE 2 → 3"

LOOKING = [
    ("show", "t2"),
    ("log",),
    ("log", "--experiments"),
    ("log", "--all-versions"),
    ("diff", "t1", "t2"),
    ("compare", "t1", "t2"),
    ("lineage", "t2"),
    ("excerpt", "t2"),
    ("table",),
    ("similar", "t2"),
    ("search", "--code", "SIZE"),
    ("list",),
    ("journal",),
]


def push_without_snapshots(folder: Path) -> Pair:
    """Make a clone whose snapshots stay there, and a second clone that pulled its record."""
    copy_built(folder, build_pair)
    return Pair(Project(folder / "first"), folder / "remote.git", Project(folder / "second"))


def build_pair(folder: Path) -> None:
    first = make_first(folder)
    first.git("push", "-q", "origin", "main")
    first.git("config", "gitexp.pushSnapshots", "false")
    assert "pinned: the code of t1, t2 under filter model" in first.exp("push")
    clone(folder / "remote.git", folder / "second").exp("pull")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return push_without_snapshots(tmp_path)


def read_tip(project: Project) -> str:
    return project.git("rev-parse", "gitexp")


@pytest.mark.parametrize(
    ("words", "change", "remark"),
    [
        (("show", "t2"), CHANGE, BOTH),
        (("show", "t1"), "", OF_ONE),
        (("diff", "t1", "t2"), CHANGE, IN_ORDER),
        (("lineage", "t2"), CHANGE, IN_ORDER),
        (("lineage", "t2"), "1  SIZE = 2", IN_ORDER),
        (("compare", "t1", "t2"), "1 changed", IN_ORDER),
        (("log", "--experiments"), CHANGE, OF_STEP),
        (("log", "--all-versions"), "~ SIZE 1 → 3", OF_STEP),
        (("excerpt", "t2"), "1  SIZE = 3", "as git exp pin kept it on "),
    ],
)
def test_each_view_shows_it_and_says_so(
    pair: Pair, words: tuple[str, ...], change: str, remark: str
) -> None:
    text = pair.second.exp(*words)
    assert change in text
    assert remark in text
    assert remark not in pair.first.exp(*words)


def test_settings_likeness_and_search_read_it(pair: Pair) -> None:
    table = pair.second.json("table")
    settings = {row["experiment"]: row["settings"]["SIZE"] for row in table["rows"]}
    assert settings == {"t1": ["2"], "t2": ["3"]}
    assert "code differs in 1 line, SIZE" in pair.second.exp("similar", "t2")
    assert "t2" in pair.second.exp("search", "--code", "SIZE")


def test_json_names_whose_code_it_is(pair: Pair) -> None:
    shown = pair.second.json("show", "t2")
    assert (shown["absent"], shown["pinned"]) == ([], ["t2", "t1"])
    compared = pair.second.json("diff", "t1", "t2")
    assert (compared["absent"], compared["pinned"]) == ([], ["t1", "t2"])
    assert pair.first.json("show", "t2")["pinned"] == []


def test_pages_and_export_show_it(pair: Pair) -> None:
    pair.second.exp("pages")
    page = pair.second.git("show", "gitexp:pages/experiment/t2.md")
    assert CHANGE in page
    assert BOTH in page
    folder = pair.second.top / "out"
    pair.second.exp("export", str(folder))
    scripts = [path.read_text() for path in (folder / "data").iterdir()]
    assert any(BOTH in script and "SIZE" in script for script in scripts)


def test_a_clone_that_has_the_code_writes_the_page_anew(pair: Pair) -> None:
    pair.second.exp("pages")
    pair.second.exp("push")
    pair.first.exp("pull")
    pair.first.exp("pages")
    page = pair.first.git("show", "gitexp:pages/experiment/t2.md")
    assert CHANGE in page
    assert BOTH not in page


def test_what_was_cut_by_other_rules_is_no_stand_in(pair: Pair) -> None:
    pair.second.exp("filter", "add", "other", "model.py::other")
    text = pair.second.exp("show", "t2", "--filter", "other")
    assert "its code is not in this clone" in text
    pair.second.exp("filter", "add", "again", *RULES)
    assert CHANGE in pair.second.exp("show", "t2", "--filter", "again")


def test_it_stands_in_where_history_was_rewritten(tmp_path: Path) -> None:
    first = Project(tmp_path / "first")
    first.top.mkdir()
    first.git("init", "-q", "-b", "main")
    add_remote(first, tmp_path / "remote.git")
    first.write("model.py", MODEL.format(1))
    first.commit("first")
    first.begin()
    for number, name in ((2, "t1"), (3, "t2")):
        first.write("model.py", MODEL.format(number))
        first.commit(name)
        first.exp("new", name)
    first.exp("filter", "add", "model", *RULES)
    first.exp("pin", "--all")
    first.git("reset", "-q", "--soft", "HEAD~2")
    first.git("commit", "-q", "-m", "squashed")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second")
    second.exp("init")
    text = second.exp("diff", "t1", "t2")
    assert CHANGE in text
    assert IN_ORDER in text


@pytest.mark.parametrize("options", [("--depth", "1"), ("--filter=blob:none",)])
def test_it_stands_in_for_what_a_clone_left_out(tmp_path: Path, options: tuple[str, ...]) -> None:
    first = Project.create(tmp_path / "first")
    add_remote(first, tmp_path / "remote.git")
    first.begin()
    for number, name in ((2, "t1"), (3, "t2")):
        first.write("model.py", MODEL.format(number))
        first.commit(name)
        first.exp("new", name)
    first.exp("filter", "add", "model", *RULES)
    first.exp("pin", "--all")
    first.git("push", "-q", "origin", *PUSHED_BRANCHES)
    second = clone(tmp_path / "remote.git", tmp_path / "second", *options)
    second.git("fetch", "-q", "origin", "gitexp:gitexp")
    second.exp("init")
    second.git("remote", "remove", "origin")
    text = second.exp("diff", "t1", "t2")
    assert CHANGE in text
    assert "pinned excerpt" in text


def test_looking_never_pins(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    tip = read_tip(first)
    for words in LOOKING:
        first.exp(*words)
    assert read_tip(first) == tip


@pytest.mark.parametrize("words", [("pages",), ("export", "out"), ("push",), ("sync",)])
def test_what_others_see_is_pinned_once(tmp_path: Path, words: tuple[str, ...]) -> None:
    first = make_first(tmp_path)
    first.git("push", "-q", "origin", "main")
    assert "pinned:" not in first.exp(*words, "--no-pin")
    first.git("config", "gitexp.pin", "false")
    assert "pinned:" not in first.exp(*words)
    first.git("config", "gitexp.pin", "true")
    assert "pinned: the code of t1, t2 under filter model" in first.exp(*words)
    tip = read_tip(first)
    assert "pinned:" not in first.exp(*words)
    assert read_tip(first) == tip


def test_undo_takes_back_what_a_person_gave(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.exp("note", "t2", "-m", "t2 loss 0.1")
    first.exp("export", "out")
    assert first.exp("undo").splitlines()[0] == "- t2 loss=0.1"


def test_what_was_purged_is_not_pinned_again(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.git("push", "-q", "origin", "main")
    first.exp("push")
    before = first.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/").splitlines()
    (path,) = (path for path in before if "SIZE = 3" in first.git("show", f"gitexp:{path}"))
    first.exp("purge", path, "--yes")
    assert "pinned:" not in first.exp("export", "out")
    after = first.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/").splitlines()
    assert after == [other for other in before if other != path]


def test_an_export_of_a_topic_pins_what_it_shows_alone(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.write("model.py", MODEL.format(4))
    first.exp("new", "t3", "-m", "no tag")
    text = first.exp("export", "out", "--topic", "tcn")
    assert "pinned: the code of t1, t2 under filter model" in text


def test_nothing_is_pinned_without_a_saved_filter(begun: Project) -> None:
    begun.exp("new", "-m", "first")
    tip = read_tip(begun)
    assert "pinned:" not in begun.exp("export", "out")
    assert read_tip(begun) == tip


def test_the_same_code_of_a_later_version_is_no_second_file(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.exp("pin", "--all")
    before = first.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/")
    first.write("readme.txt", "beside the code\n")
    first.exp("snapshot", "take", "t2")
    assert first.exp("pin", "--all") == (
        "kept: the code of t2 under filter model\nkept before and unchanged: 1\n"
    )
    assert first.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/") == before


def test_notes_say_that_code_is_pinned(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.exp("pin", "t2")
    notes = first.git("log", "-1", "--format=%N", "--notes=gitexp", "main").splitlines()
    assert notes == ["exp t1 acc=0.2 +changes", "exp t2 acc=0.3 pinned +changes"]
    first.exp("rename", "t2", "t2_tcn")
    assert "exp t2_tcn acc=0.3 pinned" in first.git("log", "-1", "--notes=gitexp", "main")
    first.exp("undo")
    first.exp("undo")
    assert "pinned" not in first.git("log", "-1", "--notes=gitexp", "main")


def test_a_kept_file_says_where_it_comes_from(tmp_path: Path) -> None:
    first = make_first(tmp_path)
    first.exp("pin", "t2")
    (path,) = first.git("ls-tree", "-r", "--name-only", "gitexp", "excerpts/").splitlines()
    head = first.git("show", f"gitexp:{path}").split("\n---\n")[0].splitlines()
    snapshot = first.record().read_experiment("t2").version
    assert head[1:5] == [
        'experiment: "t2"',
        f"snapshot: {json.dumps(snapshot)}",
        'filter: "model"',
        f"rules: {json.dumps(list(RULES))}",
    ]
