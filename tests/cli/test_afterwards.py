"""What is said afterwards: the parent, the commit, and that an experiment was none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.png import write_png
from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path


def list_ids(project: Project) -> list[str]:
    return [each["id"] for each in project.json("list")]


def read_parent(project: Project, ident: str) -> tuple[str | None, bool]:
    experiment = project.experiment(ident)
    return experiment["parent"], experiment["parent_presumed"]


def test_a_wrongly_opened_experiment_is_forgotten(begun: Project) -> None:
    begun.exp("new", "a_1", "-m", "first")
    begun.exp("note", "-m", "self-attention acc 0.5 in the paper")
    begun.exp("note", "a_1", "self-attention", "-m", "about both")
    begun.exp("metric", "self-attention", "loss=2")
    begun.exp("correct", "self-attention", "--metric", "loss=3", "-m", "twisted")
    out = begun.exp("forget", "self-attention")
    assert out.startswith("- self-attention acc=0.5 loss=2")
    assert "the text stays in the journal" in out
    assert list_ids(begun) == ["a_1"]
    texts = {entry["text"]: entry["experiments"] for entry in begun.json("journal")}
    assert texts["self-attention acc 0.5 in the paper"] == []
    assert texts["about both"] == ["a_1"]
    assert begun.experiment("a_1")["entries"][-1]["text"] == "about both"
    assert begun.exp("status").startswith("active: a_1")
    assert begun.exp("undo") == "+ self-attention is an experiment again\n"
    assert list_ids(begun) == ["a_1", "self-attention"]
    metrics = begun.experiment("self-attention")["metrics"]
    assert {metric["name"]: metric["value"] for metric in metrics} == {"acc": "0.5", "loss": "3"}


def test_undo_names_a_renamed_experiment_once(begun: Project) -> None:
    begun.exp("note", "-m", "old_1 acc 0.5")
    begun.exp("rename", "old_1", "mid_1")
    begun.exp("rename", "mid_1", "new_1")
    begun.exp("forget", "new_1")
    assert begun.exp("undo") == "+ new_1 is an experiment again\n"
    assert list_ids(begun) == ["new_1"]


def test_a_former_id_does_not_stand_in_the_words_again(begun: Project) -> None:
    begun.exp("note", "-m", "old_1 acc 0.5 カーネルを広げた。まだ悪い。")
    begun.exp("rename", "old_1", "new_1")
    listed = begun.exp("list")
    assert "カーネルを広げた" in listed
    assert "old_1" not in listed
    assert "old_1" not in begun.exp("search", "カーネル")
    begun.exp("topic", "add", "kernels", "--match", "カーネル")
    assert "old_1" not in begun.exp("topic", "kernels")
    begun.exp("new", "other_1", "-m", "acc 0.6 narrow")
    assert "old_1" not in begun.exp("compare", "new_1", "other_1")


def test_an_id_that_was_forgotten_can_begin_anew(begun: Project) -> None:
    begun.exp("note", "-m", "a_1 acc 0.5")
    begun.exp("forget", "a_1")
    begun.exp("new", "a_1", "-m", "a_1 acc 0.7")
    metrics = begun.experiment("a_1")["metrics"]
    assert [metric["value"] for metric in metrics] == ["0.7"]
    assert len(begun.experiment("a_1")["entries"]) == 1


def test_forgetting_reaches_former_names_and_names_the_children(begun: Project) -> None:
    begun.exp("note", "-m", "old_1 acc 0.5")
    begun.exp("rename", "old_1", "new_1")
    begun.exp("new", "child_1", "--parent", "new_1")
    assert "child_1 names it as its parent: git exp parent child_1 ID" in begun.exp(
        "forget", "old_1"
    )
    assert list_ids(begun) == ["child_1"]


def test_what_was_forgotten_comes_with_no_second_import(begun: Project) -> None:
    text = "# 2024-01-08\na_1 acc 0.5\n\nself-attention acc 0.6 in the paper\n\na_2 acc 0.7\n"
    begun.write("log.md", text)
    begun.exp("import", "diary", "log.md")
    begun.exp("forget", "self-attention")
    begun.write("log.md", f"{text}\na_3 acc 0.8\n")
    assert "imported 1 entry, 3 were there already" in begun.exp("import", "diary", "log.md")
    assert list_ids(begun) == ["a_1", "a_2", "a_3"]


def test_what_is_said_travels(begun: Project, tmp_path: Path) -> None:
    for name in ("a_1", "a_2", "a_3"):
        begun.exp("new", name)
    stick = str(tmp_path / "stick")
    begun.exp("push", stick)
    other = Project.create(tmp_path / "other")
    other.exp("init")
    other.exp("pull", stick)
    other.exp("parent", "a_3", "a_1")
    other.exp("forget", "a_2")
    other.exp("push", stick)
    begun.exp("pull", stick)
    assert list_ids(begun) == ["a_1", "a_3"]
    assert read_parent(begun, "a_3") == ("a_1", False)


def test_the_parent_that_was_said_last_holds(begun: Project) -> None:
    for name in ("a_1", "a_2", "a_3"):
        begun.exp("new", name)
    assert begun.exp("parent", "a_3", "a_1") == "· a_3 ← a_1\n"
    assert begun.exp("parent", "a_2", "") == "· a_2 has no parent\n"
    assert read_parent(begun, "a_2") == (None, False)
    shown = begun.exp("show", "a_3")
    assert "← a_1" in shown
    assert "parent before: a_2 " in shown
    assert [change["parent"] for change in begun.experiment("a_3")["parents"]] == ["a_2", "a_1"]
    begun.exp("undo")
    begun.exp("undo")
    assert read_parent(begun, "a_3") == ("a_2", False)
    assert read_parent(begun, "a_2") == ("a_1", False)


def test_no_experiment_descends_from_itself(begun: Project) -> None:
    for name in ("a_1", "a_2", "a_3"):
        begun.exp("new", name)
    assert "a_1 ← a_3 ← a_2 ← a_1" in begun.fails("parent", "a_1", "a_3", code=2)
    assert "its own parent" in begun.fails("parent", "a_1", "a_1", code=2)
    begun.exp("parent", "a_2", "")
    begun.exp("parent", "a_1", "a_3")
    assert [
        each.split("  ")[0] for each in begun.exp("lineage", "a_1").splitlines() if "a_" in each
    ]


def test_the_commit_that_a_person_names_holds_the_code(begun: Project) -> None:
    begun.write("a.py", "x = 1\n")
    begun.git("add", "-A")
    begun.git("commit", "-qm", "one")
    first = begun.git("rev-parse", "HEAD").strip()
    begun.write("a.py", "x = 2\n")
    begun.exp("new", "a_1")
    begun.exp("link", "a_1", "HEAD")
    assert "x = 1" in begun.exp("excerpt", "a_1", "--rule", "a.py")
    assert first in begun.experiment("a_1")["links"]
    begun.exp("undo")
    assert "x = 2" in begun.exp("excerpt", "a_1", "--rule", "a.py")
    begun.exp("link", "a_1", first[:8])
    begun.write("a.py", "x = 3\n")
    begun.exp("snapshot", "take", "a_1")
    assert "x = 3" in begun.exp("excerpt", "a_1", "--rule", "a.py")
    assert "no commit 'nowhere'" in begun.fails("link", "a_1", "nowhere")


def test_a_note_that_opens_an_experiment_takes_the_last_one_as_parent(begun: Project) -> None:
    begun.exp("new", "a_1")
    assert begun.exp("note", "-m", "a_2 acc 0.2") == "+ a_2 acc=0.2 <- a_1\n"
    assert begun.exp("status").startswith("active: a_2")
    out = begun.exp("note", "-m", "a_3 acc 0.3\n\na_4 acc 0.4 #tcn")
    assert out == "+ a_3 acc=0.3 <- a_2\n+ a_4 acc=0.4 #tcn <- a_3\n"
    assert read_parent(begun, "a_4") == ("a_3", False)
    begun.exp("note", "-m", "a_2 acc 0.25")
    assert begun.exp("status").startswith("active: a_4")
    begun.exp("undo")
    begun.exp("undo")
    assert begun.exp("status").startswith("active: a_2")


def test_a_diary_gives_each_trial_the_one_before_as_presumed_parent(begun: Project) -> None:
    begun.write("log.md", "# 2024-01-09\na_3 acc 0.3\n# 2024-01-08\na_1 acc 0.1\n\na_2 acc 0.2\n")
    begun.exp("import", "diary", "log.md")
    assert read_parent(begun, "a_1") == (None, False)
    assert read_parent(begun, "a_2") == ("a_1", True)
    assert read_parent(begun, "a_3") == ("a_2", True)
    assert "← a_2 (presumed)" in begun.exp("show", "a_3")
    assert "a_2?" in begun.exp("list")
    begun.exp("parent", "a_3", "a_1")
    assert read_parent(begun, "a_3") == ("a_1", False)
    begun.exp("parent", "a_2", "")
    assert read_parent(begun, "a_2") == (None, False)


def test_a_presumed_parent_never_stands_over_a_said_one(begun: Project, tmp_path: Path) -> None:
    """Another clone imports the diary in which a trial stands that was begun here."""
    begun.exp("new", "b_1")
    begun.exp("new", "a_2")
    other = Project.create(tmp_path / "other").begin()
    other.write("log.md", "# 2024-01-08\na_1 acc 0.1\n\na_2 acc 0.2\n")
    other.exp("new", "spare")
    other.exp("new", "more")
    other.exp("import", "diary", "log.md")
    stick = str(tmp_path / "stick")
    other.exp("push", stick)
    begun.exp("pull", stick)
    assert read_parent(begun, "a_2") == ("b_1", False)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("metric", "acc=0.5", "loss=2"), "· a_1 acc=0.5 loss=2\n"),
        (("tag", "good"), "· a_1 #good\n"),
        (("tag", "#good", "#tcn"), "· a_1 #good #tcn\n"),
        (("image", "add", "loss.png"), "· a_1 loss.png 3x2\n"),
        (("image", "add", "loss.png", "loss.png"), "· a_1 loss.png 3x2\n" * 2),
        (("series", "add", "loss.csv"), "· a_1 loss.csv: loss, 2 points\n"),
    ],
)
def test_values_are_those_of_the_active_experiment(
    begun: Project, words: tuple[str, ...], answer: str
) -> None:
    write_png(begun.top / "loss.png")
    begun.write("loss.csv", "step,loss\n1,2.5\n2,2.0\n")
    assert "no experiment is active" in begun.fails(*words, code=2)
    begun.exp("new", "a_1")
    assert begun.exp(*words) == answer
    begun.exp("new", "a_2")
    place = 2 if words[1] == "add" else 1
    named = (*words[:place], "a_1", *words[place:])
    assert begun.exp(*named).startswith("· a_1 ")


def test_an_id_that_is_none_is_never_a_tag_of_another_trial(begun: Project) -> None:
    begun.exp("new", "a_1")
    assert "no experiment 'a_11'" in begun.fails("tag", "a_11", "good")
    assert "no experiment 'a_11'" in begun.fails("metric", "a_11", "acc=0.3")
    assert begun.experiment("a_1")["tags"] == []
