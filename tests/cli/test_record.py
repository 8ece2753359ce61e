"""The recording verbs: what each prints, keeps, and leaves untouched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from gitexp.render.terminal import measure_width
from tests.png import write_png
from tests.project import Project, notebook

if TYPE_CHECKING:
    from pathlib import Path


def read_metrics(experiment: dict[str, Any]) -> dict[str, str]:
    """Return the values of the metrics by name."""
    return {metric["name"]: metric["value"] for metric in experiment["metrics"]}


def test_no_verb_touches_what_is_the_users(begun: Project, tmp_path: Path) -> None:
    begun.write("layers.py", "stashed")
    begun.git("stash", "-q")
    begun.write("layers.py", "dirty")
    begun.write("staged.py", "staged")
    begun.git("add", "staged.py")
    begun.write("未追跡.py", "untracked")
    picture = write_png(tmp_path / "loss.png")
    before = begun.untouchable()
    for args in (
        ("new", "one", "-m", "acc 0.5"),
        ("note", "-m", "text #tag"),
        ("metric", "one", "loss=0.1"),
        ("image", "add", "one", str(picture)),
        ("image", "list"),
        ("tag", "one", "good"),
        ("new", "two"),
        ("use", "one"),
        ("rename", "two", "three"),
        ("snapshot", "take"),
        ("snapshot", "list"),
        ("snapshot", "restore", "one", str(tmp_path / "out")),
        ("list",),
        ("list", "--json"),
        (),
    ):
        begun.exp(*args)
        assert begun.untouchable() == before, args


def test_new_says_what_it_understood(begun: Project) -> None:
    assert (
        begun.exp("new", "tcn_filter10", "-m", "acc 0.645, filter was 50 #tcn #swap")
        == "+ tcn_filter10 acc=0.645 #tcn #swap\n"
    )
    experiment = begun.experiment("tcn_filter10")
    assert read_metrics(experiment) == {"acc": "0.645"}
    assert experiment["tags"] == ["swap", "tcn"]
    assert experiment["parent"] is None
    assert [entry["text"] for entry in experiment["entries"]] == [
        "acc 0.645, filter was 50 #tcn #swap"
    ]
    assert experiment["snapshots"][0]["commit"] == begun.git("rev-parse", "HEAD")


def test_new_takes_the_active_one_as_parent_unless_told(begun: Project) -> None:
    for args in (("a",), ("b",), ("c", "--parent", "a"), ("d", "--parent", "")):
        begun.exp("new", *args)
    assert {experiment["id"]: experiment["parent"] for experiment in begun.json("list")} == {
        "a": None,
        "b": "a",
        "c": "a",
        "d": None,
    }


def test_new_without_a_snapshot_ties_the_commit(begun: Project) -> None:
    begun.write("layers.py", "dirty")
    begun.exp("new", "a", "--no-snapshot")
    experiment = begun.experiment("a")
    assert experiment["snapshots"] == []
    assert experiment["links"] == []  # HEAD does not hold what ran
    assert begun.git("log", "-1", "--notes=gitexp", "--format=%N") == "exp a +changes"
    begun.exp("log")
    begun.commit("what ran")
    begun.exp("new", "b", "--no-snapshot")
    assert begun.experiment("b")["links"] == [begun.git("rev-parse", "HEAD")]


def test_new_says_what_it_left_out(begun: Project) -> None:
    begun.write("モデル.bin", "x" * (1 << 20) + "y")
    assert "left out" in (output := begun.exp("new", "a"))
    assert "モデル.bin" in output
    assert begun.experiment("a")["snapshots"][0]["left_out"] == 1


def test_a_taken_id_is_refused(begun: Project) -> None:
    begun.exp("new", "a")
    assert "git exp use a" in begun.fails("new", "a", code=2)
    assert len(begun.json("list")) == 1


def test_numbers_where_there_is_no_id(begun: Project) -> None:
    assert re.fullmatch(r"\+ e1-[hjkmnpqrtvwx]{4}\n", begun.exp("new"))
    second = begun.exp("new", "-m", "next")
    assert re.match(r"\+ e2-[hjkmnpqrtvwx]{4}.*\n", second)
    ident = second.split()[1]
    for typed in ("e2", "e0002", ident, ident[:4], f"e2{ident[3]}"):
        assert begun.json("show", typed)["id"] == ident
    begun.exp("new", "e0041")
    assert begun.exp("new").startswith("+ e42-")


PATTERN = r'MODEL_DIR\s*=\s*".*/([^/"]+)"'


def test_the_id_from_a_notebook(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", PATTERN)
    assert begun.exp("new") == "+ first\n"
    cells = [
        (
            "code",
            '# MODEL_DIR = "/models/commented"\n'
            'MODEL_DIR = "/models/二番目"\n'
            '    # MODEL_DIR = "/models/below"',
        )
    ]
    begun.write("train.ipynb", notebook(cells))
    assert begun.exp("new") == "+ 二番目 <- first\n"
    assert "recorded already" in begun.fails("new", code=2)
    begun.write("other.py", 'MODEL_DIR = "/models/x1"\n')
    begun.write("another.py", 'MODEL_DIR = "/models/x2"\n')
    assert "x2, x1" in begun.fails("new", code=2)


def test_the_file_that_named_the_last_trial_is_looked_at_first(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", PATTERN)
    begun.write("b.py", 'MODEL_DIR = "/models/b1"\n')
    begun.write("train.ipynb", notebook([("code", "x = 1")]))
    assert begun.exp("new") == "+ b1\n"
    begun.write("a.py", 'MODEL_DIR = "/models/a1"\n')
    begun.write("b.py", 'MODEL_DIR = "/models/b2"\n')
    assert begun.exp("new").startswith("+ b2 <- b1\n")
    assert begun.exp("new").startswith("+ a1 <- b2\n")
    begun.write("a.py", "x = 1\n")
    begun.write("b.py", 'MODEL_DIR = "/models/b3"\n')
    assert begun.exp("new").startswith("+ b3 <- a1\n")


def test_going_on_with_a_recorded_experiment(begun: Project) -> None:
    assert "no experiment to go on with" in begun.fails("new", "--continue", code=2)
    begun.git("config", "gitexp.idPattern", PATTERN)
    assert begun.exp("new", "--continue") == "+ first\n"
    begun.write("layers.py", "wider = 1\n")
    assert "git exp new --continue" in begun.fails("new", code=2)
    assert begun.exp("new", "--continue", "-m", "acc 0.7, wider") == "· first acc=0.7\n"
    first = begun.json("show", "first")
    assert len(first["snapshots"]) == 2
    assert begun.git("show", f"{first['snapshots'][-1]['commit']}:layers.py") == "wider = 1"
    begun.exp("new", "second")
    assert begun.exp("new", "first", "--continue") == "· first\n"
    assert begun.json("status")["active"] == "first"
    assert begun.exp("new", "third", "--continue").startswith("+ third")
    refused = begun.fails("new", "first", "--continue", "--parent", "second", code=2)
    assert "git exp parent" in refused


def test_of_several_recorded_ids_the_active_one_goes_on(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", PATTERN)
    begun.write("a.py", 'MODEL_DIR = "/models/a1"\n')
    for name in ("first", "a1"):
        begun.exp("new", name)
    assert begun.exp("new", "--continue") == "· a1\n"
    begun.exp("new", "besides")
    assert "several ids of recorded trials: a1, first" in begun.fails("new", "--continue", code=2)
    assert begun.exp("new", "a1", "--continue", "--no-snapshot") == "· a1\n"


def test_a_run_goes_on_with_its_experiment(begun: Project) -> None:
    begun.exp("new", "tcn_1")
    refused = begun.run("run", "tcn_1", "--", "true")
    assert refused.code == 2
    for epoch in (1, 2):
        command = ("run", "tcn_1", "--continue", "--", "echo", f"acc: 0.{epoch}")
        assert begun.process(*command).code == 0
    assert begun.read_metrics("tcn_1") == {"acc": "0.2"}


def test_an_id_pattern_that_would_never_end(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", '"((a+)+)"')
    for number, verb in enumerate(("new", "list")):
        begun.write("a.py", f'NAME = "{"a" * 60}!{number}"\n')
        if verb == "list":
            begun.commit("a commit is read by the pattern")
        refused = begun.process(verb)
        assert refused.code == 2
        assert "'\"((a+)+)\"' takes too long on a.py" in refused.err
        assert refused.err.count("\n") == 1
    begun.git("config", "--unset", "gitexp.idPattern")
    begun.exp("new", "t1")
    assert [row["id"] for row in begun.json("list")] == ["t1"]


def test_an_id_is_not_looked_for_in_data(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", r"(\w+)_model$")
    begun.write("a.py", f'picture = "{"A" * 300_000}"\nNAME = "x"  # gru_model\n')
    assert begun.exp("new") == "+ gru\n"


def test_an_id_pattern_that_is_none(begun: Project) -> None:
    begun.git("config", "gitexp.idPattern", "no group")
    assert "gitexp.idPattern" in begun.fails("new", code=2)
    begun.git("config", "gitexp.idPattern", "(")
    assert "gitexp.idPattern" in begun.fails("new", code=2)
    assert begun.json("list") == []


def test_japanese_everywhere(begun: Project, tmp_path: Path) -> None:
    begun.write("学習/モデル.py", "層 = 1")
    picture = write_png(tmp_path / "損失 曲線.png")
    assert (
        begun.exp("new", "畳み込み10", "-m", "畳み込み10 acc 0.6くらい（途中） #畳み込み")
        == "+ 畳み込み10 acc=~0.6… #畳み込み\n"
    )
    assert begun.exp("image", "add", "畳み", str(picture)) == "· 畳み込み10 損失 曲線.png 3x2\n"
    begun.exp("snapshot", "restore", "畳み", str(tmp_path / "復元"))
    assert (tmp_path / "復元/学習/モデル.py").read_text() == "層 = 1"
    assert begun.experiment("畳み込み10")["images"][0]["name"] == "損失 曲線.png"


def test_a_note_goes_to_the_ids_in_it_to_those_given_or_to_the_active_one(begun: Project) -> None:
    begun.exp("new", "a1")
    begun.exp("new", "b2")
    assert begun.exp("note", "-m", "about the active one") == "· b2\n"
    assert begun.exp("note", "a1", "-m", "about another") == "· a1\n"
    assert (
        begun.exp("note", "-m", "a1 acc 0.5\nc_3 acc 0.7 #late")
        == "· a1 acc=0.5\n+ c_3 acc=0.7 #late <- b2\n"
    )
    texts = {
        experiment["id"]: [entry["text"] for entry in experiment["entries"]]
        for experiment in begun.json("list")
    }
    assert texts["b2"] == ["about the active one"]
    assert texts["a1"] == ["about another", "a1 acc 0.5"]
    assert texts["c_3"] == ["c_3 acc 0.7 #late"]


def test_a_note_without_any_experiment_is_in_the_journal(begun: Project) -> None:
    assert begun.exp("note", "-m", "a day of thinking") == "· added to the journal\n"


def test_a_note_keeps_its_text_to_the_letter(begun: Project) -> None:
    begun.exp("new", "a")
    text = "  indented\n\n---\nkey: value\n---\n\ttab “quotes” \\ \x1b[31m 日本語"
    begun.exp("note", "-m", text)
    assert begun.experiment("a")["entries"][-1]["text"] == text


def test_text_from_a_file_and_from_standard_input(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "a")
    (tmp_path / "メモ.txt").write_bytes("一行目\r\n二行目\n\n".encode())
    begun.exp("note", "-F", str(tmp_path / "メモ.txt"))
    assert begun.run("note", "-F", "-", stdin="from a pipe").code == 0
    assert [entry["text"] for entry in begun.experiment("a")["entries"]] == [
        "一行目\n二行目",
        "from a pipe",
    ]
    assert "cannot be read" in begun.fails("note", "-F", "missing.txt", code=2)


def test_no_prompt_where_nobody_could_answer(begun: Project) -> None:
    begun.exp("new", "a")
    line = begun.fails("note", code=2, EDITOR="false")
    assert "-m TEXT" in line
    assert begun.experiment("a")["entries"] == []


@pytest.mark.parametrize("text", ["", " \n \n"])
def test_an_empty_note_is_none(begun: Project, text: str) -> None:
    assert "empty" in begun.fails("note", "-m", text, code=2)


def test_metrics(begun: Project) -> None:
    begun.exp("new", "tcn")
    assert begun.exp("metric", "tcn", "acc=0.857", "loss=1e-3") == "· tcn acc=0.857 loss=1e-3\n"
    assert begun.exp("metric", "tcn", "acc=85.7%", "--about", "--partial") == "· tcn acc=~85.7%…\n"
    acc, loss = begun.experiment("tcn")["metrics"]
    assert acc == {
        "name": "acc",
        "value": "85.7%",
        "number": pytest.approx(0.857),
        "about": True,
        "partial": True,
        "was": [],
    }
    assert loss["number"] == 0.001
    begun.exp("metric", "tcn", "loss=nan")
    assert begun.experiment("tcn")["metrics"][1]["number"] is None
    for bad in ("acc", "acc=", "acc=high", "=1", "acc=0.5x"):
        assert "name=number" in begun.fails("metric", "tcn", bad, code=2)


def test_tags_come_and_go(begun: Project) -> None:
    begun.exp("new", "a")
    assert begun.exp("tag", "a", "#good", "再現") == "· a #good #再現\n"
    assert begun.exp("tag", "a", "good", "-d") == "· a #再現\n"
    assert begun.experiment("a")["tags"] == ["再現"]
    assert "cannot be a tag" in begun.fails("tag", "a", "two words", code=2)


def test_a_rename_leaves_the_old_id_working(begun: Project) -> None:
    begun.exp("new", "old_name")
    assert begun.exp("rename", "old_name", "new_name") == "· old_name is now new_name\n"
    begun.exp("note", "old_name", "-m", "still here")
    experiment = begun.experiment("new_name")
    assert experiment["aliases"] == ["old_name"]
    assert experiment["entries"][0]["text"] == "still here"
    assert "*new_name" in begun.exp("list")
    begun.exp("new", "third")
    assert "there already" in begun.fails("rename", "third", "old_name", code=2)
    assert "there already" in begun.fails("new", "old_name", code=2)
    begun.exp("rename", "new_name", "old_name")
    assert begun.experiment("old_name")["aliases"] == ["new_name"]


def test_use(begun: Project) -> None:
    begun.exp("new", "a")
    begun.exp("new", "b")
    assert begun.exp("use", "a") == "active: a\n"
    assert "*a" in begun.exp("list")
    assert " b" in begun.exp("list")


def test_prefixes(begun: Project) -> None:
    for name in ("tcn_filter10", "tcn_filter50", "rnn"):
        begun.exp("new", name)
    assert begun.exp("use", "r") == "active: rnn\n"
    line = begun.fails("use", "tcn")
    assert "tcn_filter10, tcn_filter50" in line
    assert "did you mean tcn_filter10" in begun.fails("use", "tcn_fliter10")
    begun.exp("new", "tcn")
    assert begun.exp("use", "tcn") == "active: tcn\n"


def test_back_dating(begun: Project) -> None:
    begun.exp("new", "late", "--at", "2019-06-24")
    begun.exp("new", "early", "--at", "2019/06/23 10:15")
    begun.exp("note", "late", "-m", "second", "--at", "2019-06-26T00:00:00+00:00")
    begun.exp("note", "late", "-m", "first", "--at", "2019-06-25")
    assert [experiment["id"] for experiment in begun.json("list")] == ["early", "late"]
    assert begun.experiment("early")["at"] == "2019-06-23T10:15:00+09:00"
    assert [entry["text"] for entry in begun.experiment("late")["entries"]] == ["first", "second"]
    assert "is not a time" in begun.fails("note", "late", "-m", "x", "--at", "yesterday", code=2)


def test_images(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "a")
    picture = write_png(tmp_path / "loss.png", 4, 5)
    assert begun.exp("image", "add", "a", str(picture)) == "· a loss.png 4x5\n"
    (row,) = begun.json("image", "list", "a")
    assert row["experiment"] == "a"
    assert (row["width"], row["height"]) == (4, 5)
    assert begun.git("cat-file", "-s", row["object"]) == str(picture.stat().st_size)
    assert row["object"] in begun.exp("image", "list")


def test_no_picture_that_a_text_names_costs_the_text(begun: Project) -> None:
    text = "tcn_1 acc 0.5\n![](a\0b.png)\n~no_such_user/c.png\n"
    out = begun.exp("note", "-m", text)
    assert out.count("picture not attached") == 2
    assert "~no_such_user/c.png" in begun.json("journal")[-1]["text"]


def test_snapshots(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "a")
    begun.write("layers.py", "later")
    assert begun.exp("snapshot", "take") == "· a\n"
    rows = begun.json("snapshot", "list")
    assert [row["base"] for row in rows] == [begun.git("rev-parse", "HEAD")] * 2
    lines = begun.exp("snapshot", "list").splitlines()
    assert [row["commit"][:12] in line for row, line in zip(rows, lines, strict=True)] == [
        True,
        True,
    ]
    begun.exp("snapshot", "restore", "a", str(tmp_path / "out"))
    assert (tmp_path / "out/layers.py").read_text() == "later"
    assert "not empty" in begun.fails("snapshot", "restore", "a", str(tmp_path / "out"), code=2)


def test_an_empty_list_says_what_to_do(begun: Project) -> None:
    assert "git exp new" in begun.exp()
    assert begun.json("list") == []


def test_the_list_is_lined_up_by_display_width(begun: Project) -> None:
    begun.exp("new", "畳み込み", "-m", "acc 0.5 一", "--at", "2019-06-23")
    begun.exp("new", "rnn", "-m", "acc 0.75 two")
    head, *rows = begun.exp("list", "--columns", "id,acc,note").splitlines()
    place = measure_width(head[: head.index("acc")]) + 3
    for row, value in zip(rows, ("0.5", "0.75"), strict=True):
        assert measure_width(row[: row.index(value) + len(value)]) == place


def test_what_never_differs_is_said_once(begun: Project) -> None:
    for name in ("a1", "b2"):
        begun.exp("new", name, "-m", "acc 0.5", "--parent", "")
        begun.exp("metric", name, f"loss={name[1]}")
    lines = begun.exp("list").splitlines()
    assert lines[0] == "the same in all: acc=0.5"
    assert "acc" not in lines[1]
    assert "loss" in lines[1]
    assert "parent" not in lines[1]


def test_no_line_is_wider_than_the_terminal(begun: Project) -> None:
    begun.exp("new", "a", "-m", "とても長い日記の一行" * 30)
    assert max(measure_width(line) for line in begun.exp("list", COLUMNS="60").splitlines()) <= 60


def test_sorting_choosing_and_the_last(begun: Project) -> None:
    for name, value in (("a", "9"), ("b", "10"), ("c", "")):
        begun.exp("new", name)
        if value:
            begun.exp("metric", name, f"loss={value}")
    assert [experiment["id"] for experiment in begun.json("list", "--sort", "loss")] == [
        "c",
        "a",
        "b",
    ]
    assert [experiment["id"] for experiment in begun.json("list", "--sort", "-loss")] == [
        "b",
        "a",
        "c",
    ]
    assert [experiment["id"] for experiment in begun.json("list", "--last", "1")] == ["c"]
    assert begun.exp("list", "--columns", "id,loss").splitlines() == [
        " id  loss",
        " a      9",
        " b     10",
        "*c",
    ]
    assert "there is no column" in begun.fails("list", "--sort", "speed", code=2)


def test_hostile_text_does_not_steer_the_terminal(begun: Project) -> None:
    begun.exp("new", "a", "-m", "red \x1b[31m and \u202e turned")
    assert "\x1b" not in begun.exp("list")
    assert "\u202e" not in begun.exp("list")


def test_each_worktree_has_its_own_active_one(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "here")
    begun.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Project(tmp_path / "side")
    side.exp("new", "there")
    assert "*there" in side.exp("list")
    assert "*here" in begun.exp("list")


def test_from_a_folder_below(begun: Project) -> None:
    begun.write("src/model.py", "1")
    assert begun.run("new", "below", cwd=begun.top / "src").code == 0
    commit = begun.experiment("below")["snapshots"][0]["commit"]
    assert begun.git("show", f"{commit}:src/model.py") == "1"


def test_a_clone_that_has_the_branch_needs_no_init(begun: Project, tmp_path: Path) -> None:
    begun.exp("new", "here")
    begun.git("clone", "-q", str(begun.top), str(tmp_path / "twin"))
    begun.git("-C", str(tmp_path / "twin"), "branch", "-q", "gitexp", "origin/gitexp")
    twin = Project(tmp_path / "twin")
    twin.exp("note", "here", "-m", "and there")
    twin.exp("metric", "here", "acc=0.5")
    assert read_metrics(twin.experiment("here")) == {"acc": "0.5"}


def test_experiments_of_one_second_are_listed_as_they_were_made(begun: Project) -> None:
    for name in ("zebra", "ant", "mole"):
        begun.exp("new", name, "--at", "2019-06-23T10:00:00+09:00")
    names = ["zebra", "ant", "mole"]
    assert [row["id"] for row in begun.json("list")] == names
    assert [row["id"] for row in begun.json("list", "--as-of", "2019-06-24")] == names
    begun.exp("note", "ant", "-m", "later", "--at", "2019-06-25")
    assert [row["id"] for row in begun.json("list", "--as-of", "2019-06-24")] == names
