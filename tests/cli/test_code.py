"""The verbs that cut code afterwards: excerpt, filter, log, diff, show, compare, lineage."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.render.terminal import measure_width
from tests.png import write_png
from tests.project import NOTEBOOK_CELLS, Project, notebook
from tests.sealed import seal

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


def format_day(number: int) -> str:
    """Return noon of the n-th day of the story."""
    return f"2020-05-{number:02d}T12:00:00+09:00"


@dataclass(frozen=True)
class Story:
    """A project with a history, and its commits by name."""

    project: Project
    commits: dict[str, str]

    def name_commits(self, output: str) -> list[str]:
        """Return the names of the commits that are printed, one a line."""
        names = {commit: name for name, commit in self.commits.items()}
        return [names[line] for line in output.splitlines()]

    def list_log(self, *args: str) -> list[str]:
        """Return the names of the commits that ``git exp log`` prints."""
        return self.name_commits(self.project.exp("log", *args, "--commits"))


def add_outputs(text: str) -> str:
    """Return a notebook with outputs in every code cell."""
    book: dict[str, Any] = json.loads(text)
    book["metadata"] = {"kernelspec": {"name": "python3"}}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell |= {
                "execution_count": 7,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["loss 0.1\n"]}],
            }
    return json.dumps(book, ensure_ascii=False, indent=1)


def build_history(top: Path) -> Story:
    """Build a history in which one function is changed, moved, renamed and merged."""
    top.mkdir(parents=True)
    project = Project(top)
    project.git("init", "-q", "-b", "main")
    commits: dict[str, str] = {}

    def commit(name: str) -> None:
        project.git("add", "-A")
        at = format_day(len(commits) + 1)
        project.git(
            "commit", "-q", "-m", name, env={"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        )
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
    project.write("train.ipynb", add_outputs(notebook(NOTEBOOK_CELLS)))
    commit("outputs")
    project.git("checkout", "-q", "-b", "side")
    text = text.replace("bottom14 = 14", "bottom14 = 15")
    project.write("b.py", text)
    commit("side")
    project.git("checkout", "-q", "main")
    project.write(
        "b.py",
        text.replace("bottom14 = 15", "bottom14 = 14").replace("conv( x,  2 )", "conv( x,  3 )"),
    )
    commit("late")
    at = format_day(len(commits) + 1)
    project.git(
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "join",
        "side",
        env={"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at},
    )
    commits["join"] = project.git("rev-parse", "HEAD")
    return Story(project, commits)


@pytest.fixture(scope="module")
def bare_story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The history without a record. Only to be read."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, tmp_path_factory)
        yield build_history(tmp_path_factory.mktemp("story") / "bare")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The history with a record: three experiments and two filters. Only to be read."""
    with pytest.MonkeyPatch.context() as patch:
        seal(patch, tmp_path_factory)
        folder = tmp_path_factory.mktemp("story")
        story = build_history(folder / "recorded")
        project = story.project
        project.begin()
        project.exp("filter", "add", "block", "b.py:13-15")
        project.exp("filter", "add", "gist", "train.ipynb@create_model", "b.py::block")
        project.exp("new", "基準_GRU", "-m", "基準_GRU acc 0.4 loss 2", "--at", "2020-06-01")
        project.write("b.py", (project.top / "b.py").read_text().replace("x,  3", "x, 30"))
        project.exp(
            "new",
            "tcn_filter10",
            "-m",
            "tcn_filter10 acc 0.6 loss 2\n幅 10 を試す",
            "--at",
            "2020-06-02",
        )
        project.exp("image", "add", "tcn_filter10", str(write_png(folder / "loss.png")))
        project.write("b.py", (project.top / "b.py").read_text().replace("x, 30", "x, 31"))
        project.exp(
            "new", "tcn_filter20", "-m", "tcn_filter20 acc 0.7 loss 2", "--at", "2020-06-03"
        )
        project.git("checkout", "-q", "b.py")
        yield story


def number_kept(excerpt: dict[str, Any]) -> dict[str, list[int]]:
    """Return the numbers of the kept lines by path."""
    numbers: dict[str, list[int]] = {}
    for file in excerpt["files"]:
        numbers[file["path"]] = []
        for span in file["spans"]:
            numbers[file["path"]] += range(span["start"], span["stop"] + 1)
    return numbers


def read_kept(excerpt: dict[str, Any]) -> list[str]:
    """Return the kept lines of all files."""
    lines: list[str] = []
    for file in excerpt["files"]:
        for span in file["spans"]:
            lines += span["lines"]
    return lines


def rule_options(rules: list[str]) -> list[str]:
    """Return ``--rule RULE`` for each rule."""
    words: list[str] = []
    for rule in rules:
        words += ["--rule", rule]
    return words


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
        (["config.yaml::train.rate"], [(5, 5)], 5),
        (["config.yaml::model"], [(1, 3)], 5),
        (["!config.yaml:1"], [(2, 5)], 5),
        (["メモ.txt:2"], [(2, 2)], 3),
    ],
)
def test_each_kind_of_rule_keeps_and_hides(
    bare_story: Story, rules: list[str], wanted: list[tuple[int, int]], total: int
) -> None:
    first = bare_story.commits["first"]
    cut = bare_story.project.json("excerpt", first, *rule_options(rules), "--at", first)
    (file,) = cut["files"]
    assert [(span["start"], span["stop"]) for span in file["spans"]] == wanted
    assert all(len(span["lines"]) == span["stop"] - span["start"] + 1 for span in file["spans"])
    assert len(read_kept(cut)) + file["hidden"] == total
    assert cut["hidden"] == file["hidden"]
    assert cut["version"] == first
    assert cut["missing"] == []


def test_an_excerpt_in_print_and_with_all(bare_story: Story) -> None:
    bare = bare_story.project
    first = bare_story.commits["first"]
    args = ("excerpt", first, "--at", first, *rule_options(["a.py:10-12", "メモ.txt:2"]))
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


def test_a_filter_works_on_every_version(story: Story) -> None:
    project, commits = story.project, story.commits
    for name, (path, start, call) in {
        "first": ("a.py", 10, "conv(x, 1)"),
        "elsewhere": ("a.py", 10, "conv(x, 2)"),
        "above": ("a.py", 13, "conv(x, 2)"),
        "renamed": ("b.py", 13, "conv( x,  2 )"),
        "join": ("b.py", 13, "conv( x,  3 )"),
    }.items():
        cut = project.json("excerpt", commits[name], "--filter", "block")
        assert number_kept(cut) == {path: [start, start + 1, start + 2]}, name
        assert call in read_kept(cut)[1]
    for name, call in {
        "基準": "conv( x,  3 )",
        "tcn_filter1": "conv( x, 30 )",
        "tcn_filter20": "conv( x, 31 )",
    }.items():
        assert call in read_kept(project.json("excerpt", name, "--filter", "block"))[1]
    output = project.exp("excerpt", commits["before"], "--filter", "block")
    assert "b.py:13-15: not here in this version" in output
    assert project.json("excerpt", commits["before"])["missing"] == [
        {"rule": "b.py:13-15", "reason": "not here in this version"}
    ]


def test_a_rule_of_an_old_version_works_on_later_ones(bare_story: Story) -> None:
    at = ("--rule", "a.py:10-12", "--at", bare_story.commits["first"])
    assert number_kept(bare_story.project.json("excerpt", "HEAD", *at)) == {"b.py": [13, 14, 15]}
    assert number_kept(bare_story.project.json("excerpt", "side", *at)) == {"b.py": [13, 14, 15]}


def test_a_filter_saved_on_a_dirty_tree_means_what_is_seen(begun: Project) -> None:
    text = (begun.top / "layers.py").read_text()
    begun.write("layers.py", "# new\n# new\n" + text.replace("line5 = 5", "line5 = 55"))
    assert (
        begun.exp("filter", "add", "part", "layers.py:6-10")
        == "filter part: 5 lines kept, 57 hidden\n"
    )
    before = ["line4 = 4", "line5 = 5", "line6 = 6", "line7 = 7", "line8 = 8"]
    after = ["line4 = 4", "line5 = 55", "line6 = 6", "line7 = 7", "line8 = 8"]
    assert read_kept(begun.json("excerpt")) == after
    assert read_kept(begun.json("excerpt", "HEAD")) == before
    begun.commit("the dirty tree")
    assert read_kept(begun.json("excerpt", "HEAD")) == after
    begun.git("gc", "-q", "--prune=now")
    assert read_kept(begun.json("excerpt", "HEAD~1")) == before


def test_filters_are_listed_shown_replaced_and_put_out_of_force(begun: Project) -> None:
    assert begun.json("filter", "list") == []
    assert "git exp filter add" in begun.exp("filter", "list")
    begun.exp(
        "filter",
        "add",
        "モデル",
        "train.ipynb@create_model",
        "!layers.py:1-2",
        "--stop",
        "conv",
        "--depth",
        "2",
        "--with",
        "FILTERS",
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
    assert [saved["rules"] for saved in begun.json("filter", "list")] == [["layers.py:4-9"]]
    begun.exp("filter", "remove", "モデル")
    assert begun.json("filter", "list") == []
    assert "there is no filter" in begun.fails("filter", "remove", "モデル")


CHANGED = ["late", "body", "first"]


def test_the_log_has_exactly_the_commits_that_changed_the_code(story: Story) -> None:
    head = story.commits["join"]
    assert story.list_log("--filter", "block") == CHANGED
    assert story.list_log("--rule", "b.py:13-15", "--at", head) == CHANGED
    assert story.list_log("--rule", "b.py::block", "--at", head) == CHANGED
    assert story.list_log("--rule", "a.py:10-12", "--at", story.commits["first"], "HEAD") == CHANGED
    assert story.list_log("--rule", "a.py:10-12", "--at", story.commits["elsewhere"]) == [
        "body",
        "first",
    ]
    assert story.list_log("side", "--filter", "block") == ["body", "first"]
    assert story.list_log("--filter", "block", "--whitespace") == ["late", "space", "body", "first"]
    assert story.list_log("--rule", "train.ipynb", "--at", head) == ["first"]
    assert story.list_log("--rule", "train.ipynb", "--at", head, "--whitespace") == ["first"]
    assert story.list_log(
        "--rule", "train.ipynb@create_model", "--rule", "b.py:17-23", "--at", head
    ) == ["side", "elsewhere", "first"]
    assert story.list_log("--rule", "b.py", "--at", head, "--whitespace") == [
        "late",
        "side",
        "space",
        "above",
        "elsewhere",
        "body",
        "first",
    ]


def test_the_log_by_number_time_and_direction(story: Story) -> None:
    block = ("--filter", "block")
    assert story.list_log(*block, "-n", "2") == CHANGED[:2]
    assert story.list_log(*block, "--reverse") == CHANGED[::-1]
    assert story.list_log(*block, "--reverse", "-n", "2") == CHANGED[1::-1]
    assert story.list_log(*block, "--since", "2020-05-03") == ["late", "body"]
    assert story.list_log(*block, "--until", "2020-05-09") == ["body", "first"]
    assert story.list_log(*block, "--since", "2020-05-03", "--until", "2020-05-09") == ["body"]
    assert story.list_log(*block, "--since", "2021-01-01") == []
    assert (
        story.project.exp("log", *block, "--since", "2021-01-01")
        == "no version changed this code\n"
    )


def test_the_log_in_print(story: Story) -> None:
    lines = story.project.exp("log", "--filter", "block", "-n", "1").splitlines()
    assert lines[0] == f"{story.commits['late'][:7]} 2020-05-10  late"
    assert lines[1:3] == ["block(x)", "~ y = conv( x,  [-2-]{+3+} )"]
    assert "+ 20 lines hidden" in lines
    stat = story.project.exp("log", "--filter", "block", "--stat").splitlines()
    assert len(stat) == 6
    assert stat[1] == "    1 line, block"
    assert not any(line.startswith(("+", "-", "@@")) for line in stat)


def test_the_log_of_experiments_and_of_all_versions(story: Story) -> None:
    steps = story.project.json("log", "--filter", "block", "--experiments")
    assert [step["experiments"] for step in steps] == [
        ["tcn_filter20"],
        ["tcn_filter10"],
        ["基準_GRU"],
    ]
    assert [step["kinds"] for step in steps] == [["experiment"]] * 3
    assert "+    y = conv( x, 31 )" in steps[0]["diff"]
    steps = story.project.json("log", "--filter", "block", "--all-versions")
    assert [step["title"] for step in steps] == [
        "working tree of tcn_filter20",
        "working tree of tcn_filter10",
        *CHANGED,
    ]
    assert "tcn_filter10 acc=0.6" in story.project.exp("log", "--filter", "block", "--experiments")


def test_the_log_without_a_record_leaves_no_trace(bare_story: Story) -> None:
    project = bare_story.project
    before = (project.untouchable(), project.git("for-each-ref"))
    assert (
        bare_story.list_log("--rule", "b.py:13-15", "--at", bare_story.commits["join"]) == CHANGED
    )
    assert bare_story.list_log("--rule", "b.py:13-15") == CHANGED
    assert len(project.json("log", "--rule", "b.py:13-15")) == len(CHANGED)
    project.exp("diff", "HEAD~3", "HEAD", "--rule", "b.py:13-15")
    assert (project.untouchable(), project.git("for-each-ref")) == before
    assert "no filter is saved" in project.fails("log") or "git exp init" in project.fails("log")


def test_reach_follows_across_the_notebook_and_a_module(begun: Project) -> None:
    cells = [
        ("code", "import layers\nFILTERS = 10\nUNUSED = 3"),
        ("code", "print(UNUSED)"),
        ("code", "def encoder(x):\n    return layers.block(x, FILTERS)"),
        ("code", "def create_model(x):\n    return encoder(x)"),
        ("code", "model = create_model(1)"),
    ]
    module = (
        "KERNEL = 3\nOTHER = 4\n\n"
        "def deep(x):\n    return x * KERNEL\n\n"
        "def block(x, n):\n    return deep(x)\n"
    )
    begun.write("train.ipynb", notebook(cells))
    module += "\ndef unused():\n    return OTHER\n"
    begun.write("layers.py", module)
    commits = {"first": begun.git("rev-parse", "HEAD"), "start": begun.commit("start")}
    for name, path, text in (
        ("constant", "layers.py", module := module.replace("KERNEL = 3", "KERNEL = 5")),
        ("unreachable", "layers.py", module := module.replace("OTHER = 4", "OTHER = 5")),
        ("helper", "layers.py", module.replace("return deep(x)", "return deep(x) + 1")),
        ("debug", "train.ipynb", notebook([*cells[:1], ("code", "print(UNUSED, 2)"), *cells[2:]])),
        (
            "filters",
            "train.ipynb",
            notebook(
                [(kind, text.replace("FILTERS = 10", "FILTERS = 50")) for kind, text in cells]
            ),
        ),
    ):
        begun.write(path, text)
        commits[name] = begun.commit(name)
    story = Story(begun, commits)
    rule = ("--rule", "train.ipynb@create_model")
    cut = begun.json("excerpt", *rule)
    assert number_kept(cut)["train.ipynb"] == [1, 2, 5, 6, 7, 8]
    assert [line for line in read_kept(cut) if line.strip()][6:] == [
        "KERNEL = 5",
        "def deep(x):",
        "    return x * KERNEL",
        "def block(x, n):",
        "    return deep(x) + 1",
    ]
    assert story.list_log(*rule) == ["filters", "helper", "constant", "start", "first"]
    why = begun.exp("excerpt", *rule, "--why", "KERNEL")
    assert why.count("\n") == 1
    assert all(name in why for name in ("layers.py", "KERNEL", "deep", "create_model"))
    assert "taken in are: " in begun.fails("excerpt", *rule, "--why", "UNUSED")
    assert "has no reach rule" in begun.fails("excerpt", "--rule", "layers.py", "--why", "KERNEL")
    stopped = "\n".join(read_kept(begun.json("excerpt", *rule, "--stop", "encoder")))
    assert "create_model" in stopped
    assert "KERNEL" not in stopped
    near = "\n".join(read_kept(begun.json("excerpt", *rule, "--depth", "1")))
    assert "def encoder" in near
    assert "KERNEL" not in near
    more = "\n".join(read_kept(begun.json("excerpt", *rule, "--with", "UNUSED")))
    assert "UNUSED = 3" in more


def test_what_reach_guesses_is_marked(begun: Project) -> None:
    begun.write(
        "t.py",
        "N = 3\n"
        "def dec_x(): return N\n"
        "def other(): return 1\n"
        "def build(k): return globals()['dec_' + k]\n",
    )
    begun.commit("start")
    printed = begun.exp("excerpt", "--rule", "t.py@build")
    assert [line[:3] for line in printed.splitlines() if line[:1].isdigit()] == [
        "1 ?",
        "2 ?",
        "4  ",
    ]
    assert printed.splitlines()[-1] == "? marks lines that a guess takes in (--why NAME shows how)"
    assert "3  def other" in begun.exp("excerpt", "--rule", "t.py@build", "--all")
    assert begun.json("excerpt", "--rule", "t.py@build")["files"][0]["guesses"] == [
        {"start": 1, "stop": 2}
    ]
    both = begun.json("excerpt", "--rule", "t.py@build", "--rule", "t.py:1-1")["files"][0]
    assert both["guesses"] == [{"start": 2, "stop": 2}], "what another rule keeps is no guess"
    assert "?" not in begun.exp("excerpt", "--rule", "t.py@dec_x")


def test_names_that_mean_nothing_to_a_reach_rule_are_said(begun: Project) -> None:
    method = "class T:\n    def run(self): return self.h()\n    def h(self): return N\n"
    begun.write("t.py", "N = 3\ndef f(): return N\n" + method)
    begun.commit("start")
    ran = begun.run(
        "excerpt", "--rule", "t.py@f", "--stop", "M", "--stop", "N", "--with", "nix.py::x"
    )
    assert ran.code == 0
    assert [line.partition(": no ")[0].partition(": this")[0] for line in ran.err.splitlines()] == [
        "git exp: --stop M",
        "git exp: --with nix.py::x",
    ]
    for name in ("h", "T.h"):
        ran = begun.run("excerpt", "--rule", "t.py@T.run", "--stop", name)
        assert not ran.err
        assert "def h" not in ran.out
    assert (
        "(did you mean T.run?)"
        in begun.run("excerpt", "--rule", "t.py@T.run", "--stop", "T.rum").err
    )
    assert begun.exp("excerpt", "--rule", "t.py@T.run", "--why", "h") == "t.py: T.run -> T.h\n"


def test_a_diff(story: Story) -> None:
    project, commits = story.project, story.commits
    lines = project.exp("diff", "基準", "tcn_filter10", "--filter", "block").splitlines()
    assert lines[0] == "基準_GRU → tcn_filter10   acc 0.4 → 0.6"
    assert lines[1:3] == ["block(x)", "~ y = conv( x,  [-3-]{+30+} )"]
    patch = project.exp("diff", "基準", "tcn_filter10", "--filter", "block", "--patch")
    assert [line for line in patch.splitlines() if line[:1] in "+-" and "conv" in line] == [
        "-    y = conv( x,  3 )",
        "+    y = conv( x, 30 )",
    ]
    assert lines[-1] == "+ 20 lines hidden"
    values = project.json("diff", commits["first"], commits["join"], "--filter", "block")
    delta = {"added", "removed", "diff", "changed", "summary", "definitions", "folds"}
    assert set(values) == {"before", "after", "absent", "pinned", *delta}
    assert (values["before"], values["after"]) == (commits["first"], commits["join"])
    assert (values["added"], values["removed"]) == (1, 1)
    assert "--- a/a.py\n+++ b/b.py\n" in values["diff"]
    assert "the same code, as far as the filter keeps it" in project.exp(
        "diff", commits["body"], commits["elsewhere"]
    )
    assert "the same code" in project.exp("diff", "HEAD", "--filter", "block")
    assert "hidden" not in project.exp("diff", "HEAD~1", "HEAD", "--rule", "b.py")
    gone = project.exp("diff", commits["before"], commits["first"], "--filter", "block")
    assert f"{commits['before'][:12]}: b.py:13-15: not here in this version" in gone


def test_show_is_short_and_complete(story: Story) -> None:
    output = story.project.exp("show", "tcn_filter10")
    lines = output.splitlines()
    assert lines[:2] == ["tcn_filter10  2020-06-02  ← 基準_GRU", "acc=0.6  loss=2"]
    assert "  幅 10 を試す" in lines
    assert "filter block, against 基準_GRU: 1 line, block" in lines
    assert "~ y = conv( x,  [-3-]{+30+} )" in lines
    assert "+ 20 lines hidden" in lines
    assert lines[-1].startswith("loss.png 3x2  gitexp:images/")
    values = story.project.json("show", "tcn_filter10")
    assert set(values) == {
        *(
            "id",
            "at",
            "parent",
            "metrics",
            "tags",
            "aliases",
            "entries",
            "images",
            "series",
            "links",
            "snapshots",
        ),
        *("parent_presumed", "parents", "beginnings"),
        *("delta", "filter", "absent", "pinned", "runs", "mentions"),
    }
    assert set(values["delta"]) == {
        "added",
        "removed",
        "diff",
        "changed",
        "summary",
        "definitions",
        "folds",
    }
    assert values["filter"] == "block"
    assert story.project.git("cat-file", "-t", values["images"][0]["object"]) == "blob"
    first = story.project.json("show", "基準")
    assert first["delta"] is None
    assert "it has no parent" in story.project.exp("show", "基準")


def test_compare_in_columns_and_in_rows(story: Story) -> None:
    args = ("compare", "基準", "tcn_filter10", "tcn_filter20")
    wide = story.project.exp(*args, COLUMNS="120").splitlines()
    assert wide[:2] == ["each against its parent, filter block", "the same in all: loss=2"]
    assert [part.strip() for part in wide[2].split("│")] == [
        "基準_GRU",
        "tcn_filter10",
        "tcn_filter20",
    ]
    assert all(measure_width(line) <= 120 for line in wide)
    bars = {
        tuple(measure_width(line[:at]) for at, char in enumerate(line) if char in "│┼")
        for line in wide[2:]
    }
    assert len(bars) == 1
    assert len(bars.pop()) == 2
    assert any(
        "~ y = conv( x,  [-3-]{+30+} )" in line and "~ y = conv( x, [-30-]{+31+} )" in line
        for line in wide
    )
    narrow = story.project.exp(*args, COLUMNS="60").splitlines()
    assert "│" not in "".join(narrow)
    assert narrow[2] == "基準_GRU  acc 0.4"
    assert all(measure_width(line) <= 60 for line in narrow)
    slim = story.project.exp(*args, "--all", COLUMNS="24").splitlines()
    assert all(measure_width(line) <= 24 for line in slim)
    assert "loss 2" in " ".join(slim)
    assert re.search("^loss +2 +│ 2 +│ 2$", story.project.exp(*args, "--all"), re.MULTILINE)
    values = story.project.json(*args)
    assert [experiment["id"] for experiment in values] == [
        "基準_GRU",
        "tcn_filter10",
        "tcn_filter20",
    ]
    assert [experiment["delta"] and experiment["delta"]["added"] for experiment in values] == [
        None,
        1,
        1,
    ]
    assert values == story.project.json(*args, "--parent")
    assert "-    y = conv( x, 30 )" in values[2]["delta"]["diff"]
    by_first = story.project.json(*args, "--first")
    assert "-    y = conv( x,  3 )" in by_first[2]["delta"]["diff"]
    assert [each["against"] for each in by_first] == [None, "基準_GRU", "基準_GRU"]
    assert "--first" in story.project.fails(*args, "--first", "--parent", code=2)
    assert "2 to 12" in story.project.fails("compare", "基準", code=2)


def test_lineage_begins_in_full_and_goes_on_in_deltas(story: Story) -> None:
    values = story.project.json("lineage", "tcn_filter20")
    assert [experiment["id"] for experiment in values] == [
        "基準_GRU",
        "tcn_filter10",
        "tcn_filter20",
    ]
    assert [experiment["excerpt"] is not None for experiment in values] == [True, False, False]
    assert [item["delta"] is not None for item in values] == [False, True, True]
    assert read_kept(values[0]["excerpt"])[0] == "def block(x):"
    output = story.project.exp("lineage", "tcn_filter20")
    assert (
        output.index("13  def block(x):")
        < output.index("~ y = conv( x,  [-3-]{+30+} )")
        < output.index("~ y = conv( x, [-30-]{+31+} )")
    )
    assert story.project.exp("lineage") == output


def test_status_tells_of_the_hook_and_of_what_is_not_pushed(
    project: Project, tmp_path: Path
) -> None:
    project.write("new.py", "a = 1\n")
    project.commit("through the hook")
    project.exp("new", "実験", "-m", "acc 1")
    values = project.json("status")
    pushed = {"unpushed", "unpulled", "unpushed_snapshots", "unpushed_commits", "absent", "adrift"}
    assert set(values) == {"active", "experiments", "hooks", "remote", "broken", *pushed}
    assert (values["active"], values["experiments"], values["remote"], values["broken"]) == (
        "実験",
        1,
        None,
        [],
    )
    assert values["unpushed"] > 0
    assert values["hooks"][-1].endswith("the hook ran")
    assert f"not pushed: {values['unpushed']} " in project.exp("status")
    project.git("init", "-q", "--bare", str(tmp_path / "far"))
    project.git("remote", "add", "far", str(tmp_path / "far"))
    project.git("push", "-q", "far", "gitexp")
    assert project.json("status")["unpushed"] == 0
    assert project.json("status")["remote"] == "far/gitexp"
    project.git(
        "-c", "core.hooksPath=/dev/null", "commit", "-q", "--allow-empty", "-m", "past the hook"
    )
    assert "the hook did not run" in project.exp("status")


def test_the_json_of_the_code_verbs_is_as_documented(story: Story) -> None:
    cut = story.project.json("excerpt")
    assert set(cut) == {"version", "label", "files", "missing", "hidden"}
    assert set(cut["files"][0]) == {"path", "hidden", "spans", "guesses"}
    (step,) = story.project.json("log", "-n", "1")
    assert set(step) == {
        "commit",
        "time",
        "title",
        "experiments",
        "kinds",
        "confidence",
        "added",
        "removed",
        "diff",
        "changed",
        "summary",
        "definitions",
        "folds",
        "excerpt",
    }
    assert set(step["kinds"]) <= {
        "introduced",
        "body",
        "renamed",
        "moved",
        "merged",
        "format",
        "snapshot",
        "experiment",
    }
    assert 0 <= step["confidence"] <= 1
    assert step["time"] == "2020-05-10T12:00:00+09:00"
    assert set(step["excerpt"]) == {"files", "missing", "hidden"}
    assert [saved["name"] for saved in story.project.json("filter", "list")] == ["block", "gist"]


READING = [
    ("excerpt",),
    ("excerpt", "tcn_filter10", "--all"),
    ("excerpt", "--filter", "gist", "--why", "encoder_TCN"),
    ("diff", "基準"),
    ("log",),
    ("log", "--all-versions"),
    ("log", "--experiments"),
    ("log", "--rule", "b.py:13-15", "--commits"),
    ("filter", "list"),
    ("filter", "show", "gist"),
    ("show",),
    ("compare", "基準", "tcn_filter10"),
    ("lineage",),
    ("status",),
    ("list",),
]


def test_no_reading_verb_touches_what_is_the_users(story: Story) -> None:
    project = story.project
    project.write("未追跡.py", "x = 1\n")
    project.write("b.py", (text := (project.top / "b.py").read_text()) + "dirty = 1\n")
    before, refs = project.untouchable(), project.git("for-each-ref")
    try:
        for args in READING:
            assert "\x1b" not in project.exp(*args)
            assert project.untouchable() == before, args
            assert project.git("for-each-ref") == refs, args
    finally:
        project.write("b.py", text)
        (project.top / "未追跡.py").unlink()


def test_hostile_text_does_not_steer_the_terminal(begun: Project) -> None:
    bad = "\x1b[31m\x1b]0;title\x07\u202e"
    begun.write(f"{bad}.py", "g = 1\n")
    begun.write("f.py", f"def f():\n    return '{bad}'\n")
    begun.commit(f"subject {bad}")
    refused = begun.fails("filter", "add", "bad", f"{bad}.py::f", code=2)
    assert not {"\x1b", "\x07", "\u202e"} & set(refused)
    begun.exp("filter", "add", "bad", "f.py::f", "layers.py:1-9")
    begun.exp("new", "one", "-m", f"note {bad}")
    begun.write("f.py", f"def f():\n    return '{bad}', 2\n")
    begun.exp("new", "two", "-m", f"note {bad}")
    begun.commit(f"second {bad}")
    for args in (
        *(
            ("excerpt",),
            ("excerpt", "--all"),
            ("excerpt", "HEAD~2"),
            ("diff", "one", "two"),
            ("diff", "HEAD~2"),
            ("log",),
        ),
        *(
            ("log", "--stat"),
            ("log", "--all-versions"),
            ("show", "two"),
            ("compare", "one", "two"),
            ("lineage",),
            ("list",),
        ),
        *(
            ("filter", "list"),
            ("filter", "show", "bad"),
            ("log", "--experiments"),
            ("excerpt", "--rule", "f.py@f", "--why", "f"),
        ),
    ):
        assert not {"\x1b", "\x07", "\u202e"} & set(begun.exp(*args, COLUMNS="120")), args
    assert not {"\x1b", "\x07", "\u202e"} & set(begun.exp("compare", "one", "two", COLUMNS="50"))
    begun.git("branch", "向き\u202e")
    assert "\u202e" not in begun.exp("diff", "向き\u202e", "HEAD~1")
    for args in (
        ("excerpt", bad),
        ("excerpt", "--rule", f"{bad}.txt"),
        ("log", "--filter", bad),
        ("diff", "one", bad),
    ):
        ran = begun.run(*args)
        assert ran.code in (1, 2), ran.err
        assert ran.err.count("\n") == 1
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.err), args


@pytest.mark.parametrize(
    ("args", "code", "output"),
    [
        (("excerpt", "--rule", "gone.py:1-2"), 1, "gone.py"),
        (("excerpt", "--rule", "gone.py"), 1, "gone.py"),
        (("excerpt", "--rule", "b.py:9-3"), 2, "did you mean 3-9?"),
        (("excerpt", "--rule", "b.py:0-3"), 2, "count from 1"),
        (("excerpt", "--rule", "b.py:5-500"), 2, "23 lines"),
        (("excerpt", "--rule", "train.ipynb:5-500"), 2, "8 lines"),
        (("excerpt", "--rule", "../b.py"), 2, "outside the repository"),
        (("excerpt", "--rule", "train.ipynb#"), 2, ""),
        (("excerpt", "--rule", "b.py::blok"), 1, "block"),
        (("excerpt", "--rule", "train.ipynb#Modell"), 1, "Model"),
        (("excerpt", "--filter", "blok"), 1, "saved are: block, gist"),
        (("excerpt", "nowhere"), 1, "there is no experiment or version 'nowhere'"),
        (("excerpt", "--filter", "block", "--rule", "b.py"), 2, "both given"),
        (("excerpt", "--filter", "block", "--at", "HEAD"), 2, "--at"),
        (("excerpt", "--rule", "b.py", "--at", "nowhere"), 1, "nowhere"),
        (("diff", "nowhere", "HEAD"), 1, "nowhere"),
        (("log", "--rule", "gone.py:1-2"), 1, "gone.py"),
        (("log", "--rule", "gone.py", "--commits"), 1, "gone.py"),
        (("diff", "HEAD~1", "HEAD", "--rule", "b.py::blok"), 1, "block"),
        (("log", "--rule", "gone.py:1-2", "--commits", "--at", "HEAD"), 1, "gone.py"),
        (("log", "nowhere"), 1, "nowhere"),
        (("log", "--since", "yesteryear"), 2, "is not a time"),
        (("log", "-n", "0"), 2, ""),
        (("show", "nowhere"), 1, "nowhere"),
        (("show", "--filter", "blok"), 1, "blok"),
        (("compare", "tcn_filter10", "nowhere"), 1, "nowhere"),
        (("compare", "tcn_filter10", "tcn_filter20", "--filter", "blok"), 1, "blok"),
        (("lineage", "nowhere"), 1, "nowhere"),
        (("filter", "show", "blok"), 1, "blok"),
        (("filter", "add", "x", "gone.py"), 1, "gone.py"),
        (("filter", "add", "x", "b.py::blok"), 1, "blok"),
        (("filter", "add", "a/b", "b.py"), 2, "cannot name a filter"),
        (("filter", "add", "x"), 2, ""),
    ],
)
def test_errors_are_one_line_and_save_nothing(
    story: Story, args: tuple[str, ...], code: int, output: str
) -> None:
    before = story.project.git("for-each-ref")
    assert output in story.project.fails(*args, code=code)
    assert story.project.git("for-each-ref") == before


def test_a_notebook_that_is_broken_at_some_versions(begun: Project) -> None:
    commits = {"whole": begun.git("rev-parse", "HEAD")}
    begun.write("train.ipynb", notebook(NOTEBOOK_CELLS)[:-40] + "\n<<<<<<< HEAD\n")
    commits["broken"] = begun.commit("broken")
    begun.exp("new", "在_broken")
    begun.write(
        "train.ipynb", notebook(NOTEBOOK_CELLS).replace("conv(x, FILTERS)", "conv(x, 2 * FILTERS)")
    )
    commits["mended"] = begun.commit("mended")
    begun.exp("filter", "add", "model", "train.ipynb::encoder_TCN", "layers.py:1-9")
    cut = begun.json("excerpt", commits["broken"])
    assert number_kept(cut)["layers.py"] == list(range(1, 10))
    reach = begun.json("excerpt", commits["broken"], "--rule", "train.ipynb@create_model")
    assert (reach["files"], [item["rule"] for item in reach["missing"]]) == (
        [],
        ["train.ipynb@create_model"],
    )
    begun.exp("new", "whole")
    begun.exp("diff", commits["whole"], commits["broken"])
    for args in (
        ("log",),
        ("log", "--experiments"),
        ("lineage",),
        ("compare", "在_broken", "whole"),
        ("show", "在"),
    ):
        begun.exp(*args)
    assert Story(begun, commits).list_log("--rule", "train.ipynb::encoder_TCN")[-1] == "whole"
    assert "train.ipynb" in begun.fails(
        "excerpt", "--rule", "train.ipynb:1-2", "--at", commits["broken"]
    )
    assert "train.ipynb" in begun.fails(
        "excerpt",
        "--rule",
        "train.ipynb@create_model",
        "--at",
        commits["broken"],
        commits["broken"],
    )


def test_a_merge_shows_only_where_it_says_something_new(begun: Project) -> None:
    text = (begun.top / "layers.py").read_text()
    commits = {"first": begun.git("rev-parse", "HEAD")}
    begun.git("checkout", "-q", "-b", "side")
    begun.write("layers.py", text.replace("line15 = 15", "line15 = 'side'"))
    commits["side"] = begun.commit("side")
    begun.git("checkout", "-q", "main")
    begun.write("layers.py", text.replace("line15 = 15", "line15 = 'main'"))
    commits["main"] = begun.commit("main")
    begun.git("merge", "-q", "side", check=False)
    begun.write("layers.py", text.replace("line15 = 15", "line15 = 'both'"))
    commits["merge"] = begun.commit("merge")
    story = Story(begun, commits)
    assert set(story.list_log("--rule", "layers.py:10-20")) == {"merge", "main", "side", "first"}
    assert story.list_log("--rule", "layers.py:30-40") == ["first"]
    assert begun.json("log", "--rule", "layers.py:10-20", "-n", "1")[0]["kinds"] == ["merged"]


def test_experiments_have_a_history_before_the_first_commit(tmp_path: Path) -> None:
    top = tmp_path / "unborn"
    top.mkdir()
    project = Project(top)
    project.git("init", "-q")
    project.exp("init")
    project.write("a.py", "def f():\n    return 1\n")
    project.exp("new", "最初")
    project.write("a.py", "def f():\n    return 2\n")
    project.exp("new", "次")
    story = project.exp("log", "--experiments", "--rule", "a.py::f", "--stat")
    assert [line.split("[")[-1] for line in story.splitlines() if "[" in line] == ["次]", "最初]"]
