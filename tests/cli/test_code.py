"""The verbs that cut code afterwards: excerpt, filter, log, diff, show, compare, lineage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_record import png
from tests.project import NOTEBOOK_CELLS, Project, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = (
    "import numpy as np\n"
    + "".join(f"top{number} = {number}\n" for number in range(2, 10))
    + "def block(x):\n    y = conv(x, 1)\n    return y + top2\n\n"
    + "".join(f"bottom{number} = {number}\n" for number in range(14, 21))
)
YAML = "model:\n  filters: 50\n  kernel: 3\ntrain:\n  rate: 0.1\n"
JAPANESE = "一行目\n二行目\n三行目\n"


def day(number: int) -> dict[str, str]:
    """Git's dates for the n-th day of the story."""
    at = f"2020-05-{number:02d}T12:00:00+09:00"
    return {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}


@dataclass(frozen=True)
class Told:
    """A project with a history, and its commits by name."""

    project: Project
    commits: dict[str, str]

    def named(self, output: str) -> list[str]:
        """The names of the commits printed one a line."""
        names = {commit: name for name, commit in self.commits.items()}
        return [names[line] for line in output.splitlines()]

    def log(self, *args: str) -> list[str]:
        return self.named(self.project.exp("log", *args, "--commits"))


def with_outputs(text: str) -> str:
    book: dict[str, Any] = json.loads(text)
    book["metadata"] = {"kernelspec": {"name": "python3"}}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["loss 0.1\n"]}]}
    return json.dumps(book, ensure_ascii=False, indent=1)


def tell(top: Path) -> Told:
    top.mkdir(parents=True)
    project = Project(top)
    project.git("init", "-q", "-b", "main")
    commits: dict[str, str] = {}

    def commit(name: str) -> None:
        project.git("add", "-A")
        project.git("commit", "-q", "-m", name, env=day(len(commits) + 1))
        commits[name] = project.git("rev-parse", "HEAD")

    project.write("other.txt", "nothing\n")
    commit("before")
    project.write("a.py", SCRIPT)
    project.write("train.ipynb", notebook(NOTEBOOK_CELLS))
    project.write("config.yaml", YAML)
    project.write("メモ.txt", JAPANESE)
    commit("first")
    text = SCRIPT.replace("conv(x, 1)", "conv(x, 2)")
    project.write("a.py", text)
    commit("body")
    text = text.replace("bottom20 = 20", "bottom20 = 21")
    project.write("a.py", text)
    commit("elsewhere")
    text = "# one\n# two\n# three\n" + text
    project.write("a.py", text)
    commit("above")
    text = text.replace("conv(x, 2)", "conv( x,  2 )")
    project.write("a.py", text)
    commit("space")
    project.git("mv", "a.py", "b.py")
    commit("renamed")
    project.write("train.ipynb", with_outputs(notebook(NOTEBOOK_CELLS)))
    commit("outputs")
    project.git("checkout", "-q", "-b", "side")
    text = text.replace("bottom14 = 14", "bottom14 = 15")
    project.write("b.py", text)
    commit("side")
    project.git("checkout", "-q", "main")
    project.write("b.py", text.replace("bottom14 = 15", "bottom14 = 14").replace("conv( x,  2 )", "conv( x,  3 )"))
    commit("late")
    project.git("merge", "-q", "--no-ff", "-m", "join", "side", env=day(len(commits) + 1))
    commits["join"] = project.git("rev-parse", "HEAD")
    return Told(project, commits)


@pytest.fixture(scope="module")
def bare_story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The history without a record. Only to be read."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch)
        yield tell(tmp_path_factory.mktemp("told") / "bare")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The history with a record: three experiments and two filters. Only to be read."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch)
        folder = tmp_path_factory.mktemp("told")
        told = tell(folder / "recorded")
        project = told.project
        project.begin()
        project.exp("filter", "add", "block", "b.py:13-15")
        project.exp("filter", "add", "gist", "train.ipynb@create_model", "b.py::block")
        project.exp("new", "基準_GRU", "-m", "基準_GRU acc 0.4 loss 2", "--at", "2020-06-01")
        project.write("b.py", (project.top / "b.py").read_text().replace("x,  3", "x, 30"))
        project.exp("new", "tcn_filter10", "-m", "tcn_filter10 acc 0.6 loss 2\n幅 10 を試す", "--at", "2020-06-02")
        project.exp("image", "add", "tcn_filter10", str(png(folder / "loss.png")))
        project.write("b.py", (project.top / "b.py").read_text().replace("x, 30", "x, 31"))
        project.exp("new", "tcn_filter20", "-m", "tcn_filter20 acc 0.7 loss 2", "--at", "2020-06-03")
        project.git("checkout", "-q", "b.py")
        yield told


def seal(patch: pytest.MonkeyPatch) -> None:
    """What tests/conftest.py sets for each test, for what is built once."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "COLUMNS"):
        patch.delenv(name, raising=False)
    for name, value in {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "TZ": "Asia/Tokyo"}.items():
        patch.setenv(name, value)
    for who in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{who}_NAME", "Test")
        patch.setenv(f"GIT_{who}_EMAIL", "test@example.invalid")


def kept(excerpt: dict[str, Any]) -> dict[str, list[int]]:
    """Numbers of the kept lines by path."""
    return {
        file["path"]: [number for span in file["spans"] for number in range(span["start"], span["stop"] + 1)] for file in excerpt["files"]
    }


def lines_of(excerpt: dict[str, Any]) -> list[str]:
    return [line for file in excerpt["files"] for span in file["spans"] for line in span["lines"]]


@pytest.mark.parametrize(
    ("rules", "wanted", "total"),
    [
        (["a.py"], [(1, 20)], 20),
        (["a.py:10-12"], [(10, 12)], 20),
        (["a.py:7"], [(7, 7)], 20),
        (["a.py::block"], [(10, 12)], 20),
        (["a.py@block"], [(2, 2), (10, 12)], 20),
        (["a.py", "!a.py::block"], [(1, 9), (13, 20)], 20),
        (["!a.py:1-9"], [(10, 20)], 20),
        (["train.ipynb"], [(1, 8)], 8),
        (["train.ipynb:1-5"], [(1, 5)], 8),
        (["train.ipynb::create_model"], [(5, 6)], 8),
        (["train.ipynb#Model"], [(3, 6)], 8),
        (["train.ipynb#学習:1"], [(7, 7)], 8),
        (["train.ipynb#学習"], [(7, 8)], 8),
        (["train.ipynb#cell3"], [(3, 4)], 8),
        (["train.ipynb#2"], [(3, 4)], 8),
        (["train.ipynb@create_model"], [(2, 6)], 8),
        (["train.ipynb", "!train.ipynb#Model"], [(1, 2), (7, 8)], 8),
        (["train.ipynb:1-5", "train.ipynb:5-8", "!train.ipynb#cell3"], [(1, 2), (5, 8)], 8),
        (["!train.ipynb::encoder_TCN", "!train.ipynb#学習"], [(1, 2), (5, 6)], 8),
        (["config.yaml"], [(1, 5)], 5),
        (["config.yaml:2-3"], [(2, 3)], 5),
        (["!config.yaml:1"], [(2, 5)], 5),
        (["メモ.txt:2"], [(2, 2)], 3),
    ],
)
def test_each_kind_of_rule_keeps_and_hides(bare_story: Told, rules: list[str], wanted: list[tuple[int, int]], total: int) -> None:
    args = [word for rule in rules for word in ("--rule", rule)]
    cut = bare_story.project.json("excerpt", bare_story.commits["first"], *args, "--at", bare_story.commits["first"])
    (file,) = cut["files"]
    assert [(span["start"], span["stop"]) for span in file["spans"]] == wanted
    assert all(len(span["lines"]) == span["stop"] - span["start"] + 1 for span in file["spans"])
    assert len(lines_of(cut)) + file["hidden"] == total
    assert cut["hidden"] == file["hidden"]
    assert cut["version"] == bare_story.commits["first"]
    assert cut["missing"] == []


def test_an_excerpt_in_print_and_with_all(bare_story: Told) -> None:
    at = ("--at", "first", "--rule", "a.py:10-12", "--rule", "メモ.txt:2")
    bare = bare_story.project
    args = ("excerpt", bare_story.commits["first"], "--at", bare_story.commits["first"], *at[2:])
    assert bare.exp(*args).splitlines() == [
        "a.py",
        "    + 9 lines hidden",
        "10  def block(x):",
        "11      y = conv(x, 1)",
        "12      return y + top2",
        "    + 8 lines hidden",
        "メモ.txt",
        "   + 1 line hidden",
        "2  二行目",
        "   + 1 line hidden",
        "+ 19 lines hidden in all (--all shows them)",
    ]
    everything = bare.exp(*args, "--all").splitlines()
    assert [line[4:] for line in everything[1:21]] == SCRIPT.splitlines()
    assert [line[:4] for line in everything[9:14]] == [" 9  ", "10 |", "11 |", "12 |", "13"]
    assert "hidden" not in "".join(everything)


def test_a_filter_works_on_every_version(story: Told) -> None:
    project, commits = story.project, story.commits
    for name, (path, start, call) in {
        "first": ("a.py", 10, "conv(x, 1)"),
        "elsewhere": ("a.py", 10, "conv(x, 2)"),
        "above": ("a.py", 13, "conv(x, 2)"),
        "renamed": ("b.py", 13, "conv( x,  2 )"),
        "join": ("b.py", 13, "conv( x,  3 )"),
    }.items():
        cut = project.json("excerpt", commits[name], "--filter", "block")
        assert kept(cut) == {path: [start, start + 1, start + 2]}, name
        assert call in lines_of(cut)[1]
    for name, call in {"基準": "conv( x,  3 )", "tcn_filter1": "conv( x, 30 )", "tcn_filter20": "conv( x, 31 )"}.items():
        assert call in lines_of(project.json("excerpt", name, "--filter", "block"))[1]
    said = project.exp("excerpt", commits["before"], "--filter", "block")
    assert "b.py:13-15: not here in this version" in said
    assert project.json("excerpt", commits["before"])["missing"] == [{"rule": "b.py:13-15", "reason": "not here in this version"}]


def test_a_rule_of_an_old_version_works_on_later_ones(bare_story: Told) -> None:
    at = ("--rule", "a.py:10-12", "--at", bare_story.commits["first"])
    assert kept(bare_story.project.json("excerpt", "HEAD", *at)) == {"b.py": [13, 14, 15]}
    assert kept(bare_story.project.json("excerpt", "side", *at)) == {"b.py": [13, 14, 15]}


def test_a_filter_saved_on_a_dirty_tree_means_what_is_seen(begun: Project) -> None:
    text = (begun.top / "layers.py").read_text()
    begun.write("layers.py", "# new\n# new\n" + text.replace("line5 = 5", "line5 = 55"))
    assert begun.exp("filter", "add", "part", "layers.py:6-10") == "filter part: 5 lines kept, 57 hidden\n"
    assert lines_of(begun.json("excerpt")) == ["line4 = 4", "line5 = 55", "line6 = 6", "line7 = 7", "line8 = 8"]
    assert lines_of(begun.json("excerpt", "HEAD")) == ["line4 = 4", "line5 = 5", "line6 = 6", "line7 = 7", "line8 = 8"]
    begun.commit("kept")
    assert lines_of(begun.json("excerpt", "HEAD")) == ["line4 = 4", "line5 = 55", "line6 = 6", "line7 = 7", "line8 = 8"]
    begun.git("gc", "-q", "--prune=now")
    assert lines_of(begun.json("excerpt", "HEAD~1")) == ["line4 = 4", "line5 = 5", "line6 = 6", "line7 = 7", "line8 = 8"]


def test_filters_are_listed_shown_replaced_and_put_out_of_force(begun: Project) -> None:
    assert begun.json("filter", "list") == []
    assert "git exp filter add" in begun.exp("filter", "list")
    begun.exp(
        "filter", "add", "モデル", "train.ipynb@create_model", "!layers.py:1-2", "--stop", "conv", "--depth", "2", "--with", "FILTERS"
    )
    values = {
        "name": "モデル",
        "rules": ["train.ipynb@create_model", "!layers.py:1-2"],
        "anchor": begun.git("rev-parse", "HEAD"),
        "stop": ["conv"],
        "also": ["FILTERS"],
        "depth": 2,
    }
    assert begun.json("filter", "list") == [values]
    assert begun.json("filter", "show", "モデル") == values
    assert "--stop conv --with FILTERS --depth 2" in begun.exp("filter", "show", "モデル")
    begun.exp("filter", "add", "モデル", "layers.py:4-9")
    assert [item["rules"] for item in begun.json("filter", "list")] == [["layers.py:4-9"]]
    begun.exp("filter", "remove", "モデル")
    assert begun.json("filter", "list") == []
    assert "there is no filter" in begun.fails("filter", "remove", "モデル")


CHANGED = ["late", "body", "first"]


def test_the_log_has_exactly_the_commits_that_changed_the_code(story: Told) -> None:
    head = story.commits["join"]
    assert story.log("--filter", "block") == CHANGED
    assert story.log("--rule", "b.py:13-15", "--at", head) == CHANGED
    assert story.log("--rule", "b.py::block", "--at", head) == CHANGED
    assert story.log("--rule", "a.py:10-12", "--at", story.commits["first"], "HEAD") == CHANGED
    assert story.log("--rule", "a.py:10-12", "--at", story.commits["elsewhere"]) == ["body", "first"]
    assert story.log("side", "--filter", "block") == ["body", "first"]
    assert story.log("--filter", "block", "--whitespace") == ["late", "space", "body", "first"]
    assert story.log("--rule", "train.ipynb", "--at", head) == ["first"]
    assert story.log("--rule", "train.ipynb", "--at", head, "--whitespace") == ["first"]
    assert story.log("--rule", "train.ipynb@create_model", "--rule", "b.py:17-23", "--at", head) == ["side", "elsewhere", "first"]
    assert story.log("--rule", "b.py", "--at", head, "--whitespace") == ["late", "side", "space", "above", "elsewhere", "body", "first"]


def test_the_log_by_number_time_and_direction(story: Told) -> None:
    block = ("--filter", "block")
    assert story.log(*block, "-n", "2") == CHANGED[:2]
    assert story.log(*block, "--reverse") == CHANGED[::-1]
    assert story.log(*block, "--reverse", "-n", "2") == CHANGED[1::-1]
    assert story.log(*block, "--since", "2020-05-03") == ["late", "body"]
    assert story.log(*block, "--until", "2020-05-09") == ["body", "first"]
    assert story.log(*block, "--since", "2020-05-03", "--until", "2020-05-09") == ["body"]
    assert story.log(*block, "--since", "2021-01-01") == []
    assert story.project.exp("log", *block, "--since", "2021-01-01") == "no version changed this code\n"


def test_the_log_in_print(story: Told) -> None:
    lines = story.project.exp("log", "--filter", "block", "-n", "1").splitlines()
    assert lines[0] == f"{story.commits['late'][:7]} 2020-05-10  late"
    assert "-    y = conv( x,  2 )" in lines
    assert "+    y = conv( x,  3 )" in lines
    assert "+ 20 lines hidden" in lines
    stat = story.project.exp("log", "--filter", "block", "--stat").splitlines()
    assert len(stat) == 6
    assert stat[1] == "    1 line, block"
    assert not any(line.startswith(("+", "-", "@@")) for line in stat)


def test_the_log_of_experiments_and_of_all_versions(story: Told) -> None:
    steps = story.project.json("log", "--filter", "block", "--experiments")
    assert [step["experiments"] for step in steps] == [["tcn_filter20"], ["tcn_filter10"], ["基準_GRU"]]
    assert [step["kinds"] for step in steps] == [["experiment"]] * 3
    assert "+    y = conv( x, 31 )" in steps[0]["diff"]
    steps = story.project.json("log", "--filter", "block", "--all-versions")
    assert [step["title"] for step in steps] == ["working tree of tcn_filter20", "working tree of tcn_filter10", *CHANGED]
    assert "tcn_filter10 acc=0.6" in story.project.exp("log", "--filter", "block", "--experiments")


def test_the_log_without_a_record_leaves_no_trace(bare_story: Told) -> None:
    project = bare_story.project
    before = (project.untouchable(), project.git("for-each-ref"))
    assert bare_story.log("--rule", "b.py:13-15", "--at", bare_story.commits["join"]) == CHANGED
    assert bare_story.log("--rule", "b.py:13-15") == CHANGED
    assert len(project.json("log", "--rule", "b.py:13-15")) == len(CHANGED)
    project.exp("diff", "HEAD~3", "HEAD", "--rule", "b.py:13-15")
    assert (project.untouchable(), project.git("for-each-ref")) == before
    assert "no filter is saved" in project.fails("log") or "git exp init" in project.fails("log")
