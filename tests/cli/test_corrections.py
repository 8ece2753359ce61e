"""Corrections, retractions, undo, as-of, the journal and mentions, as a person uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.templates import CopyProject


def record_corrected_trials(project: Project) -> None:
    for number in (1, 2, 3):
        project.exp(
            "new",
            f"tcn_{number}",
            "-m",
            f"tcn_{number} acc 0.{number}\n考え {number}",
            "--at",
            f"2019-06-0{number} 10:00",
        )


@pytest.fixture
def trials(copy_project: CopyProject) -> Project:
    return copy_project(Project.begin, record_corrected_trials)


def read_entry(project: Project, ident: str, number: int = 0) -> dict[str, Any]:
    return dict(project.experiment(ident)["entries"][number])


def test_one_correction_stands_on_every_record_it_reaches(trials: Project) -> None:
    tip = trials.git("rev-list", "--count", "gitexp")
    before = trials.untouchable()
    out = trials.exp(
        "correct",
        "tcn_1..tcn_2",
        "-m",
        "引数が逆だった",
        "--metric",
        "acc=0.05",
        "--at",
        "2019-06-10",
    )
    assert trials.untouchable() == before
    assert out.splitlines()[:2] == ["✗ tcn_1  acc=0.05* (was 0.1)", "✗ tcn_2  acc=0.05* (was 0.2)"]
    assert "corrected 2 experiments" in out
    assert int(trials.git("rev-list", "--count", "gitexp")) == int(tip) + 1
    lines = trials.exp("show", "tcn_1").splitlines()
    assert "acc=0.05* (was 0.1)" in lines
    assert "↳ corrected  2019-06-10  (with tcn_2)" in lines
    assert "  引数が逆だった" in lines
    assert "acc=0.3" in trials.exp("show", "tcn_3")
    assert [line.split()[2] for line in trials.exp("list").splitlines()[1:]] == [
        "0.05*",
        "0.05*",
        "0.3",
    ]
    assert trials.exp("list", "--where", "corrected:yes").count("tcn_") == trials.exp(
        "list", "--where", "id:tcn_1 or id:tcn_2"
    ).count("tcn_")
    assert trials.experiment("tcn_1")["metrics"][0]["was"] == ["0.1"]


def test_an_entry_is_corrected_and_the_correction_taken_back(trials: Project) -> None:
    wrong = read_entry(trials, "tcn_2")["id"]
    assert wrong in trials.exp("show", "tcn_2", "--ids")
    assert wrong in trials.exp("journal", "--ids")
    correction = trials.exp("correct", wrong[:6], "-m", "256 in truth").split()[-1]
    lines = trials.exp("show", "tcn_2").splitlines()
    place = lines.index("2019-06-02 10:00  ✗ corrected below")
    assert lines[place + 1 : place + 3] == ["  tcn_2 acc 0.2", "  考え 2"]
    assert lines[place + 3].startswith("  ↳ corrected  ")
    assert lines[place + 4] == "    256 in truth"
    second = trials.exp("correct", correction, "-m", "no, 128").split()[-1]
    assert [(entry["text"], entry["corrected"]) for entry in trials.experiment("tcn_2")["entries"]][
        1:
    ] == [
        ("256 in truth", True),
        ("no, 128", False),
    ]
    assert trials.exp("retract", second[:8], "-m", "it was right").startswith(
        f"taken back: {second}  no, 128"
    )
    assert "✗ taken back" in trials.exp("show", "tcn_2")
    assert "it was right" in trials.exp("show", "tcn_2")
    assert "taken back already" in trials.fails("retract", second, code=2)
    assert "is not a correction" in trials.fails("retract", wrong, code=2)


def test_a_range_of_entries_and_everything_a_search_finds(trials: Project) -> None:
    first, last = read_entry(trials, "tcn_1")["id"], read_entry(trials, "tcn_3")["id"]
    assert "3 experiments and 3 of their entries" in trials.exp(
        "correct", f"{last}..{first}", "-m", "all wrong"
    )
    assert all(read_entry(trials, f"tcn_{number}")["corrected"] for number in (1, 2, 3))
    out = trials.exp("correct", "--where", "acc>0.1 -id:tcn_3", "-m", "this one")
    assert out.splitlines()[0] == "✗ tcn_2"
    assert "goes from an experiment to an entry" in trials.fails(
        "correct", f"tcn_1..{last}", "-m", "x", code=2
    )


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("correct", "nowhere", "-m", "x"), "there is no experiment"),
        (("correct", "tcn_1", "-m", " "), "is empty"),
        (("correct", "-m", "x"), "nothing to correct in this"),
        (("correct", "tcn_1", "--metric", "acc"), "is not a metric"),
        (("correct", "--where", "acc>", "-m", "x"), "query, column 5"),
        (("retract", "zzzz"), "there is no entry"),
        (("correct", "tcn_1"), "no terminal"),
    ],
)
def test_what_cannot_be_corrected(trials: Project, args: tuple[str, ...], words: str) -> None:
    tip = trials.git("rev-parse", "gitexp")
    ran = trials.run(*args)
    assert ran.code in (1, 2)
    assert words in ran.err
    assert trials.git("rev-parse", "gitexp") == tip


def test_two_clones_that_correct_the_same_entry_agree(trials: Project, tmp_path: Path) -> None:
    trials.git("clone", "-q", str(trials.top), str(tmp_path / "twin"))
    twin = Project(tmp_path / "twin")
    twin.git("branch", "-q", "gitexp", "origin/gitexp")
    wrong = read_entry(trials, "tcn_1")["id"]
    trials.exp("correct", wrong, "-m", "here", "--metric", "acc=0.7")
    twin.exp("correct", wrong, "-m", "there", "--metric", "acc=0.8")
    for one, other, path in ((trials, twin, tmp_path / "a"), (twin, trials, tmp_path / "b")):
        one.git("worktree", "add", "-q", str(path), "gitexp")
        one.git("-C", str(path), "pull", "-q", "--no-rebase", "--no-edit", str(other.top), "gitexp")
    states = [project.experiment("tcn_1") for project in (trials, twin)]
    assert states[0]["metrics"] == states[1]["metrics"]
    assert states[0]["entries"] == states[1]["entries"]
    assert {entry["text"] for entry in states[0]["entries"]} >= {"here", "there"}


def test_undo_takes_back_what_was_understood_and_keeps_the_text(trials: Project) -> None:
    text = "wrong-word acc 0.9\nthe rest of it"
    assert trials.exp("note", "-m", text) == "+ wrong-word acc=0.9 <- tcn_3\n"
    assert (
        trials.exp("undo")
        == "- wrong-word acc=0.9 snapshot, the experiment itself\n  the text stays in the journal\n"
    )
    assert "wrong-word" not in [experiment["id"] for experiment in trials.json("list")]
    (kept,) = (entry for entry in trials.json("journal") if entry["text"] == text)
    assert kept["experiments"] == []
    trials.exp("new", "tcn_4")
    assert trials.json("status")["active"] == "tcn_4"
    trials.exp("undo")
    assert trials.json("status")["active"] == "tcn_3"
    trials.exp("correct", "tcn_1", "-m", "x", "--metric", "acc=0.9")
    trials.exp("undo")
    assert trials.experiment("tcn_1")["metrics"][0]["value"] == "0.1"
    for _ in range(3):
        trials.exp("undo")
    assert trials.json("list") == []
    assert "nothing to undo" in trials.fails("undo")


def test_undoing_a_rename_a_tag_and_a_filter(trials: Project) -> None:
    trials.exp("rename", "tcn_1", "first")
    trials.exp("undo")
    assert trials.experiment("tcn_1")["aliases"] == []
    trials.exp("filter", "add", "model", "layers.py")
    trials.exp("undo")
    assert trials.json("filter", "list") == []
    trials.exp("tag", "tcn_1", "good")
    trials.exp("undo")
    assert trials.experiment("tcn_1")["tags"] == []


def test_what_was_believed_then(trials: Project) -> None:
    trials.exp("correct", "tcn_1", "-m", "wrong", "--metric", "acc=0.9", "--at", "2019-06-10")
    trials.exp("metric", "tcn_2", "acc=0.95", "--at", "2019-06-12")
    then = trials.exp("list", "--as-of", "2019-06-02")
    assert [line.split()[:3:2] for line in then.splitlines()[1:]] == [
        ["tcn_1", "0.1"],
        ["tcn_2", "0.2"],
    ]
    assert "0.9*" in trials.exp("list", "--as-of", "2019-06-11")
    assert "wrong" not in trials.exp("show", "tcn_1", "--as-of", "2019-06-09")
    assert "there is no experiment" in trials.fails("show", "tcn_3", "--as-of", "2019-06-02")
    assert "tcn_3" not in trials.exp("journal", "--as-of", "2019-06-02")
    assert "tcn_1" in trials.exp("search", "acc<0.15", "--as-of", "2019-06-09")
    assert trials.exp("search", "acc<0.15") == "nothing found\n"
    assert "is not a time" in trials.fails("list", "--as-of", "soon", code=2)


def test_the_log_labels_experiments_as_they_were_believed(trials: Project) -> None:
    trials.exp("filter", "add", "model", "layers.py")
    trials.exp("correct", "tcn_3", "-m", "wrong", "--metric", "acc=0.9", "--at", "2019-06-10")
    assert "acc=0.9*" in trials.exp("log", "--stat")
    assert "acc=0.3" in trials.exp("log", "--stat", "--as-of", "2019-06-09")


def test_the_journal_reads_in_order(trials: Project) -> None:
    trials.exp("note", "-m", "tcn_2 と tcn_1 を比べる", "--at", "2019-06-02 18:00")
    lines = trials.exp("journal").splitlines()
    assert [line for line in lines if line.startswith("###")] == [
        "### 2019-06-01",
        "### 2019-06-02",
        "### 2019-06-03",
    ]
    assert lines[lines.index("### 2019-06-02") + 2 :][:6] == [
        "10:00",
        "  tcn_2 acc 0.2",
        "  考え 2",
        "",
        "18:00  tcn_3 acc=0.3",
        "  tcn_2 と tcn_1 を比べる",
    ]
    assert trials.exp("journal", "-n", "1").count("考え") == 1
    assert [
        entry["at"][:10]
        for entry in trials.json("journal", "--since", "2019-06-02", "--until", "2019-06-02")
    ] == ["2019-06-02"] * 2
    assert [entry["text"][:5] for entry in trials.json("journal", "--id", "tcn_1")] == ["tcn_1"]
    assert next(entry["at"][:10] for entry in trials.json("journal", "--reverse")) == "2019-06-03"
    trials.exp("rename", "tcn_1", "first")
    assert [entry["text"][:5] for entry in trials.json("journal", "--id", "first")] == ["tcn_1"]
    assert trials.exp("journal", "--since", "2030-01-01") == "nothing found\n"


def test_mentions_lead_back_also_when_the_id_comes_later(trials: Project) -> None:
    trials.exp("note", "tcn_3", "-m", "tcn_1より良い。gru_9 は明日、(tcn_2) も")
    trials.exp("note", "tcn_3", "-m", "tcn_10 is no mention of tcn_1x")
    assert [entry["experiments"] for entry in trials.json("show", "tcn_1")["mentions"]] == [
        ["tcn_3"]
    ]
    assert "mentioned in: tcn_3" in trials.exp("show", "tcn_2")
    trials.exp("new", "gru_9")
    assert [entry["text"][:5] for entry in trials.json("show", "gru_9")["mentions"]] == ["tcn_1"]
    trials.exp("new", "基準_X")
    trials.exp("note", "tcn_1", "-m", "これは基準_Xより悪い")
    assert "mentioned in: tcn_1" in trials.exp("show", "基準_X")
    trials.exp("rename", "tcn_1", "first")
    assert trials.json("show", "first")["mentions"]
    assert trials.json("show", "tcn_3")["mentions"] == []
    trials.exp("note", "first", "-m", "first, once tcn_1, says nothing of others")
    assert "mentioned in: tcn_3\n" in trials.exp("show", "first")
    lived = {
        name: trials.json("show", name)["mentions"]
        for name in ("first", "gru_9", "基準_X", "tcn_2")
    }
    for path in (trials.top / ".git/gitexp").glob("index.sqlite*"):
        path.unlink()
    assert {name: trials.json("show", name)["mentions"] for name in lived} == lived


def edit_diary(project: Project, script: str, *day: str) -> str:
    """Return the output of ``git exp diary`` with a shell script as editor; its page is ``$1``."""
    editor = project.top.parent / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    return project.typed("diary", *day, GIT_EDITOR=str(editor))


def test_the_diary_takes_what_is_added_below(trials: Project, tmp_path: Path) -> None:
    def diary(script: str, *day: str) -> str:
        return edit_diary(trials, script, *day)

    page = trials.top / ".git/gitexp/diary/2019-06-02.md"
    out = diary(
        f'cp "$1" {tmp_path}/seen; printf "\\ntcn_2 acc 0.25\\nもう一度\\n" >> "$1"', "2019-06-02"
    )
    assert "· tcn_2 acc=0.25" in out
    assert "考え 2" in (tmp_path / "seen").read_text()
    assert not page.exists()
    added = [
        entry for entry in trials.json("journal") if entry["text"] == "tcn_2 acc 0.25\nもう一度"
    ]
    assert [entry["at"][:10] for entry in added] == ["2019-06-02"]
    assert "nothing new" in diary("true")
    assert "failed with exit code 3" in diary(
        'echo "unsaved thought" >> "$1"; exit 3', "2019-06-02"
    )
    assert "unsaved thought" in page.read_text()
    assert "tcn_3" in diary("true", "2019-06-02")  # what was left is there again, and recorded
    assert any(entry["text"] == "unsaved thought" for entry in trials.json("journal"))
    assert "you changed the text above the line" in diary(
        'sed -i \'s/考え/嘘/\' "$1"; echo more >> "$1"', "2019-06-02"
    )
    assert "between the old text and the new is missing" in diary('echo mine > "$1"', "2019-06-02")
    assert "needs a terminal" in trials.fails("diary", code=2)


def test_no_way_of_saving_the_diary_loses_a_text(trials: Project) -> None:
    pages = trials.top / ".git/gitexp/diary"
    out = edit_diary(trials, 'sed -i "1a typed in the wrong place" "$1"', "2019-06-02")
    assert "not recorded, but kept in" in out
    assert [("wrong place" in page.read_text()) for page in pages.iterdir()] == [True]
    assert not any("wrong place" in entry["text"] for entry in trials.json("journal"))
    assert "you changed" not in edit_diary(
        trials, 'sed -i "s/$/ /" "$1"', "2019-06-02"
    )  # blanks that an editor adds
    assert "not saved as UTF-8" in edit_diary(trials, 'printf "\\202\\240\n" >> "$1"', "2019-06-03")
    kept = (pages / "2019-06-03.md").read_bytes()
    assert kept.endswith(b"\202\240\n")
    assert "not saved as UTF-8" in edit_diary(trials, "true", "2019-06-03")
    assert (pages / "2019-06-03.md").read_bytes() == kept


def test_a_mark_in_an_old_text_parts_nothing(trials: Project) -> None:
    from gitexp.cli.diary_ import MARK

    trials.exp("note", "-m", f"evil\n{MARK}\nnot mine", "--at", "2019-06-05")
    before = len(trials.json("journal"))
    assert "nothing new" in edit_diary(trials, "true", "2019-06-05")
    assert len(trials.json("journal")) == before


def test_a_value_with_a_sign_in_the_text_is_the_right_one(begun: Project) -> None:
    begun.exp("note", "-m", "a1 acc 0.75")
    shown = begun.exp("correct", "a1", "-m", "acc=0.74 検証データが混ざっていた lr=0.1")
    assert "0.74" in shown
    assert "acc=0.74*" in begun.exp("show", "a1")
    assert "lr" not in begun.exp("list").splitlines()[0]


def test_a_value_without_a_sign_in_the_text_is_said_to_be_text(begun: Project) -> None:
    begun.exp("note", "-m", "a1 acc 0.75")
    ran = begun.run("correct", "a1", "-m", "acc 0.74 検証データが混ざっていた")
    assert "acc=0.74 is text here" in ran.err
    assert "git exp correct a1 --metric acc=0.74" in ran.err
    # The wrong value itself may begin the text.
    assert begun.run("correct", "a1", "-m", "acc 0.75 は学習データの値").err == ""
